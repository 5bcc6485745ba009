"""Whoever decides what does not fit is told how the case stands, in words that are true."""

import pytest

from shared.protocol import standing
from shared.protocol.case import HandoffState, TaskState, Verdict
from shared.protocol.events import (
    ActionTaken,
    CaseClosed,
    HandoffAccepted,
    HandoffCompleted,
    HandoffRevoked,
    JointActionCalled,
    JointActionCompleted,
    StatusDecided,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)
from shared.protocol.facts import Event
from shared.protocol.vocabulary import ActionCode, CloseReason, Need, Stage
from shared.web.text.messages import REASONS
from tests.shared.protocol.cases import LEADING, NGO, SOCIAL, Story, acting, held, planned


def told(story: Story, author: str, event: Event) -> str:
    """The word for what stands against an event, of which the fold says that it is superseded."""
    before = story.case
    assert story.say(author, event) is Verdict.SUPERSEDED
    return standing.against(before, event)


def test_each_state_has_a_word_and_each_word_its_sentence() -> None:
    assert set(standing.HANDOFF) == set(HandoffState)
    assert set(standing.TASK) == set(TaskState)
    words = {*standing.HANDOFF.values(), *standing.TASK.values(), standing.CLOSED, standing.UNANSWERED, standing.OTHERWISE}
    words |= {"status-decided", "status-names-another", "status-too-early", "not-closed"}
    for word in words | {"joint-under-way", "joint-tasks-open", "no-joint-action"}:
        assert REASONS[word].status == 409


def test_a_request_that_was_answered_and_one_that_was_not() -> None:
    story = Story(SOCIAL)
    story.asks("h", LEADING, SOCIAL)
    assert told(story, acting(SOCIAL), HandoffCompleted(handoff="h")) == "handoff-unanswered"
    story.accepts("h")
    assert told(story, acting(SOCIAL), HandoffAccepted(handoff="h")) == "handoff-held"
    assert told(story, LEADING, HandoffRevoked(handoff="h")) == "handoff-held"
    story.counts(acting(SOCIAL), HandoffCompleted(handoff="h"))
    assert told(story, acting(SOCIAL), ActionTaken(handoff="h", action=ActionCode.INTERVIEW_HELD)) == "handoff-completed"


def test_a_request_that_was_declined_and_one_that_was_taken_back() -> None:
    story = Story(SOCIAL, NGO)
    for handoff, agency in (("a", SOCIAL), ("b", NGO)):
        story.asks(handoff, LEADING, agency)
    story.declines("a")
    story.counts(LEADING, HandoffRevoked(handoff="b"))
    assert told(story, acting(SOCIAL), HandoffAccepted(handoff="a")) == "handoff-declined"
    assert told(story, acting(NGO), HandoffAccepted(handoff="b")) == "handoff-revoked"


def test_in_a_closed_case_all_else_is_beside_the_point() -> None:
    story = Story(SOCIAL)
    story.asks("h", LEADING, SOCIAL)
    story.counts(LEADING, CaseClosed(reason=next(iter(CloseReason))))
    for author, event in ((acting(SOCIAL), HandoffAccepted(handoff="h")), (LEADING, StatusDecided(stage=Stage.CONCLUSIVE_GROUNDS))):
        assert told(story, author, event) == "case-closed"


def test_decisions_on_status_have_an_order_and_are_made_once() -> None:
    story = Story(SOCIAL)
    assert told(story, LEADING, StatusDecided(stage=Stage.CONCLUSIVE_GROUNDS)) == "status-too-early"
    story.counts(LEADING, StatusDecided(stage=Stage.REASONABLE_GROUNDS))
    assert told(story, LEADING, StatusDecided(stage=Stage.REASONABLE_GROUNDS)) == "status-decided"


def test_tasks_and_the_joint_plan() -> None:
    story = held(SOCIAL, NGO)
    assert told(story, LEADING, TaskPlanned(planned=planned("x", story[SOCIAL]))) == "no-joint-action"
    story.starts_joint(SOCIAL, NGO)
    assert told(story, LEADING, JointActionCalled(need=Need.HOUSING, agencies=(SOCIAL, NGO))) == "joint-under-way"
    assert told(story, LEADING, JointActionCompleted()) == "joint-tasks-open"
    task = f"t-{SOCIAL}"
    story.counts(acting(SOCIAL), TaskBegun(task=task))
    assert told(story, acting(SOCIAL), TaskBegun(task=task)) == "task-begun"
    story.counts(acting(SOCIAL), TaskCompleted(task=task))
    assert told(story, acting(SOCIAL), TaskCompleted(task=task)) == "task-completed"
    story.counts(acting(NGO), TaskDropped(task=f"t-{NGO}"))
    assert told(story, acting(NGO), TaskCompleted(task=f"t-{NGO}")) == "task-dropped"


def test_a_task_that_waits_for_another() -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    later = planned("later", story[NGO], after=(f"t-{SOCIAL}",)).model_copy(update={"handoff": None})
    story.counts(LEADING, TaskPlanned(planned=later))
    assert told(story, acting(NGO), TaskBegun(task=later.task)) == "task-waits"


@pytest.mark.parametrize("word", sorted(standing.HANDOFF.values()))
def test_no_sentence_says_what_may_not_be_so(word: str) -> None:
    assert "moved on" not in REASONS[word].words
