"""Working days: those on which offices work, by the public holidays of a country and of a part of it. Saturday and Sunday are none."""

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel, ConfigDict, model_validator

from shared.config.calendar import in_days, local

SATURDAY = 5


class OfficeDays(BaseModel):
    """Whose holidays are kept: a country of ISO 3166, and a part of it as the calendar of holidays names it. None where nothing is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str = ""
    subdivision: str = ""

    @model_validator(mode="after")
    def _is_known(self) -> "OfficeDays":
        if self.country:
            try:
                _of(self.country, self.subdivision, 2026)
            except NotImplementedError:
                where = f"{self.country} {self.subdivision}".strip()
                raise ValueError(f"no calendar of holidays is known for {where!r}") from None
        return self

    def works(self, day: date) -> bool:
        """Whether offices work on this day."""
        return day.weekday() < SATURDAY and not (self.country and day in _of(self.country, self.subdivision, day.year))

    def after(self, at: int, days: int, zone: ZoneInfo) -> int:
        """The end of the same local hour so many working days on (ms UTC). The day on which it begins does not count."""
        day, left, passed = local(at, zone).date(), days, 0
        while left:
            day, passed = day + timedelta(days=1), passed + 1
            left -= self.works(day)
        return in_days(at, passed, zone)


@cache
def _of(country: str, subdivision: str, year: int) -> frozenset[date]:
    """The public holidays of one year."""
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
