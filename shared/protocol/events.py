"""The event types: facts in the past tense, the version in the name, each field with its data class.

Only D0 fields enter a core; every other field has a default, so that who may not see it still reads the event.
Moments are milliseconds since 1970, UTC. No field here names, describes or locates a person:
codes travel. What names one is stated (`statements`), in sections of their own.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from shared.protocol.facts import (
    AgencyId,
    Check,
    DecisionKey,
    EndedHandoff,
    EndedTask,
    Event,
    HandoffId,
    LanguageTag,
    Member,
    Moment,
    Nationality,
    PlannedTask,
    Printed,
    TaskId,
    TraceId,
)
from shared.protocol.vocabulary import (
    ActionCode,
    Advice,
    AgeBand,
    AgencyKind,
    Basis,
    ClockName,
    CloseReason,
    DataClass,
    DeclineCode,
    Form,
    HandoffKind,
    Indicator,
    InterviewTopic,
    Need,
    OfferTerms,
    Outcome,
    Pause,
    Question,
    ReopenReason,
    Sex,
    Stage,
    StallCode,
    StatusGround,
    Urgency,
)

D0, D1, D2 = DataClass.D0, DataClass.D1, DataClass.D2


class CaseReported(Event):
    """Somebody who may be a victim was met: the opening event. It carries roster 1, the author and the lead it names."""

    TYPE: ClassVar[str] = "case.reported.v1"
    protocol: Annotated[int, D0] = 1
    trace: Annotated[TraceId, D0]
    lead: Annotated[AgencyId, D0]
    roster: Annotated[tuple[Member, ...], D0]
    handoff: Annotated[HandoffId, D0]
    answer_by: Annotated[Moment, D0]
    lapse_at: Annotated[Moment, D0]
    urgency: Annotated[Urgency, D0]
    basis: Annotated[Basis, D0]
    pingpong: Annotated[int, Field(ge=2, le=20), D0] = 3
    age: Annotated[AgeBand, D1] = AgeBand.UNKNOWN
    sex: Annotated[Sex, D1] = Sex.UNKNOWN
    language: Annotated[LanguageTag, D1] = ""
    interpreter: Annotated[bool, D1] = False
    nationality: Annotated[Nationality, D1] = ""
    age_printed: Annotated[Printed, D1] = ""
    sex_printed: Annotated[Printed, D1] = ""
    indicators: Annotated[tuple[Indicator, ...], D2] = ()
    forms: Annotated[tuple[Form, ...], D2] = ()
    forms_printed: Annotated[Printed, D2] = ""
    needs: Annotated[tuple[Need, ...], D0] = ()
    again: Annotated[bool, D0] = False
    """Opened in a former log already: if the lead lacks the case, everybody in it takes the lead's checkpoint anew."""
    apart: Annotated[tuple[Check, ...], D0] = ()
    """The checks of all agencies that no main case may name (`naming.check`): confidential ones, whose id would say where somebody is."""
    to: Annotated[AgencyId | None, D0] = None
    """A side case opens with its request: whom the lead asks, who is on the roster beside it. In a main case the lead is asked."""
    need: Annotated[Need, D0] = Need.IDENTIFICATION
    kind: Annotated[HandoffKind, D0] = HandoffKind.REFERRAL
    """What for, and how; said with `to` alone."""
    consent_language: Annotated[LanguageTag, D1] = ""
    consent_until: Annotated[Moment | None, D1] = None
    agreed: Annotated[tuple[DataClass, ...], D1] = (D1, D2)
    withheld: Annotated[tuple[AgencyKind, ...], D1] = ()
    """The terms of the consent, for the lead alone: language, end, what may be disclosed, and which kinds of agencies get nothing."""
    conflict: Annotated[bool, D1] = False
    """For the lead alone, too: a suspect may be close to staff of an agency, so nobody is invited before an officer has looked."""
    together: Annotated[int | None, Field(ge=2, le=500), D1] = None
    """For the lead alone, too: how many people were found together, this one among them. A number, and no name of the raid: it links no
    case to another (docs/adr/0059)."""


class RosterSet(Event):
    """The lead says who is in the case: the whole roster, never a difference."""

    TYPE: ClassVar[str] = "roster.set.v1"
    members: Annotated[tuple[Member, ...], D0]
    anew: Annotated[tuple[AgencyId, ...], D0] = ()
    """Members who take the lead's checkpoint as their picture, as joiners do: their log or their database is another now."""
    apart: Annotated[tuple[Check, ...], D0] = ()
    """The checks of all agencies that no main case may name, where they are others than the case was opened with."""
    paused: Annotated[bool | None, D0] = None
    """From here on what is stated goes to the lead alone, or to all who may read it again; where nothing is said, as before."""
    lead: Annotated[AgencyId | None, D0] = None
    """Who leads from here on, where that changes: it has accepted to. Such a roster brings nobody in and takes nobody off."""


class CheckpointSet(Event):
    """The lead's state of the case at one place of the log, for those who join there."""

    TYPE: ClassVar[str] = "checkpoint.set.v1"
    place: Annotated[int, Field(ge=0), D0]
    joiners: Annotated[tuple[AgencyId, ...], D0]
    state: Annotated[dict[str, Any], D0]
    profile: Annotated[dict[str, Any], D1] = {}
    account: Annotated[dict[str, Any], D2] = {}


class HandoffRequested(Event):
    """One agency asks another to take over a need."""

    TYPE: ClassVar[str] = "handoff.requested.v1"
    handoff: Annotated[HandoffId, D0]
    to: Annotated[AgencyId, D0]
    need: Annotated[Need, D0]
    kind: Annotated[HandoffKind, D0] = HandoffKind.REFERRAL
    answer_by: Annotated[Moment, D0]
    lapse_at: Annotated[Moment, D0]
    question: Annotated[Question | None, D0] = None
    """What a consultation asks; said of nothing else."""


class HandoffAcknowledged(Event):
    """An officer of the asked agency opened the request; with the times it was applied and seen there."""

    TYPE: ClassVar[str] = "handoff.acknowledged.v1"
    handoff: Annotated[HandoffId, D0]
    applied_at: Annotated[Moment, D0]
    seen_at: Annotated[Moment, D0]


class HandoffInfoRequested(Event):
    """The asked agency needs to know more; the clock keeps running (docs/domain.md, section 3.5, C8)."""

    TYPE: ClassVar[str] = "handoff.info-requested.v1"
    handoff: Annotated[HandoffId, D0]


class HandoffInfoSupplied(Event):
    """The requester has supplied what it can."""

    TYPE: ClassVar[str] = "handoff.info-supplied.v1"
    handoff: Annotated[HandoffId, D0]
    indicators: Annotated[tuple[Indicator, ...], D2] = ()


class HandoffAccepted(Event):
    """The asked agency takes the hand-off: from here on it is responsible."""

    TYPE: ClassVar[str] = "handoff.accepted.v1"
    handoff: Annotated[HandoffId, D0]


class HandoffAdvised(Event):
    """The consulted agency answers. That ends the consultation, and makes nobody responsible (docs/domain.md, section 3.2)."""

    TYPE: ClassVar[str] = "handoff.advised.v1"
    handoff: Annotated[HandoffId, D0]
    advice: Annotated[Advice, D0]
    competent: Annotated[AgencyId | None, D0] = None


class HandoffDeclined(Event):
    """The asked agency does not take the hand-off; the code says why (docs/domain.md, section 3.5)."""

    TYPE: ClassVar[str] = "handoff.declined.v1"
    handoff: Annotated[HandoffId, D0]
    code: Annotated[DeclineCode, D0]
    competent: Annotated[AgencyId | None, D0] = None


class HandoffForwarded(Event):
    """The asked agency sends the request on to another: it asks that one itself, and is responsible until somebody accepts
    (docs/domain.md, section 3.3). One decision, so that the need never lies between two agencies."""

    TYPE: ClassVar[str] = "handoff.forwarded.v1"
    handoff: Annotated[HandoffId, D0]
    to: Annotated[AgencyId, D0]
    code: Annotated[DeclineCode, D0]
    onward: Annotated[HandoffId, D0]
    """The id of the request that this makes."""


class HandoffOffered(Event):
    """The asked agency says what it can do instead; who asked says yes or no to it (docs/domain.md, section 3.3)."""

    TYPE: ClassVar[str] = "handoff.offered.v1"
    handoff: Annotated[HandoffId, D0]
    terms: Annotated[OfferTerms, D0]
    starts_at: Annotated[Moment | None, D0] = None
    """From when, where it cannot at once."""
    need: Annotated[Need | None, D0] = None
    """What, where it is something else."""


class HandoffOfferAgreed(Event):
    """Who asked says yes: from here on the asked agency is responsible for what it offered."""

    TYPE: ClassVar[str] = "handoff.offer-agreed.v1"
    handoff: Annotated[HandoffId, D0]
    onward: Annotated[HandoffId | None, D0] = None
    """The id of what stands beside it from now on: the rest, or the other thing that was offered. None where only the day is later."""


class HandoffOfferRefused(Event):
    """Who asked says no: the asked agency answers to what it was asked, with a yes or a no."""

    TYPE: ClassVar[str] = "handoff.offer-refused.v1"
    handoff: Annotated[HandoffId, D0]


class HandoffReturned(Event):
    """An agency that had accepted gives the hand-off back; the code says why."""

    TYPE: ClassVar[str] = "handoff.returned.v1"
    handoff: Annotated[HandoffId, D0]
    code: Annotated[DeclineCode, D0]
    competent: Annotated[AgencyId | None, D0] = None


class HandoffOverdue(Event):
    """A clock: the time to answer has passed. The hand-off can still be accepted, and everybody sees that it is late."""

    TYPE: ClassVar[str] = "handoff.overdue.v1"
    handoff: Annotated[HandoffId, D0]


class HandoffExpired(Event):
    """A clock: nobody answered at all; the hand-off ends and its requester must move."""

    TYPE: ClassVar[str] = "handoff.expired.v1"
    handoff: Annotated[HandoffId, D0]


class HandoffRevoked(Event):
    """The requester takes its request back; from protocol 2 on also: it says of one that ended without help that nothing more is asked for,
    and the lead says of one that nobody can receive it."""

    TYPE: ClassVar[str] = "handoff.revoked.v1"
    handoff: Annotated[HandoffId, D0]


class ActionTaken(Event):
    """The agency did something for the person that counts as action (docs/domain.md, section 3.6, M7)."""

    TYPE: ClassVar[str] = "action.taken.v1"
    handoff: Annotated[HandoffId, D0]
    action: Annotated[ActionCode, D0]
    topics: Annotated[tuple[InterviewTopic, ...], Field(max_length=len(InterviewTopic)), D2] = ()
    """What an interview was about, so that nobody asks the person the same again; none: it is not said. For those who get class D2, so
    not for every agency that holds one (docs/adr/0086); a member that does not know it yet counts the act all the same."""
    together: Annotated[bool, D2] = False
    """Of an interview whose topics are said: whether another agency took part in it."""


class HandoffCompleted(Event):
    """What the hand-off asked for has been done, or cannot be."""

    TYPE: ClassVar[str] = "handoff.completed.v1"
    handoff: Annotated[HandoffId, D0]
    outcome: Annotated[Outcome, D0] = Outcome.DONE


class JointActionCalled(Event):
    """The need has been passed round enough: the lead calls these agencies to act together."""

    TYPE: ClassVar[str] = "joint-action.called.v1"
    need: Annotated[Need, D0]
    agencies: Annotated[tuple[AgencyId, ...], D0]


class JointActionStarted(Event):
    """One plan, several agencies, concurrent tasks, one owner each, one lead (docs/domain.md, section 3.7)."""

    TYPE: ClassVar[str] = "joint-action.started.v1"
    agencies: Annotated[tuple[AgencyId, ...], D0]
    tasks: Annotated[tuple[PlannedTask, ...], D0]


class TaskPlanned(Event):
    """A task joins the plan."""

    TYPE: ClassVar[str] = "task.planned.v1"
    planned: Annotated[PlannedTask, D0]


class TaskBegun(Event):
    """The owner has begun; this is its first action."""

    TYPE: ClassVar[str] = "task.begun.v1"
    task: Annotated[TaskId, D0]


class TaskCompleted(Event):
    """The owner has finished."""

    TYPE: ClassVar[str] = "task.completed.v1"
    task: Annotated[TaskId, D0]
    outcome: Annotated[Outcome, D0] = Outcome.DONE


class TaskDropped(Event):
    """The task is not needed any more."""

    TYPE: ClassVar[str] = "task.dropped.v1"
    task: Annotated[TaskId, D0]


class JointActionCompleted(Event):
    """The lead says that the joint action has reached its end."""

    TYPE: ClassVar[str] = "joint-action.completed.v1"


class StatusDecided(Event):
    """The competent authority decided on the person's status; what it decided, and on what ground, is D2."""

    TYPE: ClassVar[str] = "status.decided.v1"
    stage: Annotated[Stage, D0]
    positive: Annotated[bool | None, D2] = None
    ground: Annotated[StatusGround | None, D2] = None
    supersedes: Annotated[DecisionKey | None, D0] = None
    """The decision of the same stage that this one takes the place of; none for the first of its stage."""


class BasisChanged(Event):
    """The lead says on which basis the case goes on: consent that came later, an age that is settled, danger. That binds everybody.

    Whom the person leaves out, and what was agreed, stays with the lead; what was found of the age is D1.
    """

    TYPE: ClassVar[str] = "basis.changed.v1"
    basis: Annotated[Basis, D0]
    needs: Annotated[tuple[Need, ...], D0]
    age: Annotated[AgeBand, D1] = AgeBand.UNKNOWN


class ClockPaused(Event):
    """The lead stops a clock of the country for a time, for a reason that the country allows. It runs on by itself at `until`, and ends
    later by as long; a later pause of the same clock takes the place of what is left of this one."""

    TYPE: ClassVar[str] = "clock.paused.v1"
    clock: Annotated[ClockName, D0]
    reason: Annotated[Pause, D0]
    until: Annotated[Moment, D0]


class DelayExplained(Event):
    """Whoever must do something says why it is not done: of one hand-off, task or clock. It gives no more time, and ends nothing."""

    TYPE: ClassVar[str] = "delay.explained.v1"
    code: Annotated[StallCode, D0]
    handoff: Annotated[HandoffId | None, D0] = None
    task: Annotated[TaskId | None, D0] = None
    clock: Annotated[ClockName | None, D0] = None


class CaseClosed(Event):
    """The lead closes the case, with an answer to each hand-off and task of others that is open."""

    TYPE: ClassVar[str] = "case.closed.v1"
    reason: Annotated[CloseReason, D0]
    handoffs: Annotated[tuple[EndedHandoff, ...], D0] = ()
    tasks: Annotated[tuple[EndedTask, ...], D0] = ()


class CaseReopened(Event):
    """The lead takes the closing back: what agencies had taken on and the closing ended unfinished is theirs again."""

    TYPE: ClassVar[str] = "case.reopened.v1"
    reason: Annotated[ReopenReason, D0]
