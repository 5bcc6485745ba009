"""The pages of what is parked: who can mend it and how, another try, the last resort; and what officers see meanwhile."""

from collections.abc import Iterator

import pytest

from shared.processing.parking_causes import COULD_NOT_APPLY, WAITS_BEHIND
from shared.protocol.versions import NEWEST
from shared.web.text.messages import REASONS
from tests.browser.desks import words
from tests.shared.client import PageClient
from tests.shared.forge import core, value
from tests.shared.land import rows
from tests.shared.wards import HOME, Ward, warded

WHY = "The vendor cannot mend it <before> the hearing."


@pytest.fixture(scope="module")
def parked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ward, str]]:
    """A case with a parked record, and the address of the page about it; for tests that change nothing."""
    data = tmp_path_factory.mktemp("parked") / "data"
    data.mkdir()
    with warded(data) as made:
        yield made, made.park()


def test_where_nothing_is_parked_the_page_says_so_and_the_navigation_is_as_ever(ward: Ward) -> None:
    page = ward.clinic.get(HOME)
    assert "Nothing yet." in words(page)
    assert f'href="{HOME}"' not in ward.clinic.get("/work")


def test_the_list_tells_why_who_can_mend_it_and_how_many_wait_behind(parked: tuple[Ward, str]) -> None:
    ward, _ = parked
    page = words(ward.clinic.get(HOME))
    assert COULD_NOT_APPLY.words in page
    assert COULD_NOT_APPLY.who in page
    assert "assistance.rs-zdr-bg" in page
    assert f'href="{HOME}"' in ward.clinic.get("/work"), "the navigation leads there"
    assert "Nothing yet." in words(ward.town.at["rs-ir"].get(HOME)), "every agency sees its own"


def test_the_page_of_a_record_tells_what_exactly_and_how_and_never_what_it_says(parked: tuple[Ward, str]) -> None:
    ward, address = parked
    page = words(ward.clinic.get(address))
    for said in (
        COULD_NOT_APPLY.words,
        COULD_NOT_APPLY.how,
        "ZeroDivisionError, trios.py:",
        "handoff.acknowledged.v1",
        "NGO Legal and Psychol",
        "1 later record",
    ):
        assert said in page, said
    assert "must not be told" not in page


def test_a_record_that_waits_behind_shows_the_first_cause_and_leads_there(parked: tuple[Ward, str]) -> None:
    ward, first = parked
    ((partition, place),) = rows(ward.instance, "select partition, place from parked where code = 'waits-behind'")
    page = ward.clinic.get(f"{HOME}/assistance/{partition}/{place}")
    assert WAITS_BEHIND.words in words(page)
    assert COULD_NOT_APPLY.words in words(page)
    assert f'href="{first}"' in page
    assert "set-aside" not in page


def test_a_retry_is_asked_for_and_the_instance_acts_on_it(ward: Ward) -> None:
    address = ward.park()
    ward.ill.types = set()
    assert ward.clinic.post(f"{address}/retry").status_code == 303
    assert "to be tried again" in words(ward.clinic.get(HOME))
    ward.act()
    assert "Nothing yet." in words(ward.clinic.get(HOME))
    ward.clinic.get(address, 404)
    assert ward.clinic.post(f"{address}/retry").status_code == 404


def test_all_can_be_tried_again_at_once(ward: Ward) -> None:
    ward.park()
    ward.ill.types = set()
    assert ward.clinic.post(f"{HOME}/retry").status_code == 303
    ward.act()
    assert rows(ward.instance, "select * from parked") == []


def test_without_a_reason_nothing_is_set_aside_and_the_page_says_what_to_do(parked: tuple[Ward, str]) -> None:
    ward, address = parked
    for reason in ("", "   ", "x" * 501):
        answer = ward.clinic.post(f"{address}/set-aside", reason=reason)
        assert answer.status_code == 422
        assert 'href="#reason"' in answer.text
        assert REASONS["reason-needed"].words in words(answer.text)
        assert reason.strip() in answer.text, "nothing that was typed is lost"
    assert rows(ward.instance, "select distinct aside from parked") == [(0,)]


def test_a_record_set_aside_is_shown_with_officer_and_reason_and_its_case_is_marked(ward: Ward) -> None:
    address = ward.park()
    assert "will differ from theirs" in words(ward.clinic.get(address)), "the consequences are said before"
    assert ward.clinic.post(f"{address}/set-aside", reason=WHY).status_code == 303
    assert "to be set aside" in words(ward.clinic.get(HOME))
    ward.act()
    page = words(ward.clinic.get(HOME))
    assert WHY in page
    assert "Zora" in page
    case = words(ward.clinic.whole(f"/cases/{ward.case}"))
    assert "Your agency’s picture of this case may be incomplete." in case
    assert "Set aside: your agency could not apply it" in case
    assert "Pictures differ." in case, "what came after it cites it"
    assert ward.clinic.client.get(f"/api/assistance/cases/{ward.case}").json()["incomplete"] is True
    assert rows(ward.instance, "select officer from audit where act like 'set_aside:%'") == [("zora",)]
    metrics = ward.clinic.client.get("/metrics").text
    assert 'nrm_set_aside_records{service="assistance"} 1.0' in metrics
    assert 'nrm_parked_records{service="assistance"} 0.0' in metrics


def test_the_metrics_tell_how_many_are_parked_and_since_when(parked: tuple[Ward, str]) -> None:
    ward, _ = parked
    ward.instance.transact(lambda work: work.session.connection().exec_driver_sql("update parked set parked_at = parked_at - 60000"))
    said = dict(line.rsplit(" ", 1) for line in ward.clinic.client.get("/metrics").text.splitlines() if line.startswith("nrm_parked"))
    assert said['nrm_parked_records{service="assistance"}'] == "2.0"
    assert 60 <= float(said['nrm_parked_oldest_seconds{service="assistance"}']) < 600


def test_while_a_case_is_parked_decisions_are_refused_with_an_explanation(parked: tuple[Ward, str]) -> None:
    ward, _ = parked
    handoff = ward.handoff
    said = REASONS["case-parked"].words
    page = ward.clinic.get(f"/cases/{ward.case}")
    assert "nobody at your agency can decide in it now" in words(page)
    assert COULD_NOT_APPLY.who in words(page)
    assert f'href="{HOME}"' in page
    assert f'action="/cases/{ward.case}/handoffs' not in ward.clinic.get(f"/cases/{ward.case}/handoffs/{handoff}"), "no form is offered"
    answer = ward.clinic.post(f"/cases/{ward.case}/handoffs/{handoff}/accept", form_id="accept")
    assert (answer.status_code, said in words(answer.text)) == (409, True)
    told = ward.clinic.client.post("/api/assistance/accept", json={"case": ward.case, "handoff": handoff})
    assert (told.status_code, told.headers["content-type"], told.json()["detail"]) == (409, "application/problem+json", said)
    assert ward.clinic.client.get(f"/api/assistance/cases/{ward.case}").json()["parked"] is True


def test_a_case_whose_first_record_is_parked_is_not_said_to_be_nobodys(ward: Ward) -> None:
    opening = core("new", "case.reported.v1", {"protocol": NEWEST + 1}, "intake.rs-ir", roster=0)
    ward.town.topic.land(b"new", value(opening, readers={"rs-zdr-bg": []}))
    ward.town.carry()
    assert REASONS["case-parked"].words in words(ward.clinic.get("/cases/new", 409))
    assert ward.clinic.client.get("/api/assistance/cases/new").json()["detail"] == REASONS["case-parked"].words


def test_a_place_where_nothing_is_parked_is_said_to_be_none(parked: tuple[Ward, str]) -> None:
    ward, _ = parked
    for place in ("assistance/0/999", "assistance/9/9", "nothing/0/1"):
        assert REASONS["not-parked"].words in words(ward.clinic.get(f"{HOME}/{place}", 404))
        assert ward.clinic.post(f"{HOME}/{place}/set-aside", reason="r").status_code == 404
    for place in ("assistance/x/1", f"assistance/0/{2**70}", "assistance/-1/0"):
        ward.clinic.get(f"{HOME}/{place}", 422)


def test_who_has_not_said_who_they_are_sees_and_does_nothing(parked: tuple[Ward, str]) -> None:
    ward, address = parked
    nobody = PageClient(ward.clinic.client.app, follow_redirects=False)
    for answer in (nobody.get(HOME), nobody.post(f"{address}/set-aside", data={"reason": "r"}), nobody.post(f"{HOME}/retry")):
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/who")
    assert rows(ward.instance, "select distinct aside or retry from parked") == [(0,)]


def test_a_decision_that_can_never_be_sent_is_listed_too(ward: Ward) -> None:
    assert ward.clinic.post(f"/cases/{ward.case}/handoffs/{ward.handoff}/open", form_id="open").status_code == 303
    (row,) = ward.instance.outgoing.take(1)
    ward.instance.outgoing.unfit(row, "KeyError")
    page = words(ward.clinic.get(HOME))
    assert "cannot be turned into a record" in page
    assert "KeyError" in page
