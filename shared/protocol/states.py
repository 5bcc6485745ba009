"""The tables: (state, event) → state, and who may say what. What is not in a table is not allowed."""

from collections.abc import Callable

from shared.protocol.came_back import asker
from shared.protocol.case import Case, Handoff, HandoffState, Task, TaskState, agency_of, service_of
from shared.protocol.events import (
    ActionTaken,
    BasisChanged,
    CaseClosed,
    CaseReopened,
    CaseReported,
    CheckpointSet,
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
from shared.protocol.letters import CoverSent, ErasureAsked, ReceiptGiven
from shared.protocol.messages import MessageSent
from shared.protocol.statements import StatementMade
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import HandoffKind

H, T = HandoffState, TaskState

HANDOFF: dict[tuple[HandoffState, type[Event]], HandoffState] = {
    (H.REQUESTED, HandoffAcknowledged): H.ACKNOWLEDGED,
    (H.REQUESTED, HandoffInfoRequested): H.INFO_REQUESTED,
    (H.REQUESTED, HandoffAccepted): H.ACCEPTED,
    (H.REQUESTED, HandoffDeclined): H.DECLINED,
    (H.REQUESTED, HandoffOverdue): H.REQUESTED,
    (H.REQUESTED, HandoffExpired): H.EXPIRED,
    (H.REQUESTED, HandoffRevoked): H.REVOKED,
    (H.ACKNOWLEDGED, HandoffInfoRequested): H.INFO_REQUESTED,
    (H.ACKNOWLEDGED, HandoffAccepted): H.ACCEPTED,
    (H.ACKNOWLEDGED, HandoffDeclined): H.DECLINED,
    (H.ACKNOWLEDGED, HandoffOverdue): H.ACKNOWLEDGED,
    (H.ACKNOWLEDGED, HandoffExpired): H.EXPIRED,
    (H.ACKNOWLEDGED, HandoffRevoked): H.REVOKED,
    (H.INFO_REQUESTED, HandoffInfoSupplied): H.ACKNOWLEDGED,
    (H.INFO_REQUESTED, HandoffAccepted): H.ACCEPTED,
    (H.INFO_REQUESTED, HandoffDeclined): H.DECLINED,
    (H.INFO_REQUESTED, HandoffOverdue): H.INFO_REQUESTED,
    (H.INFO_REQUESTED, HandoffExpired): H.EXPIRED,
    (H.INFO_REQUESTED, HandoffRevoked): H.REVOKED,
    (H.REQUESTED, HandoffForwarded): H.FORWARDED,
    (H.REQUESTED, HandoffOffered): H.OFFERED,
    (H.ACKNOWLEDGED, HandoffForwarded): H.FORWARDED,
    (H.ACKNOWLEDGED, HandoffOffered): H.OFFERED,
    (H.INFO_REQUESTED, HandoffForwarded): H.FORWARDED,
    (H.INFO_REQUESTED, HandoffOffered): H.OFFERED,
    (H.OFFERED, HandoffOfferAgreed): H.ACCEPTED,
    (H.OFFERED, HandoffOfferRefused): H.ACKNOWLEDGED,
    (H.OFFERED, HandoffAccepted): H.ACCEPTED,
    (H.OFFERED, HandoffDeclined): H.DECLINED,
    (H.OFFERED, HandoffExpired): H.EXPIRED,
    (H.OFFERED, HandoffRevoked): H.REVOKED,
    (H.ACCEPTED, ActionTaken): H.ACTING,
    (H.ACCEPTED, HandoffCompleted): H.COMPLETED,
    (H.ACCEPTED, HandoffReturned): H.RETURNED,
    (H.ACTING, ActionTaken): H.ACTING,
    (H.ACTING, HandoffCompleted): H.COMPLETED,
    (H.ACTING, HandoffReturned): H.RETURNED,
}
"""The life of a hand-off (docs/domain.md, section 3.3). Every state not named first here is an end."""

ADVICE: dict[tuple[HandoffState, type[Event]], HandoffState] = {
    (H.REQUESTED, HandoffAcknowledged): H.ACKNOWLEDGED,
    (H.REQUESTED, HandoffAdvised): H.COMPLETED,
    (H.REQUESTED, HandoffOverdue): H.REQUESTED,
    (H.REQUESTED, HandoffExpired): H.EXPIRED,
    (H.REQUESTED, HandoffRevoked): H.REVOKED,
    (H.ACKNOWLEDGED, HandoffAdvised): H.COMPLETED,
    (H.ACKNOWLEDGED, HandoffOverdue): H.ACKNOWLEDGED,
    (H.ACKNOWLEDGED, HandoffExpired): H.EXPIRED,
    (H.ACKNOWLEDGED, HandoffRevoked): H.REVOKED,
}
"""The life of a consultation from protocol 2 on: its answer ends it, and nobody ever holds it."""

NOT_OF_A_LEAD = frozenset({HandoffForwarded, HandoffOffered, HandoffReturned})
"""What nobody answers who is asked to lead: it is yes or no. Who has accepted leads, and asks another to lead in its turn."""
LEADS = frozenset({ActionTaken, HandoffCompleted})
"""What is said of it by who leads, and not before."""


def next_state(case: Case, handoff: Handoff, event: Event) -> HandoffState | None:
    """Where an event leads a hand-off; None where its table does not allow it now."""
    never = type(event) in NOT_OF_A_LEAD or (type(event) in LEADS and handoff.to != case.lead)
    if never and handoff.kind is HandoffKind.TRANSFER:
        return None
    if case.is_side and handoff.state is HandoffState.OFFERED and type(event) is HandoffAccepted:
        return None  # the main case answers the offer, and this yes would have no order with that (docs/adr/0057)
    return (ADVICE if case.merely_advises(handoff) else HANDOFF).get((handoff.state, type(event)))


TASK: dict[tuple[TaskState, type[Event]], TaskState] = {
    (T.PLANNED, TaskBegun): T.BEGUN,
    (T.PLANNED, TaskCompleted): T.COMPLETED,
    (T.PLANNED, TaskDropped): T.DROPPED,
    (T.BEGUN, TaskCompleted): T.COMPLETED,
    (T.BEGUN, TaskDropped): T.DROPPED,
}
"""The life of a task."""

OPEN_TASK = frozenset({T.PLANNED, T.BEGUN})


def undelivered(case: Case, handoff: Handoff) -> bool:
    """Whether a request waits for somebody who does not get it: it is of no member of the case."""
    return handoff.waiting and handoff.to not in case.agencies


ACTING = frozenset({"intake", "referral", "assistance"})
"""The services that author events of cases; reporting does not."""


def _lead(case: Case, author: str, event: Event) -> bool:
    return author == f"referral.{case.lead}"


def _lead_here(case: Case, author: str, event: Event) -> bool:
    return isinstance(event, ErasureAsked) and event.about == case.id and _lead(case, author, event)


def _member(case: Case, author: str, event: Event) -> bool:
    return case.member(agency_of(author)) is not None and service_of(author) in ACTING


def _speaks_for(case: Case, author: str, agency: str) -> bool:
    """An agency acts for itself; for one that is hidden the lead does."""
    return author == f"referral.{case.lead}" if hidden(agency) else agency_of(author) == agency


def _handoff(case: Case, event: Event) -> Handoff | None:
    return case.handoffs.get(getattr(event, "handoff", "") or "")


def _task(case: Case, event: Event) -> Task | None:
    return case.tasks.get(getattr(event, "task", "") or "")


def _in_its_place(case: Case, author: str, event: Event) -> bool:
    """From protocol 2 on the lead's agency speaks for a requester that has left the case."""
    handoff = _handoff(case, event)
    return case.protocol != FIRST and handoff is not None and agency_of(author) == asker(case, handoff)


def _watcher(case: Case, author: str, event: Event) -> bool:
    return _handoff(case, event) is not None and _lead(case, author, event)


def _requester(case: Case, author: str, event: Event) -> bool:
    handoff = _handoff(case, event)
    return handoff is not None and agency_of(author) == handoff.giver and not case.by_former_lead(handoff)


def _addressee(case: Case, author: str, event: Event) -> bool:
    """Whether it is for its author to answer; whether an agency leads its desk says that can."""
    handoff = _handoff(case, event)
    if handoff is not None and handoff.kind is HandoffKind.TRANSFER:
        return author == f"referral.{handoff.to}"
    return handoff is not None and _speaks_for(case, author, handoff.to) and service_of(author) != "intake"


def _owner(case: Case, author: str, event: Event) -> bool:
    task = _task(case, event)
    return task is not None and _speaks_for(case, author, task.owner)


def _planner(case: Case, author: str, event: Event) -> bool:
    own = isinstance(event, TaskPlanned) and event.planned.owner == agency_of(author)
    return own or _lead(case, author, event)


def _undelivered(case: Case, author: str, event: Event) -> bool:
    """From protocol 2 on the lead ends a request that nobody can receive: who was asked is not on the roster."""
    handoff = _handoff(case, event)
    return case.protocol != FIRST and handoff is not None and undelivered(case, handoff) and _lead(case, author, event)


def _lead_of_a_clock(case: Case, author: str, event: Event) -> bool:
    return isinstance(event, DelayExplained) and event.clock is not None and _lead(case, author, event)


Role = Callable[[Case, str, Event], bool]

MAY_SAY: dict[type[Event], tuple[Role, ...]] = {
    CaseReported: (_member,),
    RosterSet: (_lead,),
    CheckpointSet: (_lead,),
    HandoffRequested: (_member,),
    HandoffAcknowledged: (_addressee,),
    HandoffInfoRequested: (_addressee,),
    HandoffInfoSupplied: (_requester, _in_its_place),
    HandoffAccepted: (_addressee,),
    HandoffAdvised: (_addressee,),
    HandoffDeclined: (_addressee,),
    HandoffForwarded: (_addressee,),
    HandoffOffered: (_addressee,),
    HandoffOfferAgreed: (_requester, _in_its_place),
    HandoffOfferRefused: (_requester, _in_its_place),
    HandoffReturned: (_addressee,),
    HandoffOverdue: (_requester, _watcher),
    HandoffExpired: (_requester, _watcher),
    HandoffRevoked: (_requester, _in_its_place, _undelivered),
    ActionTaken: (_addressee,),
    HandoffCompleted: (_addressee,),
    JointActionCalled: (_lead,),
    JointActionStarted: (_lead,),
    TaskPlanned: (_planner,),
    TaskBegun: (_owner,),
    TaskCompleted: (_owner,),
    TaskDropped: (_owner, _lead),
    JointActionCompleted: (_lead,),
    StatusDecided: (_lead,),
    BasisChanged: (_lead,),
    CaseClosed: (_lead,),
    CaseReopened: (_lead,),
    ClockPaused: (_lead,),
    DelayExplained: (_addressee, _requester, _in_its_place, _owner, _lead_of_a_clock),
    StatementMade: (_member,),
    MessageSent: (_member,),
    ErasureAsked: (_lead_here,),
    ReceiptGiven: (),
    CoverSent: (),
}
"""The author × type matrix: one of these must hold, and the author's agency must be on the roster."""


def may_say(case: Case, author: str, event: Event) -> bool:
    """Whether this author may say this of this case: a member, in the role that the matrix asks for."""
    return _member(case, author, event) and any(role(case, author, event) for role in MAY_SAY[type(event)])
