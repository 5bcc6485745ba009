"""Sessions and sign-ins under way, in the memory of the process: names and rights never reach a disk, and a restart signs everybody out.

A browser holds a random id of 256 bits; the process holds its SHA-256 only. Times are ms of a clock that tests can move.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Generic, NamedTuple, TypeVar

from cachetools import LRUCache, TLRUCache

from shared.access.actor import Actor

T = TypeVar("T")
MINUTE = 60_000
UNDER_WAY = 10 * MINUTE
"""How long a sign-in may take at the issuer."""
SESSIONS_AT_MOST = 10_000
"""Of either kind; the one unused for longest gives way, so that nobody fills the memory by knocking."""
MOST_OF_ONE = 5
"""Sessions of one account: a desk, another one, a second browser. With a further one the oldest ends."""


@dataclass
class _Kept(Generic[T]):
    value: T
    began: int
    used: int


@dataclass
class _Shelf(Generic[T]):
    """Values under unguessable names, each for a time: what has run out is gone."""

    now: Callable[[], int]
    idle: int
    longest: int
    most: int
    kept: "TLRUCache[str, _Kept[T], int]" = field(init=False)

    def __post_init__(self) -> None:
        self.kept = TLRUCache(self.most, lambda _, one, __: min(one.used + self.idle, one.began + self.longest), self.now)

    def put(self, value: T) -> str:
        """Keep a value; its name, which nobody else can guess."""
        name, now = secrets.token_urlsafe(32), self.now()
        self.kept[_hidden(name)] = _Kept(value, now, now)
        return name

    def get(self, name: str) -> T | None:
        """The value, if its time has not run out; asking keeps it from idling."""
        one = self.kept.get(_hidden(name))
        if one is None:
            return None
        self.kept[_hidden(name)] = replace(one, used=self.now())
        return one.value

    def take(self, name: str) -> T | None:
        """The value, once."""
        value = self.get(name)
        self.drop(name)
        return value

    def drop(self, name: str) -> None:
        """Forget it."""
        self.kept.pop(_hidden(name), None)

    def alive(self) -> list[tuple[str, _Kept[T]]]:
        """Everything whose time has not run out, the oldest first, by its hidden name."""
        with self.kept.timer:
            return list(self.kept.items())


@dataclass(frozen=True)
class UnderWay:
    """A sign-in that was sent to the issuer: what must come back with it, and where the person was."""

    nonce: str
    verifier: str
    browser: str
    after: str
    again: bool = False
    """Whether the person must prove anew who they are, though the issuer knows them."""


@dataclass
class Sitting:
    """A session: whose it is, when they last proved at the issuer who they are (ms UTC; 0 where it does not say), its name there."""

    actor: Actor
    proved_at: int = 0
    sid: str = ""
    refresh: str = field(default="", repr=False)
    """What the issuer is asked with whether it still stands; empty where the issuer gave nothing for that."""
    asked_at: int = 0
    """When it was last asked (ms UTC)."""
    asking: bool = False
    """Somebody is asking now: what is given for the next time is given once."""


class ListedSession(NamedTuple):
    """A session as its owner sees it: by a name that opens nothing, since when, when last used (ms UTC), whether it is the one in use."""

    name: str
    began: int
    used: int
    here: bool


class Sessions:
    """Who has signed in, and who is about to."""

    def __init__(self, now: Callable[[], int], idle: int, longest: int, most: int = SESSIONS_AT_MOST) -> None:
        """Limits in minutes, and how many sessions and sign-ins under way are kept at most, of each."""
        self._in = _Shelf[Sitting](now, idle * MINUTE, longest * MINUTE, most)
        self._coming = _Shelf[UnderWay](now, UNDER_WAY, UNDER_WAY, most)
        self._left: LRUCache[str, int] = LRUCache(most)
        self._now = now

    def begin(self, actor: Actor, proved_at: int = 0, sid: str = "", refresh: str = "", now: int = 0) -> str:
        """A session with an id that nobody had before."""
        for name, _ in self._of(actor.id)[: 1 - MOST_OF_ONE]:
            self._in.kept.pop(name, None)
        return self._in.put(Sitting(actor, proved_at, sid, refresh, now))

    def lasts(self, id: str) -> bool:
        """Whether there is such a session; this is no use of it."""
        return _hidden(id) in self._in.kept

    def sitting(self, id: str) -> Sitting | None:
        """The session, while it lasts."""
        return self._in.get(id)

    def actor(self, id: str) -> Actor | None:
        """Whose session it is, while it lasts."""
        found = self.sitting(id)
        return found.actor if found else None

    def of(self, officer: str, id: str) -> list[ListedSession]:
        """The sessions of one account, the oldest first; `id` is the one in use."""
        return [ListedSession(name, one.began, one.used, name == _hidden(id)) for name, one in self._of(officer)]

    def end_of(self, officer: str, names: Collection[str]) -> int:
        """End these of an account's sessions; how many there were."""
        return sum(self._in.kept.pop(name, None) is not None for name, _ in self._of(officer) if name in names)

    def ended_there(self, officer: str, sid: str, before: int) -> int:
        """The issuer says that somebody's sessions, or the one that it calls `sid`, have ended: those that began before (ms UTC)."""
        gone = [
            name for name, one in self._in.alive()
            if one.began <= before and officer in ("", one.value.actor.id) and sid in ("", one.value.sid)
        ]  # fmt: skip
        return sum(self._in.kept.pop(name, None) is not None for name in gone)

    def _of(self, officer: str) -> list[tuple[str, _Kept[Sitting]]]:
        return [(name, one) for name, one in self._in.alive() if one.value.actor.id == officer]

    def end(self, id: str) -> None:
        """After this the id is nobody's."""
        self._in.drop(id)

    def left(self, id: str) -> None:
        """The same, and whoever signs in as them next must have proved since then who they are."""
        if actor := self.actor(id):
            self._left[actor.id] = self._now()
        self.end(id)

    def left_since(self, officer: str, proved_at: int) -> bool:
        """Whether this officer left at once after they proved who they are (ms UTC), as exactly as an issuer says it: to the second."""
        return proved_at // 1000 < self._left.get(officer, 0) // 1000

    def send(self, coming: UnderWay) -> str:
        """A sign-in goes to the issuer; the state it goes with."""
        return self._coming.put(coming)

    def back(self, state: str) -> UnderWay | None:
        """A sign-in has come back: each state counts once."""
        return self._coming.take(state)

    def actors(self) -> list[Actor]:
        """Who is signed in now, with the roles that the issuer named."""
        return [one.value.actor for _, one in self._in.alive()]

    def names(self) -> dict[str, str]:
        """Who is signed in now: id and name."""
        return {one.value.actor.id: one.value.actor.name for _, one in self._in.alive()}


def _hidden(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
