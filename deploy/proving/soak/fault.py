"""What a fault is: drawn from a seed, it takes hold of something, breaks it for some seconds and mends it."""

import asyncio
import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import Random
from typing import ClassVar

from tenacity import AsyncRetrying, stop_after_delay, wait_fixed

from deploy.proving.soak.load import CasePlayer
from deploy.proving.soak.stage import SoakStage


class InjectedFault(ABC):
    """One fault of a run. Its draw decides target and length, so that the same seed breaks the same things for as long."""

    name: ClassVar[str]
    seconds: ClassVar[tuple[float, float]] = (1, 10)
    """Shortest and longest."""
    needs: ClassVar[str] = ""
    """What the stage must have for it."""

    def __init__(self, stage: SoakStage, load: CasePlayer, draw: Random) -> None:
        self.stage, self.load, self.draw = stage, load, draw
        self.length = draw.uniform(*self.seconds)
        self.target = self._choose()
        self.claims = self._claims()
        """What nobody else may touch meanwhile."""

    @abstractmethod
    def _choose(self) -> str:
        """What it will break, `agency:ID`, `broker:N`, `server:N` or `brokers` for all of them."""

    def _claims(self) -> set[str]:
        brokers = {f"broker:{n}" for n in range(len(self.stage.brokers.nodes))}
        return brokers if self.target == "brokers" else {self.target}

    @property
    def about(self) -> str:
        """The target without its kind."""
        return self.target.partition(":")[2]

    async def run(self) -> None:
        """Break, wait, mend; mended too where the run ends meanwhile."""
        try:
            await self._inject()
            await self._hold()
        finally:
            await asyncio.shield(self._heal())

    async def _hold(self) -> None:
        """How long it lasts."""
        await asyncio.sleep(self.length)

    @abstractmethod
    async def _inject(self) -> None:
        """Break it."""

    @abstractmethod
    async def _heal(self) -> None:
        """Mend it."""

    def an_agency(self) -> str:
        """One of the agencies."""
        return f"agency:{self.draw.choice(self.stage.country.agencies).id}"

    def a_broker(self) -> str:
        """One of the brokers."""
        return f"broker:{self.draw.randrange(len(self.stage.brokers.nodes))}"


def signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal; who has gone meanwhile needs none."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


async def in_time(what: Callable[[], object], seconds: float = 60) -> None:
    """Do this in a thread, again and again until it goes well: what was broken may need a while to be mendable."""
    await AsyncRetrying(stop=stop_after_delay(seconds), wait=wait_fixed(0.5), reraise=True)(asyncio.to_thread, what)
