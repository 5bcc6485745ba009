"""The fold: one pure, total function that says what an event means at its place in the log."""

from dataclasses import dataclass
from enum import StrEnum

from shared.protocol.came_back import all_back
from shared.protocol.case import HELD, Case, Handoff, HandoffState, JointState, Verdict
from shared.protocol.classes import of_protocol_1
from shared.protocol.core import Core
from shared.protocol.effects import apply, open_case
from shared.protocol.events import (
    CaseReopened,
    CaseReported,
    CheckpointSet,
    HandoffAccepted,
    HandoffForwarded,
    HandoffOfferAgreed,
    HandoffRequested,
    JointActionStarted,
    RosterSet,
    TaskCompleted,
    TaskDropped,
)
from shared.protocol.facts import Event, hidden
from shared.protocol.grants import purposes
from shared.protocol.leading import to_hand_over
from shared.protocol.letters import is_letter
from shared.protocol.naming import may_name
from shared.protocol.states import OPEN_TASK, may_say
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import HandoffKind, Need


class Follow(StrEnum):
    """What follows by itself; the one instance that is named acts on it."""

    OPEN = "open"
    """Invite the agencies that the policy names."""
    ADD_MEMBER = "add_member"
    """Put the asked agency on the roster."""
    CHECKPOINT = "checkpoint"
    """Give those who joined at this place the state of the case here."""
    RENEW = "renew"
    """The case comes from a former log that the lead had not read so far: everybody takes the lead's checkpoint."""
    CALL_JOINT = "call_joint"
    """The need has been passed round enough: call the agencies together."""
    START_JOINT = "start_joint"
    """Enough agencies have accepted: start the joint action."""
    PLAN_TASK = "plan_task"
    """A late agency joined a running joint action: give it its task."""
    COMPLETE_JOINT = "complete_joint"
    """All tasks have ended."""
    HAND_OVER = "hand_over"
    """Who was asked to lead has accepted: set the roster by which the lead passes to it."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An automatic policy: what, for which instance, about which agency, need or hand-off."""

    follow: Follow
    by: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """The next picture, the verdict, and what follows by itself. The picture is None only while the case is not open."""

    case: Case | None
    verdict: Verdict
    follow_ups: tuple[FollowUp, ...] = ()


def fold(case: Case | None, core: Core) -> Folded:
    """What this event means here. It reads the picture and the core, nothing else; it never raises."""
    return fold_event(case, core, core.event())


def fold_event(case: Case | None, core: Core, event: Event | None) -> Folded:
    """The same for who has read the core's event already: reading one takes as long as folding it."""
    if case is None:
        if is_letter(core.case, event):
            return Folded(None, Verdict.COUNTED)
        opened = open_case(core, event)
        if opened is None:
            return Folded(None, Verdict.REFUSED)
        return Folded(_settle(opened, core, Verdict.COUNTED), Verdict.COUNTED, _after_open(opened, event))
    if core.case != case.id:
        return Folded(case, Verdict.REFUSED)
    if core.key in case.settled:
        return Folded(case, Verdict.REPEATED)
    if isinstance(event, CheckpointSet):
        return _verdict(case, core, Verdict.COUNTED if _may_say(case, core, event) else Verdict.REFUSED)
    if core.roster != case.version:
        return Folded(case, Verdict.STALE)
    if event is None or not _may_say(case, core, event):
        return _verdict(case, core, Verdict.REFUSED)
    after = apply(case, core, event)
    if isinstance(after, Verdict):
        again = _lead(case, Follow.START_JOINT) if isinstance(event, JointActionStarted) and ready_for_joint_action(case) else ()
        return Folded(_settle(case, core, after), after, again)
    return Folded(_settle(after, core, Verdict.COUNTED), Verdict.COUNTED, _follow_ups(case, after, event))


def _may_say(case: Case, core: Core, event: Event) -> bool:
    """Whether the author may say this here: in its role, and from protocol 2 on in a core of the case's protocol, naming whom it may."""
    fits = of_protocol_1(event) if case.protocol == FIRST else core.v == case.protocol and may_name(case, event)
    return fits and may_say(case, core.author, event)


def _verdict(case: Case, core: Core, verdict: Verdict) -> Folded:
    return Folded(_settle(case, core, verdict), verdict)


def _settle(case: Case, core: Core, verdict: Verdict) -> Case:
    """Any verdict but stale settles a decision: a second copy of it, sent in doubt, changes nothing. A checkpoint is no head."""
    head = case.head if core.type == CheckpointSet.TYPE else core.key
    return case.model_copy(update={"settled": {**case.settled, core.key: verdict}, "head": head})


def _lead(case: Case, follow: Follow, *about: str) -> tuple[FollowUp, ...]:
    """Follow-ups for the lead's instance, one about each of these; one about nothing in particular where none is named."""
    return tuple(FollowUp(follow, f"referral.{case.lead}", a) for a in about or ("",))


def _after_open(case: Case, event: Event | None) -> tuple[FollowUp, ...]:
    opening = event if isinstance(event, CaseReported) else None
    again, asks = opening is not None and opening.again, opening is not None and opening.to is not None
    return (*(_lead(case, Follow.RENEW) if again else ()), *(() if asks else _lead(case, Follow.OPEN)))


def _follow_ups(before: Case, after: Case, event: Event) -> tuple[FollowUp, ...]:
    lead = f"referral.{after.lead}"
    follow: list[FollowUp] = []
    match event:
        case CaseReported():
            pass
        case RosterSet():
            joiners = sorted(a for a in (after.agencies - before.agencies) | (set(event.anew) & after.agencies) if not hidden(a))
            follow += [FollowUp(Follow.CHECKPOINT, lead, " ".join(joiners))] if joiners else []
            follow += taken_over(after) if event.lead is not None else []
            if event.lead is None and after.acting() and after.tasks != before.tasks and _all_ended(after):
                follow.append(FollowUp(Follow.COMPLETE_JOINT, lead))
        case HandoffRequested() | HandoffForwarded():
            follow += _asked(after, event.onward if isinstance(event, HandoffForwarded) else event.handoff)
        case HandoffAccepted() | HandoffOfferAgreed() | JointActionStarted():
            offered = event.onward if isinstance(event, HandoffOfferAgreed) else None
            follow += _asked(after, offered) if offered in after.handoffs and after.handoffs[offered].state in HELD else ()
            planned = {t.handoff for t in after.tasks.values()}
            known = {h.id for h in before.holding()} if before.acting() else set[str]()
            fresh = (h.id for h in after.holding() if h.id not in planned | known) if after.acting() else ()
            follow += [FollowUp(Follow.PLAN_TASK, lead, id) for id in fresh]
        case TaskCompleted() | TaskDropped() | CaseReopened() if after.acting() and _all_ended(after):
            follow.append(FollowUp(Follow.COMPLETE_JOINT, lead))
        case _:
            pass
    if ready_for_joint_action(after) and not ready_for_joint_action(before):
        follow.append(FollowUp(Follow.START_JOINT, lead))
    if (asked := to_hand_over(after)) is not None and to_hand_over(before) is None:
        follow.append(FollowUp(Follow.HAND_OVER, lead, asked.id))
    return tuple(follow)


def taken_over(case: Case) -> list[FollowUp]:
    """What follows for a new lead: all that the old one may have been about to do, since that does not count any more."""
    waiting = (h.id for h in case.handoffs.values() if h.waiting and _not_for_this(case, h))
    follow = [one for id in waiting for one in _lead(case, Follow.ADD_MEMBER, id)]
    called = dict.fromkeys(h.need for _, h in all_back(case) if h.state is HandoffState.CALLED)
    follow += [one for need in called for one in _lead(case, Follow.CALL_JOINT, need)]
    if case.acting():
        planned = {t.handoff for t in case.tasks.values()}
        follow += [one for h in case.holding() if h.id not in planned for one in _lead(case, Follow.PLAN_TASK, h.id)]
        follow += _lead(case, Follow.COMPLETE_JOINT) if case.tasks and _all_ended(case) else ()
    return follow + [*(_lead(case, Follow.START_JOINT) if ready_for_joint_action(case) else ())]


def _asked(case: Case, id: str) -> tuple[FollowUp, ...]:
    """What follows from one more request: those between whom the need was passed are called, or the lead has the asked agency join."""
    handoff = case.handoffs[id]
    if handoff.state is HandoffState.CALLED:
        return _lead(case, Follow.CALL_JOINT, handoff.need)
    return _lead(case, Follow.ADD_MEMBER, id) if _not_for_this(case, handoff) else ()


def _not_for_this(case: Case, asked: Handoff) -> bool:
    """Whether who is asked is not in the case, or from protocol 2 on in it for other purposes alone."""
    there = case.member(asked.to)
    if there is None or case.protocol == FIRST:
        return there is None
    return asked.kind is not HandoffKind.CONSULTATION and asked.need not in purposes(there) and asked.to != case.lead


def _all_ended(case: Case) -> bool:
    return not any(t.state in OPEN_TASK for t in case.tasks.values())


def ready_for_joint_action(case: Case) -> bool:
    """Two agencies or more hold a need of the case, and nobody whose time is not over must still answer (docs/domain.md, section 3.7).

    Who is asked for advice alone holds nobody up, nor does an offer that waits for a yes.
    """
    if case.closed_at is not None or (case.joint is not None and case.joint.state is not JointState.CALLED):
        return False
    helping = (h for h in case.handoffs.values() if h.need is not Need.IDENTIFICATION and not case.merely_advises(h))
    in_time = any(h.waiting and not h.overdue and h.state is not HandoffState.OFFERED for h in helping)
    return len({h.to for h in case.holding()}) >= 2 and not in_time


def passed_round(case: Case, need: Need) -> tuple[str, ...]:
    """The agencies that a need was passed between, in order of first asking: those called together (docs/domain.md, section 3.6)."""
    asked: list[str] = []
    for handoff in case.handoffs.values():
        if case.merely_advises(handoff) or handoff.kind is HandoffKind.TRANSFER:
            continue
        if handoff.need is need and handoff.first_action_at is not None:
            asked.clear()  # somebody acted: what came before is no part of this run
        elif handoff.need is need and (handoff.bounced or handoff.waiting):
            asked.append(handoff.to)
    return tuple(dict.fromkeys(asked))
