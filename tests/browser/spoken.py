"""In which language a page is looked at at which width: one for each on any day, the next one tomorrow. What fails names its day, and
`NRM_DAY` has that day again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tests.browser.looking import WIDTHS

LANGUAGES = ("en", "sr-Latn", "sr-Cyrl", "fi", "sv")


def spoken(day: int, long: bool) -> Iterator[tuple[int, str]]:
    """Width and language tag on a day of the calendar (`date.toordinal`); all of them with --long (or --all)."""
    for n, width in enumerate(WIDTHS):
        yield from ((width, tag) for tag in (LANGUAGES if long else (LANGUAGES[(day + 2 * n) % len(LANGUAGES)],)))


def one_of_them(day: int, long: bool) -> Iterator[tuple[int, str]]:
    """For long ways: one width on a day, the other tomorrow, in the language of that day; with --long one at each width."""
    pairs = [*spoken(day, long=False)]
    yield from pairs if long else (pairs[day % len(pairs)],)


def today() -> int:
    """The day that NRM_DAY names, else the present one (UTC)."""
    return int(os.environ.get("NRM_DAY") or datetime.now(UTC).toordinal())


@contextmanager
def telling(width: int, tag: str, day: int) -> Iterator[None]:
    """Whatever fails herein says in which language, and how to see it again."""
    try:
        yield
    except Exception as failure:
        failure.add_note(f"In {tag} at {width} px. The languages of this day again: NRM_DAY={day}.")
        raise
