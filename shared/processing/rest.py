"""An instance at rest: nothing has been written to its database since a look that found nothing to do: the next would find nothing."""

from time import monotonic
from typing import NamedTuple

from shared.processing.instance import Instance

SELDOM = 1.5
"""Seconds after which one looks all the same: at what depends on the hour or on files, as batches and keys do, and not at the database."""


class Standing(NamedTuple):
    """What tells whether anything has been written."""

    number: tuple[int, int] | None
    """Of the database, whoever writes to it (`Changes`), but for the writes that only try it."""
    ended: int
    """Transactions of the instance itself."""
    country: int
    """Which object its country is: another one came with a new directory."""


class Rest:
    """Of one instance. All of it is asked on the event loop: it waits for no database."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.changes = instance, instance.changes
        self._before = Standing(None, 0, 0)
        self._found: Standing | None = None
        """How it was before the last look where that has found nothing; None where it has found something."""
        self._until = 0.0
        """When the next look comes at the latest (monotonic seconds)."""
        self.unwritten = False
        """Whether the look that has begun comes for the hour and for files alone."""

    @property
    def goes_on(self) -> bool:
        """Whether there is nothing to look at: nothing was written, nothing is on its way, no clock of a case has come."""
        return monotonic() <= self._until and self._is_as_found(self._now())

    def _is_as_found(self, now: Standing) -> bool:
        instance = self.instance
        if self._found is None or self._found != now or now.number is None:
            return False
        under_way = instance.in_doubt or instance.taken or instance.outgoing.flights or instance.undone
        return not under_way and instance.clock.now()[0] < instance.next_clock

    def begins_look(self) -> Instance:
        """A look at this instance comes now: what is written from here on may escape it."""
        before = self._now()
        self.unwritten = self._is_as_found(before) and not self.instance.batches_wait  # whose key may lie in a file by now
        self._before, self._found = before, None
        return self.instance

    def looked(self) -> None:
        """It has come to its end. It found nothing where the instance has written nothing meanwhile."""
        number, ended, _ = self._before
        if number is not None and ended == self.instance.writes.ended:
            self._found, self._until = self._before, monotonic() + SELDOM

    def _now(self) -> Standing:
        return Standing(self.changes.number(), self.instance.writes.ended, id(self.instance.country))
