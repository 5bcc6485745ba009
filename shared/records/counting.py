"""Statistical records against the log's own time: which month a moment is told as, and which records may count at all."""

from datetime import UTC, datetime
from typing import Any, cast

from pydantic import ValidationError

from shared.protocol.statistics import DAY, RECORD, RECORDS, Counted, shaped

EARLIEST, AHEAD = 946_684_800_000, 366 * DAY
"""The first moment that is counted (the year 2000, ms UTC), and how far behind the log's own time one may lie (ms)."""


class NotCounted(ValueError):
    """This is no statistical record that may count; the message says why, without quoting it."""


def month_of(at: int, logged_at: int) -> str:
    """The month of a moment that an author said, `2026-01`; that of the log's own time where nobody can have meant it (ms UTC)."""
    return _moment(at, logged_at).strftime("%Y-%m")


def quarter_of(at: int, logged_at: int) -> str:
    """The same of a quarter, `2026-Q1`."""
    moment = _moment(at, logged_at)
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


def _moment(at: int, logged_at: int) -> datetime:
    return datetime.fromtimestamp((at if EARLIEST <= at <= logged_at + AHEAD else logged_at) / 1000, UTC)


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
    latest = max(logged_at, 0) + AHEAD
    last = quarter_of(latest, latest) if "Q" in when else month_of(latest, latest)
    if not "2000" <= when <= last:
        raise NotCounted("the record's month or quarter is one that nobody can have meant")
