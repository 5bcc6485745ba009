"""Notices: when an officer is told that something needs them, and by which ways. What a notice says is always the same, so that nothing
of a case leaves with it (ADR 52).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.config.calendar import local

CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
QUIET = re.compile(r"([0-9:]{5})-([0-9:]{5})")
MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
"""An address as mail servers take it from a form (the one of HTML's `type=email`, with a domain that has a dot)."""
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
"""A number as E.164 writes it."""


class Channel(StrEnum):
    """A way by which a notice goes."""

    MAIL = "mail"
    HOOK = "hook"
    """One webhook, for a gateway of text messages."""


class Pace(StrEnum):
    """When somebody wants to be told of what is no danger."""

    AT_ONCE = "at-once"
    DIGEST = "digest"
    DANGER = "danger"
    """Never: of danger alone."""


class SmtpTls(StrEnum):
    """How the way to the mail server is closed."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"
    """In the clear: on this very machine, or to try things out."""


class QuietHours(NamedTuple):
    """From when until when nobody is told of what is no danger; none where both are the same."""

    begin: time
    end: time

    def cover(self, at: time) -> bool:
        """Whether it is quiet then."""
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True, slots=True)
class NoticeWish:
    """How somebody wants to be told, or how the agency has it for all who have not chosen."""

    pace: Pace
    quiet: QuietHours
    language: str
    """A language's tag."""


def clock_time(words: str) -> time | None:
    """`07:30`; None where it is no time of a day."""
    found = CLOCK.fullmatch(words)
    return time(int(found[1]), int(found[2])) if found else None


def quiet_hours(words: str) -> QuietHours | None:
    """`20:00-07:00`; None where it is none."""
    found = QUIET.fullmatch(words)
    begin, end = (clock_time(found[1]), clock_time(found[2])) if found else (None, None)
    return QuietHours(begin, end) if begin is not None and end is not None else None


def told_at(at: int, wish: NoticeWish, digest: Iterable[time], zone: ZoneInfo, *, danger: bool) -> int | None:
    """When somebody is told of what came up then (ms UTC); None where they are not told of it. Danger waits for nothing."""
    if danger:
        return at
    if wish.pace is Pace.DANGER:
        return None
    due = at if wish.pace is Pace.AT_ONCE else min((_next(at, one, zone) for one in digest), default=at)
    return _next(due, wish.quiet.end, zone) if wish.quiet.cover(local(due, zone).time()) else due


def _next(at: int, clock: time, zone: ZoneInfo) -> int:
    """The first moment after this one at which clocks there show this time, or jump over it."""
    day = local(at, zone).date()
    moments = (_moment(day + timedelta(days=days), clock, zone) for days in range(3))
    return next(moment for moment in moments if moment > at)


def _moment(day: date, clock: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, clock, zone).timestamp()) * 1000
