"""How long things take: median and 95th percentile by pair of agencies and stage, counting what is still open. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar

from services.reporting.rules.latency.survival import until
from services.reporting.rules.latency.time_buckets import bucket, middle
from shared.protocol.case import HandoffState
from shared.protocol.stages import ANSWERED, MACHINE

K = TypeVar("K", str, tuple[str, str, str])
ASKED = "requested"
AT_ONCE = 1
"""ms of the shortest span. An answer that took no more is none: the hand-off was agreed to, and held as it began."""
NOBODYS = frozenset({HandoffState.COMPLETED, HandoffState.CALLED})
"""Outcomes of a wait in which nobody was asked to take the need, so that they tell nobody's time to answer: advice was given, or the need
had been passed round enough."""
TAKEN_BACK = frozenset({HandoffState.REVOKED, HandoffState.ENDED})
"""Outcomes of a wait that somebody else ended: how long the receiver would have taken is not known."""


class End(StrEnum):
    """How a stage came to its end."""

    IN_TIME = "in_time"
    LATE = "late"
    WITHDRAWN = "withdrawn"


def end_of(stage: str, outcome: str, late: bool, ms: int) -> End | None:
    """How a stage has ended that took so long; None where it says nothing of how long anybody takes."""
    if stage in ("", ASKED) or (stage == ANSWERED and (outcome in NOBODYS or (outcome == HandoffState.ACCEPTED and ms <= AT_ONCE))):
        return None
    if stage == ANSWERED and outcome in TAKEN_BACK:
        return End.WITHDRAWN
    return End.LATE if late else End.IN_TIME


class Ended(NamedTuple):
    """The stages of one pair that ended so, by how long they took."""

    giver: str
    receiver: str
    stage: str
    end: str
    counts: Mapping[int, int]
    """Bucket of time → how many took so long."""

    @property
    def n(self) -> int:
        """How many they are."""
        return sum(self.counts.values())


class StillOpen(NamedTuple):
    """A stage that has not ended: when it began (ms UTC), how long it has been open (ms), and whether its deadline has passed. `asker`: who
    asked must say something first, so the time is not that of who was asked."""

    giver: str
    receiver: str
    stage: str
    need: str
    began: int
    ms: int
    late: bool
    asker: bool = False


@dataclass(frozen=True)
class Timing:
    """What the stages of one pair come to. `median` and `p95`: ms until half, and until 95 of 100, have ended; None where too many are open
    for anybody to know. `late`: the share of those that are past their deadline or had ended before it; None where there are none."""

    giver: str
    receiver: str
    stage: str
    n: int
    open: int
    median: int | None
    p95: int | None
    late: float | None

    @property
    def machine(self) -> bool:
        """Whether no person can shorten it."""
        return self.stage in MACHINE


@dataclass
class Together:
    """Stages that are counted together."""

    ended: Counter[int] = field(default_factory=Counter[int])
    waiting: Counter[int] = field(default_factory=Counter[int])
    ends: Counter[str] = field(default_factory=Counter[str])
    open: int = 0
    open_late: int = 0

    def add(self, one: Ended) -> None:
        """Count what has ended."""
        of_its_kind = self.waiting if one.end == End.WITHDRAWN else self.ended
        of_its_kind.update(one.counts)
        self.ends[one.end] += one.n

    def wait(self, one: StillOpen) -> None:
        """Count what is open."""
        self.waiting[bucket(one.ms)] += 1
        self.open += 1
        self.open_late += one.late

    def within(self, *parts: float) -> list[int | None]:
        """The time (ms) within which each of these rising parts of them ends."""
        return [None if found is None else middle(found) for found in until(self.ended, self.waiting, *parts)]

    def timing(self, giver: str, receiver: str, stage: str) -> Timing:
        """What they come to."""
        late = self.ends[End.LATE] + self.open_late
        due = self.ends[End.IN_TIME] + late
        n = self.ends[End.IN_TIME] + self.ends[End.LATE]
        median, p95 = self.within(0.5, 0.95)
        return Timing(giver, receiver, stage, n, self.open, median, p95, late / due if due else None)


def grouped(ended: Iterable[tuple[K, Ended]], still_open: Iterable[tuple[K, StillOpen]]) -> dict[K, Timing]:
    """What stages come to by a key of each, in the order of the keys; pair and stage are those of the first."""
    groups: dict[K, Together] = {}
    first: dict[K, tuple[str, str, str]] = {}
    for key, one in ended:
        groups.setdefault(key, Together()).add(one)
        first.setdefault(key, one[:3])
    for key, each in still_open:
        groups.setdefault(key, Together()).wait(each)
        first.setdefault(key, each[:3])
    return {key: groups[key].timing(*first[key]) for key in sorted(groups)}


def timings(ended: Iterable[Ended], still_open: Iterable[StillOpen] = ()) -> list[Timing]:
    """One line for each pair and stage, in the order of their names."""
    found = grouped(((one[:3], one) for one in ended), ((one[:3], one) for one in still_open))
    return [one for one in found.values() if one.n or one.open]
