"""Bugs of real systems after which somebody accepted and nobody had it, as journeys (docs/real_bugs.md has the numbers)."""

from services.intake.handlers.reports import ImportedReport, file_report
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import AgeBand, Need
from tests.browser.desks import REPORT, words
from tests.journeys.real_bugs.conftest import CLINIC, Story, instance


def test_r07_whoever_accepted_finds_it_in_every_list_of_theirs(story: Story) -> None:
    story.says(story.clinic, "open")
    story.says(story.clinic, "accept")
    story.town.carry()
    for page in ("/today?whose=agency", "/work", "/cases"):
        assert f"/cases/{story.case}" in story.clinic.get(page), page
    assert story.same_everywhere().handoffs[story.handoff().id].state is HandoffState.ACCEPTED


def test_r07_of_what_came_back_nobody_is_told_to_phone_the_agency_that_may_not_know_any_more(story: Story) -> None:
    gone = story.lead.post(f"/lead/{story.case}/withdraw", form_id=f"{story.case} w", agency=CLINIC)
    assert gone.status_code == 303
    story.town.carry()
    (row,) = [one for one in story.lead.get("/today?whose=agency&what=reassign&need=health").split("<li") if story.case in one]
    assert "Labour Inspectorate waits for it." in words(row)
    assert "Health Centre" not in words(row), "it is in the case no longer"


def test_r08_what_nobody_knows_in_a_form_stands_in_no_ones_way(story: Story) -> None:
    """Documents that come along are in journeys of their own: tests/journeys/test_documents_travel.py."""
    story.says(story.clinic, "open", extra="unheard of")
    story.says(story.clinic, "accept", extra="unheard of", attachment="unheard of")
    story.town.carry()
    assert story.same_everywhere().handoffs[story.handoff().id].state is HandoffState.ACCEPTED


def test_r15_what_comes_twice_is_one_task_and_one_row(story: Story) -> None:
    story.says(story.clinic, "open")
    story.says(story.clinic, "accept")
    story.town.carry()
    before, lists = story.same_everywhere(), (words(story.clinic.get("/today?whose=agency")), words(story.lead.get("/today?whose=agency")))
    again = [one for one in story.town.topic.all() if one.key == story.case.encode()]
    assert len(again) > 5
    for record in again:
        story.town.topic.land(record.key, record.value)
    story.town.carry()
    assert story.same_everywhere().model_dump() == before.model_dump()
    assert (words(story.clinic.get("/today?whose=agency")), words(story.lead.get("/today?whose=agency"))) == lists


def test_r16_a_persons_report_is_stored_and_seen_at_once_behind_a_heap_of_others(story: Story) -> None:
    """Whatever waits to be sent keeps nobody's own decision from being stored and shown; of each case one record goes at a time."""
    intake = instance(story.town, "intake.rs-ir")
    told = ImportedReport(danger=False, consent=True, age=AgeBand.ADULT, needs=(Need.LEGAL,))

    def heap(work: UnitOfWork) -> None:
        for n in range(150):
            intake.decide_in(work, file_report, told, form=f"heap {story.case} {n}", officer="ines")

    intake.transact(heap)
    assert len(intake.outgoing) == 150
    danger = REPORT | {"danger": "true", "needs": ["safety"]}
    sent = story.reporter.post("/reports/new", form_id=f"{story.case} danger", **danger)
    case = sent.headers["location"].rpartition("/")[2]
    assert "not sent to the others yet" in words(story.reporter.get(f"/reports/{case}")).lower() or case in story.reporter.get("/reports")
    story.town.carry()
    assert len(intake.outgoing) == 0
    assert f"/lead/{case}" in story.lead.get("/today?whose=agency").partition("own-pages")[0], "danger stands first at the lead"
