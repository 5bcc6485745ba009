"""Agencies that serve their pages in threads of the test, each with its own loop, database and port."""

import socket
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import uvicorn

from deploy.directory.ceremony import Ceremony
from deploy.process.composition import service
from deploy.process.country_file import country_of
from deploy.process.serve import application
from shared.config.settings import Settings
from shared.crypto.directory import issue
from shared.crypto.directory_state import beside
from shared.crypto.protocols_read import state
from tests.shared import network
from tests.shared.land import database, templates

PATIENCE = 60.0


class Agency:
    """One agency's process, as a thread."""

    def __init__(
        self, id: str, bus: str, data: Path, country: Path = Path("serbia"), clock: str = "wall", sealing: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """`sealing` are the settings of keys and directory, and others; without them those are made in the folder."""
        self.id = id
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        _migrated(data, id, country)
        more = sealed(data, country, id) if sealing is None else sealing
        settings = Settings(agency=id, bus=bus, country=country, data=data, port=self.port, clock=clock, **more)
        self.app = application(settings)
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
        self.thread = Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, name=id)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.thread.start()

    def await_ready(self) -> None:
        until(lambda: network.get(f"{self.url}/health").status_code == 200, f"{self.id} is ready")

    def leave(self) -> None:
        """Ask it to end, without waiting."""
        self.server.should_exit = True

    def stop(self) -> None:
        self.leave()
        self.thread.join()
        self.socket.close()


def _migrated(data: Path, agency: str, country: Path) -> None:
    """Databases as a start would make them, copied: a tenth of a second of processor time for each."""
    for name in country_of(country).agency(agency).services:
        if not (data / f"{name}.{agency}.db").exists():
            database(data, templates(), service(name), f"{name}.{agency}")


def sealed(data: Path, country: Path, agency: str) -> dict[str, Any]:
    """The settings of an agency whose keys and directory were made here: the same for all who share a folder."""
    ceremony = Ceremony(data / "coordinator", data / "keys", country_of(country))
    data.mkdir(parents=True, exist_ok=True)
    known, directory = data / f"directory.{agency}.json", ceremony.directory()
    known.write_bytes(issue(directory, ceremony.root))
    beside(known).write_bytes(state(directory, ceremony.root))
    return {"root": ceremony.environment["NRM_ROOT"], "keys": ceremony.keys}


def until(condition, what: str) -> None:
    """Waits for a condition; a test fails that waited too long. A look at a page costs more than what it waits for, so looks grow rarer."""
    end, pause = monotonic() + PATIENCE, 0.05
    while not condition():
        assert monotonic() < end, f"still not: {what}"
        sleep(pause)
        pause = min(pause * 1.5, 0.3)
