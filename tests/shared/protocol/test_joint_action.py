"""How agencies come to act together: when it starts, who is in it, what its tasks do, and how it ends."""

import pytest

from shared.protocol.case import HandoffState, JointState, Verdict
from shared.protocol.events import (
    HandoffAccepted,
    HandoffDeclined,
    HandoffOverdue,
    HandoffReturned,
    JointActionCalled,
    JointActionCompleted,
    JointActionStarted,
    RosterSet,
    StatusDecided,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)  # fmt: skip
from shared.protocol.fold import Follow, FollowUp
from shared.protocol.vocabulary import Basis, DeclineCode, HandoffKind, Need, Stage
from tests.shared.protocol.cases import (  # fmt: skip
    HEALTH,
    LEAD,
    LEADING,
    NGO,
    POLICE,
    REPORTER,
    SOCIAL,
    Story,
    acting,
    held,
    members,
    planned,
)


def asked_three() -> Story:
    story = Story(SOCIAL, NGO, POLICE)
    for handoff, agency, need in (("s", SOCIAL, Need.HOUSING), ("n", NGO, Need.LEGAL), ("p", POLICE, Need.INVESTIGATION)):
        story.asks(handoff, LEADING, agency, need)
    return story


START_JOINT = FollowUp(Follow.START_JOINT, LEADING)


def test_joint_action_starts_once_two_hold_and_nobody_in_time_must_answer() -> None:
    story = asked_three()
    assert story.accepts("s") == ()
    assert story.accepts("n") == (), "the police may still answer"
    assert story.declines("p") == (START_JOINT,)
    assert story.counts(LEADING, StatusDecided(stage=Stage.REASONABLE_GROUNDS)) == (), "it follows once"


def test_one_holder_is_no_joint_action() -> None:
    story = asked_three()
    story.accepts("s")
    story.declines("n")
    assert story.declines("p") == ()


def test_who_is_overdue_does_not_hold_up_the_others_and_joins_late() -> None:
    story = asked_three()
    story.accepts("s")
    story.accepts("n")
    assert story.counts(LEADING, HandoffOverdue(handoff="p"), at=story["p"].answer_by) == (START_JOINT,)
    story.starts_joint("s", "n")
    assert story.case.acting()
    assert story.accepts("p") == (FollowUp(Follow.PLAN_TASK, LEADING, "p"),)
    assert story.case.joint is not None
    assert story.case.joint.agencies == (SOCIAL, NGO, POLICE)
    story.counts(LEADING, TaskPlanned(planned=planned("p", story["p"])))
    assert story.case.tasks["t-p"].owner == POLICE


def test_when_all_tasks_have_ended_the_joint_action_is_completed() -> None:
    story = asked_three()
    for handoff in ("s", "n", "p"):
        story.accepts(handoff)
    story.starts_joint("s", "n", "p")
    assert story.say(LEADING, JointActionCompleted()) is Verdict.SUPERSEDED
    story.counts(acting(SOCIAL), TaskBegun(task="t-s"))
    assert story["s"].first_action_at == story.now
    assert story.counts(acting(SOCIAL), TaskCompleted(task="t-s")) == ()
    assert story["s"].state is HandoffState.COMPLETED
    assert story.counts(acting(NGO), TaskCompleted(task="t-n")) == ()
    assert story.counts(LEADING, TaskDropped(task="t-p")) == (FollowUp(Follow.COMPLETE_JOINT, LEADING),)
    story.counts(LEADING, JointActionCompleted())
    assert story.case.joint is not None
    assert story.case.joint.state is JointState.COMPLETED


def test_somebody_not_yet_on_the_roster_is_added_when_asked() -> None:
    story = Story()
    assert story.asks("a", LEADING, NGO) == (FollowUp(Follow.ADD_MEMBER, LEADING, "a"),)
    assert story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, NGO, HEALTH))) == (
        FollowUp(Follow.CHECKPOINT, LEADING, f"{HEALTH} {NGO}"),
    )  # fmt: skip


def test_only_who_holds_a_hand_off_can_be_in_a_joint_action() -> None:
    story = asked_three()
    story.accepts("s")
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=())) is Verdict.SUPERSEDED, "the NGO has not accepted"
    for agencies in ((SOCIAL,), (SOCIAL, SOCIAL), ()):
        assert story.say(LEADING, JointActionStarted(agencies=agencies, tasks=())) is Verdict.REFUSED, "one agency is no joint action"
    assert story.say(acting(NGO), HandoffAccepted(handoff="n")) is Verdict.COUNTED
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=(planned("p", story["p"]),))) is Verdict.SUPERSEDED
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=())) is Verdict.COUNTED


def test_a_start_that_crossed_a_return_is_followed_by_another() -> None:
    story = held(SOCIAL, NGO, POLICE)
    story.counts(acting(POLICE), HandoffReturned(handoff=POLICE, code=DeclineCode.NO_CAPACITY))
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO, POLICE), tasks=())) is Verdict.SUPERSEDED
    assert story.last.follow_ups == (START_JOINT,)
    assert story.starts_joint(SOCIAL, NGO) == ()


def test_a_start_that_is_not_possible_any_more_is_followed_by_none() -> None:
    story = held(SOCIAL, NGO)
    late = JointActionStarted(agencies=(SOCIAL, NGO), tasks=())
    story.counts(acting(NGO), HandoffReturned(handoff=NGO, code=DeclineCode.NO_CAPACITY))
    assert (story.say(LEADING, late), story.last.follow_ups) == (Verdict.SUPERSEDED, ())
    story.asks("again", LEADING, NGO, Need.LEGAL)
    assert (story.say(LEADING, late), story.last.follow_ups) == (Verdict.SUPERSEDED, ())
    assert story.accepts("again") == (START_JOINT,)
    story.starts_joint(SOCIAL, "again")
    assert (story.say(LEADING, late), story.last.follow_ups) == (Verdict.SUPERSEDED, ())


def test_what_comes_too_late_brings_about_no_second_start() -> None:
    story = held(SOCIAL, NGO)
    for late in (HandoffAccepted(handoff=NGO), HandoffDeclined(handoff=NGO, code=DeclineCode.NO_CAPACITY)):
        assert (story.say(acting(NGO), late), story.last.follow_ups) == (Verdict.SUPERSEDED, ())


def test_nobody_but_the_lead_brings_about_a_start() -> None:
    story = held(SOCIAL, NGO, POLICE)
    for author in (acting(SOCIAL), acting(LEAD), f"referral.{NGO}"):
        assert story.say(author, JointActionStarted(agencies=(SOCIAL, NGO), tasks=())) is Verdict.REFUSED
        assert story.last.follow_ups == ()


def test_who_accepts_while_the_start_is_under_way_gets_a_task() -> None:
    story = asked_three()
    story.accepts("s")
    story.accepts("n")
    assert START_JOINT in story.counts(LEADING, HandoffOverdue(handoff="p"), at=story["p"].answer_by)
    assert story.accepts("p") == (), "nobody acts together yet"
    assert story.starts_joint("s", "n") == (FollowUp(Follow.PLAN_TASK, LEADING, "p"),)
    assert story.case.joint is not None
    assert story.case.joint.agencies == (SOCIAL, NGO, POLICE)


def test_each_held_hand_off_that_has_no_task_gets_one() -> None:
    story = held(SOCIAL, NGO)
    story.asks("s2", LEADING, SOCIAL, Need.PSYCHOLOGICAL)
    story.accepts("s2")
    assert story.starts_joint(SOCIAL, NGO) == (FollowUp(Follow.PLAN_TASK, LEADING, "s2"),)
    story.asks("n2", LEADING, NGO, Need.WAGE_CLAIM)
    assert story.accepts("n2") == (FollowUp(Follow.PLAN_TASK, LEADING, "n2"),), "it follows once for each"


@pytest.mark.parametrize("basis", [Basis.CONSENT, Basis.NONE])
def test_consultations_start_no_joint_action(basis: Basis) -> None:
    story = held(SOCIAL, basis=basis, kind=HandoffKind.CONSULTATION)
    story.asks("n", LEADING, NGO, Need.LEGAL, HandoffKind.CONSULTATION)
    assert story.accepts("n") == ()
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=())) is Verdict.SUPERSEDED


def test_who_is_only_consulted_or_only_identifies_is_not_in_a_joint_action_under_way() -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    story.asks("k", LEADING, HEALTH, Need.HEALTH, HandoffKind.CONSULTATION)
    assert story.accepts("k") == ()
    assert story.accepts("h0") == ()
    assert story.case.joint is not None
    assert story.case.joint.agencies == (SOCIAL, NGO)


def test_a_second_joint_action_does_not_open_tasks_of_the_first_again() -> None:
    story = asked_three()
    for handoff in ("s", "n", "p"):
        story.accepts(handoff)
    story.starts_joint("s", "n")
    for handoff, agency in (("s", SOCIAL), ("n", NGO)):
        story.counts(acting(agency), TaskDropped(task=f"t-{handoff}"))
    story.counts(LEADING, JointActionCompleted())
    story.counts(LEADING, JointActionCalled(need=Need.HOUSING, agencies=(SOCIAL, NGO)))
    ended = story.case.tasks
    again = JointActionStarted(agencies=(SOCIAL, NGO), tasks=(planned("s", story["s"]),))
    assert story.say(LEADING, again) is Verdict.SUPERSEDED
    assert story.case.tasks == ended
