"""A rehearsal tries each closed value with its key: what partners reported, how people were found together and what was counted, too."""

from pathlib import Path

import pytest

from deploy.backup.sections import COLUMNS, look
from deploy.backup.soundness import Sound
from services.intake.handlers.partners import receive
from services.intake.models import RaidCase
from services.reporting.models import ReceivedRecord
from shared.crypto.keystore import OWN, Keystore
from shared.decisions.unit_of_work import UnitOfWork
from shared.store import at_rest
from tests.browser.desks import town
from tests.services.reporting.test_figures import instance

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


@pytest.mark.parametrize("personal", [True, False])
def test_what_came_of_a_person_to_be_counted_is_opened(tmp_path: Path, personal: bool) -> None:
    """Else a keystore that was copied before the database would be found when figures are made anew of it."""
    reporting = instance(tmp_path)
    keys = reporting.keystore = Keystore(reporting.me, tmp_path / "keystore", tmp_path / "keystore-keys")

    def keep(work: UnitOfWork) -> None:
        said = at_rest.closed_text(keys, at_rest.COUNTED, "record", "record" if personal else OWN, "{}")
        work.session.add(ReceivedRecord(record="record", logged_at=1, said=said, personal=personal))

    reporting.transact(keep)
    sound = Sound(reporting.me)
    look(sound, reporting.engine, keys)
    assert (sound.opened, sound.wrong) == (1, [])
    sound = Sound(reporting.me)
    look(sound, reporting.engine, Keystore(reporting.me, tmp_path / "another", tmp_path / "another-keys"))
    assert (sound.opened, sound.wrong[-1]) == (
        0, "1 sections of 1 cases do not open: was the keystore copied before the databases?",
    )  # fmt: skip


def test_each_place_that_holds_closed_values_is_looked_at() -> None:
    places = {said for name, said in vars(at_rest).items() if name.isupper() and isinstance(said, str)} - {at_rest.PREFIX, at_rest.WHOLE}
    section_by_section, alone = {at_rest.JOURNAL, at_rest.OUTBOX, at_rest.STATISTIC}, {at_rest.STATEMENT}
    assert {one.place for one in COLUMNS} | section_by_section | alone == places
