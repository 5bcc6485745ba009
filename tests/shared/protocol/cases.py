"""Agencies, cores and stories, so that a test says only what it is about."""

from collections.abc import Sequence
from typing import Any

from shared.protocol.case import Case, Handoff, Verdict
from shared.protocol.classes import by_class
from shared.protocol.core import Core, decision_key
from shared.protocol.events import (
    ActionTaken,
    CaseReported,
    HandoffAccepted,
    HandoffDeclined,
    HandoffRequested,
    JointActionStarted,
    RosterSet,
)  # fmt: skip
from shared.protocol.facts import Event, Member, PlannedTask
from shared.protocol.fold import Folded, FollowUp, fold
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import ActionCode, AgencyKind, Basis, DataClass, DeclineCode, HandoffKind, Need, Question, Urgency

LEAD, REPORTER, POLICE, SOCIAL, NGO, HEALTH, LEGAL = "rs-centre", "rs-ir", "rs-police", "rs-csr", "rs-ngo", "rs-health", "rs-legal"
OUTSIDER = "rs-azil"
KINDS = {
    LEAD: AgencyKind.IDENTIFIER, REPORTER: AgencyKind.LABOUR_INSPECTORATE, POLICE: AgencyKind.POLICE, SOCIAL: AgencyKind.SOCIAL_SERVICES,
    NGO: AgencyKind.NGO, HEALTH: AgencyKind.HEALTH, LEGAL: AgencyKind.LEGAL_AID, OUTSIDER: AgencyKind.MIGRATION,
}  # fmt: skip
LEADING, REPORTING = f"referral.{LEAD}", f"intake.{REPORTER}"
START, MINUTE = 1_000_000, 60_000
ANSWER, LAPSE = 60 * MINUTE, 120 * MINUTE


def acting(agency: str) -> str:
    """The instance at which an agency acts."""
    return f"assistance.{agency}"


def member(agency: str) -> Member:
    """A roster entry that grants the minimum profile."""
    return Member(agency=agency, kind=KINDS[agency], classes=(DataClass.D0, DataClass.D1))


def members(*agencies: str) -> tuple[Member, ...]:
    """Roster entries of these agencies."""
    return tuple(member(a) for a in agencies)


def opening(basis: Basis = Basis.CONSENT, pingpong: int = 3, now: int = START, protocol: int = FIRST) -> CaseReported:
    """What a labour inspector reports to the centre."""
    return CaseReported(
        protocol=protocol, trace="trace-1", lead=LEAD, roster=members(REPORTER, LEAD), handoff="h0",
        answer_by=now + ANSWER, lapse_at=now + LAPSE, urgency=Urgency.NORMAL, basis=basis, pingpong=pingpong, needs=(Need.HOUSING,),
    )  # fmt: skip


def request(
    handoff: str, to: str, need: Need = Need.HOUSING, now: int = START, kind: HandoffKind = HandoffKind.REFERRAL, **asks: Question
) -> HandoffRequested:
    """A request with the usual deadlines; under protocol 2 a consultation `asks` a question."""
    return HandoffRequested(handoff=handoff, to=to, need=need, kind=kind, answer_by=now + ANSWER, lapse_at=now + LAPSE, **asks)


def core_of(case: Case | None, author: str, event: Event, at: int = START, **other: Any) -> Core:
    """The core that this author would send now, under the roster in force."""
    cause = f"{event.TYPE} {len(case.settled) if case else 0}"
    said: dict[str, Any] = {
        "case": case.id if case else "case-1", "roster": case.version if case else 0, "author": author, "at": at, "cause": cause,
        "type": event.TYPE, "head": case.head if case else "", "v": case.protocol if case else getattr(event, "protocol", FIRST), **other,
    }  # fmt: skip
    if "key" not in said:
        said["key"] = decision_key(author, cause, 0)
    if "facts" not in said:
        said["facts"] = by_class(event)[DataClass.D0]
    return Core(**said)


class Story:
    """One case told event by event, as a reader of the log folds it."""

    def __init__(self, *agencies: str, basis: Basis = Basis.CONSENT, pingpong: int = 3, protocol: int = FIRST) -> None:
        self.now = START
        first = fold(None, core_of(None, REPORTING, opening(basis, pingpong, protocol=protocol)))
        if first.case is None:
            raise AssertionError("the story could not open")
        self.case: Case = first.case
        self.last: Folded = first
        if agencies:
            self.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, *agencies)))

    def say(self, author: str, event: Event, at: int | None = None, **other: Any) -> Verdict:
        """Folds what this author says; a minute passes with each event unless the test names the moment."""
        self.now = self.now + MINUTE if at is None else at
        self.last = fold(self.case, core_of(self.case, author, event, self.now, **other))
        if self.last.case is None:
            raise AssertionError("an open case cannot vanish")
        self.case = self.last.case
        return self.last.verdict

    def counts(self, author: str, event: Event, at: int | None = None) -> tuple[FollowUp, ...]:
        """Says what must count, and returns what follows by itself."""
        verdict = self.say(author, event, at)
        if verdict is not Verdict.COUNTED:
            raise AssertionError(f"{event.TYPE} by {author} is {verdict}")
        return self.last.follow_ups

    def asks(
        self, handoff: str, giver: str, to: str, need: Need = Need.HOUSING, kind: HandoffKind = HandoffKind.REFERRAL
    ) -> tuple[FollowUp, ...]:
        """One agency asks another; for advice with a question, where the protocol of the case knows one."""
        questions = self.case.protocol != FIRST and kind is HandoffKind.CONSULTATION
        asks = {"question": Question.COMPETENCE} if questions else {}
        return self.counts(giver, request(handoff, to, need, self.now + MINUTE, kind, **asks))

    def accepts(self, handoff: str) -> tuple[FollowUp, ...]:
        """The asked agency accepts."""
        return self.counts(acting(self[handoff].to), HandoffAccepted(handoff=handoff))

    def declines(self, handoff: str, code: DeclineCode = DeclineCode.NO_CAPACITY, competent: str | None = None) -> tuple[FollowUp, ...]:
        """The asked agency declines."""
        return self.counts(acting(self[handoff].to), HandoffDeclined(handoff=handoff, code=code, competent=competent))

    def acts(self, handoff: str) -> tuple[FollowUp, ...]:
        """The asked agency does something that counts as action."""
        return self.counts(acting(self[handoff].to), ActionTaken(handoff=handoff, action=ActionCode.INTERVIEW_HELD))

    def starts_joint(self, *handoffs: str) -> tuple[FollowUp, ...]:
        """The lead starts a joint action in which each of these hand-offs has one task, named after it."""
        tasks = tuple(planned(h, self[h]) for h in handoffs)
        return self.counts(LEADING, JointActionStarted(agencies=tuple(dict.fromkeys(t.owner for t in tasks)), tasks=tasks))

    def __getitem__(self, handoff: str) -> Handoff:
        return self.case.handoffs[handoff]


def held(
    *agencies: str, basis: Basis = Basis.CONSENT, kind: HandoffKind = HandoffKind.REFERRAL, protocol: int = FIRST
) -> Story:  # fmt: skip
    """Each of these agencies holds a hand-off named after it, each of another need."""
    story = Story(SOCIAL, NGO, POLICE, HEALTH, LEGAL, basis=basis, protocol=protocol)
    needs = (Need.HOUSING, Need.LEGAL, Need.INVESTIGATION)
    for agency, need in zip(agencies, needs[: len(agencies)], strict=True):
        story.asks(agency, LEADING, agency, need, kind)
    for agency in agencies:
        story.accepts(agency)
    return story


def planned(task: str, handoff: Handoff, after: Sequence[str] = ()) -> PlannedTask:
    """The task that carries a hand-off."""
    return PlannedTask(task=f"t-{task}", owner=handoff.to, need=handoff.need, due=handoff.lapse_at, handoff=handoff.id, after=tuple(after))
