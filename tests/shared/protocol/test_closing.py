"""Closing and reopening: everything that is open is answered, everybody learns the answer, and the lead can take the closing back."""

import pytest

from shared.protocol.case import HandoffState, TaskState, Verdict
from shared.protocol.clocks import clocks
from shared.protocol.closing import open_handoffs, open_tasks
from shared.protocol.events import (
    ActionTaken,
    CaseClosed,
    CaseReopened,
    HandoffAccepted,
    HandoffCompleted,
    RosterSet,
    TaskBegun,
    TaskCompleted,
    TaskPlanned,
)
from shared.protocol.facts import EndedTask, PlannedTask
from shared.protocol.fold import Follow
from shared.protocol.stages import stages
from shared.protocol.standing import against
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import ActionCode, CloseReason, Ending, Need, ReopenReason
from tests.shared.protocol.cases import HEALTH, LEAD, LEADING, NGO, POLICE, REPORTER, SOCIAL, Story, acting, held, members
from tests.shared.protocol.plays import closing

AGAIN = CaseReopened(reason=ReopenReason.NEEDS_HELP)
LATER = 1_000


def busy() -> Story:
    """Two agencies act together, one of them has begun; a third has not answered."""
    story = held(SOCIAL, NGO, protocol=NEWEST)
    story.asks("waits", LEADING, HEALTH, Need.HEALTH)
    story.starts_joint(SOCIAL, NGO)
    story.counts(acting(SOCIAL), TaskBegun(task=f"t-{SOCIAL}"))
    story.counts(acting(SOCIAL), ActionTaken(handoff=SOCIAL, action=ActionCode.INTERVIEW_HELD))
    return story


def test_a_closing_without_an_answer_to_what_is_open_does_not_count() -> None:
    story = busy()
    bare = CaseClosed(reason=CloseReason.GOALS_MET)
    assert story.say(LEADING, bare) is Verdict.SUPERSEDED
    assert against(story.case, bare) == "closing-unanswered"
    for gone in open_handoffs(story.case):
        whole = closing(story.case)
        but_one = whole.model_copy(update={"handoffs": tuple(h for h in whole.handoffs if h.handoff != gone.id)})
        assert story.say(LEADING, but_one) is Verdict.SUPERSEDED, gone.to
    assert story.case.closed_at is None


def test_what_was_asked_after_the_lead_looked_stands_against_the_closing() -> None:
    story = busy()
    looked = closing(story.case)
    story.asks("meanwhile", acting(SOCIAL), POLICE, Need.INVESTIGATION)
    assert story.say(LEADING, looked) is Verdict.SUPERSEDED
    story.counts(LEADING, closing(story.case))


def test_what_ended_after_the_lead_looked_does_not() -> None:
    story = held(SOCIAL, NGO, protocol=NEWEST)
    looked = closing(story.case)
    story.counts(acting(NGO), HandoffCompleted(handoff=NGO))
    story.counts(LEADING, looked)
    assert story[NGO].state is HandoffState.COMPLETED
    assert story[NGO].ending is None


@pytest.mark.parametrize("ending", list(Ending))
def test_all_that_is_open_ends_with_its_answer(ending: Ending) -> None:
    story = busy()
    story.counts(LEADING, closing(story.case, ending))
    assert {h.state for h in story.case.handoffs.values()} == {HandoffState.ENDED}
    assert {h.ending for h in story.case.handoffs.values() if h.to != LEAD} == {ending}
    assert {(t.state, t.ending) for t in story.case.tasks.values()} == {(TaskState.ENDED, ending)}
    assert not open_handoffs(story.case)
    assert not open_tasks(story.case)
    assert all(t.ended_at == story.now for t in story.case.tasks.values())


def test_a_task_of_its_own_has_an_answer_of_its_own() -> None:
    story = busy()
    own = PlannedTask(task="own", owner=NGO, need=Need.LEGAL, due=story.now + LATER)
    story.counts(acting(NGO), TaskPlanned(planned=own))
    whole = closing(story.case)
    assert [t.task for t in whole.tasks] == ["own"]
    assert story.say(LEADING, whole.model_copy(update={"tasks": ()})) is Verdict.SUPERSEDED
    story.counts(LEADING, whole.model_copy(update={"tasks": (EndedTask(task="own", ending=Ending.ELSEWHERE),)}))
    assert story.case.tasks["own"].ending is Ending.ELSEWHERE


def test_nothing_moves_in_a_closed_case_and_no_clock_runs() -> None:
    story = busy()
    story.counts(LEADING, closing(story.case))
    assert story.say(acting(HEALTH), HandoffAccepted(handoff="waits")) is Verdict.SUPERSEDED
    assert clocks(story.case, LEADING) == ()
    assert not [move for move in (story.say(LEADING, closing(story.case)),) if move is Verdict.COUNTED]


def test_a_reopened_case_stands_with_what_agencies_had_taken_on() -> None:
    story = busy()
    before = story.case
    story.counts(LEADING, closing(story.case))
    closed_at = story.now
    story.counts(LEADING, AGAIN, at=closed_at + LATER)
    assert (story.case.closed_at, story.case.reopened_at, story.case.reopen_reason) == (None, closed_at + LATER, AGAIN.reason)
    assert story[SOCIAL] == before.handoffs[SOCIAL]
    assert story[NGO] == before.handoffs[NGO]
    for id, task in before.tasks.items():
        assert story.case.tasks[id] == task.model_copy(update={"due": task.due + LATER}), "the time it was closed is nobody's delay"
    assert story[SOCIAL].state is HandoffState.ACTING
    story.counts(acting(SOCIAL), TaskCompleted(task=f"t-{SOCIAL}"))


def test_what_nobody_had_answered_is_asked_anew_and_not_counted_twice() -> None:
    story = busy()
    waiting = story["waits"]
    story.counts(LEADING, closing(story.case))
    assert [s.name for s in stages(waiting, story["waits"], story.now)] == ["answered"], "the wait ended with the case"
    ended = story.case
    story.counts(LEADING, AGAIN)
    assert story["waits"] == ended.handoffs["waits"]
    assert [s for h in story.case.handoffs.values() for s in stages(ended.handoffs[h.id], h, story.now)] == []
    story.asks("anew", LEADING, HEALTH, Need.HEALTH)
    assert {c.event.model_dump()["handoff"] for c in clocks(story.case, LEADING)} == {"anew"}


def test_what_is_done_stays_done() -> None:
    story = busy()
    story.counts(LEADING, closing(story.case, Ending.DONE))
    follow = story.counts(LEADING, AGAIN)
    assert {h.state for h in story.case.handoffs.values() if h.to != LEAD} == {HandoffState.ENDED}
    assert [f.follow for f in follow] == [Follow.COMPLETE_JOINT], "no task is open any more"


def test_who_left_while_it_was_closed_gets_nothing_back() -> None:
    story = busy()
    story.counts(LEADING, closing(story.case))
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL)))
    story.counts(LEADING, AGAIN)
    assert story[NGO].state is HandoffState.ENDED
    assert story.case.tasks[f"t-{NGO}"].state is TaskState.ENDED
    assert story[SOCIAL].state is HandoffState.ACTING


def test_only_the_lead_reopens_and_only_what_is_closed() -> None:
    story = busy()
    assert story.say(LEADING, AGAIN) is Verdict.SUPERSEDED
    assert against(story.case, AGAIN) == "not-closed"
    story.counts(LEADING, closing(story.case))
    assert story.say(acting(NGO), AGAIN) is Verdict.REFUSED
    story.counts(LEADING, AGAIN)
    story.counts(LEADING, closing(story.case))
    story.counts(LEADING, AGAIN)


def test_under_protocol_1_nothing_changes() -> None:
    old = held(SOCIAL, protocol=FIRST)
    old.asks("waits", LEADING, HEALTH, Need.HEALTH)
    assert old.say(LEADING, closing(old.case)) is Verdict.REFUSED, "it says fields that nobody of protocol 1 knows"
    old.counts(LEADING, CaseClosed(reason=CloseReason.OTHER))
    assert (old["waits"].state, old[SOCIAL].state) == (HandoffState.REVOKED, HandoffState.ACCEPTED)
    assert old.say(LEADING, AGAIN) is Verdict.REFUSED
    assert "reopened_at" not in old.case.model_dump()
    assert "ending" not in old["waits"].model_dump()
