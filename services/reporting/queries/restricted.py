"""Figures before disclosure control, in which a number may be one person: for cleared staff alone.

Pages, interface and commands reach them through here, with a clearance; everybody else sees releases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session

from services.reporting.models import FinishedSpan
from services.reporting.queries import figures, offers, open_handoffs, passed_round, referrals, spans, stage_tally
from services.reporting.queries.open_handoffs import Since
from services.reporting.queries.passed_round import PairBack
from services.reporting.queries.stage_tally import ALL_STAGES, Only
from services.reporting.rules.latency.passed_round import NeedMonth
from services.reporting.rules.latency.promises import Budget, budgets, last_in_time
from services.reporting.rules.latency.timings import Ended, StillOpen, Timing, grouped, timings
from services.reporting.rules.tables.figures import Cell
from shared.access.roles import Act, Role, may
from shared.config.calendar import month_of
from shared.config.country import Country

_CLEARED = object()


class NotCleared(PermissionError):
    """Whoever asks may not see figures before disclosure control."""


class PassedRound(NamedTuple):
    """Pairs; months and needs with how many waits are over and how many came back; how many were asked for each need."""

    pairs: list[PairBack]
    months: dict[str, tuple[int, int]]
    needs: dict[str, tuple[int, int]]
    asked: list[tuple[NeedMonth, int]]


@dataclass(frozen=True)
class Clearance:
    """Somebody may see the restricted view."""

    made_by: object = field(repr=False)

    def __post_init__(self) -> None:
        """Raises NotCleared where it is not `clearance` that makes it."""
        if self.made_by is not _CLEARED:
            raise NotCleared


def clearance(roles: Iterable[Role]) -> Clearance:
    """By the table of rights. Raises NotCleared."""
    if not may(roles, Act.READ_UNPROTECTED):
        raise NotCleared
    return Clearance(_CLEARED)


def on_this_machine() -> Clearance:
    """Of whoever asks for the restricted view by a command: they can read the database itself."""
    return Clearance(_CLEARED)


def people(_by: Clearance, session: Session, by: Sequence[str], simulated: bool) -> list[Cell]:
    """People referred, by these dimensions."""
    return referrals.referrals(session, by, simulated=simulated)


def national(_by: Clearance, session: Session, simulated: bool) -> dict[str, int | None]:
    """What happened nationally."""
    return figures.national(session, simulated)


def kinds_of_data(_by: Clearance, session: Session) -> set[bool]:
    """Whether there are real facts, simulated ones, or both."""
    return figures.kinds_of_data(session)


def unreadable(_by: Clearance, session: Session) -> int:
    """How many records were refused."""
    return figures.unreadable(session)


def times_by_facts(_by: Clearance, session: Session, country: Country, simulated: bool) -> list[Timing]:
    """How long the stages of hand-offs took, by pair of agencies, from statistical records; confidential ones as operators are told."""
    told, found = country.watched_as, stage_tally.ended(session, stage_tally.FACT, simulated)
    return timings(one._replace(giver=told(one.giver), receiver=told(one.receiver)) for one in found)


def times_by_spans(
    _by: Clearance, session: Session, simulated: bool, still_open: Iterable[StillOpen], only: Only = ALL_STAGES
) -> list[Timing]:
    """The same, from finished spans and from what agencies say is open."""
    return timings(stage_tally.ended(session, stage_tally.SPAN, simulated, only), still_open)


def times_in_office(
    _by: Clearance, session: Session, country: Country, now: int, simulated: bool, still_open: Iterable[StillOpen], only: Only = ALL_STAGES
) -> dict[tuple[str, str, str], Timing]:
    """The same by pair and stage, counting office hours alone."""
    office, zone = country.office_days, country.time_zone
    open_now = (one._replace(ms=office.worked(one.began, now, zone)) for one in still_open)
    found = timings(stage_tally.ended(session, stage_tally.OFFICE, simulated, only), open_now)
    return {(one.giver, one.receiver, one.stage): one for one in found}


def times_by_month(
    _by: Clearance, session: Session, simulated: bool, still_open: Iterable[StillOpen], only: Only, zone: ZoneInfo
) -> dict[str, Timing]:
    """How long one stage of one pair takes, by the month in which it began."""
    open_now = ((month_of(one.began, zone), one) for one in still_open)
    return grouped(stage_tally.months(session, stage_tally.SPAN, simulated, only), open_now)


def times_by_need(_by: Clearance, session: Session, simulated: bool, still_open: Iterable[StillOpen], only: Only) -> dict[str, Timing]:
    """How long one stage of one pair takes, by what is asked."""
    return grouped(stage_tally.needs(session, stage_tally.SPAN, simulated, only), ((one.need, one) for one in still_open))


def budgets_of(
    _by: Clearance, session: Session, country: Country, now: int, simulated: bool, month: str, since: Since
) -> list[Budget]:  # fmt: skip
    """What is left of each promise, by pair, of hand-offs that began in a month, or of all. An offer is an answer."""
    if not country.promises:
        return []
    open_now = open_handoffs.still_open(session, country.leading(), now, simulated, since=since)
    ended = list[Ended]()
    for stage in sorted({one.stage for one in country.promises}):
        limits = [last_in_time(one) for one in country.promises if one.stage == stage]
        ended += offers.ended_within(session, simulated, Only(month, stage=stage), limits)
    return budgets(country.promises, ended, open_now)


def slowest(_by: Clearance, session: Session, only: Only, simulated: bool, most: int) -> Sequence[FinishedSpan]:
    """The hand-offs of one pair whose stage took longest."""
    return spans.slowest(session, only.giver, only.receiver, only.stage, simulated, most)


def passed_round_by(_by: Clearance, session: Session, simulated: bool, month: str, need: str, agency: str) -> PassedRound:
    """What came back and how many were asked; of the pairs those of one agency, where it is said."""
    return PassedRound(
        passed_round.pairs(session, simulated, month, need, agency), passed_round.back_by_month(session, simulated, need),
        passed_round.back_by_need(session, simulated, month), passed_round.requests(session, simulated),
    )  # fmt: skip


def came_back(_by: Clearance, session: Session, simulated: bool) -> list[PairBack]:
    """What came back by month, pair and need."""
    return passed_round.lines(session, simulated)


def asked_for(_by: Clearance, session: Session, simulated: bool) -> list[tuple[NeedMonth, int]]:
    """How many were asked for each need."""
    return passed_round.requests(session, simulated)


def back_of_pair(_by: Clearance, session: Session, simulated: bool, giver: str, receiver: str) -> PairBack:
    """What came back of what one agency asks another."""
    return passed_round.of_pair(session, simulated, giver, receiver)
