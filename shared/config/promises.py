"""What agencies promise of the stages of hand-offs: so many of a hundred end within so long. The country file says it."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class LatencyPromise(BaseModel):
    """One line of the country file: of one pair of agencies, of all that one asks or is asked, or of everybody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Literal["answered", "delivered", "noticed", "first_action", "completed"]
    hours: Annotated[float, Field(gt=0, le=26_352)]
    """Within how long it ends: hours of elapsed time, three years at most."""
    percent: Annotated[float, Field(gt=0, lt=100)] = 95
    """Of how many of a hundred that is promised. The others are the budget."""
    giver: str = ""
    receiver: str = ""

    def covers(self, giver: str, receiver: str, stage: str) -> bool:
        """Whether it is said of this stage of this pair."""
        return self.stage == stage and self.giver in ("", giver) and self.receiver in ("", receiver)

    @property
    def exactness(self) -> int:
        """How much it names: a line of one pair takes the place of one of everybody."""
        return bool(self.giver) + 2 * bool(self.receiver)


def promised(lines: Iterable[LatencyPromise], giver: str, receiver: str, stage: str) -> LatencyPromise | None:
    """What is promised of a stage of a pair: the line that names most; None where nothing is."""
    return max((one for one in lines if one.covers(giver, receiver, stage)), key=lambda one: one.exactness, default=None)
