"""The country while it is played: its instances, the log, what is under way, and what people were promised."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from deploy.proving.land_keys import to_be_upgraded
from deploy.proving.simulation.bus import Topic
from deploy.proving.simulation.coverage import pair, situations
from deploy.proving.simulation.land import (
    BESIDE_IT,
    COUNTRY,
    EVERYBODY,
    LEAD,
    OTHER_LEAD,
    PARTITIONS,
    REPORTERS,
    SERVICES,
    SHELTER,
    SHELTERED,
    START,
    with_two_desks,
)
from deploy.proving.simulation.network import SimulatedNetwork
from deploy.proving.simulation.papers import SimulatedPapers
from deploy.proving.simulation.post import Hand, Post, new_file
from deploy.proving.simulation.rules import Rules
from shared.casework.support import AskSupport
from shared.decisions.decide import Receipt, UseCase
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.retry import ask_retry
from shared.protocol.versions import FIRST, NEWEST, PROTOCOLS
from shared.records.sealer import Sealer

STILL_ROUNDS = 20
"""Rounds in which nothing moves any more, after which what keeps a country from resting is there to stay."""
MIXED = (12, 13)
"""Seeds, of each sixteen, of worlds that have cases of both protocols."""
HOP = 6
"""Turns of the event loop after which whoever could go on has done so: nothing here waits for real time."""


WITH_A_SHELTER = 5_000_000
"""The first seed whose history may have a shelter: histories of smaller ones stay as they were, since some of them failed once."""


WITH_DOCUMENTS = 6_000_000
"""The same for documents, under the second protocol."""


WITH_TWO_DESKS = 7_000_000
"""The same for two agencies that can lead a case. Some of these have documents, and some a shelter."""


WITH_SUPPORT = 8_000_000
"""The same for rides, rooms and interpreters that are asked for, under the second protocol."""


def with_documents(seed: int) -> bool:
    """Whether documents are attached in the history of this seed."""
    return seed >= WITH_DOCUMENTS and (seed < WITH_TWO_DESKS or seed // 16 % 4 == 1)


class Killed(BaseException):
    """The process died here."""


@dataclass
class SentForm:
    """What somebody sent."""

    me: str
    use_case: UseCase
    command: Any
    id: str


class World:
    """The simulated country."""

    def __init__(self, seed: int, folder: Path, templates: Path, rules: Rules | None = None) -> None:
        """Every second world seals its records; one whose rules are tampered with does not. Two in four open their cases under the first
        protocol; two in sixteen begin with one instance that reads no other until it is upgraded (`behind`), and have cases of both. From
        `WITH_A_SHELTER` on, those that seal under the second have a confidential agency; from `WITH_DOCUMENTS` on all of the second
        have documents. From `WITH_TWO_DESKS` on two agencies can lead; from `WITH_SUPPORT` on support is asked for."""
        self.protocol, self.mixing = PROTOCOLS[seed // 2 % len(PROTOCOLS)], Random(f"both {seed}")  # noqa: S311
        sealed, self.mixed = bool(seed % 2) and rules is None, rules is None and seed % 16 in MIXED
        self.sheltered = sealed and self.protocol > 1 and seed >= WITH_A_SHELTER
        self.two_desks, self.support = seed >= WITH_TWO_DESKS, seed >= WITH_SUPPORT
        self.sheltered = self.sheltered and (not self.two_desks or seed // 16 % 4 == 0)
        self.country = SHELTERED if self.sheltered else COUNTRY
        self.country = with_two_desks(self.country) if self.two_desks else self.country
        self.everybody = (*EVERYBODY, *((SHELTER,) if self.sheltered else ()), *((OTHER_LEAD, BESIDE_IT) if self.two_desks else ()))
        self.behind = self.mixing.choice(EVERYBODY if sealed else REPORTERS) if self.mixed else ""
        made, self.say_upgraded = to_be_upgraded(self.country, self.behind) if sealed else ({}, None)
        self.seals: Mapping[str, Sealer] = made
        self.random, self.rules = Random(seed), rules or Rules()  # noqa: S311  a story, not a secret
        self.folder, self.files = folder, 0
        self.papers = SimulatedPapers(seed, folder, self.rules.courier) if with_documents(seed) and self.protocol > 1 else None
        self.topic, self.at = Topic(PARTITIONS), START
        self.network = SimulatedNetwork(self.topic)
        self.sick, self.dying = set[str](), set[str]()
        self.forms, self.cases, self.forged = list[SentForm](), list[str](), 0
        self.promised, self.undone = dict[str, str](), set[str]()
        self.seen = Counter[str]()
        """What happened, by name: to see that a story was not tame."""
        self.met = Counter[str]()
        """Which fault met an instance in which situation (`coverage`)."""
        self.services = {name: replace(s, project=self._ailing(s.project)) for name, s in SERVICES.items()}
        self.posts: dict[str, Post] = {}
        for me in self.everybody:
            self.open(me, new_file(me, self.random, templates, self.file(me)))

    def _ailing(self, project: Callable[..., None]) -> Callable[..., None]:
        """The service's projection, which fails where the instance is sick, and dies with it in the middle of a transaction."""

        def ailing(work: Any, change: Any) -> None:
            if work.instance.me in self.dying:
                raise Killed
            if work.instance.me in self.sick:
                raise ArithmeticError
            project(work, change)

        return ailing

    def file(self, me: str) -> Path:
        """A name for a new file."""
        self.files += 1
        return self.folder / f"{me}-{self.files}.db"

    def open(self, me: str, path: Path) -> None:
        """An instance starts."""
        old = self.posts.get(me)
        clock = old.clock if old else None
        post = Post.opened(
            me, path, self.services[me.partition(".")[0]], clock or self.new_clock(), self.network, self.topic, self.rules,
            self.seals.get(me), FIRST if me == self.behind else NEWEST if self.mixed else self.protocol, self.country,
        )  # fmt: skip
        post.backups = old.backups if old else []
        if self.papers:
            self.papers.begin(post.instance)
        self.posts[me] = post

    def new_clock(self) -> Hand:
        """A clock that goes about right."""
        return Hand(self.at + self.random.randint(-5_000, 5_000))

    def crash(self, me: str) -> None:
        """The process dies and starts again on its file."""
        post = self.posts[me]
        post.die()
        self.open(me, post.path)

    def lead_of(self, case: str) -> Post:
        """Who leads a case, by its own picture; where that is nobody's just now, who led it first."""
        led = [p for p in self.posts.values() if (view := p.instance.view_of(case)).case and p.me == f"referral.{view.case.lead}"]
        return next((post for post in led if post.me != LEAD), self.posts[LEAD])

    def perhaps_upgraded(self) -> None:
        """Whoever reads the first protocol alone may get the newest release now; its coordinator then says so."""
        me = self.behind if self.mixing.random() < 0.4 else ""
        if me:
            self.behind = ""
            self.crash(me)
            self.seen["upgraded"] += 1
            if self.say_upgraded:
                self.say_upgraded()

    def restore(self, me: str) -> None:
        """A backup, perhaps an old one, is all there is: what was decided since is undone, unless it lies on the log."""
        post = self.posts[me]
        if post.backups:
            known = post.own_keys()
            post.die()
            self.open(me, Path(shutil.copy(self.random.choice(post.backups), self.file(me))))
            self.undone |= known - self.posts[me].own_keys()

    def meet(self, fault: str, post: Post, *, seen: bool = True) -> None:
        """A fault meets an instance, whatever it is in the middle of."""
        self.seen[fault] += seen
        self.met.update(pair(fault, situation) for situation in situations(post.instance))

    def guarded(self, post: Post, act: Callable[[], object]) -> None:
        """Do this at an instance; if it dies of it, it starts again."""
        try:
            act()
        except Killed:
            self.meet("killed in a transaction", post)
            self.dying.discard(post.me)
            self.crash(post.me)

    def say(self, post: Post, use_case: UseCase, command: Any, form: str = "") -> None:
        """A person sends a form to an instance; what the rules forbid now is not decided."""
        if not form:
            form = f"form{len(self.forms)}"
            self.forms.append(SentForm(post.me, use_case, command, form))
        case = getattr(command, "case", None)

        def job(work: UnitOfWork) -> Receipt:
            receipt = post.instance.decide_in(work, use_case, command, form=form, officer="o1", case=case)
            if post.me in self.dying and self.random.random() < 0.5:
                raise Killed
            return receipt

        try:
            receipt = post.instance.transact(job)
        except RuleBroken as broken:
            self.seen[f"not said: {broken.code}"] += 1
            return
        self.seen["said" if not receipt.repeated else "said before"] += 1
        self.seen["support asked for"] += isinstance(command, AskSupport)
        if post.me in self.dying:
            raise Killed  # Stored, and whoever asked saw no answer.
        self.promised |= dict.fromkeys(receipt.keys, post.me)
        if case is None and receipt.case not in self.cases:
            self.cases.append(receipt.case)

    async def turn(self) -> None:
        """Let go on who can."""
        for _ in range(HOP):
            await asyncio.sleep(0)

    # --- quiet --------------------------------------------------------------------------------------------------------------------

    async def rest(self) -> list[str]:
        """Everything is healed, nothing new is decided, all that is under way arrives. Who does not come to rest, and what keeps them."""
        self.sick.clear()
        self.dying.clear()
        still, last = 0, None
        while still < STILL_ROUNDS:
            now = (self.topic.ends(), *(post.state() for post in self.posts.values()))
            still, last = (still + 1, last) if now == last else (0, now)
            before = self.topic.ends()
            busy = [p for p in self.posts.values() if not p.resting or p.me in (LEAD, OTHER_LEAD)]
            for post in busy:
                self._settle(post)
            await self.turn()
            for message in self.network.messages:
                message.acknowledge(self.network.land(message, self.at))
            self.network.messages.clear()
            await self.turn()
            if self.topic.ends() == before and self.quiet():
                for post in self.posts.values():
                    self._settle(post)  # Who had nothing to say reads in one go.
                if self.quiet() and all(p.instance.fence or p.abreast(self.topic) for p in self.posts.values()):
                    for post in self.posts.values():
                        post.instance.idle(clocks=False)  # What the bus has of the statistics is written between polls; receipts are given.
                    if self.quiet():
                        return []
        for post in self.posts.values():
            self._settle(post)  # Only who is kept from it is named as not having read all.
        return [said for post in self.posts.values() if not post.instance.fence for said in post.restless(self.topic)]

    def _settle(self, post: Post) -> None:
        if post.instance.parked:
            post.instance.transact(lambda work: ask_retry(work.session))
            post.instance.idle(clocks=False)
        post.poll(self.topic, 10_000)
        post.send()

    def quiet(self) -> bool:
        """Whether nobody has anything to send, to read or to try again. Who has fenced itself is quiet."""
        return all(p.instance.fence or p.resting for p in self.posts.values())

    async def close(self) -> None:
        """Let go of everything."""
        if self.papers:
            self.papers.close()
        for post in self.posts.values():
            post.die()
        await self.turn()
