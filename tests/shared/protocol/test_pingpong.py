"""Ping-pong ends in joint action: what counts as a bounce, what may be said instead, and when the call comes."""

import pytest

from shared.protocol.case import HandoffState, Verdict
from shared.protocol.events import (
    ActionTaken,
    HandoffDeclined,
    HandoffExpired,
    HandoffReturned,
    HandoffRevoked,
    JointActionCalled,
)  # fmt: skip
from shared.protocol.fold import Follow, FollowUp, passed_round
from shared.protocol.vocabulary import NEVER_A_GROUND, ActionCode, Basis, DeclineCode, HandoffKind, Need
from tests.shared.protocol.cases import HEALTH, LEAD, LEADING, LEGAL, NGO, POLICE, SOCIAL, Story, acting, request  # fmt: skip

DC = DeclineCode


def bounced_twice(pingpong: int = 3) -> Story:
    """Housing was declined by social services and by the NGO."""
    story = Story(SOCIAL, NGO, POLICE, HEALTH, LEGAL, pingpong=pingpong)
    for handoff, agency in (("a", SOCIAL), ("b", NGO)):
        story.asks(handoff, LEADING, agency)
        story.declines(handoff)
    return story


def test_the_third_hand_off_of_a_need_that_bounced_twice_is_called() -> None:
    story = bounced_twice()
    assert story.asks("c", LEADING, POLICE) == (FollowUp(Follow.CALL_JOINT, LEADING, Need.HOUSING),)
    assert story["c"].state is HandoffState.CALLED
    assert story["c"].ended_at == story["c"].requested_at
    assert passed_round(story.case, Need.HOUSING) == (SOCIAL, NGO, POLICE)


def test_who_the_person_declined_is_not_called_together_with_the_others() -> None:
    story = Story(SOCIAL, NGO, POLICE)
    for handoff, agency, code in (("a", SOCIAL, DC.PERSON_DECLINES), ("b", NGO, DC.NO_CAPACITY), ("c", POLICE, DC.NO_CAPACITY)):
        story.asks(handoff, LEADING, agency)
        story.declines(handoff, code)
    assert passed_round(story.case, Need.HOUSING) == (NGO, POLICE)


def test_who_has_still_to_answer_for_the_need_is_called_too() -> None:
    story = Story(SOCIAL, NGO, POLICE, HEALTH)
    story.asks("w", LEADING, HEALTH)
    story.asks("held", LEADING, POLICE)
    story.accepts("held")
    for handoff, agency in (("a", NGO), ("b", SOCIAL)):
        story.asks(handoff, LEADING, agency)
        story.declines(handoff)
    assert passed_round(story.case, Need.HOUSING) == (HEALTH, NGO, SOCIAL)


def test_who_bounced_before_somebody_acted_is_not_called_together_with_the_others() -> None:
    story = Story(SOCIAL, NGO, POLICE, HEALTH)
    story.asks("a", LEADING, SOCIAL)
    story.declines("a")
    story.asks("b", LEADING, NGO)
    story.accepts("b")
    story.acts("b")
    story.counts(acting(NGO), HandoffReturned(handoff="b", code=DC.NO_CAPACITY))
    for handoff, agency in (("c", POLICE), ("d", HEALTH)):
        story.asks(handoff, LEADING, agency)
        story.declines(handoff)
    assert story.case.bounces(Need.HOUSING) == 2
    assert passed_round(story.case, Need.HOUSING) == (POLICE, HEALTH)


@pytest.mark.parametrize("started", [False, True])
def test_a_need_passed_round_beside_a_joint_action_is_not_lost(started: bool) -> None:
    story = bounced_twice()
    if started:
        for name, need in (("p", Need.INVESTIGATION), ("m", Need.HEALTH)):
            story.asks(name, LEADING, POLICE if name == "p" else HEALTH, need)
            story.accepts(name)
        story.starts_joint("p", "m")
    else:
        story.counts(LEADING, JointActionCalled(need=Need.LEGAL, agencies=(POLICE, HEALTH)))
    story.asks("c", LEADING, LEGAL)
    call = JointActionCalled(need=Need.HOUSING, agencies=passed_round(story.case, Need.HOUSING))
    assert story["c"].waiting or story.say(LEADING, call) is Verdict.COUNTED


def test_another_need_is_counted_apart() -> None:
    story = bounced_twice()
    assert story.asks("c", LEADING, POLICE, Need.LEGAL) == ()
    assert story["c"].state is HandoffState.REQUESTED


@pytest.mark.parametrize(("pingpong", "state"), [(2, HandoffState.CALLED), (3, HandoffState.CALLED), (4, HandoffState.REQUESTED)])
def test_the_threshold_is_the_opening_events(pingpong: int, state: HandoffState) -> None:
    story = Story(SOCIAL, NGO, POLICE, pingpong=pingpong)
    story.asks("a", LEADING, SOCIAL)
    story.declines("a")
    story.asks("b", LEADING, NGO, kind=HandoffKind.JOINT_TASK)
    story.declines("b")
    story.asks("c", LEADING, POLICE)
    assert story["c"].state is state


@pytest.mark.parametrize("kind", [kind for kind in HandoffKind if kind is not HandoffKind.TRANSFER])
def test_a_joint_task_and_a_question_are_never_called(kind: HandoffKind) -> None:
    story = bounced_twice()
    story.asks("c", LEADING, POLICE, kind=kind)
    asked = kind in (HandoffKind.JOINT_TASK, HandoffKind.CONSULTATION)
    assert story["c"].state is (HandoffState.REQUESTED if asked else HandoffState.CALLED)


def test_without_a_ground_no_number_of_answers_brings_the_call() -> None:
    story = Story(SOCIAL, NGO, POLICE, HEALTH, basis=Basis.NONE, pingpong=2)
    for handoff, agency in (("a", SOCIAL), ("b", NGO), ("c", POLICE), ("d", HEALTH)):
        assert story.asks(handoff, LEADING, agency, kind=HandoffKind.CONSULTATION) == ()
        assert story.declines(handoff) == ()


@pytest.mark.parametrize("how", ["expired", "returned"])
def test_expired_and_returned_bounce_too(how: str) -> None:
    story = Story(SOCIAL, NGO, POLICE)
    for handoff, agency in (("a", SOCIAL), ("b", NGO)):
        story.asks(handoff, LEADING, agency)
        if how == "expired":
            story.counts(LEADING, HandoffExpired(handoff=handoff), at=story[handoff].lapse_at)
        else:
            story.accepts(handoff)
            story.counts(acting(agency), HandoffReturned(handoff=handoff, code=DC.NO_CAPACITY))
    story.asks("c", LEADING, POLICE)
    assert story["c"].state is HandoffState.CALLED


@pytest.mark.parametrize("how", ["person declines", "revoked", "acted and returned"])
def test_what_is_not_a_bounce_does_not_bring_the_call(how: str) -> None:
    story = Story(SOCIAL, NGO, POLICE)
    story.asks("a", LEADING, SOCIAL)
    story.declines("a")
    story.asks("b", LEADING, NGO)
    if how == "person declines":
        story.declines("b", DC.PERSON_DECLINES)
    elif how == "revoked":
        story.counts(LEADING, HandoffRevoked(handoff="b"))
    else:
        story.accepts("b")
        story.acts("b")
        story.counts(acting(NGO), HandoffReturned(handoff="b", code=DC.NO_CAPACITY))
    assert story.case.bounces(Need.HOUSING) == (0 if how == "acted and returned" else 1)
    story.asks("c", LEADING, POLICE)
    assert story["c"].state is HandoffState.REQUESTED
    assert not story.case.pingpong_case()


@pytest.mark.parametrize("code", sorted(NEVER_A_GROUND))
@pytest.mark.parametrize("kind", [HandoffDeclined, HandoffReturned])
def test_what_is_never_a_ground_ends_no_hand_off(code: DC, kind: type[HandoffDeclined | HandoffReturned]) -> None:
    story = Story(NGO)
    story.asks("a", LEADING, NGO)
    if kind is HandoffReturned:
        story.accepts("a")
    before = story["a"]
    assert story.say(acting(NGO), kind(handoff="a", code=code, competent=LEAD)) is Verdict.REFUSED
    assert story["a"] == before


@pytest.mark.parametrize("code", [DC.NOT_COMPETENT, DC.WRONG_TERRITORY])
@pytest.mark.parametrize(("competent", "verdict"), [(None, Verdict.REFUSED), (NGO, Verdict.REFUSED), (SOCIAL, Verdict.COUNTED)])
def test_not_competent_must_name_who_is(code: DC, competent: str | None, verdict: Verdict) -> None:
    story = Story(NGO)
    story.asks("a", LEADING, NGO)
    assert story.say(acting(NGO), HandoffDeclined(handoff="a", code=code, competent=competent)) is verdict
    assert story["a"].competent == (competent if verdict is Verdict.COUNTED else None)


@pytest.mark.parametrize("code", sorted(set(DC) - NEVER_A_GROUND - {DC.NOT_COMPETENT, DC.WRONG_TERRITORY}))
def test_other_grounds_stand_alone(code: DC) -> None:
    story = Story(NGO)
    story.asks("a", LEADING, NGO)
    story.declines("a", code)
    assert (story["a"].state, story["a"].code) == (HandoffState.DECLINED, code)


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("kind", HandoffKind)
def test_without_a_ground_only_consultation_may_be_asked(basis: Basis, kind: HandoffKind) -> None:
    story = Story(NGO, basis=basis)
    allowed = kind is HandoffKind.CONSULTATION or (basis is not Basis.NONE and kind is not HandoffKind.TRANSFER)  # no need is led
    assert story.say(LEADING, request("a", NGO, kind=kind)) is (Verdict.COUNTED if allowed else Verdict.REFUSED)
    assert ("a" in story.case.handoffs) == allowed


def test_an_action_at_the_beginning_of_time_is_an_action() -> None:
    story = Story(SOCIAL, NGO)
    story.asks("a", LEADING, SOCIAL)
    story.declines("a")
    story.asks("b", LEADING, NGO)
    story.accepts("b")
    story.counts(acting(NGO), ActionTaken(handoff="b", action=ActionCode.LEGAL_STEP), at=0)
    assert story.case.bounces(Need.HOUSING) == 0
