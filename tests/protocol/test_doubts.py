"""What the protocol does not do yet: each test fails today, and says so as soon as it is mended. See each reason."""

import json
from dataclasses import replace

import pytest
from pydantic_core import PydanticSerializationError

from shared.protocol.case import HandoffState, Verdict
from shared.protocol.core import decode, encode
from shared.protocol.events import (
    CheckpointSet,
    HandoffAccepted,
    HandoffOverdue,
    HandoffReturned,
    JointActionCompleted,
    JointActionStarted,
    RosterSet,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)  # fmt: skip
from shared.protocol.facts import PlannedTask
from shared.protocol.fold import Follow, FollowUp, fold, passed_round
from shared.protocol.following import Kept, View, follow
from shared.protocol.vocabulary import Basis, DeclineCode, HandoffKind, Need
from tests.protocol.cases import (
    LEAD,
    LEADING,
    NGO,
    OUTSIDER,
    POLICE,
    REPORTER,
    REPORTING,
    SOCIAL,
    START,
    Story,
    acting,
    core_of,
    members,
    opening,
    planned,
    request,
)  # fmt: skip

START_JOINT = FollowUp(Follow.START_JOINT, LEADING)


def doubt(reason: str, shows: type[Exception] = AssertionError) -> pytest.MarkDecorator:
    """A defect that is known and not mended, and how it shows."""
    return pytest.mark.xfail(strict=True, reason=reason, raises=shows)


def held(*agencies: str, basis: Basis = Basis.CONSENT, kind: HandoffKind = HandoffKind.REFERRAL) -> Story:
    """Each of these agencies holds a hand-off named after it, each of another need."""
    story = Story(SOCIAL, NGO, POLICE, basis=basis)
    for agency, need in zip(agencies, (Need.HOUSING, Need.LEGAL, Need.INVESTIGATION), strict=False):
        story.asks(agency, LEADING, agency, need, kind)
    for agency in agencies:
        story.accepts(agency)
    return story


@doubt("decode lets RecursionError out: such a record is not journalled as unreadable, it stops the reader", RecursionError)
def test_bytes_nested_too_deep_are_unreadable() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode(b"[" * 200_000)


@doubt(
    "a lone surrogate passes decode, is settled as refused, and then the picture cannot be written down by any member",
    PydanticSerializationError,
)
def test_a_key_that_is_no_text_cannot_poison_the_picture() -> None:
    story = Story(SOCIAL)
    body = encode(core_of(story.case, REPORTING, request("a", SOCIAL), key="KEY")).replace(b"KEY", b"\\ud800")
    try:
        core = decode(body)
    except ValueError:
        return
    after = fold(story.case, core).case
    assert after is not None
    json.loads(after.model_dump_json())


@doubt("fold does not ask whether the core is of this case: a member can re-publish a signed core under another case")
def test_a_core_of_another_case_does_not_count() -> None:
    story = Story(SOCIAL)
    elsewhere = replace(core_of(story.case, LEADING, request("a", SOCIAL)), case="case-2")
    assert fold(story.case, elsewhere).verdict is not Verdict.COUNTED


@doubt("any author settles any key: a member that saw a stale record sends junk under its key, and the real decision is repeated")
def test_nobody_settles_the_decision_of_another() -> None:
    story = Story(SOCIAL, NGO)
    story.asks("a", LEADING, NGO)
    story.say(acting(SOCIAL), HandoffAccepted(handoff="a"), key="the key of the NGO's decision")
    assert story.say(acting(NGO), HandoffAccepted(handoff="a"), key="the key of the NGO's decision") is Verdict.COUNTED


@doubt("an opening of protocol 2 is folded by the rules of protocol 1")
def test_a_case_of_an_unknown_protocol_is_not_folded() -> None:
    assert fold(None, core_of(None, REPORTING, opening().model_copy(update={"protocol": 2}))).case is None


@doubt("a task may name any hand-off, so its owner completes what another agency is responsible for")
def test_a_task_cannot_end_another_agencys_hand_off() -> None:
    story = held(SOCIAL, NGO)
    story.counts(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=()))
    grab = PlannedTask(task="t", owner=SOCIAL, need=Need.LEGAL, due=START, handoff=NGO)
    story.say(acting(SOCIAL), TaskPlanned(planned=grab))
    story.say(acting(SOCIAL), TaskCompleted(task="t"))
    assert story[NGO].state is HandoffState.ACCEPTED


@doubt("a task that waits for itself counts, and can never begin")
def test_a_task_does_not_wait_for_itself() -> None:
    story = held(SOCIAL, NGO)
    story.counts(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=()))
    verdict = story.say(LEADING, TaskPlanned(planned=planned("x", story[NGO], after=("t-x",))))
    assert verdict is not Verdict.COUNTED or story.say(acting(NGO), TaskBegun(task="t-x")) is Verdict.COUNTED


@doubt("a hand-off with one task done and its last one dropped stays acting for ever, though the joint action is completed")
def test_a_hand_off_ends_with_its_last_task_even_if_that_is_dropped() -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    story.counts(acting(NGO), TaskPlanned(planned=planned("more", story[NGO])))
    for author, event in (
        (NGO, TaskCompleted(task=f"t-{NGO}")),
        (NGO, TaskDropped(task="t-more")),
        (SOCIAL, TaskCompleted(task=f"t-{SOCIAL}")),
    ):
        story.counts(acting(author), event)
    story.counts(LEADING, JointActionCompleted())
    assert story[NGO].state is HandoffState.COMPLETED


@doubt("when an agency returns while the start is under way, the start is superseded and nothing starts the joint action again")
def test_a_start_that_crossed_a_return_is_followed_by_another() -> None:
    story = held(SOCIAL, NGO, POLICE)
    started = JointActionStarted(agencies=(SOCIAL, NGO, POLICE), tasks=())
    follow_ups = story.counts(acting(POLICE), HandoffReturned(handoff=POLICE, code=DeclineCode.NO_CAPACITY))
    verdict = story.say(LEADING, started)
    assert verdict is Verdict.COUNTED or START_JOINT in (*follow_ups, *story.last.follow_ups)


@doubt("who accepts between the follow-up and the start is in no joint action, and nothing plans its task")
def test_who_accepts_while_the_start_is_under_way_gets_a_task() -> None:
    story = Story(SOCIAL, NGO, POLICE)
    for agency, need in ((SOCIAL, Need.HOUSING), (NGO, Need.LEGAL), (POLICE, Need.INVESTIGATION)):
        story.asks(agency, LEADING, agency, need)
    story.accepts(SOCIAL)
    story.accepts(NGO)
    assert START_JOINT in story.counts(LEADING, HandoffOverdue(handoff=POLICE), at=story[POLICE].answer_by)
    late = story.accepts(POLICE)
    late += story.starts_joint(SOCIAL, NGO)
    assert story.case.joint is not None
    assert POLICE in story.case.joint.agencies or any(f.about == POLICE for f in late)


@doubt("who left the roster still counts as holding: the joint action starts with an agency that reads nothing")
def test_who_left_the_roster_is_in_no_joint_action() -> None:
    story = held(SOCIAL, NGO)
    story.counts(LEADING, RosterSet(members=members(LEAD, NGO)))
    assert story.say(LEADING, JointActionStarted(agencies=(SOCIAL, NGO), tasks=())) is not Verdict.COUNTED


@doubt("two consultations about a person who does not consent start a joint action")
def test_consultations_without_consent_start_no_joint_action() -> None:
    story = held(SOCIAL, basis=Basis.NONE, kind=HandoffKind.CONSULTATION)
    story.asks("n", LEADING, NGO, Need.LEGAL, HandoffKind.CONSULTATION)
    assert START_JOINT not in story.accepts("n")


@doubt("an agency that the person declined is called together with the others, and so is one from before the last action")
def test_only_those_between_whom_the_need_bounced_are_called() -> None:
    story = Story(SOCIAL, NGO, POLICE)
    for handoff, agency, code in (
        ("a", SOCIAL, DeclineCode.PERSON_DECLINES),
        ("b", NGO, DeclineCode.NO_CAPACITY),
        ("c", POLICE, DeclineCode.NO_CAPACITY),
    ):
        story.asks(handoff, LEADING, agency)
        story.declines(handoff, code)
    assert passed_round(story.case, Need.HOUSING) == (NGO, POLICE)


@doubt("an instance of an agency that is not on roster one takes the opening it should not have got as its case")
def test_an_opening_is_outside_for_who_is_not_on_its_roster() -> None:
    view, _ = follow(View(), acting(OUTSIDER), Kept(0, "o", core_of(None, REPORTING, opening())))
    assert not view.member


@doubt("a joiner believes the lead that the checkpoint itself names, whoever sent the roster record")
def test_a_joiner_takes_no_checkpoint_of_somebody_elses_making() -> None:
    story = Story(SOCIAL)
    roster = core_of(story.case, LEADING, RosterSet(members=members(LEAD, REPORTER, NGO)))
    view, _ = follow(View(), acting(NGO), Kept(5, "r", roster))
    forged = {**story.case.model_dump(mode="json"), "lead": SOCIAL}
    checkpoint = core_of(story.case, f"referral.{SOCIAL}", CheckpointSet(place=5, joiners=(NGO,), state=forged))
    assert not follow(view, acting(NGO), Kept(6, "c", checkpoint))[0].member


@doubt("the intake that opened the case, taken off the roster and put back, never joins again")
def test_the_intake_that_opened_the_case_may_come_back() -> None:
    story = Story(SOCIAL)
    view = View(story.case)
    for place, agencies in ((5, (LEAD, SOCIAL)), (6, (LEAD, SOCIAL, REPORTER))):
        change = RosterSet(members=members(*agencies))
        view, _ = follow(view, REPORTING, Kept(place, f"r{place}", core_of(story.case, LEADING, change)))
        story.counts(LEADING, change)
    assert view.since == 6


@doubt("reporting speaks for its agency: a request by a reporting instance counts")
def test_reporting_asks_nobody() -> None:
    story = Story(SOCIAL)
    assert story.say(f"reporting.{LEAD}", request("a", SOCIAL)) is Verdict.REFUSED
