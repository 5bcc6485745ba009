"""What a person asks at one agency, on the pages of the other that was told the same: whom it asks, the answer, and both lists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.referral.handlers.ending import close_case
from tests.browser.desks import Town, Visitor, town, words
from tests.shared.land import closing, decide
from tests.shared.web.case.test_person_page import CHILD, INSPECTOR, LEAD, NAME, filed, stated

WORDS = "I am called Invented, and not so"


@pytest.fixture
def serbia(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_pu_bg="petar") as made:
        yield made


def asked_by(visitor: Visitor, base: str, decision: str) -> str:
    """The request that a step of the page is about."""
    found = re.search(rf"{base}/rights/{decision}\?request=([0-9a-f]+)", visitor.get(f"{base}/rights"))
    assert found is not None
    return found[1]


def test_it_is_asked_answered_and_seen_on_both_sides(serbia: Town) -> None:
    case = filed(serbia, **CHILD)
    ines, jelena, mine, theirs = serbia.at[INSPECTOR], serbia.at[LEAD], f"/reports/{case}", f"/lead/{case}"
    none = ines.get(f"{mine}/rights/object")
    assert "No other agency was told anything of it" in words(none)
    stated(ines, mine, "name", **NAME)
    serbia.carry()
    form = words(ines.get(f"{mine}/rights/object"))
    assert "These agencies were told some of it: Centre for Social Work Novi Sad : Name Centre for Human Trafficking" in form
    wrong = ines.post(f"{mine}/rights/object", form_id="o1", groups="name", words=WORDS, others="perhaps")
    assert wrong.status_code == 422
    assert WORDS in words(wrong.text)
    assert ines.post(f"{mine}/rights/object", form_id="o2", groups="name", words=WORDS, others="yes").status_code == 303
    assert "waits for its answer until" in words(ines.get(f"{mine}/rights"))
    assert "was asked for the person" in words(ines.get("/reports"))
    serbia.carry()

    page = words(jelena.get(f"{theirs}/rights"))
    assert "at Labour Inspectorate, which asks your agency to do the same" in page
    assert WORDS in page
    assert "Until you decide it is restricted here" in page
    assert "The person does not want it any more" not in page, "it is answered, and not dropped"
    assert "People ask about their data" in words(jelena.get("/lead"))
    id = asked_by(jelena, theirs, "answer-request")
    answers = {"request": id, "outcome": "refused", "reason": "duty", "law": "Invented Act, art. 3"}
    for lacks, says in (("reason", "Choose why you do not do it"), ("law", "Name the law")):
        sent = jelena.post(f"{theirs}/rights/answer-request", form_id=f"no {lacks}", **{k: v for k, v in answers.items() if k != lacks})
        assert sent.status_code == 422
        assert says in words(sent.text)
    long = jelena.post(f"{theirs}/rights/answer-request", form_id="long", **{**answers, "law": "§ " * 500})
    assert long.status_code == 422
    assert jelena.post(f"{theirs}/rights/answer-request", form_id="a", **answers).status_code == 303
    assert "People ask about their data" not in words(jelena.get("/lead"))
    serbia.carry()

    told = words(ines.get(f"{mine}/rights"))
    assert "has refused it" in told
    assert "A law obliges us to keep it and to use it. By which law: Invented Act, art. 3." in told
    waits = words(ines.get("/reports"))
    assert "What Centre for Social Work Novi Sad was asked for the person" in waits, "who has yet to answer"
    assert waits.count("was asked for the person") == 1


def test_what_ended_where_it_was_asked_is_ended_by_the_other_too_and_a_letter_is_written_down(serbia: Town) -> None:
    case = filed(serbia, **CHILD)
    ines, jelena, mine, theirs = serbia.at[INSPECTOR], serbia.at[LEAD], f"/reports/{case}", f"/lead/{case}"
    stated(ines, mine, "name", **NAME)
    serbia.carry()
    ines.post(f"{mine}/rights/restrict", form_id="r", groups="name", ground="contested", others="yes")
    ines.post(f"{mine}/rights/object", form_id="o", groups="name", words=WORDS, others="yes")
    serbia.carry()
    link = re.findall(rf"{mine}/rights/note-others-answer\?request=([0-9a-f]+)&amp;agency={LEAD}", ines.get(f"{mine}/rights"))
    assert len(link) == 2
    assert "by telephone or letter" in words(ines.get(f"{mine}/rights/note-others-answer?request={link[0]}&agency={LEAD}"))
    noted = {"request": link[0], "agency": LEAD, "outcome": "done", "words": "called on Monday"}
    assert ines.post(f"{mine}/rights/note-others-answer", form_id="n", **noted).status_code == 303
    assert "called on Monday" in words(ines.get(f"{mine}/rights"))
    assert ines.post(f"{mine}/rights/note-others-answer", form_id="n2", **noted).status_code == 409
    ines.get(f"{mine}/rights/note-others-answer?request={link[0]}&agency=rs-zdr-bg", 409)
    lifted = asked_by(ines, mine, "lift-restriction")
    assert ines.post(f"{mine}/rights/lift-restriction", form_id="l", request=lifted, words="The person says so.").status_code == 303
    serbia.carry()
    page = jelena.get(f"{theirs}/rights")
    assert "has ended where it was asked" in words(page)
    assert "End it here, too" in words(page)
    ended = asked_by(jelena, theirs, "end-request")
    assert jelena.post(f"{theirs}/rights/end-request", form_id="e", request=ended, words="likewise").status_code == 303
    assert "End it here, too" not in words(jelena.get(f"{theirs}/rights"))


def test_of_a_closed_case_others_are_asked_by_telephone_and_stand_in_the_list(serbia: Town) -> None:
    case = filed(serbia, **CHILD)
    ines, mine = serbia.at[INSPECTOR], f"/reports/{case}"
    stated(ines, mine, "name", **NAME)
    serbia.carry()
    lead = next(one for one in serbia.instances if one.me == f"referral.{LEAD}")
    assert decide(lead, close_case, closing(lead, case), "close").keys
    serbia.carry()
    for decision in ("restrict", "object", "ask-correction"):
        form = words(ines.get(f"{mine}/rights/{decision}"))
        assert "The case is closed, so nothing can be sent through it: ask them by telephone or letter." in form, decision
        assert "Yes: we ask each by telephone or letter" in form, decision
    assert ines.post(f"{mine}/rights/restrict", form_id="r", groups="name", ground="contested").status_code == 303
    assert "was asked for the person" not in words(ines.get("/reports")), "a program that says nothing of it asks nobody"
    asks = {"groups": "name", "ground": "contested", "others": "yes"}
    assert ines.post(f"{mine}/rights/restrict", form_id="r2", **asks).status_code == 303
    assert "was asked for the person" in words(ines.get("/reports")), "it stands in the list until the answer is written down"
