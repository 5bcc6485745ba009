"""An instance of the simulation: the real instance on a real file, the real relay, and how far its consumer has fetched."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session, col, select

from deploy.proving.simulation.bus import Topic
from deploy.proving.simulation.land import SERVICES, START
from deploy.proving.simulation.network import Link, SimulatedNetwork
from deploy.proving.simulation.rules import Rules
from shared.config.country import Country
from shared.crypto.keystore import Keystore
from shared.messaging.figures_relay import FiguresRelay
from shared.messaging.relay import Relay
from shared.processing.instance import Instance
from shared.processing.service import Service
from shared.records.sealer import Sealer
from shared.store.database import engine_for, migrate
from shared.store.positions import AnotherLog
from shared.store.tables import CaseView, Parked


class Here(ThreadPoolExecutor):
    """The writer thread is this one: what is handed to it happens now."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Do it."""
        done = Future[Any]()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  as a thread would hand it on
            done.set_exception(error)
        return done


@dataclass
class Hand:
    """A clock whose hand the simulation moves."""

    at: int = START

    def now(self) -> tuple[int, bool]:
        """What the hand says."""
        return self.at, False


@dataclass
class Post:
    """One instance."""

    me: str
    path: Path
    service: Service
    clock: Hand
    instance: Instance
    relay: Relay
    figures: FiguresRelay
    cursor: dict[int, int] = field(default_factory=dict[int, int])
    ends: dict[int, int] = field(default_factory=dict[int, int])
    """Where the log ended when it started: until then it catches up."""
    backups: list[Path] = field(default_factory=list[Path])
    sending: "asyncio.Task[None] | None" = None

    @classmethod
    def opened(
        cls, me: str, path: Path, service: Service, clock: Hand, network: SimulatedNetwork, topic: Topic, rules: Rules, seal: Sealer | None,
        protocol: int, country: Country,
    ) -> "Post":  # fmt: skip
        """An instance starts on its file."""
        keys = Keystore(me, path.parent / "keystore", path.parent / "keys") if seal else None
        said: dict[str, Any] = {"seal": seal, "keystore": keys, "protocol": protocol}
        instance = rules.instance(service, me.partition(".")[2], country, f"sqlite:///{path}", clock, Here(1), **said)
        rules.put_in(instance)
        instance.positions.kept_at = instance.outgoing.waits = inf  # no real time: a step says when positions are kept, cover comes
        line: Any = Link(me, network)
        post = cls(me, path, service, clock, instance, Relay(instance, line), FiguresRelay(instance, line), ends=topic.ends())
        post.seek(topic)
        post.look()
        return post

    @property
    def idle(self) -> bool:
        """Whether the relay has no round under way."""
        return self.sending is None or self.sending.done()

    @property
    def resting(self) -> bool:
        """Whether it has nothing to send and nothing to try again."""
        return self.idle and not (len(self.instance.outgoing) or self.instance.batches or self.instance.parked)

    def cases(self) -> list[str]:
        """The cases that it has a picture of, in one order."""
        with Session(self.instance.reader) as session:
            return sorted(session.exec(select(CaseView.case)))

    def abreast(self, topic: Topic) -> bool:
        """Whether it has read all that lies on the log."""
        return all(self.instance.positions.next(p) == end for p, end in topic.ends().items())

    def state(self) -> tuple[Any, ...]:
        """What changes while it goes on: where it has read to, what it has to send, what it cannot apply."""
        instance = self.instance
        waiting = tuple(row.key for case in instance.outgoing.cases() for row in instance.outgoing.of(case))
        return tuple(self.cursor.items()), waiting, len(instance.batches), frozenset(instance.parked), instance.caught_up, instance.fence

    def restless(self, topic: Topic) -> Iterator[str]:
        """What keeps it from resting, a sentence each."""
        instance = self.instance
        with Session(instance.engine) as session:
            for case in sorted(instance.parked):
                first = session.exec(select(Parked).where(Parked.case == case).order_by(col(Parked.place))).first()
                what = f"its {first.type} at place {first.place}: {first.code}" if first else "no record of it"
                yield f"{self.me} has parked case {case[:8]}, {what}"
        for case in instance.outgoing.cases():
            row = instance.outgoing.of(case)[0]
            awaits = ", and waits for its checkpoint" if case in instance.outgoing.awaiting else ""
            yield f"{self.me} has a {row.type} ({row.key[:8]}) of case {case[:8]} to send{awaits}"
        if instance.batches:
            yield f"{self.me} has {len(instance.batches)} batches of statistical records to send"
        if not self.abreast(topic):
            yield f"{self.me} has not read all that lies on the log"

    def seek(self, topic: Topic) -> None:
        """Read on from the last record known, as the log's reader does."""
        try:
            self.cursor = self.instance.positions.seeks(topic.bounds())
        except AnotherLog:
            self.instance.fence_off("the log is not the one this instance knows")

    def look(self) -> None:
        """Whether it has caught up with what lay on the log at its start."""
        if all(self.instance.positions.next(p) >= end for p, end in self.ends.items()):
            self.instance.catches_up()

    def poll(self, topic: Topic, limit: int) -> None:
        """The consumer gives what it fetches next, of all partitions."""
        if self.instance.fence:
            return
        found: list[Any] = []
        for partition, opened in enumerate(topic.opened):
            batch = opened[self.cursor[partition] : self.cursor[partition] + limit]
            self.cursor[partition] += len(batch)
            found += batch
        if found and not self.instance.take(found):
            self.seek(topic)
        self.look()

    def send(self) -> None:
        """The relay begins a round, where none is under way."""
        if self.idle and self.instance.caught_up and not self.instance.fence and (len(self.instance.outgoing) or self.instance.batches):
            self.sending = asyncio.get_running_loop().create_task(self._round())

    async def _round(self) -> None:
        """Both of what it sends; the round ends when all of it was answered. One that failed is no news: its rows are back."""
        await asyncio.gather(self.relay.send(), self.figures.send(), return_exceptions=True)

    def die(self) -> None:
        """kill -9: what is committed is in the file, all else is gone. What is under way is under way."""
        if self.sending:
            self.sending.cancel()
        self.instance.engine.dispose()

    def back_up(self, path: Path) -> None:
        """A copy of the database while it is in use; the last three are kept."""
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
        self.backups = [*self.backups[-2:], path]

    def own_keys(self) -> set[str]:
        """Every decision that the file knows as made here."""
        made = "select key from outbox union select key from journal where author = ?"
        with closing(sqlite3.connect(self.path)) as raw:
            return {key for (key,) in raw.execute(made, (self.me,))}


def template(service: Service, folder: Path) -> Path:
    """A migrated database of this service, to copy."""
    path = folder / f"{service.name}.template"
    if not path.exists():
        engine = engine_for(f"sqlite:///{path}")
        migrate(engine, service.migrations)
        engine.dispose()
    return path


def new_file(me: str, random: Random, folder: Path, path: Path) -> Path:
    """The first database of an instance; its secret, and all ids with it, come from the seed."""
    shutil.copy(template(SERVICES[me.partition(".")[0]], folder), path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("insert into instancemetadata (id, secret) values (1, ?)", (random.randbytes(32).hex(),))
        raw.commit()
    return path
