"""The ladder by which what nobody does goes up: whom it reaches at which part of its time. A table of the country; pure functions of time.

Silence escalates and never consents: nothing here accepts, ends or decides anything.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.config.i18n import N_, Clause


class Rung(StrEnum):
    """Who sees that something is not done, from the bottom up."""

    OFFICER = "officer"
    """Whoever must do it, and the duty officer of their agency: a reminder."""
    SUPERVISOR = "supervisor"
    """The supervisors of that agency."""
    LEAD = "lead"
    """The lead of the case."""
    COORDINATOR = "coordinator"
    """The mechanism's coordinator, who gets a trace, a clock and a code, and never joins the case."""


class Step(BaseModel):
    """One line of a country's file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: Rung
    percent: Annotated[int, Field(ge=1, le=1000)]
    """Of the time there was: 100 is the deadline, so in danger, where there is little time, all steps are close."""
    in_danger: Annotated[int, Field(ge=1, le=1000)] | None = None
    """The same where somebody is in danger; as ever where the country names none."""

    def part(self, *, danger: bool) -> int:
        """Of the time there was, in percent."""
        return self.in_danger if danger and self.in_danger is not None else self.percent

    def at(self, began: int, due: int, *, danger: bool = False) -> int:
        """When it is reached (ms UTC) by what began then and is due then."""
        return began + max(0, due - began) * self.part(danger=danger) // 100


class Ladder(BaseModel):
    """The steps of a country, from the bottom up; none where the country names none."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _goes_up(self) -> "Ladder":
        order = [list(Rung).index(step.to) for step in self.steps]
        for danger in (False, True):
            percents = [step.part(danger=danger) for step in self.steps]
            if order != sorted(set(order)) or percents != sorted(set(percents)):
                raise ValueError(Clause(N_("each step of an escalation comes later and goes to somebody higher than the one before it")))
            if any(step.part(danger=danger) < 100 for step in self.steps if step.to is not Rung.OFFICER):
                raise ValueError(Clause(N_("before a deadline, below 100 %, whoever must act is reminded, and nobody else")))
        return self

    def step(self, rung: Rung) -> Step | None:
        """The step to a rung, if the country has it."""
        return next((step for step in self.steps if step.to is rung), None)

    def reached(self, began: int, due: int | None, now: int, *, danger: bool = False) -> Rung | None:
        """How high something has come by now; what has no deadline stays where it is."""
        return None if due is None else max(self._until(began, due, now, danger), key=list(Rung).index, default=None)

    def _until(self, began: int, due: int, now: int, danger: bool) -> Iterator[Rung]:
        return (step.to for step in self.steps if step.at(began, due, danger=danger) <= now)


@cache
def ladder_of(steps: tuple[Step, ...]) -> Ladder:
    """The ladder of these steps, made once: it is asked for with each list. Raises ValueError where they are none."""
    return Ladder(steps=steps)
