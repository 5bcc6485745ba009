"""Working days: those on which offices work, by the public holidays of a country and of a part of it. Saturday and Sunday are none."""

from datetime import date, timedelta
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.config.calendar import HOUR, LATEST, in_days, local
from shared.config.i18n import N_, Clause

SATURDAY = 5


class OfficeDays(BaseModel):
    """Whose holidays are kept: a country of ISO 3166, and a part of it as the calendar of holidays names it. None where nothing is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str = ""
    subdivision: str = ""
    opens: Annotated[float, Field(ge=0, lt=24)] = 8
    closes: Annotated[float, Field(gt=0, le=24)] = 16
    """Local hours between which offices work on a working day: a proposal, where the country file says nothing."""

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> "OfficeDays":
        if self.closes <= self.opens:
            words = N_("offices that open at %(opens)s do not close at %(closes)s")
            raise ValueError(Clause(words, opens=f"{self.opens:g}", closes=f"{self.closes:g}"))
        return self

    @model_validator(mode="after")
    def _is_known(self) -> "OfficeDays":
        if self.country:
            try:
                _of(self.country, self.subdivision, 2026)
            except NotImplementedError:
                where = f"{self.country} {self.subdivision}".strip()
                raise ValueError(Clause(N_("no calendar of holidays is known for %(where)s"), where=repr(where))) from None
        return self

    def works(self, day: date) -> bool:
        """Whether offices work on this day."""
        return day.weekday() < SATURDAY and not (self.country and day in _of(self.country, self.subdivision, day.year))

    def after(self, at: int, days: int, zone: ZoneInfo) -> int:
        """The end of the same local hour so many working days on (ms UTC). The day on which it begins does not count."""
        if at >= LATEST:
            return in_days(at, days, zone)
        day, left, passed = local(at, zone).date(), days, 0
        while left:
            day, passed = day + timedelta(days=1), passed + 1
            left -= self.works(day)
        return in_days(at, passed, zone)

    def days(self, begin: int, end: int, zone: ZoneInfo) -> int:
        """Working days from one moment to another (ms UTC): those after the day of the first, up to the day of the last. There
        are none beyond `YEARS`."""
        first, last = (local(at, zone).date() + timedelta(days=1) for at in (begin, end))
        return max(0, _days_before(self.country, self.subdivision, last) - _days_before(self.country, self.subdivision, first))

    def worked(self, begin: int, end: int, zone: ZoneInfo) -> int:
        """Office time (ms) from one moment to another (ms UTC): of each working day what lies between its hours."""
        return max(0, self._until(end, zone) - self._until(begin, zone))

    def _until(self, at: int, zone: ZoneInfo) -> int:
        """Office time from 1970 to a moment; none beyond `YEARS`."""
        there = local(at, zone)
        opens = there.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000 + self.opens * HOUR
        today = min(max(0, at - opens), self._day) if there.year in YEARS and self.works(there.date()) else 0
        return int(_days_before(self.country, self.subdivision, there.date()) * self._day + today)

    @property
    def _day(self) -> float:
        return (self.closes - self.opens) * HOUR


YEARS = range(1970, 2101)
"""Those of which working days are counted: what others say may lie anywhere, and must neither fail nor take long."""


def _days_before(country: str, subdivision: str, day: date) -> int:
    """Working days since 1970 before this one: by years, so that no chain of days gets long."""
    begun = day.year in YEARS and day != date(day.year, 1, 1)
    whole = _in_years_before(country, subdivision, min(day.year, YEARS.stop))
    return whole + (_in_part(country, subdivision, day - timedelta(days=1)) if begun else 0)


@cache
def _in_years_before(country: str, subdivision: str, year: int) -> int:
    return sum(_in_part(country, subdivision, date(one, 12, 31)) for one in range(YEARS.start, year))


@cache
def _in_part(country: str, subdivision: str, last: date) -> int:
    """Working days of the year of this day, up to it."""
    office, first = OfficeDays(country=country, subdivision=subdivision), date(last.year, 1, 1)
    return sum(office.works(first + timedelta(days=n)) for n in range((last - first).days + 1))


@cache
def _of(country: str, subdivision: str, year: int) -> frozenset[date]:
    """The public holidays of one year; of one that is not counted none are known."""
    if year not in YEARS:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
