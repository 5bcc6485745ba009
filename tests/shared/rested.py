"""An intake and the lead, on either kind of database and with their keystores: what lies on the disk, byte for byte."""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from time import time
from typing import Any
from uuid import uuid4

import psycopg
from sqlmodel import Session

from deploy.databases import Postgres
from services.intake.queries.reports import note
from shared.casework.profile import Profile
from shared.crypto.keystore import Keystore
from shared.privacy.erasure_requests import ErasureRequest, HoldDecision, place_hold, request_erasure, request_release
from shared.processing.instance import Instance
from shared.processing.service import Service
from tests.databases import migrated
from tests.shared.bus import START, SimulatedRecord, Topic
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, SERVICES, Hand, database, report, settle


@dataclass
class Canaries:
    """What nobody may find: words that are nowhere else."""

    tag: str = field(default_factory=lambda: uuid4().hex[:8])

    @property
    def told(self) -> dict[str, Any]:
        """As answers of a report."""
        return {"age_printed": f"Age{self.tag}", "nationality": f"Natio{self.tag}", "forms_printed": f"Forms{self.tag}", "note": self.note}

    @property
    def note(self) -> str:
        return f"seen behind the station, Canary{self.tag}"

    def found(self, data: bytes) -> bool:
        return self.tag.encode() in data


@dataclass
class Land:
    """Doors of one test; opened again under the same name, on the same database and keystore."""

    folder: Path
    templates: Path
    postgres: Postgres | None
    keyed: bool = True
    tag: str = field(default_factory=lambda: uuid4().hex[:8])
    began: float = field(default_factory=time)
    topic: Topic = field(default_factory=Topic)
    clock: Hand = field(default_factory=Hand)
    instances: dict[str, Instance] = field(default_factory=dict[str, Instance])

    def store(self, me: str) -> Keystore | None:
        return Keystore(me, self.folder / "keystore", self.folder / "keys") if self.keyed else None

    def url(self, me: str) -> str:
        service = SERVICES[me.partition(".")[0]]
        if self.postgres:
            return migrated(self.postgres, service.name, f"{me}.{self.tag}")
        path = self.folder / f"{me}.db"
        return f"sqlite:///{path if path.exists() else database(self.folder, self.templates, service, me)}"

    def open(self, me: str, url: str = "", **changed: Any) -> Instance:
        if me in self.instances:
            self.instances.pop(me).close()
        name, _, agency = me.partition(".")
        service: Service = replace(SERVICES[name], **changed)
        instance = Instance(service, agency, COUNTRY, url or self.url(me), self.clock, keystore=self.store(me))
        instance.catches_up()
        self.instances[me] = instance
        return instance

    def __getitem__(self, me: str) -> Instance:
        return self.instances.get(me) or self.open(me)

    def settle(self) -> None:
        settle(self.topic, *self.instances.values())

    def disk(self, me: str) -> bytes:
        """The database and its write-ahead log, as they lie there.

        Tests share a PostgreSQL server and so its log: look only for what this test alone has written, a tag of its own, and in what of
        the log was written since it began; a server that has run for long has a gigabyte of it.
        """
        if self.postgres is None:
            return b"".join(file.read_bytes() for file in sorted(self.folder.glob(f"{me}.db*")))
        with psycopg.connect(self.url(me).replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
            assert row
        heap = self.postgres.data / "base" / str(row[0])
        log = _log(self.postgres.data / "pg_wal", self.began - 1)
        assert log, "what was decided is in it"
        return b"".join(file.read_bytes() for file in sorted(heap.iterdir())) + log

    def close(self) -> None:
        for instance in self.instances.values():
            instance.close()

    def after(self, play: Callable[..., str], *said: Any) -> str:
        """Once this was played here (`play(land, *said)`, which gives a case): on files, where nothing has happened yet, on a copy of what
        was played once for all tests of this process."""
        if self.postgres or self.instances or self.topic.all():
            return play(self, *said)
        files, log, open_ones, case = _played(self.templates, self.keyed, play, said)
        shutil.copytree(files, self.folder, dirs_exist_ok=True)
        for record in log:
            self.topic.land(record.key, record.value, record.timestamp, record.partition)
        for me in open_ones:
            self.open(me)
        return case


@cache
def _played(
    templates: Path, keyed: bool, play: Callable[..., str], said: tuple[Any, ...]
) -> tuple[Path, Sequence[SimulatedRecord], Sequence[str], str]:
    """Files, log, the instances that were opened, and the case."""
    files = Path(tempfile.mkdtemp(prefix="nrm-rested-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    land = Land(files, templates, None, keyed)
    case = play(land, *said)
    assert land.clock.at == START, "who goes on from here stands at the beginning"
    land.close()
    return files, land.topic.all(), tuple(land.instances), case


def _log(folder: Path, since: float) -> bytes:
    """What was written of it since; what the server has renamed meanwhile, to write it over later, is looked for again."""
    while True:
        with suppress(FileNotFoundError), os.scandir(folder) as found:
            return b"".join(Path(file).read_bytes() for file in found if file.is_file() and file.stat().st_mtime > since)


def told(land: Land, canaries: Canaries, form: str = "f1") -> str:
    """A case with canaries, known to intake and lead."""
    assert land[LEAD_ME].agency
    case = report(land[INTAKE_ME], form, **canaries.told)
    land.settle()
    return case


def profile_of(instance: Instance, case: str) -> Profile:
    return asyncio.run(instance.ask(lambda reader: reader.profile(case)))


def note_of(instance: Instance, case: str) -> str:
    return asyncio.run(instance.ask(lambda reader: note(reader, case)))


REASON = "the court has said so"


def erase(instance: Instance, case: str, officer: str = "o1") -> None:
    """Somebody asks for it from outside, and the instance acts."""
    _outside(instance, lambda session: request_erasure(session, case, ErasureRequest(officer, REASON, START)))


def hold(instance: Instance, case: str) -> None:
    """Somebody holds a case from outside, and the instance acts."""
    _outside(instance, lambda session: place_hold(session, case, HoldDecision("o1", REASON, START)))


def release(instance: Instance, case: str) -> None:
    """Somebody asks from outside to end a hold, and the instance acts."""
    _outside(instance, lambda session: request_release(session, case, HoldDecision("o1", REASON, START)))


def _outside(instance: Instance, asks: Callable[[Session], None]) -> None:
    with Session(instance.engine) as session, session.begin():
        asks(session)
    instance.idle(clocks=False)


Opened = Callable[..., Instance]
