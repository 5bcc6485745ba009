"""Who leaves the roster: what it still had comes back, and nobody waits for it."""

import pytest

from shared.protocol.case import HandoffState, TaskState, Verdict
from shared.protocol.events import (
    CaseClosed,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffInfoRequested,
    JointActionCompleted,
    JointActionStarted,
    RosterSet,
    TaskBegun,
    TaskCompleted,
    TaskPlanned,
)  # fmt: skip
from shared.protocol.facts import Event, PlannedTask
from shared.protocol.fold import Follow, FollowUp
from shared.protocol.vocabulary import CloseReason, DeclineCode, Need
from tests.shared.protocol.cases import HEALTH, LEAD, LEADING, LEGAL, NGO, POLICE, REPORTER, SOCIAL, Story, acting, held, members, planned

START_JOINT, COMPLETE_JOINT = FollowUp(Follow.START_JOINT, LEADING), FollowUp(Follow.COMPLETE_JOINT, LEADING)


def without(story: Story, *agencies: str) -> tuple[FollowUp, ...]:
    """The lead takes these agencies off the roster."""
    return story.counts(LEADING, RosterSet(members=tuple(m for m in story.case.members if m.agency not in agencies)))


@pytest.mark.parametrize(
    "said",
    [
        (),
        (HandoffAcknowledged(handoff="a", applied_at=1, seen_at=2),),
        (HandoffInfoRequested(handoff="a"),),
        (HandoffAccepted(handoff="a"),),
    ],
    ids=["requested", "acknowledged", "info requested", "accepted"],
)
def test_what_it_was_asked_or_held_comes_back(said: tuple[Event, ...]) -> None:
    story = Story(NGO, POLICE)
    story.asks("a", LEADING, NGO)
    story.asks("other", acting(NGO), POLICE, Need.LEGAL)
    for event in said:
        story.counts(acting(NGO), event)
    a, other = story["a"], story["other"]
    without(story, NGO)
    assert story["a"] == a.model_copy(update={"state": HandoffState.RETURNED, "ended_at": story.now})
    assert story["other"] == other, "what it had asked of others stands"
    assert story.say(acting(NGO), HandoffAccepted(handoff="a")) is Verdict.REFUSED


def test_what_it_had_ended_stays_as_it_ended() -> None:
    story = Story(NGO, POLICE)
    story.asks("a", LEADING, NGO)
    story.declines("a", DeclineCode.PERSON_DECLINES)
    before = story.case.handoffs
    without(story, NGO)
    assert story.case.handoffs == before


def test_who_was_asked_and_is_not_on_the_roster_yet_does_not_leave_it() -> None:
    story = Story(NGO)
    story.asks("a", LEADING, HEALTH)
    without(story, NGO)
    assert story["a"].state is HandoffState.REQUESTED
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, HEALTH)))
    story.accepts("a")


def test_a_roster_that_keeps_everybody_ends_nothing() -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    before = story.case
    without(story)
    assert (story.case.handoffs, story.case.tasks, story.case.joint) == (before.handoffs, before.tasks, before.joint)


def test_its_open_tasks_are_dropped_and_those_of_others_go_on() -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    mine = PlannedTask(task="x", owner=NGO, need=Need.LEGAL, due=story.now)
    story.counts(acting(NGO), TaskPlanned(planned=mine))
    story.counts(acting(NGO), TaskCompleted(task="x"))
    story.counts(acting(NGO), TaskBegun(task=f"t-{NGO}"))
    story.counts(LEADING, TaskPlanned(planned=planned("waits", story[SOCIAL], after=(f"t-{NGO}",))))
    assert story.say(acting(SOCIAL), TaskBegun(task="t-waits")) is Verdict.SUPERSEDED
    assert without(story, NGO) == ()
    states = {name: task.state for name, task in story.case.tasks.items()}
    assert states == {
        f"t-{SOCIAL}": TaskState.PLANNED,
        f"t-{NGO}": TaskState.DROPPED,
        "x": TaskState.COMPLETED,
        "t-waits": TaskState.PLANNED,
    }
    assert (story.case.tasks[f"t-{NGO}"].ended_at, story[NGO].state) == (story.now, HandoffState.RETURNED)
    story.counts(acting(SOCIAL), TaskBegun(task="t-waits"))


def test_when_only_its_tasks_were_left_the_joint_action_is_completed() -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    story.counts(acting(SOCIAL), TaskCompleted(task=f"t-{SOCIAL}"))
    assert without(story, HEALTH) == (), "it had no task"
    assert without(story, NGO) == (COMPLETE_JOINT,)
    assert without(story, POLICE) == (), "it follows once"
    story.counts(LEADING, JointActionCompleted())


def test_it_is_in_no_joint_action() -> None:
    story = held(SOCIAL, NGO, POLICE)
    without(story, POLICE)
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO, POLICE), tasks=())) is Verdict.SUPERSEDED
    assert story.last.follow_ups == (START_JOINT,), "the two that are left"
    story.starts_joint(SOCIAL, NGO)
    assert story.case.joint is not None
    assert story.case.joint.agencies == (SOCIAL, NGO)


def test_nothing_is_planned_for_it() -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    without(story, NGO)
    mine = TaskPlanned(planned=PlannedTask(task="x", owner=NGO, need=Need.LEGAL, due=story.now))
    assert story.say(LEADING, mine) is Verdict.SUPERSEDED
    story.counts(LEADING, RosterSet(members=(*story.case.members, *members(NGO))))
    assert story.say(LEADING, mine) is Verdict.COUNTED, "it is back"


def test_when_the_one_that_had_to_answer_leaves_the_others_start() -> None:
    story = Story(SOCIAL, NGO, POLICE)
    for handoff, agency, need in (("s", SOCIAL, Need.HOUSING), ("n", NGO, Need.LEGAL), ("p", POLICE, Need.INVESTIGATION)):
        story.asks(handoff, LEADING, agency, need)
    story.accepts("s")
    story.accepts("n")
    assert without(story, POLICE) == (START_JOINT,)


def test_when_one_of_two_leaves_nothing_starts_until_another_accepts() -> None:
    story = held(SOCIAL, NGO)
    assert without(story, NGO) == ()
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=())) is Verdict.SUPERSEDED
    assert story.last.follow_ups == ()
    story.asks("l", LEADING, LEGAL, Need.LEGAL)
    assert story.accepts("l") == (START_JOINT,)


def test_a_case_that_is_closed_lets_go_too() -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    story.counts(LEADING, CaseClosed(reason=CloseReason.OTHER))
    before = story[SOCIAL]
    without(story, NGO)
    assert (story[NGO].state, story.case.tasks[f"t-{NGO}"].state) == (HandoffState.RETURNED, TaskState.DROPPED)
    assert (story[SOCIAL], story.case.tasks[f"t-{SOCIAL}"].state) == (before, TaskState.PLANNED)
