"""What each event that counts does to the picture: small pure functions, one for each type, in one table.

An effect returns the next picture, or the verdict of what is not allowed here: *superseded* by what came first, or *refused*.
"""

from collections.abc import Callable
from typing import Any

from shared.protocol import answers, closing, delays, joint, leading
from shared.protocol.came_back import leaves_need
from shared.protocol.case import (
    HELD,
    Case,
    Handoff,
    HandoffState,
    StatusDecision,
    Verdict,
    agency_of,
    lapses_at,
    service_of,
)
from shared.protocol.classes import of_protocol_1
from shared.protocol.core import Core
from shared.protocol.events import (
    ActionTaken,
    BasisChanged,
    CaseClosed,
    CaseReopened,
    CaseReported,
    ClockPaused,
    DelayExplained,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffAdvised,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffForwarded,
    HandoffInfoRequested,
    HandoffInfoSupplied,
    HandoffOfferAgreed,
    HandoffOffered,
    HandoffOfferRefused,
    HandoffOverdue,
    HandoffRequested,
    HandoffReturned,
    HandoffRevoked,
    JointActionCalled,
    JointActionCompleted,
    JointActionStarted,
    RosterSet,
    StatusDecided,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)
from shared.protocol.facts import Event, hidden
from shared.protocol.first_actions import done_by
from shared.protocol.joint import REFUSED, SUPERSEDED, Effect, acted, put
from shared.protocol.letters import CoverSent, ErasureAsked, ReceiptGiven
from shared.protocol.messages import MessageSent
from shared.protocol.moving import asked, joined, moved
from shared.protocol.naming import may_open
from shared.protocol.statements import StatementMade
from shared.protocol.states import undelivered
from shared.protocol.versions import FIRST, PROTOCOLS
from shared.protocol.vocabulary import (
    MUST_NAME_COMPETENT,
    NEVER_A_GROUND,
    NO_ADVICE,
    Advice,
    AgencyKind,
    Basis,
    HandoffKind,
    Need,
    Outcome,
    Stage,
)


def open_case(core: Core, event: Event | None) -> Case | None:
    """The picture that an opening event makes; None where its author may not open this case so."""
    if not isinstance(event, CaseReported) or core.roster != 0 or event.protocol not in PROTOCOLS or event.lapse_at < event.answer_by:
        return None
    if not (of_protocol_1(event) if event.protocol == FIRST else core.v == event.protocol and may_open(core.case, event)):
        return None
    agencies = {m.agency for m in event.roster}
    if agencies != _present(core, event) or len(agencies) != len(event.roster) or service_of(core.author) not in ("intake", "referral"):
        return None
    first = Handoff(
        id=event.handoff, giver=agency_of(core.author), by=core.author, to=event.to or event.lead, need=event.need, kind=event.kind,
        state=HandoffState.REQUESTED, requested_at=core.at, answer_by=event.answer_by, lapse_at=event.lapse_at, simulated=core.simulated,
    )  # fmt: skip
    return Case(
        id=core.case, protocol=event.protocol, trace=event.trace, opened_at=core.at, opened_by=core.author, lead=event.lead,
        urgency=event.urgency, basis=event.basis, pingpong=event.pingpong, needs=event.needs, version=1, members=event.roster,
        handoffs={first.id: first}, simulated=core.simulated, apart=event.apart,
    )  # fmt: skip


def _present(core: Core, event: CaseReported) -> set[str]:
    """Who is in a case at its opening: reporter and lead, or in a side case the lead and whom it asks. Nobody where it is neither."""
    if event.to is None:
        usual = event.need is Need.IDENTIFICATION and event.kind is HandoffKind.REFERRAL
        return {agency_of(core.author), event.lead} if usual else set()
    if event.kind in (HandoffKind.CONSULTATION, HandoffKind.TRANSFER):
        return set()  # advice is asked, and the lead handed over, in a case that is there
    return {event.lead, event.to} if core.author == f"referral.{event.lead}" and event.to != event.lead else set()


def apply(case: Case, core: Core, event: Event) -> Effect:
    """The picture after an event whose author may say it; or why it does not count here."""
    if case.closed_at is not None and not isinstance(event, (RosterSet, ErasureAsked, CaseReopened)):
        return SUPERSEDED
    after = EFFECTS[type(event)](case, core, event)
    return delays.still_said(case, after) if isinstance(after, Case) else after


def _reported(case: Case, core: Core, event: CaseReported) -> Effect:
    return SUPERSEDED


def _erasure(case: Case, core: Core, event: ErasureAsked) -> Effect:
    return case  # the course of the case stays for accounts; what was disclosed of the person is no part of a picture


def _said(case: Case, core: Core, event: StatementMade | MessageSent) -> Effect:
    return case  # what was stated of the person, or said between agencies, lies in sections, and is no part of a picture


def _letter(case: Case, core: Core, event: Event) -> Effect:
    return REFUSED  # a letter lies outside of any case


def _roster(case: Case, core: Core, event: RosterSet) -> Effect:
    agencies = {m.agency for m in event.members}
    confidential = any(m.kind is AgencyKind.SHELTER and not hidden(m.agency) for m in event.members)
    if case.lead not in agencies or len(agencies) != len(event.members) or (confidential and len(agencies) > 2):
        return REFUSED
    left = joint.leave(case, case.agencies - agencies, core.at) if event.lead is None else leading.handed_over(case, event, core.at)
    if isinstance(left, Verdict):
        return left
    apart = {"apart": event.apart} if "apart" in event.model_fields_set else {}
    paused = case.paused if event.paused is None else event.paused
    return left.model_copy(update={"members": event.members, "version": case.version + 1, "paused": paused, **apart})


def _requested(case: Case, core: Core, event: HandoffRequested) -> Effect:
    giver = agency_of(core.author)
    if hidden(event.to) and core.author != f"referral.{case.lead}":
        return REFUSED
    if event.lapse_at < event.answer_by or event.to == giver or (case.basis is Basis.NONE and event.kind is not HandoffKind.CONSULTATION):
        return REFUSED
    if case.protocol != FIRST and (event.question is None) is (event.kind is HandoffKind.CONSULTATION):
        return REFUSED  # a consultation says what it asks, and nothing else does
    if event.kind is HandoffKind.TRANSFER and not leading.asks_rightly(case, core.author, event):
        return REFUSED
    if event.handoff in case.handoffs or leading.crosses(case, event):
        return SUPERSEDED
    handoff = Handoff(
        id=event.handoff, giver=giver, by=core.author, to=event.to, need=event.need, kind=event.kind, state=HandoffState.REQUESTED,
        requested_at=core.at, answer_by=event.answer_by, lapse_at=event.lapse_at, simulated=core.simulated, question=event.question,
    )  # fmt: skip
    return asked(case, handoff)


def _acknowledged(case: Case, core: Core, event: HandoffAcknowledged) -> Effect:
    after = moved(case, core, event)
    return (
        put(after, after.handoffs[event.handoff], applied_at=event.applied_at, seen_at=event.seen_at) if isinstance(after, Case) else after
    )


def _accepted(case: Case, core: Core, event: HandoffAccepted) -> Effect:
    after = moved(case, core, event)
    return joined(after, event.handoff) if isinstance(after, Case) else after


def _advised(case: Case, core: Core, event: HandoffAdvised) -> Effect:
    """The answer ends the consultation; another agency is named where the answer says that it is competent, and only there."""
    if (event.advice is Advice.ELSEWHERE) is (event.competent in (None, agency_of(core.author))):
        return REFUSED
    after = moved(case, core, event)
    if not isinstance(after, Case):
        return after
    outcome = Outcome.NOT_POSSIBLE if event.advice in NO_ADVICE else Outcome.DONE
    answer: dict[str, Any] = {"answered_at": core.at, "advice": event.advice, "competent": event.competent, "outcome": outcome}
    return put(after, after.handoffs[event.handoff], **answer)


def _declined(case: Case, core: Core, event: HandoffDeclined | HandoffReturned) -> Effect:
    if event.code in NEVER_A_GROUND or (event.code in MUST_NAME_COMPETENT and event.competent in (None, agency_of(core.author))):
        return REFUSED
    after = moved(case, core, event)
    return put(after, after.handoffs[event.handoff], code=event.code, competent=event.competent) if isinstance(after, Case) else after


def _overdue(case: Case, core: Core, event: HandoffOverdue) -> Effect:
    handoff = case.handoffs[event.handoff]
    if core.at < handoff.answer_by:
        return REFUSED
    after = moved(case, core, event)
    return put(after, after.handoffs[event.handoff], overdue=True) if isinstance(after, Case) and not handoff.overdue else SUPERSEDED


def _expired(case: Case, core: Core, event: HandoffExpired) -> Effect:
    return REFUSED if core.at < lapses_at(case.handoffs[event.handoff]) else moved(case, core, event)


def _revoked(case: Case, core: Core, event: HandoffRevoked) -> Effect:
    """The requester takes it back, or gives up what ended without help; or the lead says that nobody can receive it: then it comes back
    like what an agency had that left."""
    before = case.handoffs[event.handoff]
    if case.protocol != FIRST and leaves_need(case, before):
        return SUPERSEDED if before.given_up_at is not None else put(case, before, given_up_at=core.at)
    after = moved(case, core, event)
    ended = case.protocol != FIRST and core.author == f"referral.{case.lead}" and undelivered(case, before)
    return put(after, after.handoffs[event.handoff], state=HandoffState.RETURNED) if isinstance(after, Case) and ended else after


def _action(case: Case, core: Core, event: ActionTaken) -> Effect:
    after = moved(case, core, event)
    return acted(after, after.handoffs[event.handoff], core.at, event) if isinstance(after, Case) else after


def _completed(case: Case, core: Core, event: HandoffCompleted) -> Effect:
    after = moved(case, core, event)
    return put(after, after.handoffs[event.handoff], outcome=event.outcome) if isinstance(after, Case) else after


def _status(case: Case, core: Core, event: StatusDecided) -> Effect:
    if event.stage is Stage.CONCLUSIVE_GROUNDS and Stage.REASONABLE_GROUNDS not in case.statuses:
        return SUPERSEDED
    statuses = {"statuses": {**case.statuses, event.stage: core.at}}
    if case.protocol == FIRST:
        return SUPERSEDED if event.stage in case.statuses else case.model_copy(update=statuses)
    before = case.in_force(event.stage)
    if event.supersedes != (before.key if before else None):  # who decides anew names what it takes the place of: it has seen it
        return SUPERSEDED
    for handoff in case.handoffs.values() if done_by(event, case.protocol) else ():
        if handoff.need is Need.IDENTIFICATION and handoff.to == case.lead and handoff.state in HELD:
            case = acted(case, handoff, core.at, event)
    decided = StatusDecision(key=core.key, stage=event.stage, at=core.at, supersedes=event.supersedes)
    return case.model_copy(update={**statuses, "decisions": (*case.decisions, decided)})


def _based(case: Case, core: Core, event: BasisChanged) -> Effect:
    """The case goes on, on this basis; who may know what follows from the roster that its lead sets."""
    if event.basis is Basis.CONSULTATION:
        return REFUSED  # that is the basis of a member, never of a case
    return case.model_copy(update={"basis": event.basis, "needs": event.needs, "based_at": core.at})


EFFECTS: dict[type[Event], Callable[[Case, Core, Any], Effect]] = {
    CaseReported: _reported,
    RosterSet: _roster,
    HandoffRequested: _requested,
    HandoffAcknowledged: _acknowledged,
    HandoffInfoRequested: moved,
    HandoffInfoSupplied: moved,
    HandoffAccepted: _accepted,
    HandoffAdvised: _advised,
    HandoffDeclined: _declined,
    HandoffForwarded: answers.forwarded,
    HandoffOffered: answers.offered,
    HandoffOfferAgreed: answers.agreed,
    HandoffOfferRefused: answers.refused,
    HandoffReturned: _declined,
    HandoffOverdue: _overdue,
    HandoffExpired: _expired,
    HandoffRevoked: _revoked,
    ActionTaken: _action,
    HandoffCompleted: _completed,
    JointActionCalled: joint.called,
    JointActionStarted: joint.started,
    TaskPlanned: joint.planned,
    TaskBegun: joint.task_moved,
    TaskCompleted: joint.task_moved,
    TaskDropped: joint.task_moved,
    JointActionCompleted: joint.joint_completed,
    StatusDecided: _status,
    BasisChanged: _based,
    CaseClosed: closing.closed,
    CaseReopened: closing.reopened,
    ClockPaused: delays.paused,
    DelayExplained: delays.explained,
    StatementMade: _said,
    MessageSent: _said,
    ErasureAsked: _erasure,
    ReceiptGiven: _letter,
    CoverSent: _letter,
}
"""Type → what it does. CheckpointSet is missing: it changes nothing in a picture that is there (see `following`)."""
