"""In which language a page is looked at at which width: one for each on any day, the next one tomorrow. What fails names its day, and
`NRM_DAY` has that day again."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.looking import WIDTHS
from tests.turns import by_turns, today

__all__ = ["LANGUAGES", "by_axe", "one_of_them", "spoken", "telling", "today"]
LANGUAGES = ("en", "sr-Latn", "sr-Cyrl", "fi", "sv")


def spoken(day: int, long: bool) -> Iterator[tuple[int, str]]:
    """Width and language tag on a day of the calendar (`date.toordinal`); all of them with --long (or --all)."""
    for n, width in enumerate(WIDTHS):
        yield from ((width, tag) for tag in (LANGUAGES if long else (LANGUAGES[(day + 2 * n) % len(LANGUAGES)],)))


def one_of_them(day: int, long: bool) -> Iterator[tuple[int, str]]:
    """For long ways: one width on a day, the other tomorrow, in the language of that day; with --long one at each width."""
    pairs = [*spoken(day, long=False)]
    yield from pairs if long else (pairs[day % len(pairs)],)


def by_axe(width: int, day: int, long: bool) -> bool:
    """Whether axe looks at what is measured at each width: at one on a day, at the other tomorrow. It takes longer than all else there."""
    return width in by_turns(WIDTHS, day, long)


@contextmanager
def telling(width: int, tag: str, day: int) -> Iterator[None]:
    """Whatever fails herein says in which language, and how to see it again."""
    try:
        yield
    except Exception as failure:
        failure.add_note(f"In {tag} at {width} px. The languages of this day again: NRM_DAY={day}.")
        raise
