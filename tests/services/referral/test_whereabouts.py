"""The municipality is told to who needs it until a shelter has the person: then it is blank, as if nobody had ever stated it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.decisions.errors import RuleBroken
from shared.processing.instance import Instance
from shared.protocol.case_file import Group
from shared.protocol.statement_readers import readers
from shared.protocol.whereabouts import sheltered
from tests.browser.desks import REPORT, Town, town, words
from tests.services.referral.street import HOUSE, LAND
from tests.shared.land import SERVICES, Hand, database, report, rows, templates

SOCIAL = "rs-csr-ns"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_csr_ns="sofija", rs_kuca="mara") as made:
        yield made


def state(made: Town, agency: str, base: str, place: str, form: str) -> None:
    said = made.at[agency].post(f"{base}/person/municipality", form_id=form, source="said", municipality=place)
    assert said.status_code == 303, words(said.text)
    made.carry()


def answer(made: Town, agency: str, *steps: str, **more: str) -> str:
    """Answer what waits at an agency; the case it has it in."""
    work = made.at[agency].get("/work")
    there = work[work.index('href="/cases/') + 6 :].partition('"')[0]
    for step in steps:
        assert made.at[agency].post(f"{there}/{step}", form_id=f"{agency}{step}{there}", **more).status_code == 303
    made.carry()
    return there.split("/")[2]


def test_once_a_shelter_has_the_person_the_municipality_is_blank_but_for_the_lead(made: Town) -> None:
    lead, social, reporter = (made.at[agency] for agency in ("rs-czztlj", SOCIAL, "rs-ir"))
    sent = reporter.post("/reports/new", form_id="r", **REPORT | {"needs": ["social_care"], "place": "Canary Sad"})
    case = sent.headers["location"].rpartition("/")[2]
    made.carry()
    assert "Canary Sad" in words(lead.get(f"/lead/{case}/person")), "the report has told it"
    consent = {"agency": SOCIAL, "need": "social_care", "classes": ["D1", "D3", "D5"], "language": "sr"}
    assert lead.post(f"/lead/{case}/record-consent", form_id="c", **consent).status_code == 303
    if not any(one.to == SOCIAL for one in made.picture(case).handoffs.values()):
        assert lead.post(f"/lead/{case}/add-agency", form_id="a", agency=SOCIAL, need="social_care").status_code == 303
    made.carry()
    answer(made, SOCIAL, "open", "accept")
    assert "Canary Sad" in words(social.get(f"/cases/{case}/person"))

    agreed = {"agency": "rs-kuca", "need": "housing", "classes": "D1", "language": "sr"}
    assert lead.post(f"/lead/{case}/record-consent", form_id="k", **agreed).status_code == 303
    assert lead.post(f"/lead/{case}/ask-confidential", form_id="s", agency="rs-kuca", need="housing").status_code == 303
    made.carry()
    assert "Canary Sad" in words(social.get(f"/cases/{case}/person")), "asked is not taken in"
    letter = {
        "kind": "social_services",
        "need": "social_care",
        "to": "Centar Test",
        "words": "A.",
        "groups": ["municipality"],
        "agreed": "true",
    }
    paper = f"/lead/{case}/letter"
    assert 'value="municipality"' in lead.get(f"{paper}?kind=social_services&need=social_care")
    assert lead.post(paper, form_id="before", **letter).status_code == 200
    said = stated(made)
    answer(made, "rs-kuca", "open", "accept")
    assert sheltered(made.picture(case))
    assert readers(made.picture(case), Group.MUNICIPALITY, made.clock.at) == ["rs-czztlj"]
    for visitor, page in ((social, f"/cases/{case}/person"), (reporter, f"/reports/{case}/person")):
        assert "Canary Sad" not in visitor.get(page)
    assert "Canary Sad" not in social.get(f"/api/assistance/cases/{case}/person")
    assert "Canary Sad" in words(lead.get(f"/lead/{case}/person")), "it must know"
    assert 'value="municipality"' not in lead.get(f"{paper}?kind=social_services&need=social_care"), "and tells it to nobody outside either"
    for form in ("before", "after"):
        refused = lead.post(paper, form_id=form, **letter)
        assert refused.status_code == 422, "nor prints it again"
        assert "must not repeat this" in words(refused.text)
    assert stated(made) == said, "nothing is said because it went blank"

    state(made, "rs-ir", f"/reports/{case}", "Canary Hills", "moved")
    assert "Canary Hills" in words(lead.get(f"/lead/{case}/person"))
    for visitor, page in ((social, f"/cases/{case}/person"), (reporter, f"/reports/{case}/person")):
        assert "Canary Hills" not in visitor.get(page)
    there = next(one for one in made.instances if one.me == f"assistance.{SOCIAL}")
    assert rows(there, "select count(*) from statement where field = 'municipality'") == [(1,)], "what was said later never came"


def stated(made: Town) -> int:
    """How many records of statements the lead has read."""
    lead = next(one for one in made.instances if one.me == "referral.rs-czztlj")
    ((count,),) = rows(lead, "select count(*) from journal where type = 'statement.made.v1'")
    return count


def test_a_shelter_cannot_report_a_case_in_which_it_would_stand_by_its_name(tmp_path: Path) -> None:
    """Its opening would name it to whoever joins, so it does not count: the shelter asks the lead, or whoever met the person reports."""
    made = database(tmp_path, templates(), SERVICES["intake"], f"intake.{HOUSE.id}")
    house = Instance(SERVICES["intake"], HOUSE.id, LAND, f"sqlite:///{made}", Hand())
    house.catches_up()
    with pytest.raises(RuleBroken):
        report(house)
    assert rows(house, "select count(*) from outbox") == rows(house, "select count(*) from report") == [(0,)]
    house.close()
