"""Packs: what a body asks for is made of our tables, says what is not collected, and leaves the restricted view for nobody."""

import csv
from collections import Counter
from io import StringIO

import pytest
from typer.testing import CliRunner

from deploy.commands.figures import report
from services.reporting.rules.exchange.packs import PACKS, UnknownPack, counted_for, pack_of
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.citizenship import citizenship_group
from tests.services.reporting import recount
from tests.services.reporting.test_stated_tables import told as stated
from tests.services.reporting.test_tables import COUNTED, KINDS, LEAD, NAMES, desk, give, told
from tests.shared.land import rows

__all__ = ["desk", "stated", "told"]


def file_of(client, id: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get(f"/figures/packs/{id}/file.csv").text.removeprefix("\ufeff"))))


def test_every_table_of_a_pack_is_made_of_one_of_ours_by_as_many_values_or_says_why_not() -> None:
    for pack in PACKS:
        assert pack.verified
        assert len({one.id for one in pack.tables}) == len(pack.tables)
        for one in pack.tables:
            assert (one.asked is None) == (not one.made_of)
            assert one.note or one.asked is not None, "what is not collected says why"
            if one.asked is not None:
                values = tuple("identified" if name == "standing" else "x" for name in BY_ID[one.made_of].dimensions)
                (told,) = one.asked(values, "RS")
                assert len(told) == len(one.dimensions), one.id
    with pytest.raises(UnknownPack, match="eurostat, glotip, greta"):
        pack_of("oecd")


def test_who_was_found_not_to_be_a_victim_is_in_no_number_by_standing_and_other_lines_say_that_they_have_them() -> None:
    by_sex = pack_of("eurostat").tables[0]
    cells = [("2025", (standing, "male", "adult"), n) for standing, n in (("identified", 2), ("undecided", 3), ("not_identified", 9))]
    assert counted_for(by_sex, [*cells, ("2024", ("identified", "male", "adult"), 7)], "2025", "RS") == [
        (("identified", "male", "adult"), 2), (("undecided", "male", "adult"), 3),
    ]  # fmt: skip
    for pack in PACKS:
        for one in (one for one in pack.tables if one.asked is not None):
            assert ("standing" in one.dimensions) is not ("who was found not to be" in one.note.casefold()), one.id


@pytest.mark.parametrize(
    ("nationality", "home", "group"),
    [("RS", "RS", "home"), ("FI", "RS", "eu"), ("FI", "FI", "home"), ("MD", "RS", "other"), ("stateless", "RS", "stateless"),
     ("", "", "unknown"), ("RS", "", "unknown"), ("FI", "", "unknown"), ("stateless", "", "stateless"),
     ("Vietnam", "GB", "unknown"), ("unknown", "RS", "unknown")],
)  # fmt: skip
def test_groups_of_citizenship(nationality: str, home: str, group: str) -> None:
    assert citizenship_group(nationality, home) == group


def test_a_pack_is_what_a_recount_of_the_journal_says(told, desk) -> None:
    (life, bodies), (client, _) = told, desk
    assert "nothing is known" in client.get("/figures/packs/greta").text
    give(desk[1], bodies)
    again = recount.tables(rows(life.instances[LEAD], COUNTED), KINDS, NAMES, life.clock.at)
    by_sex = Counter({(" · ".join(values)): n for (_, values), n in again["T1b"].items() if values[0] != "not_identified"})
    groups = Counter()
    for (_, (standing, nationality)), n in again["T1d"].items():
        groups[f"{standing} · {citizenship_group(nationality, 'RS')}"] += n
    lines = file_of(client, "eurostat")
    assert {line["values"]: int(line["n"]) for line in lines if line["table"] == "E1"} == by_sex
    assert {line["values"]: int(line["n"]) for line in lines if line["table"] == "E3"} == groups
    suspects = next(line for line in lines if line["table"] == "E6")
    assert (suspects["n"], suspects["note"]) == ("", "not collected"), "no zero"


def test_what_was_stated_is_in_the_packs_and_the_page_has_all_of_them(stated, desk) -> None:
    _, _, bodies = stated
    client, instance = desk
    give(instance, bodies)
    lines = {(line["table"], line["values"]): line["n"] for line in file_of(client, "greta")}
    assert lines["R6", "reflection"] == "1"
    assert lines["R8", "charged · trafficking"] == "2"
    assert ("R8", "reported · trafficking") not in lines, "that was the year before"
    page = client.get("/figures/packs/greta?year=2024").text
    assert "Reported to police or prosecution" in page
    assert "Repatriation and return" in page
    assert "Not collected" in page
    assert client.get("/figures/packs/oecd").status_code == 404
    assert "Suspected, prosecuted" in client.get("/figures/packs").text


def test_the_command_asks_for_a_pack_or_says_what_there_is() -> None:
    bare = CliRunner().invoke(report, [])
    assert bare.exit_code == 2
    assert "--pack" in bare.output
