"""Days, months and quarters as people count them: in the country's time zone, across summer time.

The one place that turns a moment (ms UTC) into a part of the calendar, or adds days to one. A time in hours is elapsed time and needs none
of this: 24 hours are 24 hours. What machines alone keep (certificates, keys, the directory, backups) counts in days of 24 hours.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
"""Elapsed time, ms."""
SATURDAY = 5
LATEST = 250_000_000_000_000
"""Moments from here on (ms UTC, the year 9892) have no date: nobody can have meant them."""
WIDEST = DAY
"""More than any two zones on earth differ from UTC, and than any change of a zone's time takes (ms)."""


def utc(at: int) -> datetime:
    """The moment (ms UTC); the last one that has a date, where it lies beyond."""
    return datetime.fromtimestamp(min(at, LATEST) / 1000, UTC)


def in_utc(at: int) -> str:
    """`2026-01-31 08:05 UTC`: for terminals, whose reader may be in any zone."""
    return utc(at).strftime("%Y-%m-%d %H:%M UTC")


def local(at: int, zone: ZoneInfo) -> datetime:
    """The moment as clocks there show it."""
    return utc(at).astimezone(zone)


def month_of(at: int, zone: ZoneInfo) -> str:
    """`2026-01`."""
    return local(at, zone).strftime("%Y-%m")


def quarter_of(at: int, zone: ZoneInfo) -> str:
    """`2026-Q1`."""
    there = local(at, zone)
    return f"{there.year}-Q{(there.month + 2) // 3}"


def quarter(year: int, number: int, zone: ZoneInfo) -> tuple[int, int]:
    """Beginning and end (exclusive) of the quarter of this number, from 1."""
    begin = datetime(year, 3 * number - 2, 1, tzinfo=zone)
    return _moment(begin), _moment(begin.replace(year=year + number // 4, month=3 * number % 12 + 1))


def month(year: int, number: int, zone: ZoneInfo) -> tuple[int, int]:
    """Beginning and end (exclusive) of the month of this number, from 1."""
    begin = datetime(year, number, 1, tzinfo=zone)
    return _moment(begin), _moment(begin.replace(year=year + number // 12, month=number % 12 + 1))


def in_days(at: int, days: float, zone: ZoneInfo) -> int:
    """The end of the same local hour so many days on: whoever has 150 days from 10:20 has until 11:00, also where summer time begins
    between. Of an hour that comes twice that day it is the later end. A part of a day is so many hours of elapsed time, and so are days
    from a moment that has no date."""
    if days != int(days) or at >= LATEST:
        return at + int(days * DAY)
    hour = local(at, zone).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    over = hour + timedelta(days=days, hours=1)
    return _moment(over.replace(tzinfo=zone))


def working_day_after(at: int, zone: ZoneInfo) -> int:
    """The end of the next working day, Monday to Friday, as clocks there show it. Holidays are not known: on one somebody looks late."""
    day = local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)
    while day.weekday() >= SATURDAY or local(_moment(day), zone).date() != day.date():  # one that crosses the date line
        day += timedelta(days=1)
    return _moment(day + timedelta(days=1))


def _moment(there: datetime) -> int:
    """The first moment at which clocks show this, or jump over it."""
    return int(there.timestamp()) * 1000
