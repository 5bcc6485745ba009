"""Sessions and sign-ins under way, in the memory of the process: names and rights never reach a disk, and a restart signs everybody out.

A browser holds a random id of 256 bits; the process holds its SHA-256 only. Times are ms of a clock that tests can move.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from shared.runtime.rights.actor import Actor

T = TypeVar("T")
MINUTE = 60_000
UNDER_WAY = 10 * MINUTE
"""How long a sign-in may take at the issuer."""
MOST = 10_000
"""Of either kind; the oldest gives way, so that nobody fills the memory by knocking."""


@dataclass
class _Kept(Generic[T]):
    value: T
    began: int
    used: int


@dataclass
class _Shelf(Generic[T]):
    """Values under unguessable names, each for a time."""

    now: Callable[[], int]
    idle: int
    longest: int
    kept: dict[str, _Kept[T]] = field(default_factory=dict[str, _Kept[T]])

    def put(self, value: T) -> str:
        """Keep a value; its name, which nobody else can guess."""
        while len(self.kept) >= MOST:
            del self.kept[next(iter(self.kept))]
        name, now = secrets.token_urlsafe(32), self.now()
        self.kept[_hidden(name)] = _Kept(value, now, now)
        return name

    def get(self, name: str) -> T | None:
        """The value, if its time has not run out; asking keeps it from idling."""
        one, now = self.kept.get(_hidden(name)), self.now()
        if one is None:
            return None
        if now - one.used >= self.idle or now - one.began >= self.longest:
            self.drop(name)
            return None
        one.used = now
        return one.value

    def take(self, name: str) -> T | None:
        """The value, once."""
        value = self.get(name)
        self.drop(name)
        return value

    def drop(self, name: str) -> None:
        """Forget it."""
        self.kept.pop(_hidden(name), None)

    def values(self) -> list[T]:
        """Everything whose time has not run out."""
        now = self.now()
        return [one.value for one in list(self.kept.values()) if now - one.used < self.idle and now - one.began < self.longest]


@dataclass(frozen=True)
class UnderWay:
    """A sign-in that was sent to the issuer: what must come back with it, and where the person was."""

    nonce: str
    verifier: str
    browser: str
    after: str


class Sessions:
    """Who has signed in, and who is about to."""

    def __init__(self, now: Callable[[], int], idle: int, longest: int) -> None:
        """Limits in minutes."""
        self._in = _Shelf[Actor](now, idle * MINUTE, longest * MINUTE)
        self._coming = _Shelf[UnderWay](now, UNDER_WAY, UNDER_WAY)

    def begin(self, actor: Actor) -> str:
        """A session with an id that nobody had before."""
        return self._in.put(actor)

    def actor(self, id: str) -> Actor | None:
        """Whose session it is, while it lasts."""
        return self._in.get(id)

    def end(self, id: str) -> None:
        """After this the id is nobody's."""
        self._in.drop(id)

    def send(self, coming: UnderWay) -> str:
        """A sign-in goes to the issuer; the state it goes with."""
        return self._coming.put(coming)

    def back(self, state: str) -> UnderWay | None:
        """A sign-in has come back: each state counts once."""
        return self._coming.take(state)

    def names(self) -> dict[str, str]:
        """Who is signed in now: id and name."""
        return {actor.id: actor.name for actor in self._in.values()}


def _hidden(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
