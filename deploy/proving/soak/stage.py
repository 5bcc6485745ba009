"""The system under test: brokers, databases, lines between, and one process for each agency, all with handles for faults."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from deploy.brokers.ports import Ports
from deploy.brokers.topics import PARTITIONS
from deploy.demo.fleet import Fleet, Process
from deploy.demo.folder import Folder
from deploy.directory.ceremony import Ceremony
from deploy.process.country_file import country_of
from deploy.process.forked import Program, prepare
from deploy.proving.soak import brokers as bus
from deploy.proving.soak.brokers import Brokers, Single, Three
from deploy.proving.soak.databases import Files, Servers, Store
from deploy.proving.soak.disks import SmallDisk
from deploy.proving.soak.network import LineProcess
from shared.protocol.versions import FIRST, NEWEST

COUNTRY = Path("serbia")
SMALL, REAL = "small", "real"
"""One Kafka in the clear with SQLite; three brokers with mutual TLS and access rules, and PostgreSQL."""
FIRST_PORT, PORTS, SLOTS = 20_000, 200, 40
"""Each process that soaks takes its ports from a stretch of its own, below those that the system hands out to clients."""


class SoakStage:
    """Everything that a soak starts, and ends in order."""

    def __init__(self, folder: Folder, parts: str, say: Callable[[str], None], *, disks: bool = True, country: Path = COUNTRY) -> None:
        """`disks`: whether one agency's databases and one broker's log lie on small disks of their own, to be filled."""
        folder.empty()
        folder.make()
        self.folder, self.parts, self.say, self.file, self.country = folder, parts, say, country, country_of(country)
        self.clocks = folder.root / "clocks"
        self.clocks.mkdir(exist_ok=True)
        self.ceremony = Ceremony(folder.coordinator, folder.keys, self.country)
        self.held: set[str] = set()
        """What a fault works on now, `agency:ID`, `broker:N`, `server:N`: no other may touch it."""
        self.collector = ""
        """Where agencies tell their spans besides the operators; empty: as this process' own environment says."""
        self.restarted = 0
        """Processes that ended by themselves and were started again, as a supervisor would."""
        self.small = self.country.agencies[1].id
        """The agency whose databases lie on a disk of their own."""
        self.disks = {"database": SmallDisk(folder.root / "disk-database"), "kafka": SmallDisk(folder.kafka / "broker1")}
        self.has_disks = disks and all(disk.mount() for disk in self.disks.values())
        own = {self.small: self.disks["database"].folder} if self.has_disks else {}
        self.store: Store = Servers(folder.root, own, self.country) if parts == REAL else Files(folder.agencies, own)
        self.brokers: Brokers = Three(folder.kafka) if parts == REAL else Single(folder.kafka)
        self.ports = Ports()
        self.table, port = bus.plan(self.brokers, self.country.agencies, self.ports, FIRST_PORT + os.getpid() % SLOTS * PORTS)
        self.network = LineProcess(self.table, clear=parts == SMALL)
        self.fleet = Agencies(self, port)

    def start(self) -> None:
        """Start all parts and wait until every agency is ready. Raises Trouble."""
        prepare()
        self.say(f"starting {len(self.brokers.nodes)} brokers of Apache Kafka")
        bus.start(self.brokers, self.country.agencies)
        asyncio.run(self.ceremony.hold(self.brokers.admin, PARTITIONS))
        self.network.start()
        self.store.start()
        self.fleet.start()

    def stop_agencies(self) -> None:
        """End the agencies, so that what their databases say stays."""
        self.fleet.stop()

    def stop(self, *, keep: bool) -> None:
        """End everything; small disks keep what lies on them only where it is to be kept."""
        self.fleet.stop()
        self.network.stop()
        self.store.stop()
        bus.stop(self.brokers)
        self.ports.release()
        for disk in self.disks.values():
            disk.unmount(keep=keep)

    def clock_file(self, agency: str) -> Path:
        """Holds by how many seconds an agency's clock is wrong."""
        return self.clocks / agency

    def supervise(self) -> None:
        """Start again what ended by itself; what a fault holds is that fault's business."""
        for process in self.fleet.processes.values():
            if not process.running and f"agency:{process.agency.id}" not in self.held:
                self.restarted += 1
                self.note(process.died or f"{process.agency.id} does not run")
                self.fleet.launch(process)
        for n, node in enumerate(self.brokers.nodes):
            if node.ended and f"broker:{n}" not in self.held:
                self.restarted += 1
                self.note(node.died or f"broker {n} does not run")
                bus.launch(self.brokers, n)

    def lacks(self, needs: str) -> str:
        """Why a fault with these needs cannot be done here; empty where it can."""
        there = {
            "": True, "three brokers": len(self.brokers.nodes) == 3, "PostgreSQL": isinstance(self.store, Servers),
            "small disks": self.has_disks, "lines in the clear": self.parts == SMALL,
        }  # fmt: skip
        said = {"small disks": "this machine lets us mount none (it takes root)"}
        return "" if there[needs] else said.get(needs, f"{self.parts} parts have no {needs}")

    def note(self, line: str) -> None:
        """One line in the run's list of faults: what was broken and mended, and when (UTC)."""
        with (self.folder.root / "faults.log").open("a") as faults:
            faults.write(f"{datetime.now(UTC):%H:%M:%S.%f} {line}\n")

    def process(self, agency: str) -> Process:
        """The process of an agency."""
        return self.fleet.processes[agency]


class Agencies(Fleet):
    """The agencies of a stage: each with its own line to the bus, its databases, and a clock that can go wrong."""

    def __init__(self, stage: SoakStage, port: int) -> None:
        super().__init__(stage.country, stage.file, stage.folder, stage.brokers.admin, port, stage.say, stage.ceremony.environment)
        self.stage = stage
        self.former = {agency.id for agency in stage.country.agencies[::2]}
        """Who opens its cases under the first protocol until it is started again, with the newest release so to say: cases of both run side
        by side."""
        self.started = set[str]()

    def launch(self, process: Process) -> None:
        """Start one, without waiting; who is started again has been upgraded."""
        agency = process.agency.id
        self.former -= {agency} & self.started
        self.started.add(agency)
        super().launch(process)

    def settings_of(self, agency: str) -> dict[str, str]:
        """Its line, its certificate, its databases."""
        line = bus.bus_of(self.stage.brokers, self.stage.table, agency)
        return line.environment | dict(self.sealing) | {
            "NRM_AGENCY": agency, "NRM_COUNTRY": str(self.file), "NRM_DATA": str(self.folder.agencies), "NRM_OPERATORS": self.operators,
            "NRM_DATABASES": self.stage.store.pattern(agency), "NRM_PORT": str(self.processes[agency].port),
            "NRM_PROTOCOL": str(FIRST if agency in self.former else NEWEST),
            **({"OTEL_EXPORTER_OTLP_ENDPOINT": self.stage.collector} if self.stage.collector else {}),
        }  # fmt: skip

    def program(self, process: Process) -> Program:
        """The product, by a clock that is right until a fault writes by how much it is wrong."""
        return Program("deploy.proving.soak.wrong_clock", (str(self.stage.clock_file(process.agency.id)),))
