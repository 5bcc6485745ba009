"""An instance at rest: nothing has been written to its database since a look that found nothing to do, so the next would find nothing."""

from time import monotonic
from typing import NamedTuple

from shared.processing.instance import Instance
from shared.store.changes import Changes

SELDOM = 1.5
"""Seconds after which one looks all the same: at what depends on the hour or on files, as batches and keys do."""


class Standing(NamedTuple):
    """What tells whether anything has been written."""

    number: int | None
    """Of the database, whoever writes to it (`Changes`)."""
    ended: int
    """Transactions of the instance itself."""
    country: int
    """Which object its country is: another one came with a new directory."""


class Rest:
    """Of one instance. All of it is asked on the event loop: it waits for no database."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.changes = instance, Changes(instance.engine)
        self._before = Standing(None, 0, 0)
        self._found: Standing | None = None
        """How it was before the last look where that has found nothing; None where it has found something."""
        self._until = 0.0
        """When the next look comes at the latest (monotonic seconds)."""

    @property
    def goes_on(self) -> bool:
        """Whether there is nothing to look at: nothing was written, nothing is on its way, no clock of a case has come."""
        if self._found is None or monotonic() > self._until:
            return False
        instance = self.instance
        under_way = instance.in_doubt or instance.taken or instance.outgoing.flights or instance.undone
        busy = under_way or instance.clock.now()[0] >= instance.next_clock
        return not busy and self._found == self._now()

    def begins_look(self) -> Instance:
        """A look at this instance comes now: what is written from here on may escape it."""
        self._before, self._found = self._now(), None
        return self.instance

    def looked(self) -> None:
        """It has come to its end. It found nothing where the instance has written nothing meanwhile."""
        number, ended, _ = self._before
        if number is not None and ended == self.instance.writes.ended:
            self._found, self._until = self._before, monotonic() + SELDOM

    def _now(self) -> Standing:
        return Standing(self.changes.number(), self.instance.writes.ended, id(self.instance.country))
