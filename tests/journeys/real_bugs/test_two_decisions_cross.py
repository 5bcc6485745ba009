"""Bugs of real systems in which two decisions about one person cross, as journeys: each ends with both sides told the same verdict.

The numbers are those of docs/real_bugs.md, which says where those stand that are not here.
"""

from shared.protocol.case import HELD, HandoffState
from shared.protocol.vocabulary import Need
from tests.browser.desks import words
from tests.journeys.real_bugs.conftest import CLINIC, LEAD, Story

DID_NOT_COUNT = "Did not count: something that came first made it impossible."
HEALTH, LEGAL = Need.HEALTH, Need.LEGAL


def test_r01_a_request_that_is_taken_back_crosses_its_acceptance(story: Story) -> None:
    story.says(story.clinic, "open")
    story.town.carry()
    story.says(story.lead, "revoke")
    story.says(story.clinic, "accept")
    story.first(LEAD)
    assert story.same_everywhere().handoffs[story.handoff().id].state is HandoffState.REVOKED
    for history in story.told(story.clinic, story.lead):
        assert DID_NOT_COUNT in history
    assert "Your decision did not count" in words(story.clinic.get("/today")), "who accepted is told on the first page"


def test_r01_the_other_way_round_the_acceptance_stands(story: Story) -> None:
    story.says(story.clinic, "open")
    story.town.carry()
    story.says(story.lead, "revoke")
    story.says(story.clinic, "accept")
    story.first(CLINIC)
    assert story.same_everywhere().handoffs[story.handoff().id].state is HandoffState.ACCEPTED
    for history in story.told(story.clinic, story.lead):
        assert DID_NOT_COUNT in history
    assert "Your decision did not count" in words(story.lead.get("/today")), "the help stands, and who took it back knows"


def test_r02_a_second_request_while_one_is_pending_is_another_and_both_are_seen_by_both(story: Story) -> None:
    first = story.handoff()
    consent = {"agency": CLINIC, "need": "health", "classes": ["D1", "D2"], "language": "sr"}
    assert story.lead.post(f"/lead/{story.case}/record-consent", form_id=f"{story.case} c", **consent).status_code == 303
    again = story.lead.post(f"/lead/{story.case}/add-agency", form_id=f"{story.case} again", agency=CLINIC, need="health")
    story.town.carry()
    asked = [h for h in story.same_everywhere().handoffs.values() if h.need is HEALTH and h.to == CLINIC]
    if again.status_code != 303:
        assert [h.id for h in asked] == [first.id], "it was refused, with the reason, and nothing changed"
        assert "There is a problem" in words(again.text) or again.status_code == 409
        return
    assert [h.waiting for h in asked] == [True, True]
    for one in asked:
        assert one.id in story.clinic.get("/work"), "each is answered for itself"


def test_r03_an_acceptance_of_what_was_closed_meanwhile_takes_nothing_on(story: Story) -> None:
    story.says(story.clinic, "open")
    story.town.carry()
    page = story.lead.get(f"/lead/{story.case}/close")
    answers: dict[str, list[str]] = {"handoffs": [f"{h.id} not_needed" for h in story.picture().handoffs.values() if h.to != LEAD]}
    assert "What is still open" in words(page)
    closed = story.lead.post(f"/lead/{story.case}/close", form_id=f"{story.case} close", reason="goals_met", **answers)
    assert closed.status_code == 303, words(closed.text)[:400]
    story.says(story.clinic, "accept")
    story.first(LEAD)
    ended = story.same_everywhere()
    assert ended.closed_at is not None
    assert not any(h.state in HELD for h in ended.handoffs.values())
    for history in story.told(story.clinic, story.lead):
        assert DID_NOT_COUNT in history


def test_r04_a_page_that_was_open_when_somebody_else_decided_says_so_and_decides_nothing(story: Story) -> None:
    """That a stale page does nothing is the same for every decision; of who led the case before, tests/journeys/test_real_bugs.py tells."""
    story.says(story.clinic, "open")
    story.town.carry()
    path = f"/cases/{story.case}/handoffs/{story.handoff().id}"
    page = story.clinic.get(path)
    head, form = story.clinic.head(page, f"{path}/accept"), story.clinic.form_id(page, f"{path}/accept")
    story.says(story.lead, "revoke")
    story.town.carry()
    late = story.clinic.post(f"{path}/accept", form_id=form, head=head)
    assert late.status_code == 409
    story.town.carry()
    assert story.same_everywhere().handoffs[story.handoff().id].state is HandoffState.REVOKED
    for history in story.told(story.clinic, story.lead):
        assert DID_NOT_COUNT not in history, "nothing was sent"


def test_r06_what_others_add_to_a_case_changes_nobodys_responsibility(story: Story) -> None:
    story.says(story.clinic, "open")
    story.says(story.clinic, "accept")
    story.town.carry()
    before = {h.id: (h.giver, h.to, h.state) for h in story.same_everywhere().handoffs.values()}
    person = f"/cases/{story.case}/person/state"
    for visitor in (story.clinic, story.reporter):
        said = {"fields": ["language"], "language": "sr", "source": "said"}
        visitor.post(person, form_id=f"{story.case} {visitor.agency}", **said)
    called = story.reporter.post(f"/cases/{story.case}/called", form_id=f"{story.case} called", agency=CLINIC)
    assert called.status_code in (303, 422)
    story.town.carry()
    after = story.same_everywhere()
    assert (after.lead, {h.id: (h.giver, h.to, h.state) for h in after.handoffs.values()}) == (LEAD, before)


def test_r09_what_was_decided_while_its_author_was_being_taken_out_counts_for_nobody(story: Story) -> None:
    """R20 too: consent is withdrawn while a hand-off is on its way."""
    story.says(story.clinic, "open")
    story.town.carry()
    story.says(story.clinic, "accept")
    gone = story.lead.post(f"/lead/{story.case}/withdraw", form_id=f"{story.case} w", agency=CLINIC)
    assert gone.status_code == 303, words(gone.text)[:400]
    story.first(LEAD)
    here = story.same_everywhere()
    assert CLINIC not in here.agencies
    assert story.handoff().state is HandoffState.RETURNED
    assert not any(h.to == CLINIC and h.state in HELD for h in here.handoffs.values())
    assert "Your decision did not count" in words(story.clinic.get("/today")), "who decided is told"
    assert "must find help elsewhere" in words(story.lead.get(f"/lead/{story.case}")) or "It is back" in words(
        story.lead.get(f"/cases/{story.case}/handoffs/{story.handoff().id}")
    )


def test_r21_who_consents_again_is_told_of_again(story: Story) -> None:
    gone = story.lead.post(f"/lead/{story.case}/withdraw", form_id=f"{story.case} w", agency=CLINIC)
    assert gone.status_code == 303
    story.town.carry()
    assert CLINIC not in story.same_everywhere().agencies
    consent = {"agency": CLINIC, "need": "health", "classes": ["D1", "D2"], "language": "sr", "months": "3"}
    assert story.lead.post(f"/lead/{story.case}/record-consent", form_id=f"{story.case} c", **consent).status_code == 303
    story.town.carry()
    assert story.lead.post(f"/lead/{story.case}/add-agency", form_id=f"{story.case} a", agency=CLINIC, need="health").status_code == 303
    story.town.carry()
    here = story.same_everywhere()
    assert CLINIC in here.agencies
    assert story.handoff().waiting
    assert story.handoff().id in story.clinic.get("/work")
