"""A rehearsal tries each closed value with its key: what partners reported and how people were found together, too."""

from pathlib import Path

import pytest

from deploy.backup.sections import look
from deploy.backup.soundness import Sound
from services.intake.handlers.partners import receive
from services.intake.models import RaidCase
from shared.crypto.keystore import Keystore
from shared.store import at_rest
from tests.browser.desks import town

CASE = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize("column", ["partnerreport set words", "raidcase set said"])
def test_what_partners_reported_and_who_was_found_together_is_opened(tmp_path: Path, column: str) -> None:
    with town(tmp_path, rs_ir="ines") as made:
        intake = next(one for one in made.instances if one.me == "intake.rs-ir")
        keys = intake.keystore = Keystore(intake.me, tmp_path / "keystore", tmp_path / "keystore-keys")

        def keep(work) -> None:
            receive(work, "form", {"kind": "school", "words": "he sleeps in the workshop"}, 1, danger=False)
            said = at_rest.closed_text(keys, at_rest.REPORT, CASE, CASE, "{}")
            work.session.add(RaidCase(case=CASE, raid="raid", row=1, said=said))

        intake.transact(keep)
        sound = Sound(intake.me)
        look(sound, intake.engine, keys)
        assert (sound.opened, sound.wrong) == (2, [])
        spoilt = f"update {column} = '{at_rest.PREFIX}{'A' * 60}'"
        intake.transact(lambda work: work.session.connection().exec_driver_sql(spoilt) and None)
        sound = Sound(intake.me)
        look(sound, intake.engine, keys)
        assert sound.opened == 1
        assert sound.wrong[0].startswith("1 sections of 1 cases do not open")
