"""The rapporteur's tables as everybody may see them. Only the gate (`table_gate`) makes one. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from services.reporting.rules.gate.protected import ALL, OTHERS, Figure
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.definitions import ENDED, NO, OPEN, YES, TableShape
from services.reporting.rules.tables.table_cases import STAR, NumberPlace, dimensions

FORMER = ("counted_as", "stage", "field", "measure", "clock")
"""Over what nothing was added up in releases that do not say it themselves."""
ENDINGS = {TableShape.COUNT: (), TableShape.SHARE: (YES, NO), TableShape.TIME: (ENDED, OPEN)}
"""What follows the values of a line, by how a table is read."""
_GATE = object()


class TableLayout(NamedTuple):
    """The numbers of a table: its periods, the values of each thing it counts by, and over which of them there are totals."""

    table: str
    periods: Mapping[str, str]
    """Quarter → the period that it is in."""
    values: tuple[tuple[str, ...], ...]
    summed: tuple[bool, ...]

    def place(self, said: NumberPlace) -> NumberPlace | None:
        """Where something is counted; values of few are among the others. None where it is not in the table."""
        period = self.periods.get(said.period)
        if len(said.values) != len(self.values):
            return None  # an earlier release counted it by other things
        if period is None or any(value not in known and OTHERS not in known for value, known in zip(said.values, self.values, strict=True)):
            return None
        values = tuple(value if value in known else OTHERS for value, known in zip(said.values, self.values, strict=True))
        return NumberPlace(self.table, period, values)

    def sums(self, place: NumberPlace) -> Iterator[NumberPlace]:
        """The number itself, and the totals that it is in."""
        choices = [(value, ALL) if summed else (value,) for value, summed in zip(place.values, self.summed, strict=True)]
        yield from (NumberPlace(self.table, place.period, values) for values in product(*choices))
        if self.table.rpartition(":")[2].startswith(STAR):
            yield NumberPlace(self.table, ALL, place.values)

    def grid(self) -> Iterator[NumberPlace]:
        """Every number that the table has, in order."""
        choices = [(*known, ALL) if summed else known for known, summed in zip(self.values, self.summed, strict=True)]
        for period in dict.fromkeys(self.periods.values()):
            yield from (NumberPlace(self.table, period, values) for values in product(*choices))


def layout(id: str, periods: Mapping[str, str], values: tuple[tuple[str, ...], ...]) -> TableLayout:
    """The layout of a table with these values, by what it is released by now."""
    return _layout(id, dimensions(BY_ID[id]), BY_ID[id].several, BY_ID[id].shape, periods, values)


def _layout(
    name: str,
    by: tuple[str, ...],
    several: tuple[str, ...],
    shape: TableShape,
    periods: Mapping[str, str],
    values: tuple[tuple[str, ...], ...],
) -> TableLayout:
    endings = ENDINGS[shape]
    summed = (*(name not in several for name in by), *((shape is TableShape.SHARE,) if endings else ()))
    return TableLayout(name, periods, (*values, *((endings,) if endings else ())), summed)


class ReleasedLine(NamedTuple):
    """A line as everybody may see it: as `table_rows.TableLine`, None is suppressed. `whole`, `open` and times are those of shares and of
    times; a time that is suppressed and one that is not known are told alike."""

    period: str
    values: tuple[str, ...]
    n: Figure
    whole: Figure = None
    open: Figure = None
    median_ms: Figure = None
    p90_ms: Figure = None


@dataclass(frozen=True)
class ReleasedTable:
    """A table of a release."""

    id: str
    by: tuple[str, ...]
    """What it counts by, over what of that nothing is added up, and how it is read, when it was released: definitions may change later."""
    several: tuple[str, ...]
    shape: TableShape
    periods: Mapping[str, str]
    values: tuple[tuple[str, ...], ...]
    """Of each thing that it counts by; few are added up as OTHERS."""
    numbers: tuple[Figure, ...]
    """In the order of its layout."""
    times: Mapping[tuple[str, tuple[str, ...]], tuple[Figure, Figure]]
    """Period and values → the median, and the time within which 90 of 100 end (ms, two digits)."""
    made_by: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Nothing else makes one."""
        if self.made_by is not _GATE:
            raise TypeError("released tables are made by the gate alone")

    @property
    def hidden(self) -> int:
        """How many of its numbers are suppressed."""
        return sum(number is None for number in self.numbers)

    def layout(self, release: int = 0) -> TableLayout:
        """Its layout."""
        return _layout(f"{release}:{self.id}" if release else self.id, self.by, self.several, self.shape, self.periods, self.values)

    def lines(self) -> Iterator[ReleasedLine]:
        """What is shown of it, totals as ALL."""
        shown = dict(zip(self.layout().grid(), self.numbers, strict=True))
        shape = self.shape
        for place, number in shown.items():
            period, values = place.period, place.values
            if shape is TableShape.COUNT:
                yield ReleasedLine(period, values, number)
            elif shape is TableShape.SHARE and values[-1] == YES:
                yield ReleasedLine(period, values[:-1], number, whole=shown[place._replace(values=(*values[:-1], ALL))])
            elif values[-1] == ENDED:
                times = self.times.get((period, values[:-1]), (None, None))
                still = shown[place._replace(values=(*values[:-1], OPEN))]
                yield ReleasedLine(period, values[:-1], number, None, still, *times)

    def body(self) -> dict[str, Any]:
        """What is kept of it."""
        return {
            "id": self.id, "by": self.by, "several": self.several, "shape": self.shape.value,
            "periods": dict(self.periods), "values": self.values, "numbers": self.numbers,
            "times": [[period, values, *said] for (period, values), said in self.times.items()],
        }  # fmt: skip


def kept(body: Mapping[str, Any]) -> ReleasedTable:
    """A table as the gate made it before."""
    times = {(period, tuple(values)): (middle, high) for period, values, middle, high in body["times"]}
    values: list[list[str]] = body["values"]
    said = tuple(tuple(some) for some in values)
    by, several, shape = tuple(body["by"]), tuple(body.get("several", FORMER)), TableShape(body["shape"])
    return ReleasedTable(body["id"], by, several, shape, body["periods"], said, tuple(body["numbers"]), times, _GATE)


def made(
    id: str, periods: Mapping[str, str], values: tuple[tuple[str, ...], ...], numbers: tuple[Figure, ...],
    times: Mapping[tuple[str, tuple[str, ...]], tuple[Figure, Figure]],
) -> ReleasedTable:  # fmt: skip
    """A released table of these numbers; the gate alone calls this."""
    return ReleasedTable(id, dimensions(BY_ID[id]), BY_ID[id].several, BY_ID[id].shape, periods, values, numbers, times, _GATE)
