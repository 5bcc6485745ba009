"""What a table of figures is: its definition in words, and the pure function that counts one case for it.

A table is the sum, over all cases, of what each of them adds to it. So a record that comes late, or corrects another, restates every figure
that it touches by what its case adds now and added before; and figures made again of all records are the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from services.reporting.rules.tables.course import Course


class TableShape(StrEnum):
    """How a table is read."""

    COUNT = "count"
    """How many."""
    SHARE = "share"
    """How many of how many: the last value says `yes` or `no`."""
    TIME = "time"
    """How long: the last two values say `ended`, `waiting`, `open` or `age`, and the time as a bucket or the month of its beginning."""


COLUMNS = {
    TableShape.COUNT: ("n",),
    TableShape.SHARE: ("n", "whole"),
    TableShape.TIME: ("n", "open", "median_ms", "p90_ms"),
}
"""The numbers of a line, by how a table is read: names of `TableLine`, of columns in files, of fields for programs."""


class Add(NamedTuple):
    """What a case adds to a table: in which period, under which values, how many."""

    period: str
    values: tuple[str, ...]
    n: int = 1


YES, NO = "yes", "no"
ENDED, WAITING, OPEN, AGE, UNSAID = "ended", "waiting", "open", "age", "unsaid"
"""Something has ended after so long; was last seen waiting after so long; has waited since this month and waits still; is open since this
month, and how long that is is what is asked; has ended, and no record says after how long: then what is open of the same line would count
alone, so the line says nothing."""


@dataclass(frozen=True)
class Definition:
    """A table of the rapporteur, as the codebook has it. Texts are marked for translation where they are written."""

    id: str
    title: str
    meaning: str
    """What is counted, and what is not."""
    population: str
    period: str
    """In which period something counts."""
    dimensions: tuple[str, ...]
    sources: tuple[str, ...]
    """The event types that carry it."""
    shape: TableShape = TableShape.COUNT
    adds: Callable[[Course], Iterator[Add]] | None = None
    """What a case adds to it; None: not collected, because no event carries it."""
    lacks: str = ""
    """What of the published definition no event carries."""
    several: tuple[str, ...] = ()
    """Dimensions over which the same people or times are counted several times: nothing is added up over them."""
    working_days: bool = False
    """Times are working days of the country, each written as a day of 24 hours: after the day on which they begin, without Saturdays,
    Sundays and the holidays of its file. One that ends on the day on which it began counts as one."""
    restricted: bool = False
    """In the restricted view alone: it is in no release."""
    stock: bool = False
    """Of each quarter it tells how many there are at its end: a case adds where it comes in, and takes away where it goes out."""

    @property
    def collected(self) -> bool:
        """Whether anything is counted for it. Where not, it is shown as not collected, never as zero."""
        return self.adds is not None
