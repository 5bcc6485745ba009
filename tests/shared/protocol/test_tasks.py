"""The joint plan: whose tasks it may hold, what they wait for, and what they do to the hand-offs that they carry."""

import pytest

from shared.protocol.case import HandoffState, TaskState, Verdict
from shared.protocol.events import (
    HandoffReturned,
    JointActionCompleted,
    JointActionStarted,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)  # fmt: skip
from shared.protocol.facts import PlannedTask
from shared.protocol.vocabulary import DeclineCode, Need, Outcome
from tests.shared.protocol.cases import LEAD, LEADING, NGO, POLICE, SOCIAL, START, Story, acting, held, planned


def together() -> Story:
    """Social services and the NGO act together, each with a task."""
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    return story


def task(name: str, owner: str, handoff: str | None = None, after: tuple[str, ...] = ()) -> PlannedTask:
    return PlannedTask(task=name, owner=owner, need=Need.LEGAL, due=START, handoff=handoff, after=after)


@pytest.mark.parametrize("author", [acting(SOCIAL), LEADING])
def test_a_task_carries_only_a_hand_off_that_its_owner_holds(author: str) -> None:
    story = together()
    story.asks("asked", LEADING, SOCIAL, Need.HEALTH)
    for handoff in (NGO, "asked", "h0", "no-such"):
        assert story.say(author, TaskPlanned(planned=task("x", SOCIAL, handoff))) is Verdict.SUPERSEDED
    assert story.say(acting(SOCIAL), TaskCompleted(task="x")) is Verdict.REFUSED
    assert story[NGO].state is HandoffState.ACCEPTED
    assert story.say(author, TaskPlanned(planned=task("x", SOCIAL, SOCIAL))) is Verdict.COUNTED


def test_a_joint_action_does_not_start_with_a_task_that_carries_what_its_owner_does_not_hold() -> None:
    story = held(SOCIAL, NGO)
    for wrong in (task("x", SOCIAL, NGO), task("x", SOCIAL, "no-such"), task("x", POLICE), task("x", LEAD, "h0")):
        start = JointActionStarted(agencies=(SOCIAL, NGO), tasks=(planned("n", story[NGO]), wrong))
        assert story.say(LEADING, start) is Verdict.SUPERSEDED
    assert (story.case.joint, story.case.tasks) == (None, {})


def test_only_who_is_in_the_joint_action_owns_a_task() -> None:
    story = together()
    story.asks("p", LEADING, POLICE, Need.INVESTIGATION)
    assert story.say(acting(POLICE), TaskPlanned(planned=task("x", POLICE))) is Verdict.SUPERSEDED
    story.accepts("p")
    assert story.say(acting(POLICE), TaskPlanned(planned=task("x", POLICE))) is Verdict.COUNTED


@pytest.mark.parametrize("after", [("x",), ("no-such",), (f"t-{NGO}", "no-such"), (f"t-{NGO}", "x")])
def test_a_task_waits_only_for_tasks_that_were_named_before_it(after: tuple[str, ...]) -> None:
    story = together()
    assert story.say(LEADING, TaskPlanned(planned=task("x", NGO, after=after))) is Verdict.REFUSED
    assert "x" not in story.case.tasks


@pytest.mark.parametrize(
    "waits",
    [{"a": ("a",)}, {"a": ("b",), "b": ()}, {"a": ("b",), "b": ("a",)}, {"a": ("no-such",)}, {"a": (), "b": ("a", "c"), "c": ()}],
    ids=["itself", "a later one", "each other", "nothing", "one of two"],
)
def test_a_plan_in_which_a_task_could_wait_for_ever_does_not_start(waits: dict[str, tuple[str, ...]]) -> None:
    story = held(SOCIAL, NGO)
    tasks = tuple(task(name, SOCIAL, after=after) for name, after in waits.items())
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=tasks)) is Verdict.REFUSED
    assert story.case.joint is None


def test_a_plan_names_no_task_twice() -> None:
    story = held(SOCIAL, NGO)
    twice = (task("a", SOCIAL), task("a", NGO))
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=twice)) is Verdict.REFUSED
    story.counts(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=(task("a", SOCIAL),)))
    assert story.say(LEADING, TaskPlanned(planned=task("a", NGO))) is Verdict.SUPERSEDED
    assert story.case.tasks["a"].owner == SOCIAL


@pytest.mark.parametrize("end", [TaskCompleted, TaskDropped])
def test_a_task_goes_on_once_what_it_waits_for_has_ended(end: type[TaskCompleted | TaskDropped]) -> None:
    story = held(SOCIAL, NGO)
    chain = (task("a", SOCIAL), task("b", NGO, after=("a",)), task("c", SOCIAL, after=("a", "b")))
    story.counts(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=chain))
    for blocked in (TaskBegun, TaskCompleted):
        assert story.say(acting(NGO), blocked(task="b")) is Verdict.SUPERSEDED
    story.counts(acting(SOCIAL), TaskBegun(task="a"))
    assert story.say(acting(NGO), TaskBegun(task="b")) is Verdict.SUPERSEDED, "begun is not ended"
    story.counts(acting(SOCIAL), end(task="a"))
    assert story.say(acting(SOCIAL), TaskBegun(task="c")) is Verdict.SUPERSEDED, "it waits for both"
    story.counts(acting(NGO), TaskBegun(task="b"))
    story.counts(LEADING, TaskDropped(task="b"))
    story.counts(acting(SOCIAL), TaskBegun(task="c"))


def test_what_waits_may_be_dropped() -> None:
    story = together()
    story.counts(LEADING, TaskPlanned(planned=task("x", NGO, after=(f"t-{SOCIAL}",))))
    story.counts(acting(NGO), TaskDropped(task="x"))
    assert story.case.tasks["x"].state is TaskState.DROPPED


@pytest.mark.parametrize("dropped_last", [True, False])
def test_a_hand_off_ends_with_its_last_task_whether_that_is_done_or_dropped(dropped_last: bool) -> None:
    story = together()
    story.counts(acting(NGO), TaskPlanned(planned=planned("more", story[NGO])))
    ends = [TaskCompleted(task=f"t-{NGO}", outcome=Outcome.PARTLY), TaskDropped(task="t-more")]
    first, last = ends if dropped_last else reversed(ends)
    story.counts(acting(NGO), first)
    assert story[NGO].state is (HandoffState.ACTING if dropped_last else HandoffState.ACCEPTED)
    story.counts(acting(NGO), last)
    ngo = story[NGO]
    assert (ngo.state, ngo.ended_at, ngo.outcome) == (HandoffState.COMPLETED, story.now, Outcome.PARTLY)
    story.counts(acting(SOCIAL), TaskCompleted(task=f"t-{SOCIAL}"))
    story.counts(LEADING, JointActionCompleted())


def test_a_hand_off_of_which_every_task_is_dropped_is_still_held() -> None:
    story = together()
    story.counts(LEADING, TaskDropped(task=f"t-{NGO}"))
    ngo = story[NGO]
    assert (ngo.state, ngo.ended_at, ngo.first_action_at) == (HandoffState.ACCEPTED, None, None)


@pytest.mark.parametrize("order", [("more", NGO), (NGO, "more")])
def test_a_hand_off_ends_as_the_task_ended_that_was_done_last(order: tuple[str, str]) -> None:
    story = together()
    story.counts(acting(NGO), TaskPlanned(planned=planned("more", story[NGO])))
    for name, outcome in zip(order, (Outcome.DONE, Outcome.NOT_POSSIBLE), strict=True):
        story.counts(acting(NGO), TaskCompleted(task=f"t-{name}", outcome=outcome))
    assert (story[NGO].state, story[NGO].outcome) == (HandoffState.COMPLETED, Outcome.NOT_POSSIBLE)


def test_a_task_leaves_alone_a_hand_off_that_came_back() -> None:
    story = together()
    story.counts(acting(NGO), HandoffReturned(handoff=NGO, code=DeclineCode.NO_CAPACITY))
    before = story[NGO]
    story.counts(acting(NGO), TaskBegun(task=f"t-{NGO}"))
    story.counts(acting(NGO), TaskCompleted(task=f"t-{NGO}"))
    assert story[NGO] == before
