"""In which language pages are looked at: one on any day, at each width, the next one tomorrow. What fails names its day, and `NRM_DAY` has
that day again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.browser.looking import WIDTHS
from tests.turns import by_turns, today

__all__ = ["LANGUAGES", "by_axe", "languages_of", "one_of_them", "spoken", "telling", "today"]
LANGUAGES = ("en", "sr-Latn", "sr-Cyrl", "fi", "sv")


def languages_of(day: int, long: bool) -> Sequence[str]:
    """The tag of the language of a day of the calendar (`date.toordinal`); all of them with --long (or --all)."""
    return by_turns(LANGUAGES, day, long)


def spoken(day: int, long: bool) -> Iterator[tuple[int, str]]:
    """Each width with that language: a page is asked for once, and its window made wider or narrower."""
    yield from ((width, tag) for width in WIDTHS for tag in languages_of(day, long))


def one_of_them(day: int, long: bool) -> Iterator[tuple[int, str]]:
    """For long ways: one width on a day, the other tomorrow, in the language of that day; with --long one at each width."""
    pairs = [*spoken(day, long=False)]
    yield from pairs if long else (pairs[day % len(pairs)],)


def by_axe(width: int, day: int, long: bool, alike: int | None = None) -> bool:
    """Whether axe looks at what is measured at each width: at one on a day, at the other tomorrow. It takes longer than all else there.

    `alike`: which one of many forms that the same macros make. Of these it looks at half on a day: in four days at each at each width.
    """
    return width in by_turns(WIDTHS, day, long) and (long or alike is None or (day // len(WIDTHS) + alike) % 2 == 0)


@contextmanager
def telling(width: int, tag: str, day: int) -> Iterator[None]:
    """Whatever fails herein says in which language, and how to see it again."""
    try:
        yield
    except Exception as failure:
        failure.add_note(f"In {tag} at {width} px. The languages of this day again: NRM_DAY={day}.")
        raise
