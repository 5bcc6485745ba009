"""A period beside the one before it, or beside the same one a year before. Pure.

Of what is released both numbers are shown anyway, and a difference of two numbers that are shown tells nothing that they do not. Where one
of them is suppressed, so is the difference. Values that are added up as others are compared only where they are the same others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.reporting.rules.gate.protected import OTHERS, Figure
from services.reporting.rules.gate.released_tables import ReleasedLine, ReleasedTable
from services.reporting.rules.gate.releases import ReleasedFigures, name

BEFORE, YEAR, NOTHING = "before", "year", "none"
"""With the period before, with the same a year before, with none."""
HOW = (BEFORE, YEAR, NOTHING)
LONGEST_GAP = 40
"""Quarters."""


def period_before(period: str, how: str = BEFORE) -> str:
    """The period of the same length before this one, or a year before: `2026-Q1` → `2025-Q4` or `2025-Q1`, `2026` → `2025`,
    `2026-Q1/2026-Q2` → `2025-Q3/2025-Q4`. Empty where none is asked for, or this is none."""
    if how not in (BEFORE, YEAR) or not period:
        return ""
    if len(period) == 4:
        return f"{int(period) - 1:04}"
    ends = _ends(period)
    back = 4 if how == YEAR else quarters_in(period)
    return name([_quarter(one - back) for one in dict.fromkeys(ends)])


def quarters_in(period: str) -> int:
    """How long a period is."""
    first, last = _ends(period)
    return last - first + 1


def without_gaps(periods: Iterable[str]) -> list[str]:
    """These periods, all of one length, the oldest first, and between them those that are missing; the last of a gap may be shorter. A gap
    longer than `LONGEST_GAP` stays: only a wrong clock makes it, and that adds no periods."""
    found = list[str]()
    for one in sorted(periods):
        first, last = _ends(one)
        while found and first - LONGEST_GAP <= (start := _ends(found[-1])[1] + 1) < first:
            missing = name([_quarter(n) for n in range(start, min(start + last - first + 1, first))])
            found.append(missing[:4] if len(one) == 4 else missing)
        found.append(one)
    return found


def _ends(period: str) -> tuple[int, int]:
    """Its first quarter and its last."""
    ends = period.split("/") if len(period) > 4 else (f"{period}-Q1", f"{period}-Q4")
    return _number(ends[0]), _number(ends[-1])


def _number(quarter: str) -> int:
    return 4 * int(quarter[:4]) + int(quarter[-1]) - 1


def _quarter(number: int) -> str:
    return f"{number // 4:04}-Q{number % 4 + 1}"


def change(now: Figure, then: Figure) -> Figure:
    """How many more there are; suppressed where one of the two is."""
    return None if now is None or then is None else now - then


def lines_before(table: ReleasedTable, releases: Iterable[ReleasedFigures], period: str) -> Mapping[tuple[str, ...], ReleasedLine] | None:
    """What was released of a period for the same table, by its values; None where nothing was, or by other things. `releases`: in the
    order in which they are asked."""
    for figures in releases:
        found = next((one for one in figures.counted if one.id == table.id and period in one.periods.values()), None)
        if found is not None:
            if (found.by, found.shape) != (table.by, table.shape):
                return None
            return {line.values: line for line in found.lines() if line.period == period and _same_others(table, found, line.values)}
    return None


def _same_others(table: ReleasedTable, other: ReleasedTable, values: Sequence[str]) -> bool:
    return all(value != OTHERS or mine == theirs for value, mine, theirs in zip(values, table.values, other.values, strict=False))


def whole_years(quarters: Mapping[str, int], running: str) -> dict[str, int]:
    """How many in each year that has ended, from the first that is told from its first quarter on: before that nobody counted. `running`:
    the quarter that has not ended."""
    found, first = Counter[str](), min(quarters, default="")
    for quarter, n in quarters.items():
        if quarter[:4] != first[:4] or first.endswith("Q1"):
            found[quarter[:4]] += n
    return {year: n for year, n in found.items() if year < running[:4]}


class PeopleOfPeriod(NamedTuple):
    """How many people were referred in a period that is released, and how many more than before and than a year before: None where that
    is not released."""

    period: str
    people: int
    before: int | None
    year: int | None


def people_of_periods(releases: Iterable[ReleasedFigures]) -> dict[str, int]:
    """All periods that are released, and how many people were referred in each."""
    return {period: n for figures in releases for period, n in zip(figures.periods, figures.people, strict=True)}


def years_of_periods(people: Mapping[str, int]) -> dict[str, int]:
    """The years of which every quarter is released, in periods of that year alone, and how many people were referred in each: what anybody
    can add up."""
    found, quarters = Counter[str](), Counter[str]()
    for period, n in people.items():
        first, last = period.split("/")[0], period.split("/")[-1]
        if first[:4] == last[:4]:
            found[first[:4]] += n
            quarters[first[:4]] += _number(last) - _number(first) + 1
    return {year: n for year, n in found.items() if quarters[year] == len(("Q1", "Q2", "Q3", "Q4"))}


def people_beside(known: Mapping[str, int]) -> list[PeopleOfPeriod]:
    """Periods and how many people were referred in them, the newest first, each beside those before it."""
    return [
        PeopleOfPeriod(period, n, change(n, known.get(period_before(period))), change(n, known.get(period_before(period, YEAR))))
        for period, n in sorted(known.items(), reverse=True)
    ]
