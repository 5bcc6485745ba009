"""Statistical records against the log's own time: which month a moment is told as, and which records may count at all."""

from typing import Any, cast
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from shared.config import calendar
from shared.config.calendar import DAY, WIDEST
from shared.protocol.statistics import RECORD, RECORDS, Counted, shaped

EARLIEST, AHEAD = 946_684_800_000 + WIDEST, 366 * DAY
"""The first moment that is counted (ms UTC; the year 2000 has begun everywhere), and how far ahead of the log's time one may lie (ms)."""
ANYWHERE = ZoneInfo("UTC")


class NotCounted(ValueError):
    """This is no statistical record that may count; the message says why, without quoting it."""


def month_of(at: int, logged_at: int, zone: ZoneInfo) -> str:
    """The month of a moment that an author said, `2026-01`; that of the log's own time where nobody can have meant it (ms UTC)."""
    return calendar.month_of(meant(at, logged_at), zone)


def month_said(month: str, logged_at: int, zone: ZoneInfo) -> str:
    """A month that an author named, `2026-01`; that of the log's own time where nobody can have meant it (ms UTC)."""
    now = calendar.month_of(logged_at, zone)
    return month if "2000-01" <= month <= now else now


def quarter_of(at: int, logged_at: int, zone: ZoneInfo) -> str:
    """The same of a quarter, `2026-Q1`."""
    return calendar.quarter_of(meant(at, logged_at), zone)


def meant(at: int, logged_at: int) -> int:
    """A moment that an author said; the log's own time where nobody can have meant it (ms UTC)."""
    return at if EARLIEST <= at <= logged_at + AHEAD else logged_at


def read(said: Any, logged_at: int) -> tuple[str, Counted]:
    """The id and the record that these words say, which the log took at `logged_at` (ms UTC). Raises NotCounted."""
    if not isinstance(said, dict):
        raise NotCounted("this is no statistical record")
    body = cast(dict[str, Any], said)
    name, kind = body.get("id"), body.get("kind")
    if not isinstance(name, str) or RECORD.fullmatch(name) is None:
        raise NotCounted("the id of the record is not of the one form that ids have")
    if not isinstance(kind, str) or kind not in RECORDS:
        raise NotCounted("the record is of no kind that this instance knows")
    try:
        record = shaped(kind, body)
    except ValidationError as error:
        raise NotCounted(f"the record's field {error.errors()[0]['loc'][0]} is not one that a lead writes") from None
    _in_span(record, logged_at)
    return name, record


def _in_span(record: Counted, logged_at: int) -> None:
    when: str | None = getattr(record, "quarter", None) or getattr(record, "month", None)
    if when is None:
        return
    latest = max(logged_at, 0) + AHEAD + WIDEST  # whatever zone the lead counts in
    last = calendar.quarter_of(latest, ANYWHERE) if "Q" in when else calendar.month_of(latest, ANYWHERE)
    if not "2000" <= when <= last:
        raise NotCounted("the record's month or quarter is one that nobody can have meant")
