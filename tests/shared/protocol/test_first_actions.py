"""A first action is something done for the person: beginning is an intention, "not possible" is nothing; protocol 1 stays as it was."""

import pytest

from shared.protocol.case import HandoffState
from shared.protocol.events import (
    ActionTaken,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffInfoRequested,
    HandoffReturned,
    StatusDecided,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)
from shared.protocol.first_actions import FIRST_ACTIONS
from shared.protocol.stages import stages
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import ActionCode, DeclineCode, Outcome, Stage
from tests.shared.protocol.cases import LEAD, LEADING, NGO, SOCIAL, Story, acting, held


def together(protocol: int) -> Story:
    """Two agencies act together, each with a task of its hand-off."""
    story = held(SOCIAL, NGO)
    story.case = story.case.model_copy(update={"protocol": protocol})
    story.starts_joint(SOCIAL, NGO)
    return story


def test_begin_this_task_is_no_first_action() -> None:
    story = together(NEWEST)
    before = story[NGO]
    story.counts(acting(NGO), TaskBegun(task=f"t-{NGO}"))
    assert story[NGO] == before, "the hand-off is accepted, and nothing has been done for her"
    story.now += 3_600_000
    story.counts(acting(NGO), ActionTaken(handoff=NGO, action=ActionCode.INTERVIEW_HELD))
    assert (story[NGO].first_action_at, story[NGO].action) == (story.now, ActionCode.INTERVIEW_HELD)
    (took,) = [s for s in stages(before, story[NGO], story.now) if s.name == "first_action"]
    assert took.end == story.now, "figures and spans say the same"


@pytest.mark.parametrize(("outcome", "done"), [(Outcome.DONE, True), (Outcome.PARTLY, True), (Outcome.NOT_POSSIBLE, False)])
def test_a_task_is_a_first_action_when_it_is_done(outcome: Outcome, done: bool) -> None:
    story = together(NEWEST)
    story.counts(acting(NGO), TaskBegun(task=f"t-{NGO}"))
    story.counts(acting(NGO), TaskCompleted(task=f"t-{NGO}", outcome=outcome))
    ngo = story[NGO]
    assert (ngo.state, ngo.outcome) == (HandoffState.COMPLETED, outcome)
    assert (ngo.first_action_at, ngo.action) == ((story.now, ActionCode.PLAN_TASK_DONE) if done else (None, None))


def test_a_decision_on_status_is_the_lead_s_first_action() -> None:
    story = together(NEWEST)
    story.accepts("h0")
    story.counts(LEADING, StatusDecided(stage=Stage.REASONABLE_GROUNDS))
    mine = story["h0"]
    assert (mine.to, mine.state, mine.action) == (LEAD, HandoffState.ACTING, ActionCode.STATUS_DECISION)
    assert story[NGO].first_action_at is None


def test_under_protocol_1_it_stays_as_it_was() -> None:
    story = together(FIRST)
    story.counts(acting(NGO), TaskBegun(task=f"t-{NGO}"))
    assert (story[NGO].state, story[NGO].action) == (HandoffState.ACTING, ActionCode.PLAN_TASK_DONE)
    story.counts(acting(SOCIAL), TaskCompleted(task=f"t-{SOCIAL}", outcome=Outcome.NOT_POSSIBLE))
    assert story[SOCIAL].action is ActionCode.PLAN_TASK_DONE
    story.accepts("h0")
    story.counts(LEADING, StatusDecided(stage=Stage.REASONABLE_GROUNDS))
    assert story["h0"].first_action_at is None


def test_words_and_intentions_are_not_in_the_table() -> None:
    words = {HandoffAccepted, HandoffAcknowledged, HandoffInfoRequested, TaskBegun, TaskPlanned, TaskDropped}
    assert not words & FIRST_ACTIONS.keys()


def test_who_only_begins_has_not_ended_the_run_of_a_need_that_came_back() -> None:
    story = together(NEWEST)
    story.counts(acting(NGO), TaskBegun(task=f"t-{NGO}"))
    story.counts(acting(NGO), HandoffReturned(handoff=NGO, code=DeclineCode.NO_CAPACITY))
    assert story.case.bounces(story[NGO].need) == 1
