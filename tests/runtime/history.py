"""Random histories with real doors on real database files: only Kafka and the network between are the test's. After `relay_sim.py`."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine

from shared.runtime.applying import read
from shared.runtime.codec import complete
from shared.runtime.deciding import RuleBroken
from shared.runtime.draining import ask_retry
from shared.runtime.outgoing import Outgoing
from tests.runtime.bus import Topic
from tests.runtime.deeds import SetMembers, deed, remove
from tests.runtime.land import INTAKE_ME, LEAD_ME, SERVICES, Hand, database, decide, door_at, report
from tests.runtime.posts import Flight, Post, backed_up, crashed, own_keys

MEMBERS = ("assistance.rs-insp", "assistance.rs-pol", "assistance.rs-ngo", "assistance.rs-soc")
EVERYBODY = (INTAKE_ME, LEAD_ME, *MEMBERS)
PARTITIONS = 2
HOUR = 3_600_000
COMPILED: Any = create_engine("sqlite://", hide_parameters=True)
"""Statements compiled once for all doors: each engine would do it anew."""


@dataclass(frozen=True)
class Rules:
    """What a control may switch off, to see that the checks are sharp."""

    outgoing: Callable[[], Outgoing] = Outgoing


class World:
    """The instances, the log, and what is under way between them."""

    def __init__(self, seed: int, folder: Path, templates: Path, rules: Rules | None = None) -> None:
        self.random, self.rules = Random(seed), rules or Rules()
        self.folder, self.files = folder, 0
        self.topic, self.clock, self.flights = Topic(PARTITIONS), Hand(), list[Flight]()
        self.sick: set[str] = set()
        self.undone: set[str] = set()
        self.forms = list[tuple[Callable[..., Any], str, Any, str]]()
        self.services = {name: replace(s, project=self._ailing(s.project)) for name, s in SERVICES.items()}
        self.posts = {me: self._post(me, database(folder, templates, SERVICES[me.partition(".")[0]], me)) for me in EVERYBODY}
        self.cases = [report(self.posts[INTAKE_ME].door, f"report{n}") for n in range(2)]

    def _ailing(self, project: Callable[..., None]) -> Callable[..., None]:
        def ailing(work: Any, change: Any) -> None:
            if work.door.me in self.sick:
                raise ArithmeticError
            project(work, change)

        return ailing

    def _post(self, me: str, path: Path, before: Post | None = None) -> Post:
        door = door_at(path, me, self.clock, self.services[me.partition(".")[0]])
        door.engine.dialect, door.engine._compiled_cache = COMPILED.dialect, COMPILED._compiled_cache  # noqa: SLF001
        if self.rules.outgoing is not Outgoing:
            waiting, door.outgoing = door.outgoing, self.rules.outgoing()
            door.outgoing.add([row for case in waiting.cases() for row in waiting.of(case)])
            door.outgoing.hold(set(door.parked))
        ends = self.topic.ends()
        post = Post(door, path, door.positions.seeks(self.topic.bounds()), ends, before and before.backup, before.keys if before else {})
        door.caught_up = False
        self._look(post)
        return post

    def _look(self, post: Post) -> None:
        post.door.caught_up = post.door.caught_up or all(post.door.positions.next(p) >= end for p, end in post.ends.items())

    def _file(self, me: str) -> Path:
        self.files += 1
        return self.folder / f"{me}-{self.files}"

    # --- the rules ----------------------------------------------------------------------------------------------------------------

    def decide(self, post: Post) -> None:
        """A person does something that the picture suggests, or nearly so."""
        case = self.random.choice(self.cases)
        picture = post.door.transact(lambda work: work.picture(case))
        if picture is None:
            return
        use_case, command = deed(self.random, post.door.me, picture)
        self.say(post, use_case, command, f"form{len(self.forms)}")

    def say(self, post: Post, use_case: Callable[..., Any], command: Any, form: str) -> None:
        """Through the door; what the law forbids now is not said."""
        self.forms.append((use_case, post.door.me, command, form))
        try:
            decide(post.door, use_case, command, form)
        except RuleBroken:
            return

    def again(self, post: Post) -> None:
        """Somebody sends a form once more: a double click, or after a restore."""
        mine = [f for f in self.forms if f[1] == post.door.me]
        if mine:
            use_case, _, command, form = self.random.choice(mine)
            self.say(post, use_case, command, form)

    def take_off(self) -> None:
        """The lead takes somebody off a roster; the reporter too."""
        command = SetMembers(case=self.random.choice(self.cases), without=self.random.choice(MEMBERS).partition(".")[2])
        self.say(self.posts[LEAD_ME], remove, command, f"form{len(self.forms)}")

    def read(self, post: Post, limit: int) -> None:
        """The consumer gives what it fetches next, of all partitions."""
        found: list[Any] = []
        for partition, log in enumerate(self.topic.logs):
            batch = log[post.cursor[partition] : post.cursor[partition] + limit]
            post.cursor[partition] += len(batch)
            found += batch
        if found and not post.door.take(read(found, PARTITIONS)):
            post.cursor = post.door.positions.seeks(self.topic.bounds())
        assert not post.door.fence
        self._look(post)

    def relay(self, post: Post, limit: int) -> None:
        """The relay takes rows; they are under way."""
        for row in post.door.outgoing.take(limit) if post.door.caught_up else ():
            key, value, _ = complete(row, post.door.me, post.door.view_of(row.case).case)
            self.flights.append(Flight(post.door, row, key, value))

    def land(self, flight: Flight, *, heard: bool = True, twice: bool = False) -> None:
        """A message reaches the log; its acknowledgement may not reach the sender."""
        self.flights.remove(flight)
        record = self.topic.land(flight.key, flight.value, self.clock.at)
        if twice:
            self.topic.land(flight.key, flight.value, self.clock.at)
        if heard and not flight.zombie:
            flight.door.outgoing.acknowledged(flight.row, record.partition, record.offset)
        elif not flight.zombie:
            flight.door.outgoing.failed([flight.row])

    def lose(self, flight: Flight) -> None:
        """A message is lost before the broker."""
        self.flights.remove(flight)
        flight.door.outgoing.failed([flight.row])

    def doubt(self, flight: Flight) -> None:
        """A time-out: the row goes again though this copy may land still."""
        flight.zombie = True
        flight.door.outgoing.failed([flight.row])

    def crash(self, me: str) -> None:
        """The process dies and starts again."""
        self.posts[me] = self._post(me, crashed(self.posts[me], self._file(me)), self.posts[me])

    def restore(self, me: str) -> None:
        """The backup is all there is: what was decided since is undone, unless it lies on the log."""
        post = self.posts[me]
        if post.backup is None:
            return
        post.keys |= own_keys(post)
        path = Path(shutil.copy(post.backup, self._file(me)))
        post.door.engine.dispose()
        new = self.posts[me] = self._post(me, path, post)
        self.undone |= set(post.keys) - set(own_keys(new))

    # --- a history ----------------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One thing happens somewhere."""
        chance, me = self.random.random(), self.random.choice(EVERYBODY)
        post, flight = self.posts[me], self.random.choice(self.flights) if self.flights else None
        if chance < 0.30:
            self.read(post, self.random.randint(1, 9))
        elif chance < 0.50:
            self.decide(self.posts[self.random.choice((*MEMBERS, LEAD_ME))])
        elif chance < 0.66:
            full = [p for p in self.posts.values() if len(p.door.outgoing)]
            self.relay(self.random.choice(full or [post]), self.random.randint(1, 3))
        elif chance < 0.86:
            self._network(flight)
        else:
            self._trouble(chance, me, post)

    def _network(self, flight: Flight | None) -> None:
        chance = self.random.random()
        if flight is None:
            return
        if chance < 0.75:
            self.land(flight, heard=chance < 0.6, twice=self.random.random() < 0.1)
        elif not flight.zombie:
            self.lose(flight) if chance < 0.88 else self.doubt(flight)

    def _trouble(self, chance: float, me: str, post: Post) -> None:
        if chance < 0.90:
            self.take_off()
        elif chance < 0.92:
            self.again(post)
        elif chance < 0.935:
            self.clock.at += self.random.randint(0, 30 * HOUR)
            post.door.idle(clocks=True)
        elif chance < 0.95:
            post.cursor = {p: self.random.randint(0, len(log)) for p, log in enumerate(self.topic.logs)}
        elif chance < 0.96:
            self.sick ^= {me}
        elif chance < 0.97:
            self.crash(me)
        elif chance < 0.985:
            post.backup = backed_up(post, self._file(me))
        else:
            self.restore(me)

    def drain(self) -> bool:
        """Nothing new; all that is under way arrives. Whether it came to rest."""
        self.sick.clear()
        for _ in range(200):
            before = self.topic.ends()
            for post in self.posts.values():
                post.door.transact(lambda work: ask_retry(work.session))
                post.door.idle(clocks=False)
                self.read(post, 10_000)
                self.relay(post, 10)
            for flight in list(self.flights):
                self.land(flight)
            if self.topic.ends() == before and not any(len(p.door.outgoing) or p.door.parked for p in self.posts.values()):
                return True
        return False
