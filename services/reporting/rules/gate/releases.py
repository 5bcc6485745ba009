"""What is released: figures of quarters that have ended, each quarter once, as everybody may see them. Pure.

**Linked tables.** All tables of a release have the period in common and nothing else, and the people of each period are shown. So whatever
each table allows by itself is possible together with whatever the others allow (the tables are a star, hence decomposable), and a table
that is safe alone is safe beside them. That is why nothing is released by two other things at once.

**Differences.** A quarter is released once and then stands: no two releases count the same people, so none says anything about another, and
a quarter cannot be compared with itself some days later. What comes late for a quarter that is out is in the restricted view alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from statistics import median
from typing import Any, NamedTuple

from services.reporting.rules.gate import released_tables
from services.reporting.rules.gate.protected import Counted, Figure, ProtectedTable, kept, protect
from services.reporting.rules.gate.released_tables import ReleasedTable
from services.reporting.rules.tables.figures import RELEASED
from shared.config.country_tables import Publication

PERIOD = "quarter"
NESTED = (("decision", "case_decided"),)
"""Counts of which the second is a part of the first: their difference is one, too."""
_GATE = object()


class TooFew(ValueError):
    """Fewer people than the minimum are in what could be released."""


class EndedStage(NamedTuple):
    """A stage of a hand-off that has ended, with the case's pseudonym ("" where none is known)."""

    stage: str
    ms: int
    late: bool
    case: str


class ReleasedTimes(NamedTuple):
    """How long a stage took nationally. `n` is in steps of the minimum, times have two digits; None is suppressed."""

    stage: str
    n: Figure
    median_ms: Figure
    p95_ms: Figure
    late_percent: Figure


@dataclass(frozen=True)
class ReleasedFigures:
    """All that one release shows."""

    quarters: tuple[str, ...]
    periods: tuple[str, ...]
    """Quarters, or several as one where one alone had too few people."""
    people: tuple[int, ...]
    tables: Mapping[str, ProtectedTable]
    national: Mapping[str, Figure]
    times: tuple[ReleasedTimes, ...]
    minimum: int
    counted: tuple[ReleasedTable, ...]
    """The rapporteur's tables (`table_gate`); none in releases of before, and where nothing is counted for them."""
    made_by: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Nothing else makes one."""
        if self.made_by is not _GATE:
            raise TypeError("released figures are made by the gate alone")

    @property
    def period_of(self) -> dict[str, str]:
        """Quarter → the period that it is in."""
        ends = {period: period.split("/") for period in self.periods}
        return {quarter: next(p for p, end in ends.items() if end[0] <= quarter <= end[-1]) for quarter in self.quarters}

    def body(self) -> dict[str, Any]:
        """What is kept of it."""
        return {
            "quarters": self.quarters, "periods": self.periods, "people": self.people, "minimum": self.minimum,
            "tables": [table.body() for table in self.tables.values()], "national": dict(self.national),
            "times": [tuple(one) for one in self.times], "counted": [one.body() for one in self.counted],
        }  # fmt: skip


def read(body: Mapping[str, Any]) -> ReleasedFigures:
    """A release as it was made."""
    tables = {one["dimension"]: kept(one) for one in body["tables"]}
    return ReleasedFigures(
        tuple(body["quarters"]), tuple(body["periods"]), tuple(body["people"]), tables, body["national"],
        tuple(ReleasedTimes(*one) for one in body["times"]), body["minimum"],
        tuple(map(released_tables.kept, body.get("counted", ()))), _GATE,
    )  # fmt: skip


def merged(people: Mapping[str, int], minimum: int) -> list[tuple[str, ...]]:
    """Quarters as periods of the minimum of people at least, one after the other. Raises TooFew where all together are not."""
    groups: list[tuple[str, ...]] = []
    open_: tuple[str, ...] = ()
    for quarter in sorted(people):
        open_ += (quarter,)
        if sum(people[one] for one in open_) >= minimum:
            groups.append(open_)
            open_ = ()
    if not groups:
        raise TooFew
    return [*groups[:-1], groups[-1] + open_]


def release(
    counted: Mapping[str, Iterable[Counted]], national: Mapping[str, int], stages: Iterable[EndedStage], policy: Publication
) -> ReleasedFigures:
    """The gate: what may be seen of these quarters. `counted`: for each of RELEASED, people by quarter. Raises TooFew."""
    lines = {dimension: list(some) for dimension, some in counted.items()}
    people = Counter[str]()
    for quarter, _, _, n in lines[RELEASED[0]]:
        people[quarter] += n
    groups = merged(people, policy.minimum)
    period = {quarter: name(group) for group in groups for quarter in group}
    periods = tuple(name(group) for group in groups)
    tables = {
        dimension: protect(dimension, periods, ((period[q], value, by, n) for q, value, by, n in some), policy)
        for dimension, some in lines.items()
    }
    sizes = tuple(sum(people[quarter] for quarter in group) for group in groups)
    return ReleasedFigures(
        tuple(sorted(people)), periods, sizes, tables, counts(national, policy), times(stages, policy), policy.minimum, (), _GATE
    )


def with_tables(
    figures: ReleasedFigures, counted: tuple[ReleasedTable, ...], tables: Mapping[str, ProtectedTable] | None = None
) -> ReleasedFigures:
    """The same release with the rapporteur's tables, and with referrals as these leave them; only their gate makes either."""
    return replace(figures, counted=counted, tables=figures.tables if tables is None else tables)


def name(group: Sequence[str]) -> str:
    """How a period is called."""
    return group[0] if len(group) == 1 else f"{group[0]}/{group[-1]}"


def counts(national: Mapping[str, int], policy: Publication) -> dict[str, Figure]:
    """Counts that no table has, by the same rule; where one is a part of another, what is left of that is a count, too."""
    least = policy.minimum
    shown: dict[str, Figure] = {kind: None if _few(number, policy) else number for kind, number in national.items()}
    for whole, part in NESTED:
        if 0 < national.get(whole, 0) - national.get(part, 0) < least:
            shown[part] = None
    return shown


def _few(number: int, policy: Publication) -> bool:
    return 0 < number < policy.minimum or (number == 0 and policy.zeros == "hidden")


def times(stages: Iterable[EndedStage], policy: Publication) -> tuple[ReleasedTimes, ...]:
    """How long each stage took, over all agencies. A percentile has at least the minimum of times on either side of it."""
    by: dict[str, list[EndedStage]] = {}
    for one in stages:
        by.setdefault(one.stage, []).append(one)
    return tuple(_times(stage, some, policy.minimum) for stage, some in sorted(by.items()))


def _times(stage: str, some: Sequence[EndedStage], least: int) -> ReleasedTimes:
    number, late = len(some), sum(one.late for one in some)
    if len({one.case for one in some}) < least:
        return ReleasedTimes(stage, None, None, None, None)
    ordered = sorted(one.ms for one in some)
    middle = two_digits(median(ordered)) if number >= 2 * least else None
    high = two_digits(ordered[ceil(0.95 * number) - 1]) if number - ceil(0.95 * number) >= least else None
    share = round(100 * late / number) if least <= late <= number - least else None
    return ReleasedTimes(stage, number - number % least, middle, high, share)


def two_digits(ms: float) -> int:
    """A time that says nothing of a single hand-off by its last digits."""
    return int(float(f"{ms:.1e}"))
