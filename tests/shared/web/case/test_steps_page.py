"""Steps of proceedings, and regions, on the page of the person: asked of who is competent, corrected as a whole, taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.desks import Town, town, words
from tests.shared.land import rows
from tests.shared.web.case.test_bad_input_of_the_person import problem, state
from tests.shared.web.case.test_person_page import CHILD, INSPECTOR, LEAD, filed


@pytest.fixture
def serbia(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        yield made


def standing(land: Town) -> list[tuple[str, str]]:
    land.carry()
    lead = next(one for one in land.instances if one.me == f"referral.{LEAD}")
    asked = "('milestone', 'compensation', 'granted', 'exploitation_region')"
    return rows(lead, f"select field, id from statement where superseded_by is null and not withdrawn and field in {asked} order by seq")


DAY = {"milestone-on-day": "3", "milestone-on-month": "2", "milestone-on-year": "2025"}


def test_a_step_is_stated_corrected_and_taken_back_and_a_region_is_chosen(serbia: Town) -> None:
    jelena, ines = serbia.at[LEAD], serbia.at[INSPECTOR]
    case = filed(serbia, **CHILD)
    serbia.carry()
    here, there = f"/lead/{case}", f"/reports/{case}"
    theirs = words(ines.get(f"{there}/person/proceedings"))
    assert "Reported to police or prosecution" in theirs
    assert "Convicted" not in theirs, "an inspector convicts nobody"
    assert "Granted or refused" not in words(ines.get(f"{there}/person/residence"))
    assert state(ines, there, "exploitation_words", "r", exploitation_region="RS12").status_code == 303
    assert "Vojvodina region" in words(ines.get(f"{there}/person"))

    step = {"milestone": "charged", "milestone-detail": "trafficking"}
    for answers, says in (
        (step, "write day, month and year"), ({**DAY, "milestone": "charged"}, "choose what happened"),
        ({**step, **DAY, "milestone-on-year": "2099"}, "this day has not been yet"),
    ):  # fmt: skip
        answer = state(jelena, here, "proceedings", f"bad {says}", **answers)
        assert says in problem(answer)
        assert 'href="#milestone"' in answer.text
        assert '<option value="charged" selected' in answer.text, "nothing typed is lost"
    assert state(jelena, here, "proceedings", "s", **step, **DAY).status_code == 303
    assert "Charged, Trafficking in human beings, 3 Feb 2025" in words(jelena.get(f"{here}/person"))
    (_, (_, id)) = standing(serbia)
    form = jelena.get(f"{here}/person/proceedings")
    name = f"milestone-{id}"
    assert f'name="{name}-on-day"' in form
    kept = {name: "charged", f"{name}-detail": "trafficking", f"{name}-on-day": "4", f"{name}-on-month": "2", f"{name}-on-year": "2025"}
    assert state(jelena, here, "proceedings", "c", **kept).status_code == 303
    page = words(jelena.get(f"{here}/person"))
    assert "Charged, Trafficking in human beings, 4 Feb 2025" in page
    assert "What it was before" in page
    (_, (_, id)) = standing(serbia)
    empty = {part.replace(name, f"milestone-{id}"): "" for part in kept}
    assert state(jelena, here, "proceedings", "t", **empty).status_code == 303
    assert [field for field, _ in standing(serbia)] == ["exploitation_region"]


def test_a_program_is_told_why_it_may_not_state_a_step(serbia: Town) -> None:
    case = filed(serbia, **CHILD)
    serbia.carry()
    told = [{"field": "granted", "value": "2025-02-03 reflection", "source": "said"}]
    answer = serbia.at[INSPECTOR].client.post(
        "/api/intake/state", json={"case": case, "statements": told}, headers={"Idempotency-Key": "k"}
    )
    assert (answer.status_code, "Your agency cannot state this" in answer.text) == (403, True)
