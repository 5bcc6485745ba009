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

from shared.protocol import fold as law_of_the_log
from shared.protocol.case import Case, Verdict
from shared.protocol.core import Core
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


settled = law_of_the_log._settle  # noqa: SLF001  the control takes the rule out


def unsettled(case: Case, core: Core, verdict: Verdict) -> Case:
    """Without settlement: what did not count may be said once more by a copy of itself."""
    return settled(case, core, verdict) if verdict is Verdict.COUNTED else case


def breaks(templates: Path, start: int, rules: Rules | None = None) -> set[str]:
    """What breaks first in up to forty histories."""
    for seed in range(start, start + 40, 2):
        if bad := tallied(templates, range(seed, seed + 2), rules).bad:
            return set(bad)
    return set()


def test_without_one_row_at_a_time_order_breaks(templates: Path) -> None:
    assert "order" in breaks(templates, 1000, Rules(outgoing=AllAtOnce))


def test_without_the_rule_of_removal_rows_of_the_removed_are_said_or_never_end(templates: Path) -> None:
    assert {"restless", "counted though removed"} & breaks(templates, 1000, Rules(outgoing=Clinging))


def test_without_the_joiners_buffer_members_part(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "follow", forgetful)
    assert {"pictures differ", "verdicts differ"} & breaks(templates, 2000)


def test_without_settlement_decisions_are_made_twice(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law_of_the_log, "_settle", unsettled)
    assert "twice" in breaks(templates, 3000)
