"""The clocks of a country: at most, at least, not before; in hours, days and working days, over holidays and the change of the clocks."""

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from deploy.process.country_file import COUNTRIES
from shared.config.calendar import HOUR, LATEST, in_days, local
from shared.config.country_loading import load
from shared.config.legal_clocks import ClockKind, ClockRule, ClockState, PauseRule, clock_moves, clocks_of
from shared.config.working_days import OfficeDays
from shared.protocol.case import ClockPause
from shared.protocol.fold import fold
from shared.protocol.next_moves import What
from shared.protocol.vocabulary import Basis, ClockName, Pause, Stage
from shared.web.text.labels import CLOCKS
from tests.shared.protocol.cases import REPORTING, core_of, opening

SERBIA, FINLAND, SCOTLAND = OfficeDays(country="RS"), OfficeDays(country="FI"), OfficeDays(country="GB", subdivision="SCT")
ZONES = {SERBIA: ZoneInfo("Europe/Belgrade"), FINLAND: ZoneInfo("Europe/Helsinki"), SCOTLAND: ZoneInfo("Europe/London")}


def ms(said: str, zone: ZoneInfo) -> int:
    return int(datetime.fromisoformat(said).replace(tzinfo=zone).timestamp()) * 1000


@pytest.mark.parametrize(
    ("office", "begins", "days", "ends"),
    [
        (SERBIA, "2026-06-15T10:20", 5, "2026-06-22T11:00"),  # over a weekend
        (SERBIA, "2026-01-05T10:20", 2, "2026-01-08T11:00"),  # the Orthodox Christmas is a holiday there
        (FINLAND, "2026-01-05T10:20", 2, "2026-01-08T11:00"),  # and Epiphany there
        (FINLAND, "2026-06-18T10:20", 1, "2026-06-22T11:00"),  # Midsummer's eve is none of the public holidays, its Saturday is
        (SCOTLAND, "2025-12-31T10:20", 1, "2026-01-05T11:00"),  # the second of January is a holiday in that part alone
        (OfficeDays(), "2026-01-05T10:20", 2, "2026-01-07T11:00"),  # nothing is said: weekends alone
        (SERBIA, "2026-03-27T10:20", 1, "2026-03-30T11:00"),  # summer time begins between
    ],
)
def test_working_days_are_those_of_the_country(office: OfficeDays, begins: str, days: int, ends: str) -> None:
    zone = ZONES.get(office, ZoneInfo("Europe/Belgrade"))
    assert office.after(ms(begins, zone), days, zone) == ms(ends, zone)
    assert office.days(ms(begins, zone), ms(ends, zone), zone) == days
    assert office.days(ms(ends, zone), ms(begins, zone), zone) == office.days(ms(begins, zone), ms(begins, zone), zone) == 0


def test_a_calendar_that_nobody_knows_is_refused_in_words() -> None:
    with pytest.raises(ValidationError, match="no calendar of holidays is known for 'XX'"):
        OfficeDays(country="XX")


@pytest.mark.parametrize("far", [LATEST - 1, LATEST, 2**53 - 1])
def test_moments_that_nobody_can_have_meant_neither_fail_nor_take_long(far: int) -> None:
    now, zone = ms("2026-01-05T10:20", ZoneInfo("Europe/Belgrade")), ZoneInfo("Europe/Belgrade")
    assert 75 * 250 < SERBIA.days(now, far, zone) < 75 * 260, "to the end of 2100, and none beyond"
    assert SERBIA.days(far, now, zone) == SERBIA.days(far, far, zone) == SERBIA.worked(far, now, zone) == 0
    assert SERBIA.worked(now, far, zone) // (8 * HOUR) == SERBIA.days(now, far, zone)
    assert SERBIA.after(far, 3, zone) > far
    assert in_days(far, 30, zone) > far


RULES = {
    ClockKind.MAXIMUM: {"begins": "reported", "ends": "reasonable_grounds"}, ClockKind.MINIMUM: {"begins": "reported"},
    ClockKind.GATE: {"begins": "reported", "ends": "conclusive_grounds"},
}  # fmt: skip
STARTED, REACHED = 1_000_000, 1_000_000 + 24 * 3_600_000


@pytest.mark.parametrize(
    ("kind", "decided", "now", "state"),
    [
        (ClockKind.MAXIMUM, None, REACHED, ClockState.RUNS), (ClockKind.MAXIMUM, None, REACHED + 1, ClockState.LATE),
        (ClockKind.MAXIMUM, REACHED, REACHED + 9, ClockState.MET), (ClockKind.MAXIMUM, REACHED + 1, REACHED + 9, ClockState.BROKEN),
        (ClockKind.MINIMUM, None, REACHED - 1, ClockState.RUNS), (ClockKind.MINIMUM, None, REACHED, ClockState.OVER),
        (ClockKind.GATE, None, REACHED - 1, ClockState.RUNS), (ClockKind.GATE, None, REACHED, ClockState.OVER),
        (ClockKind.GATE, REACHED - 1, REACHED, ClockState.BROKEN), (ClockKind.GATE, REACHED, REACHED, ClockState.MET),
    ],
)  # fmt: skip
def test_each_kind_of_clock_says_how_it_stands(kind: ClockKind, decided: int | None, now: int, state: ClockState) -> None:
    rule = ClockRule(name=ClockName.RECOVERY, kind=kind, amount=24, unit="hours", source="invented", **RULES[kind])  # pyright: ignore
    case = fold(None, core_of(None, REPORTING, opening())).case
    assert case is not None
    statuses = {} if decided is None else {Stage(str(rule.ends)): decided}
    case = case.model_copy(update={"opened_at": STARTED, "statuses": statuses})
    (standing,) = clocks_of(case, (rule,), now, ZoneInfo("UTC"), OfficeDays())
    assert (standing.at, standing.state) == (REACHED, state)
    closed = case.model_copy(update={"closed_at": now})
    assert len(clocks_of(closed, (rule,), now, ZoneInfo("UTC"), OfficeDays())) == (decided is not None), "closing stops what runs"


def test_each_country_names_the_source_of_each_clock_and_each_clock_has_words() -> None:
    for name in ("serbia", "finland", "uk"):
        country = load(COUNTRIES / f"{name}.toml")
        assert country.clocks
        assert country.office_days.country
    assert set(CLOCKS) == set(ClockName)
    with pytest.raises(ValidationError, match="name what `ends` them"):
        ClockRule(name=ClockName.RECOVERY, kind=ClockKind.GATE, begins="reported", amount=1, unit="days", source="invented")


PAUSABLE = PauseRule(reasons=(Pause.COURT,), days=30, source="invented")


def stood(*pauses: tuple[int, int], rule: PauseRule | None = PAUSABLE, clock: ClockName = ClockName.RECOVERY) -> int:
    """By how much later a clock of 24 hours ends that stood still so."""
    one = ClockRule(
        name=ClockName.RECOVERY, kind=ClockKind.MAXIMUM, begins="reported", ends="reasonable_grounds", amount=24, unit="hours",
        source="invented", pause=rule,
    )  # fmt: skip
    found = [ClockPause(clock=clock, reason=Pause.COURT, since=STARTED + since, until=STARTED + until) for since, until in pauses]
    return one.ends_at(STARTED, found, ZoneInfo("UTC"), OfficeDays()) - REACHED


def test_a_pause_adds_its_time_while_the_clock_runs_and_only_where_the_country_lets_it() -> None:
    day = REACHED - STARTED
    assert stood((10, 30)) == 20
    assert stood((10, 30), (40, 45)) == 25
    assert stood((-10, 30)) == 0, "what was before the clock is none of its pauses"
    assert stood((day, day + 9)) == 0, "what is late stays late"
    assert stood((day - 1, day + 9), (day + 5, day + 6)) == 11, "the first had made it run longer"
    assert stood((10, 30), rule=None) == 0
    assert stood((10, 30), clock=ClockName.FIRST_DECISION) == 0
    with pytest.raises(ValidationError, match="are never paused"):
        ClockRule(name=ClockName.RECOVERY, kind=ClockKind.MINIMUM, begins="reported", amount=1, unit="days", source="x y", pause=PAUSABLE)


def test_pauses_that_follow_each_other_add_up_wherever_they_lie() -> None:
    dice, day = Random(16), REACHED - STARTED
    for _ in range(200):
        moments = sorted(dice.sample(range(day), 6))
        pauses = list(zip(moments[::2], moments[1::2], strict=True))
        assert stood(*pauses) == sum(until - since for since, until in pauses)


def test_a_clock_asks_its_lead_by_when_or_says_before_when_not() -> None:
    case = fold(None, core_of(None, REPORTING, opening())).case
    assert case is not None
    for kind, what, by in (
        (ClockKind.MAXIMUM, What.DECIDE_STATUS, True),
        (ClockKind.GATE, What.DECIDE_STATUS, False),
        (ClockKind.MINIMUM, What.KEEP, False),
    ):
        rule = ClockRule(name=ClockName.RECOVERY, kind=kind, amount=24, unit="hours", source="invented", **RULES[kind])  # pyright: ignore
        (move,) = clock_moves(case, (rule,), ZoneInfo("UTC"), OfficeDays())
        at = case.opened_at + REACHED - STARTED
        assert (move.who, move.what, move.by, move.opens, move.key) == (case.lead, what, at if by else None, None if by else at, rule.name)
        assert clock_moves(case.model_copy(update={"closed_at": at}), (rule,), ZoneInfo("UTC"), OfficeDays()) == ()
        assert clock_moves(case.model_copy(update={"basis": Basis.NONE}), (rule,), ZoneInfo("UTC"), OfficeDays()) == ()
        if rule.ends:
            decided = case.model_copy(update={"statuses": {Stage(rule.ends): at}})
            assert clock_moves(decided, (rule,), ZoneInfo("UTC"), OfficeDays()) == ()


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [("2026-03-02T10:00", "2026-03-02T12:30", 2.5), ("2026-03-02T06:00", "2026-03-02T20:00", 8),
     ("2026-03-06T15:00", "2026-03-09T09:00", 2),
     ("2026-03-07T09:00", "2026-03-08T20:00", 0), ("2026-02-13T08:00", "2026-02-18T08:00", 8), ("2025-12-31T08:00", "2026-01-05T09:00", 9),
     ("2026-03-27T12:00", "2026-03-30T12:00", 8), ("2023-06-01T08:00", "2026-06-01T08:00", None)],
)  # fmt: skip
def test_office_time_is_what_lies_in_the_hours_of_working_days(begin: str, end: str, hours: float | None) -> None:
    zone = ZONES[SERBIA]
    first, last = ms(begin, zone), ms(end, zone)
    plain = sum(
        SERBIA.works(there.date()) and SERBIA.opens <= there.hour < SERBIA.closes
        for there in (local(at, zone) for at in range(first, last, 15 * 60_000))
    ) / 4  # fmt: skip
    assert SERBIA.worked(first, last, zone) == plain * 3_600_000
    assert hours in (None, plain)
    assert SERBIA.worked(last, first, zone) == 0


def test_offices_do_not_close_before_they_open() -> None:
    with pytest.raises(ValidationError, match="do not close at"):
        OfficeDays(country="RS", opens=9, closes=8)
