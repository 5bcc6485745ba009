"""The standing load: many cases at once, decided at the agencies' own addresses, with a note of what each agency has promised."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from deploy.demo.acting import HELD_STATES
from deploy.demo.generated import Maker
from deploy.demo.offices import NothingCame, Offices, RequestRefused
from deploy.demo.play import StoryProgress, Teller
from deploy.proving.soak.stage import SoakStage

CASE_WITHIN = 150.0
"""Seconds for which a case waits before it is given up: longer than any fault."""
POSTERS = 12
STANDING = 24
"""Cases that are left open once somebody holds something, so that there is always something to decide."""
PILE_SECONDS, ASIDE_SECONDS = 600, 5
"""For how long decisions are piled up at most, and for how long one agency's silence is waited for meanwhile."""


@dataclass(frozen=True)
class Promise:
    """A decision that an agency confirmed as stored, and when (seconds of the loop's clock)."""

    instance: str
    at: float


@dataclass
class Noting(Offices):
    """The agencies' pages as the load uses them, with what was promised, and how long each promise took."""

    def __init__(self, stage: SoakStage) -> None:
        super().__init__(lambda agency: stage.process(agency).url, CASE_WITHIN)
        self.promised: dict[str, Promise] = {}
        self.waits: list[float] | None = None
        """Seconds that each command took, while somebody wants to know."""

    async def decide(self, agency: str, path: str, body: dict[str, Any], key: str, officer: str = "") -> tuple[str, list[str]]:
        """As it is; what was answered is noted."""
        start = time.monotonic()
        case, keys = await super().decide(agency, path, body, key, officer)
        if self.waits is not None:
            self.waits.append(time.monotonic() - start)
        instance = f"{path.partition('/')[0]}.{agency}"
        self.promised |= {key: Promise(instance, time.monotonic()) for key in keys}
        return case, keys


@dataclass(frozen=True)
class Piled:
    """What people decided while the bus was away, and the waits for it in seconds."""

    decisions: int
    waits: list[float] = field(default_factory=list[float])

    @property
    def p95(self) -> float:
        """19 of 20 commands took at most so many seconds."""
        return sorted(self.waits)[int(len(self.waits) * 0.95)] if self.waits else 0.0


class CasePlayer:
    """Plays cases until it is stopped."""

    def __init__(self, stage: SoakStage, offices: Noting, seed: int, cases: int = 24, acts: int = 3) -> None:
        """`cases` are played at the same time; after each round each agency that holds something acts so often for the person, more or
        less: events that cost one request each."""
        self.stage, self.offices, self.cases, self.acts = stage, offices, cases, acts
        self.draw, self.maker = Random(seed), Maker(stage.country, seed)  # noqa: S311  a figure, not a secret
        self.teller = Teller(offices, stage.country, seed, strict=False)
        self.seed, self.begun, self.finished, self.given_up = seed, 0, 0, 0
        self.held: dict[str, list[tuple[str, str]]] = {}
        """Open case → (agency, hand-off) of what agencies have taken on."""
        self.standing = set[str]()
        """The cases among them that are played no further."""
        self.piled: list[Piled] = []
        self.forgotten: set[str] = set()
        """Keys of decisions that a restored backup may have forgotten before the bus had them."""

    async def work(self) -> None:
        """Play for ever; to stop it is cancelled, wherever it is."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.cases):
                group.create_task(self._one_after_another())

    async def _one_after_another(self) -> None:
        while True:
            story, self.begun = self.maker.crossing(self.begun), self.begun + 1
            told = StoryProgress(story)
            try:
                await self._tell(told)
                self.finished += 1
            except (NothingCame, RequestRefused):  # Its agency was fenced, or has forgotten it with a restored backup.
                self.given_up += 1
            finally:
                if told.case not in self.standing:
                    self.held.pop(told.case, None)

    async def _tell(self, told: StoryProgress) -> None:
        await self.teller.report(told)
        for hour, steps in told.story.rounds():
            await self.teller.round(told, hour, steps)
            handoffs = told.picture["handoffs"].values()
            self.held[told.case] = [(h["to"], h["id"]) for h in handoffs if h["state"] in HELD_STATES]
            acts = [act for act in self.held[told.case] for _ in range(self.draw.randint((self.acts + 1) // 2, self.acts + self.acts // 2))]
            await asyncio.gather(*(self._act(told.case, *act, f"{hour}-{n}") for n, act in enumerate(acts)))
            if len(self.held[told.case]) > 1 and len(self.standing) < STANDING:
                self.standing.add(told.case)
                return

    async def _act(self, case: str, agency: str, handoff: str, name: str) -> bool:
        body = {"case": case, "handoff": handoff, "action": "interview_held"}
        with suppress(RequestRefused):
            key = f"{self.seed}-{case}-{handoff}-{name}"
            await self.offices.decide(agency, "assistance/take-action", body, key, self.teller.officer(agency))
            return True
        return False

    async def pile_up(self, decisions: int) -> None:
        """Make so many decisions, however many of them wait; how long each took is noted."""
        waits = list[float]()
        self.offices.waits = waits
        done = iter(range(decisions))
        with suppress(TimeoutError):
            async with asyncio.timeout(PILE_SECONDS):
                await asyncio.gather(*(self._post(done) for _ in range(POSTERS)))
        self.offices.waits = None
        self.piled.append(Piled(len(waits), waits))

    async def _post(self, numbers: Iterator[int]) -> None:
        for n in numbers:
            made = False
            while not made:
                with suppress(TimeoutError):  # An agency that another fault has just stopped: ask somebody else.
                    async with asyncio.timeout(ASIDE_SECONDS):
                        made = await self._decide_something(f"piled-{len(self.piled)}-{n}")

    async def _decide_something(self, name: str) -> bool:
        held = [(case, *act) for case, acts in list(self.held.items()) for act in acts]
        return await (self._act(*self.draw.choice(held), name) if held else self._report())

    async def _report(self) -> bool:
        story, self.begun = self.maker.crossing(self.begun), self.begun + 1
        with suppress(RequestRefused):
            by = story.reporter
            await self.offices.decide(by, "intake/reports", story.report, f"{self.seed}-piled-{story.name}", self.teller.officer(by))
            return True
        return False

    async def ready(self, agency: str, seconds: float = 60) -> None:
        """Wait until an agency answers and has caught up, or so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = await self.offices.health(agency)
            if found is not None and found["ready"]:
                return
            await asyncio.sleep(0.2)

    def forgot(self, agency: str, since: float, until: float) -> None:
        """A backup was put back: what was promised between these moments (of the loop's clock) may be forgotten."""
        self.forgotten |= {
            key for key, said in self.offices.promised.items() if said.instance.endswith(f".{agency}") and since <= said.at <= until
        }
