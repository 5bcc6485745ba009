"""One small history for all tests of reporting, and a way to serve an application on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
import uvicorn
from fastapi import FastAPI

from services.reporting.app import SERVICE
from shared.runtime.door import Transactions
from shared.runtime.office import office
from tests.reporting.life import Life, live, reporting_door, settings


class Serving(uvicorn.Server):
    """A server in a thread that says when it listens."""

    def __init__(self, app: FastAPI, port: int = 0) -> None:
        super().__init__(uvicorn.Config(app, port=port, lifespan="off", log_config=None, ws="none"))
        self.listening = Event()

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[str]:
    server = Serving(app, port)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    assert server.listening.wait(30)
    try:
        yield server.address
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Life, list[str]]]:
    """Four cases, told once; tests read it and do not change it."""
    life = Life(tmp_path_factory.mktemp("life"), tmp_path_factory.mktemp("templates"))
    cases = live(life)
    yield life, cases
    life.close()


@pytest.fixture
def operators(tmp_path: Path, lived: tuple[Life, list[str]]) -> Iterator[tuple[FastAPI, Transactions]]:
    """The operators' application and its door."""
    door = reporting_door(tmp_path, "rs-koord", lived[0].clock)
    yield office(settings(tmp_path, "rs-koord"), [SERVICE], [door]), door
    door.close()
