"""Searches of the last half hour: in the memory of the process alone, under a random name, each for its officer.

So no address says what was searched for, and Back leads to what was found.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cachetools import TLRUCache

from shared.access.searches import Query

MINUTES = 30
AT_MOST = 2000
"""Searches of all officers; the one unused for longest gives way."""


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search: whose, what for, what it found at which service, and under which id it is written down (empty among one's own cases)."""

    officer: str
    query: Query
    found: Mapping[str, list[str]]
    written: str
    until: int


class KeptSearches:
    """The searches of a process."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now`: ms UTC."""
        self.now = now
        self._kept = TLRUCache[str, KeptSearch, int](AT_MOST, lambda _, one, __: one.until, lambda: self.now())

    def keep(self, officer: str, query: Query, found: Mapping[str, list[str]], written: str) -> str:
        """Keep it; its name."""
        name = secrets.token_urlsafe(24)
        self._kept[name] = KeptSearch(officer, query, found, written, self.now() + MINUTES * 60_000)
        return name

    def find(self, name: str, officer: str) -> KeptSearch | None:
        """The search of this name, for its officer alone."""
        one = self._kept.get(name)
        return one if one is not None and one.officer == officer else None
