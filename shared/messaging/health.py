"""How the instances of a process are now: the one source for `/health`, the metrics, the pages and `./nrm doctor`.

The bus and each database are looked at every second or two, over the connections that are really used. What was seen to be well is
believed for a few seconds only. So nothing stays well because nobody looked: a look that does not come back is a fault by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from math import inf
from time import monotonic
from typing import Any

import structlog

from shared.config.tasks import end, kept
from shared.crypto.directory import DirectoryStanding
from shared.messaging.rounds import Rounds
from shared.messaging.runner import Running
from shared.processing.faults import Fault, Faulty
from shared.processing.instance import Instance
from shared.processing.trial_write import Trial

logger: Any = structlog.get_logger("nrm.health")
EVERY = 1.5
"""Seconds between looks."""
SOON = 0.1
"""Seconds until the next look after the first that found a fault; twice as long each time, `EVERY` at most."""
LASTS = 5.0
"""Seconds for which something that was seen to be well is believed to be so."""
SLOW = 2.0
"""Seconds after which whoever could do without a part should not wait for it too. Shorter than `LASTS` without `EVERY`."""


class HealthWatch:
    """One thing that is looked at again and again."""

    def __init__(self, what: str, look: Callable[[], Awaitable[float | None]], fails: Fault, silent: Fault) -> None:
        """`look` raises Faulty, or whatever it met, which is the fault `fails`; `silent` is the fault where it does not come back. It
        returns when it was seen to be well (monotonic seconds), where that was before the look."""
        self.what, self.look, self.fails, self.silent = what, look, fails, silent
        self.found: Fault | None = None
        self.well = -inf
        """When the last look that found it well began, or since when that look knew it (monotonic seconds)."""
        self.begun: float | None = None
        """When it was first looked at; None before."""
        self.since: float | None = None
        """Since when a look is under way."""

    @property
    def fault(self) -> Fault | None:
        """What is wrong with it now; None while it is well. Before the first look nobody knows."""
        if self.found or monotonic() - self.well < LASTS:
            return self.found
        unseen = self.well == -inf and (self.begun is None or monotonic() - self.begun < LASTS)
        return Fault.STARTING if unseen else self.silent

    @property
    def hangs(self) -> bool:
        """Whether a look is under way that takes long."""
        return self.since is not None and monotonic() - self.since > SLOW

    async def run(self) -> None:
        """Look for ever. The log says when a fault begins and when it ends."""
        pause = SOON
        while True:
            self.since = begun = monotonic()
            self.begun = self.begun or begun
            before, why = self.found, ""
            try:
                seen = await self.look()
            except Faulty as faulty:
                self.found = faulty.fault
            except Exception as error:  # noqa: BLE001  whatever a client or a database raises: it is not well
                self.found, why = self.fails, type(error).__name__
            else:
                self.found, self.well = None, begun if seen is None else seen
            self.since = None
            if self.found and self.found is not before:
                logger.warning("a part of this process is not well", part=self.what, fault=self.found.value, error=why)
            if before and not self.found:
                logger.info("it is well again", part=self.what)
            await asyncio.sleep(pause if self.found else EVERY - (begun - self.well))  # the older what is known, the sooner
            pause = min(pause * 2, EVERY) if self.found else SOON


class Health:
    """The watches over the parts of a process, and what they mean for each instance."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.logs = {instance.me: log for log in running.logs for instance in log.instances}
        self.reading = {
            log: HealthWatch(f"log of {log.instances[0].me}", log.reach, Fault.NOT_READ, Fault.NOT_READ) for log in running.logs
        }
        self.sending = HealthWatch("producer", self._reach, Fault.NOT_SENT, Fault.NOT_SENT)
        self.writing = {
            instance.me: HealthWatch(
                f"database of {instance.me}", _in_writer(instance, Trial(instance).run), Fault.NOT_WRITABLE, Fault.SILENT
            )
            for instance in running.instances
        }
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to look."""
        watches = [*self.reading.values(), self.sending, *self.writing.values()]
        self.tasks = [kept(watch.what, watch.run) for watch in watches]

    async def stop(self) -> None:
        """Look no more."""
        await end(*self.tasks)

    def faults(self, instance: Instance) -> tuple[Fault, ...]:
        """All that keeps an instance from its work at this moment; nothing where it is ready."""
        log = self.logs[instance.me]
        parts = (self.reading[log].fault, log.fault, self.sending.fault, *(relay.fault for relay in self._relays(instance)))
        aside = [courier.fault for courier in self.running.couriers if courier.instance is instance]
        untended = Fault.NOT_TENDED if log.untended(instance) else None
        found = (*_own(instance), *parts, self.writing[instance.me].fault, untended, *aside)
        return tuple(dict.fromkeys(fault for fault in found if fault))

    def hangs(self, instance: Instance) -> bool:
        """Whether the database of an instance does not answer at all, so that whoever asks it waits."""
        return self.writing[instance.me].hangs

    def _relays(self, instance: Instance) -> Sequence[Rounds]:
        return [relay for relay in self.running.relays if relay.instance is instance]

    async def _reach(self) -> None:
        """The connection that sends. One that failed is made anew, unless a relay is waiting for it: that does so itself."""
        producer = self.running.producer
        try:
            async with asyncio.timeout(LASTS):
                await producer.reach()
        except Exception:
            if all(relay.since is None for relay in self.running.relays if relay.producer is producer):
                await producer.close()
            raise


def _in_writer(instance: Instance, job: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await asyncio.get_running_loop().run_in_executor(instance.worker, job)

    return run


def _own(instance: Instance) -> Sequence[Fault | None]:
    """What an instance knows by itself."""
    sealed = instance.seal
    return (
        None if instance.caught_up else Fault.CATCHING_UP,
        Fault.FENCED if instance.fence else None,
        Fault.KEYS_LACKING if sealed and not sealed.ready else None,
        Fault.DIRECTORY_ENDED if sealed and sealed.listing.standing() is DirectoryStanding.DEAD else None,
    )
