"""What is open now, as agencies say it, and who has gone silent.

Whoever leads knows every hand-off of a main case, so what that desk says counts; of what it cannot have heard of yet, who asked or was
asked says it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, case, exists, func, not_, or_, select
from sqlmodel import Session
from sqlmodel import select as rows_of

from services.reporting.models import FinishedSpan, HeardFrom, SaidOpen, SaidStalled
from services.reporting.rules.latency.timings import ANSWERED, StillOpen
from shared.config.country import Country
from shared.observability.open_statement import SILENT
from shared.protocol.case import HandoffState
from shared.protocol.delays import ASKERS
from shared.store.database import table

S = table(SaidOpen).alias("said")
AFTER = ("first_action", "completed")
"""Stages that begin with an answer that was yes."""


class Since(NamedTuple):
    """A time from its first moment to its end (exclusive), ms UTC."""

    first: int
    end: int


ALWAYS = Since(0, 2**62)


class Open(NamedTuple):
    """How many hand-offs wait for an answer, and how many of these are late."""

    number: int = 0
    late: int = 0


@dataclass(frozen=True)
class These:
    """Which of the open hand-offs are asked for; what is empty is not asked."""

    agency: str = ""
    """Who asked or was asked."""
    giver: str = ""
    receiver: str = ""
    need: str = ""
    due_before: int | None = None
    """ms UTC: those alone whose deadline had passed then."""
    asked_before: int | None = None
    """ms UTC: those alone that were asked before."""
    state: str = ""
    mover: str = ""
    """Who must move next."""
    asked_after: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As the database asks."""
        equal = {S.c.giver: self.giver, S.c.receiver: self.receiver, S.c.need: self.need, S.c.state: self.state, S.c.mover: self.mover}
        found = [column == value for column, value in equal.items() if value]
        found += [or_(S.c.giver == self.agency, S.c.receiver == self.agency)] if self.agency else []
        found += [S.c.asked_at < self.asked_before] if self.asked_before is not None else []
        found += [S.c.asked_at > self.asked_after] if self.asked_after is not None else []
        return found + ([S.c.due < self.due_before] if self.due_before is not None else [])


ALL = These()


class AgencyStanding(NamedTuple):
    """An agency, and when and how it was heard; None where it never was."""

    agency: str
    heard: HeardFrom | None
    silent: bool


class LeadStandings(NamedTuple):
    """The desks that lead cases: each alone knows how many requests wait in the cases that it leads."""

    main: AgencyStanding
    """The one that every report goes to first."""
    gone: tuple[AgencyStanding, ...]
    """Of the others those that have gone silent."""

    @property
    def silent(self) -> bool:
        """Whether nobody knows how many wait in all."""
        return self.main.silent or bool(self.gone)

    @property
    def silent_ones(self) -> tuple[AgencyStanding, ...]:
        """Those in whose cases nobody knows how many wait."""
        return (*([self.main] if self.main.silent else []), *self.gone)


def _counts(session: Session, leads: list[str]) -> ColumnElement[bool]:
    """Whether a row is to be believed: said by the desk that leads the case, or of something that this did not know when it spoke last.
    Which of several desks leads a case nobody says: of those that say anything of it, all of which have its picture, the last heard; and
    where none does, it may be the one that was heard longest ago, or never."""
    other, mine = table(SaidOpen).alias("other"), table(SaidOpen).alias("mine")
    by_lead = exists().where(mine.c.agency.in_(leads), mine.c.handoff == S.c.handoff)
    before = exists().where(other.c.handoff == S.c.handoff, other.c.agency.not_in(leads), other.c.agency < S.c.agency)
    spoke = [session.get(HeardFrom, lead) for lead in leads]
    newer = S.c.asked_at > min(one.at if one else 0 for one in spoke)
    ours = S.c.agency.in_(leads)
    return or_(
        and_(ours, not_(_later_heard(leads))) if len(leads) > 1 else ours, newer & not_(by_lead) & not_(_known(leads)) & not_(before)
    )


def _known(leads: list[str]) -> ColumnElement[bool]:
    """Whether a desk that says something of the same case, and so has its picture, was heard since this was asked."""
    beside, H = table(SaidOpen).alias("told"), table(HeardFrom).alias("since")
    return exists().where(beside.c.trace == S.c.trace, beside.c.agency.in_(leads), H.c.agency == beside.c.agency, H.c.at >= S.c.asked_at)


def _later_heard(leads: list[str]) -> ColumnElement[bool]:
    """Whether another desk that leads says something of the same case, and was heard later."""
    beside, H, mine = table(SaidOpen).alias("beside"), table(HeardFrom).alias("theirs"), table(HeardFrom).alias("ours")
    later = or_(H.c.at > mine.c.at, and_(H.c.at == mine.c.at, H.c.agency < mine.c.agency))
    return exists().where(
        beside.c.trace == S.c.trace, beside.c.agency.in_(leads), beside.c.agency != S.c.agency, H.c.agency == beside.c.agency,
        mine.c.agency == S.c.agency, later,
    )  # fmt: skip


def waiting(
    session: Session,
    leads: list[str],
    limit: int,
    skip: int = 0,
    kinds: Sequence[bool] = (False, True),
    these: These = ALL,
    *,
    by_deadline: bool = False,
) -> Sequence[SaidOpen]:
    """Hand-offs that nobody has answered, real ones (False), simulated ones (True) or both; whoever waits longest first, or
    where it is asked for, whose deadline comes or has passed first, so that no late one stands behind one that is not."""
    found = (
        select(S)
        .where(S.c.waiting, _counts(session, leads), S.c.simulated.in_(kinds), *these.conditions())
        .order_by(*([S.c.due] if by_deadline else []), S.c.asked_at, S.c.handoff)
        .limit(limit)
        .offset(skip)
    )
    return [SaidOpen(**dict(row)) for row in session.connection().execute(found).mappings()]


def still_open(session: Session, leads: list[str], now: int, simulated: bool, these: These = ALL, since: Since = ALWAYS) -> list[StillOpen]:
    """Every stage that is open: a wait since it was asked; after an answer the first action and completion, as far as the answer is known
    here. Of those alone that began within `since`. What has ended by its span is not open, whoever still says so."""
    ended = {stage: table(FinishedSpan).alias(stage) for stage in (ANSWERED, *AFTER)}
    joined: FromClause = S
    for stage, spans in ended.items():
        joined = joined.outerjoin(spans, and_(spans.c.handoff == S.c.handoff, spans.c.stage == stage))
    answered = ended[ANSWERED].c.end
    began = func.coalesce(answered, S.c.asked_at)
    said = S.c.giver, S.c.receiver, S.c.need, S.c.state, S.c.due
    found = (
        select(*said, began.label("began"), *(spans.c.end.label(stage) for stage, spans in ended.items()))
        .select_from(joined)
        .where(
            _counts(session, leads), S.c.simulated.is_(simulated), began >= since.first, began < since.end, *these.conditions(),
            or_(S.c.waiting, and_(S.c.kind == "handoff", answered.is_not(None))),
        )
    )  # fmt: skip
    return [one for row in session.connection().execute(found).mappings() for one in _stages(row, now)]


def _stages(row: Any, now: int) -> Iterator[StillOpen]:
    began, late = row["began"], row["due"] < now
    if row[ANSWERED] is None:
        yield StillOpen(row["giver"], row["receiver"], ANSWERED, row["need"], began, max(0, now - began), late, row["state"] in ASKERS)
        return
    for stage in AFTER:
        if row[stage] is None and not (stage == AFTER[0] and row["state"] == HandoffState.ACTING):
            yield StillOpen(row["giver"], row["receiver"], stage, row["need"], began, max(0, now - began), False)


def how_many_wait(session: Session, leads: list[str], now: int, these: These = ALL) -> dict[bool, Open]:
    """How many wait, real ones (False) and simulated ones (True) apart; none of a kind of which none waits."""
    late = func.count().filter(S.c.due < now)
    asked = S.c.waiting, _counts(session, leads), *these.conditions()
    counted = select(S.c.simulated, func.count(), late).where(*asked).group_by(S.c.simulated)
    return {bool(simulated): Open(number, over) for simulated, number, over in session.connection().execute(counted)}


class PairWaits(NamedTuple):
    """Hand-offs of one need of which one agency waits for another: how many, how many late, when the oldest was asked and which deadline
    came first (ms)."""

    waits: str
    mover: str
    need: str
    simulated: bool
    number: int
    late: int
    since: int
    first_due: int


def by_pair(session: Session, leads: list[str], now: int) -> list[PairWaits]:
    """What waits, by who waits, who must move and what for. Who was asked waits, too: for the answer to a question, or to an offer."""
    waits = case((S.c.mover == S.c.receiver, S.c.giver), else_=S.c.receiver)
    by = waits, S.c.mover, S.c.need, S.c.simulated
    said = func.count(), func.count().filter(S.c.due < now), func.min(S.c.asked_at), func.min(S.c.due)
    found = select(*by, *said).where(S.c.waiting, _counts(session, leads)).group_by(*by).order_by(*by)
    return [PairWaits(who, mover, need, bool(made_up), *rest) for who, mover, need, made_up, *rest in session.connection().execute(found)]


class StandsStill(NamedTuple):
    """A clock of a case that has come up to the coordinator, and why it stands still."""

    trace: str
    clock: str
    code: str
    simulated: bool
    said_at: int
    """When it was said last (ms UTC, by this machine's clock)."""

    def old(self, now: int) -> bool:
        """Whether everybody who said it has gone silent since."""
        return now - self.said_at > SILENT


def stalled(session: Session, country: Country, now: int) -> list[StandsStill]:
    """What stands still, each once: as those who lead say it; while one of them is silent, as it said last, and as all others say it whom
    it may not have heard any more."""
    known, leads = standings(session, country, now), country.leading()
    ends = [one.heard.heard_at if one.heard else 0 for one in known if one.agency in leads and one.silent]
    later = [one.agency for one in known if ends and one.heard and (not one.silent or one.heard.heard_at > min(ends))]
    T, H = table(SaidStalled).c, table(HeardFrom).c
    said = T.trace, T.clock, T.code, T.simulated
    these = select(*said, func.max(H.heard_at)).where(H.agency == T.agency, T.agency.in_({*leads, *later}))
    return [StandsStill(*row) for row in session.connection().execute(these.group_by(*said).order_by(*said))]


def standings(session: Session, country: Country, now: int) -> list[AgencyStanding]:
    """Every agency that should be heard, silent ones first; confidential ones never speak."""
    heard = {one.agency: one for one in session.exec(rows_of(HeardFrom))}
    known = [one for one in country.agencies if not one.apart and not one.leaving]
    found = [AgencyStanding(one.id, heard.get(one.id), _silent(heard.get(one.id), now)) for one in known]
    return sorted(found, key=lambda one: not one.silent)


def lead_standings(session: Session, country: Country, now: int) -> LeadStandings:
    """How the desks stand that lead cases. Another that was never heard leads nothing that anybody has told of."""
    heard = ((one, session.get(HeardFrom, one)) for one in country.leading())
    main, *others = (AgencyStanding(one, said, _silent(said, now)) for one, said in heard)
    return LeadStandings(main, tuple(one for one in others if one.heard and one.silent))


def _silent(heard: HeardFrom | None, now: int) -> bool:
    return heard is None or now - heard.heard_at > SILENT
