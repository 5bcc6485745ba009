"""Agencies that serve their pages in threads of the test, each with its own loop, database and port."""

import socket
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import httpx2
import uvicorn

from deploy.serve import application
from shared.runtime.settings import Settings

PATIENCE = 60.0


class Agency:
    """One agency's process, as a thread."""

    def __init__(self, id: str, bus: str, data: Path, country: Path = Path("serbia"), clock: str = "wall") -> None:
        self.id = id
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        settings = Settings(agency=id, bus=bus, country=country, data=data, port=self.port, clock=clock)
        self.app = application(settings)
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
        self.thread = Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, name=id)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.thread.start()

    def await_ready(self) -> None:
        until(lambda: httpx2.get(f"{self.url}/health").status_code == 200, f"{self.id} is ready")

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.socket.close()


def until(condition, what: str) -> None:
    """Waits for a condition; a test fails that waited too long."""
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end, f"still not: {what}"
        sleep(0.05)
