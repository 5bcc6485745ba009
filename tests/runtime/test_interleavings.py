"""Nothing lost, nothing twice, one picture: random histories of the real runtime, with crashes, restores, zombies and sick projections."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from shared.protocol.events import CheckpointSet
from shared.protocol.following import Kept, Noted, View, follow
from shared.runtime import applying
from shared.runtime.codec import Decided
from shared.runtime.outgoing import Flight, Outgoing
from tests.runtime.history import Rules, World
from tests.runtime.verdicts import faults, law

HISTORIES = int(os.environ.get("NRM_PROPERTY_EXAMPLES", "0")) or 16
STEPS = 320
MEMORY = Path("/dev/shm")  # noqa: S108  a file system in memory where there is one: the files are real all the same


@dataclass
class Tally:
    """What a run of histories held."""

    histories: int = 0
    decisions: int = 0
    records: int = 0
    verdicts: Counter[str] = field(default_factory=Counter[str])
    bad: Counter[str] = field(default_factory=Counter[str])
    worst: list[int] = field(default_factory=list[int])


@pytest.fixture(scope="module")
def templates() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def play(seed: int, templates: Path, rules: Rules | None, tally: Tally) -> None:
    folder = templates / f"history{seed}"
    folder.mkdir()
    world = World(seed, folder, templates, rules)
    for _ in range(STEPS):
        world.step()
    bad = faults(world, world.drain())
    told = law(world)
    tally.histories += 1
    tally.decisions += len(told.settled)
    tally.records += len(world.topic.all())
    tally.verdicts.update(verdict for _, _, verdict, _ in told.records)
    tally.bad += bad
    tally.worst += [seed] if bad else []
    for post in world.posts.values():
        post.door.close()
    shutil.rmtree(folder)


def tallied(templates: Path, seeds: range, rules: Rules | None = None) -> Tally:
    tally = Tally()
    for seed in seeds:
        play(seed, templates, rules, tally)
    return tally


def test_every_history_comes_to_rest_with_one_picture(templates: Path, record_property: Any) -> None:
    tally = tallied(templates, range(HISTORIES))
    record_property("tally", repr(tally))
    print(tally)
    assert not tally.bad, tally
    assert tally.verdicts["stale"] > HISTORIES / 4, "the histories are too tame to show anything"
    assert tally.verdicts["repeated"] > HISTORIES / 4, "the histories are too tame to show anything"


class AllAtOnce(Outgoing):
    """Without the rule that one row of a case is under way at a time."""

    def take(self, limit: int) -> list[Decided]:
        with self.lock:
            under_way = {flight.key for flight in self.flights.values()}
            taken = [r for case, queue in self.rows.items() if case not in self.held for r in queue if r.key not in under_way][:limit]
            self.flights |= {row.key: Flight(row.key) for row in taken}
            return taken

    def acknowledged(self, row: Decided, partition: int, offset: int) -> None:
        self.flights.pop(row.key, None)

    def failed(self, rows: list[Decided]) -> None:
        for row in rows:
            self.flights.pop(row.key, None)


class Clinging(Outgoing):
    """Without the rule that one's own removal ends one's rows."""

    def drop(self, case: str) -> None:
        return None


def forgetful(view: View, me: str, record: Kept) -> tuple[View, tuple[Noted, ...]]:
    """Without the joiner's buffer: what comes before the checkpoint is let go."""
    after, noted = follow(view, me, record)
    waits = view.since is not None and after.since is not None and not isinstance(record.core.event(), CheckpointSet)
    return (replace(after, kept=view.kept) if waits else after), noted


@pytest.mark.parametrize(
    ("rules", "broken"),
    [
        (Rules(outgoing=AllAtOnce), {"order"}),
        (Rules(outgoing=Clinging), {"restless", "counted though removed"}),
        (Rules(gate=False), {"order", "never", "stuck", "verdicts differ", "counted though removed", "unknown head"}),
    ],
    ids=["one row at a time", "removal", "catching up before sending"],
)
def test_without_this_rule_histories_break(templates: Path, rules: Rules, broken: set[str]) -> None:
    for start in range(1000, 1040, 4):
        if broken & set(tallied(templates, range(start, start + 4), rules).bad):
            return
    pytest.fail("the checks did not notice")


def test_without_the_joiners_buffer_pictures_differ(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "follow", forgetful)
    assert tallied(templates, range(2000, 2012)).bad["pictures differ"]
