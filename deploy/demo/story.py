"""A story: one invented case as a table of steps, each with its hour, its agency and what an officer there does."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

HOUR = 3_600_000


@dataclass(frozen=True)
class StoryStep:
    """One decision: so many hours after the report, this agency does this, about the hand-off or task of this need."""

    after: float
    agency: str
    act: str
    need: str = ""
    body: dict[str, Any] = field(default_factory=dict[str, Any])

    def as_(self, act: str) -> Self:
        """The same step as another act."""
        return replace(self, act=act)


@dataclass(frozen=True)
class Story:
    """An invented case: who reports it how long ago, what the report says, and what happens then."""

    name: str
    days_ago: float
    reporter: str
    report: dict[str, Any]
    steps: tuple[StoryStep, ...]

    def rounds(self) -> list[tuple[float, tuple[StoryStep, ...]]]:
        """The steps in order; those of one hour are taken together."""
        hours = sorted({s.after for s in self.steps})
        return [(hour, tuple(s for s in self.steps if s.after == hour)) for hour in hours]
