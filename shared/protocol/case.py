"""The picture of a case that all its members share. Everything an instance shows of a case is a projection of it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.protocol.facts import Check, Facts, Member
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import (
    ActionCode,
    Advice,
    Basis,
    ClockName,
    CloseReason,
    DeclineCode,
    Ending,
    HandoffKind,
    Need,
    OfferTerms,
    Outcome,
    Pause,
    Question,
    ReopenReason,
    Stage,
    StallCode,
    Urgency,
)


class Verdict(StrEnum):
    """What the fold says of an event at its place in the log."""

    COUNTED = "counted"
    SUPERSEDED = "superseded"
    """The state tables no longer allow it: revoke crossed accept."""
    REFUSED = "refused"
    """Its author may not say this."""
    STALE = "stale"
    """Made under another roster: its author sends it again under the one in force."""
    REPEATED = "repeated"
    """Its decision is settled already."""


SETTLING = frozenset({Verdict.COUNTED, Verdict.SUPERSEDED, Verdict.REFUSED})
"""After these a decision is not sent again."""


class HandoffState(StrEnum):
    """The life of a hand-off (docs/domain.md, section 3.3)."""

    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    INFO_REQUESTED = "info_requested"
    OFFERED = "offered"
    """The asked agency has said what it can do instead, and who asked must say yes or no (protocol 2)."""
    ACCEPTED = "accepted"
    ACTING = "acting"
    COMPLETED = "completed"
    DECLINED = "declined"
    FORWARDED = "forwarded"
    """The asked agency has sent it on, and asks the next one itself (protocol 2)."""
    RETURNED = "returned"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CALLED = "called"
    """Answered by a call to joint action: the need had been passed round enough."""
    ENDED = "ended"
    """Ended by the lead when it closed the case (protocol 2)."""


class TaskState(StrEnum):
    """The life of a task in the joint plan."""

    PLANNED = "planned"
    BEGUN = "begun"
    COMPLETED = "completed"
    DROPPED = "dropped"
    ENDED = "ended"
    """Ended by the lead when it closed the case (protocol 2)."""


class JointState(StrEnum):
    """The life of a joint action."""

    CALLED = "called"
    ACTING = "acting"
    COMPLETED = "completed"


WAITING = frozenset({HandoffState.REQUESTED, HandoffState.ACKNOWLEDGED, HandoffState.INFO_REQUESTED, HandoffState.OFFERED})
"""Nobody has taken it yet: the asked agency must move next, or who asked where more is asked, or something else is offered."""
HELD = frozenset({HandoffState.ACCEPTED, HandoffState.ACTING})
"""The asked agency is responsible."""
BOUNCED = frozenset({
    HandoffState.DECLINED, HandoffState.FORWARDED, HandoffState.RETURNED, HandoffState.EXPIRED, HandoffState.CALLED,
})  # fmt: skip
"""Ended without anything having happened for the person, where no first action is recorded (docs/domain.md, section 3.6, M7)."""


def unsaid(value: object) -> bool:
    """Whether a field that came with protocol 2 says nothing: then it is no part of a picture."""
    return value is None


class CounterOffer(Facts):
    """What an asked agency can do instead of what is asked, and what who asked said to it (ms UTC)."""

    terms: OfferTerms
    starts_at: int | None = None
    """From when it can, where it cannot at once."""
    need: Need | None = None
    """What it can do, where that is something else."""
    at: int
    answer_by: int
    lapse_at: int
    """By when who asked must say yes or no: silence is no yes."""
    agreed_at: int | None = None
    refused_at: int | None = None


class Handoff(Facts):
    """One request from one agency to another, with its stage times (ms UTC)."""

    id: str
    giver: str
    by: str
    """The instance that asked; its clock watches the deadline."""
    to: str
    need: Need
    kind: HandoffKind
    state: HandoffState
    requested_at: int
    answer_by: int
    lapse_at: int
    overdue: bool = False
    applied_at: int | None = None
    seen_at: int | None = None
    answered_at: int | None = None
    first_action_at: int | None = None
    ended_at: int | None = None
    code: DeclineCode | None = None
    competent: str | None = None
    action: ActionCode | None = None
    outcome: Outcome | None = None
    simulated: bool = False
    ending: Annotated[Ending | None, Field(exclude_if=unsaid)] = None
    """What the lead answered to it when it closed the case."""
    given_up_at: Annotated[int | None, Field(exclude_if=unsaid)] = None
    """When who asked said that nothing more is asked for, after an end without help; no part of a picture that has none."""
    question: Annotated[Question | None, Field(exclude_if=unsaid)] = None
    """What a consultation asks (protocol 2)."""
    advice: Annotated[Advice | None, Field(exclude_if=unsaid)] = None
    """What was answered to it."""
    offer: Annotated[CounterOffer | None, Field(exclude_if=unsaid)] = None
    """What the asked agency offered instead; one for each hand-off (protocol 2)."""
    onward: Annotated[str | None, Field(exclude_if=unsaid)] = None
    """The hand-off that came of this one: it was sent on, or an offer was agreed to that leaves something, or is something else."""
    origin: Annotated[str | None, Field(exclude_if=unsaid)] = None
    """The hand-off that this one came of."""

    @property
    def waiting(self) -> bool:
        """Whether the asked agency must answer."""
        return self.state in WAITING

    @property
    def bounced(self) -> bool:
        """Whether it came back with nothing done. A person's own no is not a bounce, nor is leaving the roster, nor is an offer to which
        nobody answered: the asked agency had.

        Source: docs/domain.md, section 3.5, C14.
        """
        left = self.state is HandoffState.RETURNED and self.code is None
        offered = self.state is HandoffState.EXPIRED and self.offer is not None and self.offer.refused_at is None
        return (
            self.state in BOUNCED
            and self.first_action_at is None
            and self.code is not DeclineCode.PERSON_DECLINES
            and not (left or offered)
        )


def lapses_at(handoff: Handoff) -> int:
    """When whoever must answer it has no time left (ms UTC): an offer has a time of its own."""
    return (handoff.offer if handoff.state is HandoffState.OFFERED and handoff.offer else handoff).lapse_at


class Task(Facts):
    """One agency's piece of the joint plan."""

    id: str
    owner: str
    need: Need
    due: int
    state: TaskState = TaskState.PLANNED
    handoff: str | None = None
    after: tuple[str, ...] = ()
    planned_at: int
    begun_at: int | None = None
    ended_at: int | None = None
    outcome: Outcome | None = None
    ending: Annotated[Ending | None, Field(exclude_if=unsaid)] = None
    """What the lead answered to it, or to the hand-off that it carries, when it closed the case."""


class JointAction(Facts):
    """One plan, several agencies, one lead."""

    state: JointState
    agencies: tuple[str, ...]
    need: Need | None = None
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None


class StatusDecision(Facts):
    """A decision on status as it counted: what it said of the person lies in a section."""

    key: str
    stage: Stage
    at: int
    supersedes: str | None = None


class ClockPause(Facts):
    """A clock of the country stood still from `since` to `until` (ms UTC)."""

    clock: ClockName
    reason: Pause
    since: int
    until: int


class Delay(Facts):
    """Why a hand-off, a task or a clock waits, as whoever must move said last, and when."""

    code: StallCode
    at: int
    handoff: str | None = None
    task: str | None = None
    clock: ClockName | None = None

    @property
    def subject(self) -> tuple[str | None, str | None, ClockName | None]:
        """What it is about: one of the three."""
        return self.handoff, self.task, self.clock


class Case(Facts):
    """The picture: members, hand-offs, tasks, joint action, and the decisions settled so far in log order."""

    id: str
    protocol: int
    trace: str
    opened_at: int
    opened_by: str
    """The instance that reported, e.g. `intake.inspectors`."""
    lead: str
    urgency: Urgency
    basis: Basis
    pingpong: int
    needs: tuple[Need, ...]
    version: int
    members: tuple[Member, ...]
    handoffs: dict[str, Handoff] = {}
    tasks: dict[str, Task] = {}
    joint: JointAction | None = None
    statuses: dict[Stage, int] = {}
    """Stage → when what is in force was decided."""
    decisions: Annotated[tuple[StatusDecision, ...], Field(exclude_if=lambda decisions: not decisions)] = ()
    """All decisions on status, in the order of the log (protocol 2)."""
    pauses: Annotated[tuple[ClockPause, ...], Field(exclude_if=lambda pauses: not pauses)] = ()
    """In the order of the log (protocol 2)."""
    delays: Annotated[tuple[Delay, ...], Field(exclude_if=lambda delays: not delays)] = ()
    """The last word on each hand-off, task or clock of which somebody said why it waits (protocol 2)."""
    closed_at: int | None = None
    close_reason: CloseReason | None = None
    reopened_at: Annotated[int | None, Field(exclude_if=unsaid)] = None
    reopen_reason: Annotated[ReopenReason | None, Field(exclude_if=unsaid)] = None
    settled: dict[str, Verdict] = {}
    """Decision key → its verdict, in the order of the log."""
    head: str = ""
    """The decision key settled last."""
    simulated: bool = False
    apart: Annotated[tuple[Check, ...], Field(exclude_if=lambda checks: not checks)] = ()
    """The checks of the agencies that this case may not name (`naming`); no part of a picture that has none."""
    paused: Annotated[bool, Field(exclude_if=lambda paused: not paused)] = False
    """Whether what is stated goes to the lead alone, because somebody may have spoken under pressure (protocol 2)."""
    based_at: Annotated[int | None, Field(exclude_if=unsaid)] = None
    """When the lead changed the basis last (ms UTC); no part of a picture that goes on the basis of its opening."""

    @property
    def is_side(self) -> bool:
        """Whether this is a side case: the lead itself opened it, to act with a confidential agency alone."""
        return self.opened_by == f"referral.{self.lead}"

    @property
    def agencies(self) -> frozenset[str]:
        """The agencies on the roster in force."""
        return frozenset(m.agency for m in self.members)

    @property
    def reporter(self) -> str:
        """The agency that met the person."""
        return agency_of(self.opened_by)

    def member(self, agency: str) -> Member | None:
        """The roster entry of an agency, if it is in the case."""
        return next((m for m in self.members if m.agency == agency), None)

    def merely_advises(self, handoff: Handoff) -> bool:
        """Whether a hand-off asks for advice alone: from protocol 2 on that makes nobody responsible, is no help and no bounce."""
        return self.protocol != FIRST and handoff.kind is HandoffKind.CONSULTATION

    def has_led(self, agency: str) -> bool:
        """Whether an agency leads this case, or led it before: who asked another to lead did so as the lead."""
        return agency == self.lead or any(h.kind is HandoffKind.TRANSFER and h.giver == agency for h in self.handoffs.values())

    def by_former_lead(self, handoff: Handoff) -> bool:
        """Whether the desk of an agency that led before asked for it: that is the lead's now, whoever leads (protocol 2)."""
        of_desk = handoff.giver != self.lead and service_of(handoff.by) == "referral"
        return self.protocol != FIRST and of_desk and self.has_led(handoff.giver)

    def acting(self) -> bool:
        """Whether a joint action is under way."""
        return self.joint is not None and self.joint.state is JointState.ACTING

    def in_force(self, stage: Stage) -> StatusDecision | None:
        """The decision of a stage that no later one has superseded."""
        return next((one for one in reversed(self.decisions) if one.stage is stage), None)

    def holding(self) -> tuple[Handoff, ...]:
        """What members hold for the person: a joint plan is made of these. Identification and mere consultations are not among them."""
        return tuple(
            h
            for h in self.handoffs.values()
            if h.state in HELD and h.need is not Need.IDENTIFICATION and h.kind is not HandoffKind.CONSULTATION and h.to in self.agencies
        )

    def bounces(self, need: Need) -> int:
        """How many hand-offs of this need came back since somebody last acted on it.

        From protocol 2 on one agency's refusals in a row are one: who is asked again and again passes nothing on. A no to leading the case
        leaves it where it was.
        """
        run, last = 0, ""
        for handoff in self.handoffs.values():
            if handoff.need is not need or self.merely_advises(handoff) or handoff.kind is HandoffKind.TRANSFER:
                continue
            if handoff.first_action_at is not None:
                run, last = 0, ""
            elif handoff.bounced:
                run += self.protocol == FIRST or handoff.to != last
                last = handoff.to
        return run

    def pingpong_case(self) -> bool:
        """Whether the case was passed round: two bounces of a need in a row, or a call that answered them.

        Source: docs/domain.md, section 3.6, M9.
        """
        needs = {h.need for h in self.handoffs.values()}
        return any(self.bounces(n) >= 2 for n in needs) or any(h.state is HandoffState.CALLED for h in self.handoffs.values())


def agency_of(instance: str) -> str:
    """`assistance.inspectors` → `inspectors`."""
    return instance.partition(".")[2]


def service_of(instance: str) -> str:
    """`assistance.inspectors` → `assistance`."""
    return instance.partition(".")[0]
