"""The agencies as processes, one each, started as `./nrm serve` starts one; they end with us, however we end."""

import asyncio
import os
import shlex
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx2

from deploy.brokers.ports import Ports, free
from deploy.demo.folder import Folder
from deploy.demo.loopback import NO_CERTIFICATES
from deploy.demo.process import ROOT, STOP_SECONDS, Process
from deploy.process.forked import Program
from deploy.terminal_language import translate
from deploy.trouble import Trouble
from shared.config.attempts import poll_until_async
from shared.config.country import Country
from shared.config.kafka import Bus

T = TypeVar("T")
READY_SECONDS = 120
PAUSE = 0.5
"""Seconds between looks at who still runs."""
TRIES = 5
"""So often other ports are tried where somebody takes one before its agency has it."""
UNSEALED: Mapping[str, str] = {"NRM_SEALED": "false"}
__all__ = ["PAUSE", "READY_SECONDS", "ROOT", "STOP_SECONDS", "UNSEALED", "Fleet", "Mortal", "Process", "nrm_here"]


class Mortal(Protocol):
    """What can end by itself: a broker."""

    @property
    def died(self) -> str:
        """How, and its last lines; empty while it runs."""
        ...


class PortTaken(Exception):
    """Somebody else listens at the port that an agency was to have."""


def nrm_here() -> str:
    """How `./nrm` is called from the folder that we are in."""
    return "./nrm" if Path.cwd() == ROOT else str(ROOT / "nrm")


class Fleet:
    """All agencies of a country on one bus."""

    def __init__(
        self, country: Country, file: Path, folder: Folder, bus: Bus, first_port: int, say: Callable[[str], None],
        sealing: Mapping[str, str] = UNSEALED, broker: Mortal | None = None,
    ) -> None:  # fmt: skip
        """`sealing` are the settings by which the processes seal what they say; `broker` is watched with them, where it is ours."""
        self.country, self.file, self.folder, self.bus, self.say, self.sealing = country, file, folder, bus, say, sealing
        self.broker, self.first_port, self.ports = broker, first_port, Ports()
        self.client = httpx2.Client(timeout=5, verify=NO_CERTIFICATES)
        listed = zip(country.agencies, self._ports(), strict=True)
        self.processes = {agency.id: Process(agency, port, folder.logs / f"{agency.id}.log") for agency, port in listed}

    def _ports(self) -> Iterator[int]:
        wanted = self.first_port
        for _ in self.country.agencies:
            port = self.ports.take(wanted)
            for taken in range(wanted, port):
                self.say(translate("port %(port)s is taken, taking the next", port=taken))
            yield port
            wanted = port + 1

    @property
    def operators(self) -> str:
        """The address of the operators' process, where finished spans go; empty where the country has none."""
        found = (p.url for p in self.processes.values() if p.agency.kind == "coordinator" and "reporting" in p.agency.services)
        return next(found, "")

    def start(self, ready: Callable[[Process], None] = lambda _: None) -> None:
        """Start all, a few at a time because importing is what costs, and wait until each has caught up.

        Raises Trouble as soon as one of them, or the broker, has ended.
        """
        for tried in range(1, TRIES + 1):
            try:
                self._start(ready)
            except PortTaken as taken:
                if tried == TRIES:
                    raise Trouble(translate("%(taken)s; name other ports with --port.", taken=taken)) from None
                self.say(translate("%(taken)s, so all start at others", taken=taken))
                self._move()
            else:
                return

    def _move(self) -> None:
        """Other ports for all: each has the operators' in its settings."""
        for process in self.processes.values():
            process.leave()
        for process in self.processes.values():
            process.stop()
        self.ports.release()
        for process, port in zip(self.processes.values(), self._ports(), strict=True):
            process.port = port

    def _start(self, ready: Callable[[Process], None]) -> None:
        waiting = sorted(self.processes.values(), key=lambda p: p.agency.id != self.country.lead)
        starting: list[Process] = []
        until = time.monotonic() + READY_SECONDS
        while waiting or starting:
            while waiting and len(starting) < max(2, os.cpu_count() or 2):
                starting.append(waiting.pop(0))
                self.launch(starting[-1])
            for process in [p for p in starting if self.is_ready(p)]:
                starting.remove(process)
                ready(process)
                until = time.monotonic() + READY_SECONDS
            self.look()
            if starting and time.monotonic() > until:
                late = starting[0]
                raise Trouble(
                    "%(agency)s was not ready within %(ready_seconds)s s; see %(log)s, or begin anew with --reset.",
                    agency=late.agency.id,
                    ready_seconds=READY_SECONDS,
                    log=late.log,
                )
            time.sleep(0.2)

    def launch(self, process: Process) -> None:
        """Start one, without waiting."""
        process.launch(self.program(process), self.settings_of(process.agency.id))

    def program(self, process: Process) -> Program:
        """What one agency's process runs: the product's own."""
        return Program("deploy.cli", tuple(self._serve(process)))

    def settings_of(self, agency: str) -> dict[str, str]:
        """The NRM_* variables of one agency's process: here the same bus for all."""
        return self.bus.environment | dict(self.sealing)

    def _serve(self, process: Process) -> list[str]:
        return [
            "serve", "--agency", process.agency.id, "--bus", self.settings_of(process.agency.id)["NRM_BUS"], "--country", str(self.file),
            "--data", str(self.folder.agencies),
            "--port", str(process.port), "--clock", f"file:{self.folder.clock.path}", "--operators", self.operators,
        ]  # fmt: skip

    def by_hand(self, process: Process) -> str:
        """The command that starts one agency again, from the folder that this command was called in."""
        settings = self.settings_of(process.agency.id)
        told = {"--tls": settings.get("NRM_TLS"), "--root": settings.get("NRM_ROOT"), "--keys": settings.get("NRM_KEYS")}
        unsealed = "NRM_SEALED=false " if settings.get("NRM_SEALED") == "false" else ""
        options = [str(word) for pair in told.items() if pair[1] for word in pair]
        return unsealed + shlex.join([nrm_here(), *self._serve(process), *options])

    def is_ready(self, process: Process) -> bool:
        """Whether it answers, it and nobody else, has read the log to its end, reaches the bus and can write."""
        try:
            return process.listening and self.client.get(f"{process.url}/health").status_code == 200
        except httpx2.HTTPError:
            return False

    def look(self) -> None:
        """Raises Trouble where one of them, or the broker, has ended by itself; PortTaken where that is for want of its port."""
        if self.broker is not None and self.broker.died:
            raise Trouble(
                "%(died)s\nNothing goes on without it, so the others are stopped. Mend that and start again.", died=self.broker.died
            )
        for process in self.processes.values():
            if not process.died:
                continue
            if not free(process.port):
                taken = {"port": process.port, "agency": process.agency.id}
                raise PortTaken(translate("port %(port)s of %(agency)s was taken by somebody else meanwhile", **taken))
            raise Trouble("%(died)s\nAll are needed here, so the others are stopped. Mend that and start again.", died=process.died)

    async def all_along(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this while all of them run. Raises Trouble as soon as one of them, or the broker, has ended by itself."""
        doing = asyncio.create_task(work)
        try:
            while not doing.done():
                await asyncio.wait({doing}, timeout=PAUSE)
                self.look()
            if doing.exception() is not None:
                await asyncio.sleep(PAUSE)  # whose end may be the reason, and is not known yet
                self.look()
            return doing.result()
        except PortTaken as taken:
            raise Trouble("%(taken)s.", taken=taken) from None
        finally:
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)

    async def leave(self, agency: str) -> None:
        """End one in order; the others go on."""
        await asyncio.to_thread(self.processes[agency].stop)

    async def come_back(self, agency: str) -> None:
        """Start it again, and wait until it has read what it missed. Raises Trouble."""
        process = self.processes[agency]
        await asyncio.to_thread(self.launch, process)

        async def ready() -> bool:
            return await asyncio.to_thread(self.is_ready, process)

        def late() -> Trouble:
            return Trouble(
                "%(agency)s was not ready again within %(ready_seconds)s s; see %(log)s.",
                agency=agency,
                ready_seconds=READY_SECONDS,
                log=process.log,
            )

        await poll_until_async(ready, READY_SECONDS, 0.1, late)

    def stop(self) -> None:
        """End all in order; it is safe to call twice."""
        for process in self.processes.values():
            process.leave()
        for process in self.processes.values():
            process.stop()
            process.guard = None
        self.client.close()
        self.ports.release()
