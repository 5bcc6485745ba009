"""Who is on duty: the turns of an agency's rota, by place and hour of the week. Pure; a night is one turn that ends the next morning."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.config.codes import GivenHour, GivenTelephone
from shared.config.service_directory import DAYS

Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


class DutyHours(BaseModel):
    """A turn that comes back each week: who, where, on which days, from when to when."""

    model_config = ConfigDict(frozen=True)

    officer: Annotated[str, Field(min_length=1, max_length=255)]
    place: str = ""
    """The code of a municipality; everywhere where empty."""
    byday: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=len(DAYS))]
    begins: GivenHour
    ends: GivenHour
    """The same as `begins` where it is a whole day; before it where it is the next morning."""
    phone: GivenTelephone = ""

    @field_validator("byday")
    @classmethod
    def _in_order(cls, days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        return tuple(sorted(dict.fromkeys(days), key=DAYS.index))

    def covers(self, there: datetime) -> bool:
        """Whether the turn runs at this local time."""
        today, time = DAYS[there.weekday()], f"{there:%H:%M}"
        if self.begins < self.ends:
            return today in self.byday and self.begins <= time < self.ends
        yesterday = DAYS[there.weekday() - 1]
        return (today in self.byday and time >= self.begins) or (yesterday in self.byday and time < self.ends)


class RotaTurn(NamedTuple):
    """A turn of the rota, and the name under which its officer was known when it was written down."""

    id: str
    hours: DutyHours
    name: str


def on_duty(turns: Iterable[RotaTurn], there: datetime) -> list[RotaTurn]:
    """Whose turn it is at this local time; those of one place first, then those of everywhere."""
    return sorted((one for one in turns if one.hours.covers(there)), key=lambda one: (not one.hours.place, one.hours.place, one.name))
