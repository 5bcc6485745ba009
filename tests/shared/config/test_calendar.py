"""Days, months and quarters are those of the country's clocks, also in the nights in which these are changed."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.config.calendar import DAY, HOUR, MINUTE, in_days, local, month_of, quarter, quarter_of, working_day_after

NAMES = (
    "Europe/Belgrade", "Europe/Helsinki", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
    "Asia/Kathmandu", "Pacific/Apia", "UTC",
)  # fmt: skip
BELGRADE = ZoneInfo("Europe/Belgrade")
BEGIN, END = 946_684_800_000, 2_051_222_400_000
"""2000 to 2035."""


@cache
def changes(zone: ZoneInfo) -> tuple[int, ...]:
    """The moments at which clocks there are changed (ms UTC); the beginning where they never are."""
    offsets = [(at, local(at, zone).utcoffset()) for at in range(BEGIN, END, DAY)]
    both = zip(offsets, offsets[1:], strict=False)
    return tuple(_between(zone, before, after) for (before, old), (after, new) in both if old != new) or (BEGIN,)


def _between(zone: ZoneInfo, before: int, after: int) -> int:
    old = local(before, zone).utcoffset()
    while after - before > MINUTE:
        middle = (before + after) // 2
        before, after = (middle, after) if local(middle, zone).utcoffset() == old else (before, middle)
    return after // MINUTE * MINUTE


zones = st.sampled_from([ZoneInfo(name) for name in NAMES])
days = st.integers(1, 400)


@st.composite
def near(draw: st.DrawFn, zone: ZoneInfo, far: int = 0) -> int:
    """A moment about when clocks are changed, or so many days before that."""
    return draw(st.sampled_from(changes(zone))) - far * DAY + draw(st.integers(-2 * DAY, 2 * DAY))


def at_belgrade(*there: int) -> int:
    return int(datetime(*there, tzinfo=BELGRADE).timestamp() * 1000)  # type: ignore[arg-type, misc]


def exists(hour: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks there show this hour at all, on that day: Apia had no 30 December 2011."""
    return any(hour_of(int((hour + timedelta(minutes=m)).replace(tzinfo=zone).timestamp() * 1000), zone) == hour for m in (0, 30, 59))


def hour_of(at: int, zone: ZoneInfo) -> datetime:
    return local(at, zone).replace(tzinfo=None, minute=0, second=0, microsecond=0)


@given(st.data(), zones, days, st.booleans())
def test_in_so_many_days_is_the_end_of_the_same_local_hour_of_that_day(data: st.DataObject, zone: ZoneInfo, n: int, there: bool) -> None:
    at = data.draw(near(zone, n if there else 0))
    over, asked = in_days(at, n, zone), hour_of(at, zone) + timedelta(days=n)
    if exists(asked, zone):
        assert hour_of(over - 1, zone) == asked, "the last moment before is in that hour"
    assert all(hour_of(over + m * MINUTE, zone) != asked for m in range(0, 180, 5)), "of an hour that comes twice it is the later end"


@given(st.data(), zones, days)
def test_who_begins_later_never_has_to_end_earlier(data: st.DataObject, zone: ZoneInfo, n: int) -> None:
    one = data.draw(near(zone))
    other = one + data.draw(st.integers(0, DAY))
    assert in_days(one, n, zone) <= in_days(other, n, zone)


@given(st.data(), zones, days)
def test_nobody_loses_more_than_summer_time_takes(data: st.DataObject, zone: ZoneInfo, n: int) -> None:
    at = data.draw(near(zone))
    over = in_days(at, n, zone)
    moved = local(at, zone).utcoffset() != local(over, zone).utcoffset()
    assert (0 < over - at - n * DAY <= HOUR) or moved


@given(st.data(), zones)
def test_a_moment_is_in_the_quarter_and_the_month_that_its_clocks_show(data: st.DataObject, zone: ZoneInfo) -> None:
    at = data.draw(near(zone) | st.integers(BEGIN, END))
    there = local(at, zone)
    begin, end = quarter(there.year, (there.month + 2) // 3, zone)
    assert begin <= at < end
    assert quarter_of(at, zone) == quarter_of(begin, zone) == quarter_of(end - 1, zone) != quarter_of(end, zone)
    assert month_of(at, zone) == f"{there.year}-{there.month:02}"


@given(zones, st.integers(2000, 2034), st.integers(1, 4))
def test_quarters_follow_each_other_without_a_gap(zone: ZoneInfo, year: int, number: int) -> None:
    assert quarter(year, number, zone)[1] == quarter(year + number // 4, number % 4 + 1, zone)[0]


def test_the_first_half_hour_of_a_year_is_of_that_year() -> None:
    at = int(datetime(2025, 12, 31, 23, 30, tzinfo=UTC).timestamp() * 1000)
    assert (month_of(at, BELGRADE), quarter_of(at, BELGRADE)) == ("2026-01", "2026-Q1")


@pytest.mark.parametrize(
    ("begun", "n", "over"),
    [((2026, 1, 10, 10, 20), 150, "2026-06-09 11:00"), ((2026, 6, 9, 10, 20), 150, "2026-11-06 11:00"),
     ((2026, 3, 28, 2, 15), 1, "2026-03-29 03:00"), ((2026, 3, 28, 1, 15), 1, "2026-03-29 03:00"),
     ((2025, 12, 31, 23, 59), 1, "2026-01-02 00:00")],
)  # fmt: skip
def test_clocks_show_the_same_hour_across_summer_time(begun: tuple[int, ...], n: int, over: str) -> None:
    assert local(in_days(at_belgrade(*begun), n, BELGRADE), BELGRADE).strftime("%Y-%m-%d %H:%M") == over


def test_a_part_of_a_day_is_elapsed_time() -> None:
    assert in_days(1_000, 0.5, BELGRADE) == 1_000 + 12 * HOUR


@given(zone=zones, data=st.data())
def test_the_next_working_day_ends_after_a_night_and_before_five(zone: ZoneInfo, data: st.DataObject) -> None:
    at = data.draw(near(zone))
    end = working_day_after(at, zone)
    last = local(end - 1, zone).date()
    assert last.weekday() < 5
    assert last > local(at, zone).date()
    between = [local(at, zone).date() + timedelta(days=n) for n in range(1, (last - local(at, zone).date()).days)]
    there = [day for day in between if exists(datetime.fromisoformat(f"{day} 12:00"), zone)]
    assert all(day.weekday() >= 5 for day in there), "a working day lies between"


def test_what_happens_on_a_friday_is_looked_at_by_the_end_of_monday() -> None:
    assert working_day_after(at_belgrade(2025, 1, 3, 15), BELGRADE) == at_belgrade(2025, 1, 7)
    assert working_day_after(at_belgrade(2025, 1, 6, 15), BELGRADE) == at_belgrade(2025, 1, 8)
