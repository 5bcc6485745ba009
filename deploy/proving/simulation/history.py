"""One history: a country is played for so many steps, and at each quiet point the oracle judges it."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from deploy.oracle.records import from_topic
from deploy.proving.simulation.land import MEMORY, PARTITIONS
from deploy.proving.simulation.rules import Rules
from deploy.proving.simulation.scene import Scene, at_rest
from deploy.proving.simulation.steps import STIRRING, Drawn
from deploy.proving.simulation.world import World

LONGEST_HISTORY = 4_000
"""Steps of one history. A longer run is many histories, each with the next seed, so that a seed that fails is short."""
QUIET_EVERY = 2_000


@dataclass
class Tally:
    """What was played, and what was wrong with it."""

    steps: int = 0
    histories: int = 0
    decisions: int = 0
    records: int = 0
    cases: int = 0
    verdicts: Counter[str] = field(default_factory=Counter[str])
    seen: Counter[str] = field(default_factory=Counter[str])
    met: Counter[str] = field(default_factory=Counter[str])
    """Which fault met an instance in which situation, how often."""
    bad: Counter[str] = field(default_factory=Counter[str])
    failed: dict[int, tuple[int, list[str]]] = field(default_factory=dict[int, "tuple[int, list[str]]"])
    """Seed → after how many steps, and the oracle's sentences."""
    told: str = ""
    """A digest of what lay on the log in the end: the same seed gives the same."""

    def add(self, other: "Tally") -> None:
        """Both together."""
        for name in ("steps", "histories", "decisions", "records", "cases"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.verdicts += other.verdicts
        self.seen += other.seen
        self.met += other.met
        self.bad += other.bad
        self.failed |= other.failed


class Fell(Exception):
    """An instance raised what it never should; the message says at which step."""


def play(
    seed: int, steps: int = LONGEST_HISTORY, *, losses: bool = False, rules: Rules | None = None, templates: Path | None = None
) -> Tally:
    """Play the history of this seed. It ends at the first quiet point at which something is wrong."""
    return staged(seed, steps, losses=losses, rules=rules, templates=templates)[0]


def staged(
    seed: int, steps: int, *, losses: bool = False, rules: Rules | None = None, templates: Path | None = None
) -> tuple[Tally, Scene | None]:
    """The same, and the country as it was at its last quiet point; none where an instance fell before the first."""
    with tempfile.TemporaryDirectory(prefix="nrm-simulation-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return asyncio.run(_play(seed, steps, losses, rules, Path(folder), templates or Path(folder)))


async def _play(seed: int, steps: int, losses: bool, rules: Rules | None, folder: Path, templates: Path) -> tuple[Tally, Scene | None]:
    world, tally, scene = World(seed, folder, templates, rules), Tally(histories=1), None
    drawn = Drawn(losses=losses, papers=world.papers is not None)
    try:
        while tally.steps < steps and not tally.failed:
            for _ in range(min(QUIET_EVERY, steps - tally.steps)):
                await _one(world, drawn, tally)
            with falling("coming to rest"):
                scene = await at_rest(world, losses=losses)
            _judge(seed, world, scene, tally)
    except Fell as fell:
        tally.failed[seed], tally.bad = (tally.steps, [str(fell)]), Counter(raised=1)
    finally:
        await world.close()
    return tally, scene


def _judge(seed: int, world: World, scene: Scene, tally: Tally) -> None:
    found = scene.judge()
    if not found.ok:
        tally.failed[seed] = (tally.steps, found.sentences())
        tally.bad.update(kind for kind, said in found.wrong.items() if said)
    tally.decisions, tally.records, tally.cases = len(world.promised), found.records, found.cases
    opened = Counter({f"opened under protocol {protocol}": n for protocol, n in found.protocols.items()})
    tally.verdicts, tally.seen, tally.told = Counter(found.verdicts), world.seen + opened, _told(scene)
    if world.papers:
        tally.seen += world.papers.seen
    tally.met = world.met


async def _one(world: World, drawn: Drawn, tally: Tally) -> None:
    """One step. Raises Fell where an instance raises what it never should."""
    step = drawn.one(world)
    tally.steps += 1
    with falling(f"step {tally.steps}, {step.__name__},"):
        step(world)
    if step in STIRRING:
        await world.turn()


@contextmanager
def falling(where: str) -> Generator[None]:
    """Whatever is raised in here falls, with the place."""
    try:
        yield
    except Exception as error:
        raise Fell(f"{where} raised {type(error).__name__}") from error


def _told(scene: Scene) -> str:
    """Decision, roster and place of all that lies on the log; salts, and ids with them, are drawn anew each time."""
    events = [(said.place, said.key, said.roster) for case in from_topic(scene.topic, PARTITIONS).values() for said in case]
    return sha256(repr(events).encode()).hexdigest()[:16]
