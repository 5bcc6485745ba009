"""The clocks that the rules of a country set in a case, as tables with their sources: how long something may take at most, how long it must
last at least, and what must not happen before. Pure functions of the picture. Source of the three kinds: docs/domain.md, section 1.7.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.config.calendar import HOUR, in_days
from shared.config.i18n import N_, Clause
from shared.config.working_days import OfficeDays
from shared.protocol.case import Case, ClockPause
from shared.protocol.delays import why
from shared.protocol.next_moves import Move, What
from shared.protocol.vocabulary import Basis, ClockName, Pause, Stage


class ClockKind(StrEnum):
    """What a clock says."""

    MAXIMUM = "maximum"
    """Something must have happened by then."""
    MINIMUM = "minimum"
    """Something lasts at least until then, and must not end early."""
    GATE = "gate"
    """Something must not be decided before then."""


Moment = Literal["reported", "reasonable_grounds", "conclusive_grounds"]
"""What starts or ends a clock: the report, or a decision on status."""


class PauseRule(BaseModel):
    """Whether, why and for how long a clock may be paused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reasons: Annotated[tuple[Pause, ...], Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=366)]
    """How long one pause lasts at most."""
    source: Annotated[str, Field(min_length=3)]
    sources: dict[str, str] = {}
    """The same in other languages, by their tags."""


class ClockRule(BaseModel):
    """One line of a country's file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClockName
    kind: ClockKind
    begins: Moment
    ends: Moment | None = None
    """What a maximum asks for, or what a gate keeps closed."""
    amount: Annotated[int, Field(ge=1)]
    unit: Literal["hours", "days", "working_days"]
    source: Annotated[str, Field(min_length=3)]
    """Where the rule is written; whatever could not be verified says that it is a proposal."""
    sources: dict[str, str] = {}
    """The same in other languages, by their tags."""
    pause: PauseRule | None = None
    """Where it may be paused. A clock that protects the person never is: only what an authority must do by a time."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kind is ClockKind.MINIMUM) == (self.ends is not None):
            words = N_("clock %(name)s: a maximum and a gate name what `ends` them, a minimum ends by itself")
            raise ValueError(Clause(words, name=self.name))
        if self.pause is not None and self.kind is not ClockKind.MAXIMUM:
            raise ValueError(Clause(N_("clock %(name)s: a minimum and a gate protect the person, and are never paused"), name=self.name))
        return self

    def reaches(self, began: int, zone: ZoneInfo, office: OfficeDays) -> int:
        """When it is reached (ms UTC)."""
        if self.unit == "hours":
            return began + self.amount * HOUR
        return office.after(began, self.amount, zone) if self.unit == "working_days" else in_days(began, self.amount, zone)

    def ends_at(self, began: int, pauses: Iterable[ClockPause], zone: ZoneInfo, office: OfficeDays) -> int:
        """When it is reached with its pauses, each of which adds as long as it lasted. One that began when the time was over adds nothing,
        nor does any pause of a clock that the country does not let anybody pause."""
        at = self.reaches(began, zone, office)
        for pause in pauses if self.pause is not None else ():
            at += max(0, pause.until - pause.since) if pause.clock is self.name and began <= pause.since < at else 0
        return at


class ClockState(StrEnum):
    """How a clock stands."""

    RUNS = "runs"
    LATE = "late"
    """A maximum that has passed, and what it asks for has not happened."""
    MET = "met"
    BROKEN = "broken"
    """It ended too late, or what a gate kept closed was decided before its time."""
    OVER = "over"
    """A minimum that has lasted, a gate that stands open."""


@dataclass(frozen=True, slots=True)
class ClockStanding:
    """One clock of a case: since when it runs, when it is reached, how it stands."""

    rule: ClockRule
    began: int
    at: int
    state: ClockState
    pauses: tuple[ClockPause, ...] = ()
    """Its pauses, in the order of the log."""


def clocks_of(case: Case, rules: tuple[ClockRule, ...], now: int, zone: ZoneInfo, office: OfficeDays) -> list[ClockStanding]:
    """The clocks that have begun in a case, in the order of the country's file. Closing a case stops what still runs."""
    found: list[ClockStanding] = []
    for rule in rules:
        began = _when(case, rule.begins)
        if began is not None:
            at = rule.ends_at(began, case.pauses, zone, office)
            ended = _when(case, rule.ends) if rule.ends else None
            if ended is not None or case.closed_at is None:
                found.append(ClockStanding(rule, began, at, _state(rule.kind, at, ended, now), _pauses(case, rule)))
    return found


def clock_moves(case: Case, rules: tuple[ClockRule, ...], zone: ZoneInfo, office: OfficeDays) -> tuple[Move, ...]:
    """What the running clocks of a case ask of its lead, which decides on status: by when, or not before when. It needs no present time, so
    that it can be kept; of a side case the main case says it."""
    if case.closed_at is not None or case.is_side or case.basis is Basis.NONE:  # of whom only the figure is known nobody decides anything
        return ()
    begun = ((rule, _when(case, rule.begins)) for rule in rules if rule.ends is None or _when(case, rule.ends) is None)
    return tuple(_move(case, rule, began, rule.ends_at(began, case.pauses, zone, office)) for rule, began in begun if began is not None)


def _move(case: Case, rule: ClockRule, began: int, at: int) -> Move:
    stall, paused = why(case, began, clock=rule.name), max((one.until for one in _pauses(case, rule)), default=None)
    if rule.kind is ClockKind.MAXIMUM:
        return Move(case.lead, What.DECIDE_STATUS, by=at, began=began, clock=rule.name, stall=stall, paused=paused)
    what = What.KEEP if rule.kind is ClockKind.MINIMUM else What.DECIDE_STATUS
    return Move(case.lead, what, began=began, opens=at, clock=rule.name, stall=stall)


def _pauses(case: Case, rule: ClockRule) -> tuple[ClockPause, ...]:
    return tuple(one for one in case.pauses if one.clock is rule.name) if rule.pause is not None else ()


def _when(case: Case, moment: Moment) -> int | None:
    """When it happened; of decisions the first, since a later one corrects and does not begin anew."""
    if moment == "reported":
        return case.opened_at
    first = next((one.at for one in case.decisions if one.stage is Stage(moment)), None)
    return case.statuses.get(Stage(moment)) if first is None else first


def _state(kind: ClockKind, at: int, ended: int | None, now: int) -> ClockState:
    if kind is ClockKind.MAXIMUM:
        if ended is not None:
            return ClockState.MET if ended <= at else ClockState.BROKEN
        return ClockState.RUNS if now <= at else ClockState.LATE
    if kind is ClockKind.GATE and ended is not None:
        return ClockState.MET if ended >= at else ClockState.BROKEN
    return ClockState.RUNS if now < at else ClockState.OVER
