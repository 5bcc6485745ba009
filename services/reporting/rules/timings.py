"""How long things took: median and 95th percentile by pair of agencies and stage. Pure; used for spans and for facts alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import NamedTuple

from shared.protocol.stages import MACHINE


class Took(NamedTuple):
    """A stage of one hand-off that has ended."""

    giver: str
    receiver: str
    stage: str
    ms: int
    late: bool


@dataclass(frozen=True)
class Timing:
    """What the stages of one pair came to. `late` is the share answered after the deadline."""

    giver: str
    receiver: str
    stage: str
    n: int
    median: float
    p95: int
    late: float

    @property
    def machine(self) -> bool:
        """Whether no person can shorten it."""
        return self.stage in MACHINE


def p95(ordered: Sequence[int]) -> int:
    """The 95th percentile by nearest rank: a time that was really seen, never one in between."""
    return ordered[ceil(0.95 * len(ordered)) - 1]


def timings(took: Iterable[Took]) -> list[Timing]:
    """One line for each pair and stage, in the order of their names."""
    groups: dict[tuple[str, str, str], list[Took]] = {}
    for one in took:
        groups.setdefault((one.giver, one.receiver, one.stage), []).append(one)
    return [_timing(*key, group) for key, group in sorted(groups.items())]


def _timing(giver: str, receiver: str, stage: str, group: Sequence[Took]) -> Timing:
    ordered = sorted(one.ms for one in group)
    late = sum(one.late for one in group) / len(group)
    return Timing(giver, receiver, stage, len(ordered), median(ordered), p95(ordered), late)
