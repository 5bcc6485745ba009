"""Latency as a promise: how many late ones the budget still allows, how fast it is spent, and who spent it. Pure.

Where 95 of 100 are promised within a day, five of a hundred may be late: that is the budget. The burn rate is the share of late ones
divided by the share that may be late: at 1 the budget is just used up, at 2 twice over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from services.reporting.rules.latency.time_buckets import bucket
from services.reporting.rules.latency.timings import End, Ended, StillOpen
from shared.config.calendar import HOUR
from shared.config.promises import LatencyPromise, promised


def last_in_time(promise: LatencyPromise) -> int:
    """The bucket in which the promised time lies: what took as long as it is in time."""
    return bucket(int(promise.hours * HOUR))


@dataclass
class Budget:
    """What became of a promise: `n` have ended, or are open beyond its time; `late` of them took longer. What is open within its time
    says nothing yet, and what somebody else ended says nothing at all."""

    giver: str
    receiver: str
    promise: LatencyPromise
    n: int = 0
    late: int = 0

    @property
    def allowed(self) -> float:
        """How many of these may be late."""
        return self.n * (100 - self.promise.percent) / 100

    @property
    def left(self) -> float:
        """How many more may be; below zero where too many were."""
        return self.allowed - self.late

    @property
    def burn(self) -> float | None:
        """How fast it is spent; None where nothing is known yet."""
        return self.late / self.allowed if self.n else None

    def spent(self, of: int) -> float | None:
        """Its share of so many late ones; None where there is none."""
        return self.late / of if of else None


def budgets(lines: Sequence[LatencyPromise], ended: Iterable[Ended], still_open: Iterable[StillOpen]) -> list[Budget]:
    """The budget of each stage of each pair of which something is promised, those first that are spent most. What waits
    for a word of who asked is nobody's promise."""
    found: dict[tuple[str, str, str], Budget] = {}

    @cache
    def limit(giver: str, receiver: str, stage: str) -> tuple[LatencyPromise, int] | None:
        """What is promised of a stage of a pair, and the last bucket in time: asked once, for there are very many buckets."""
        promise = promised(lines, giver, receiver, stage)
        return promise and (promise, last_in_time(promise))

    def add(giver: str, receiver: str, stage: str, taken: int, n: int, *, only_late: bool) -> None:
        bound = limit(giver, receiver, stage)
        if bound is None or (only_late and taken <= bound[1]):
            return
        one = found.setdefault((giver, receiver, stage), Budget(giver, receiver, bound[0]))
        one.n += n
        one.late += n if taken > bound[1] else 0

    for e in ended:
        if e.end != End.WITHDRAWN:
            for taken, n in e.counts.items():
                add(e.giver, e.receiver, e.stage, taken, n, only_late=False)
    for o in still_open:
        if not o.asker:
            add(o.giver, o.receiver, o.stage, bucket(o.ms), 1, only_late=True)
    return sorted(found.values(), key=lambda one: (one.left, -one.n, one.giver, one.receiver, one.promise.stage))


def by_promise(found: Iterable[Budget]) -> list[Budget]:
    """All pairs of a line together, in the order in which they come first."""
    together: dict[LatencyPromise, Budget] = {}
    for one in found:
        whole = together.setdefault(one.promise, Budget(one.promise.giver, one.promise.receiver, one.promise))
        whole.n += one.n
        whole.late += one.late
    return list(together.values())
