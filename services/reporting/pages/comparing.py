"""The columns that set a period beside the one before it, on pages of tables."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from fastapi import Request

from services.reporting.pages.latency import NARROW, duration
from services.reporting.rules.gate.protected import Figure
from services.reporting.rules.gate.released_tables import ReleasedLine
from services.reporting.rules.shown.comparing import BEFORE, HOW, NOTHING, YEAR, PeopleOfPeriod, change
from services.reporting.rules.tables.definitions import Definition, TableShape
from services.reporting.rules.tables.table_rows import TableLine
from shared.config.calendar import DAY
from shared.config.i18n import N_
from shared.web.http.desk import Desk

CHOICES = {BEFORE: N_("The period before"), YEAR: N_("The same a year before"), NOTHING: N_("No other period")}
"""With what a period is compared."""
NOT_COMPARED = "–"


class ComparedWords(NamedTuple):
    """How figures, times and what is not shown are written."""

    number: Callable[[float], str]
    duration: Callable[[int], str]
    missing: str
    """What stands for a figure that is None: suppressed, or not known."""

    def shown(self, figure: Figure, words: Callable[[Any], str] | None = None) -> str:
        """A figure in the reader's language."""
        return self.missing if figure is None else (words or self.number)(figure)

    def share(self, line: ReleasedLine | TableLine) -> str:
        """A part of a whole, as a percentage."""
        if line.n is None or line.whole is None:
            return self.missing
        return f"{line.n * 100 / line.whole:.0f}{NARROW}%" if line.whole else NOT_COMPARED

    def signed(self, figure: Figure) -> str:
        """A change, with its sign."""
        return self.missing if figure is None else f"{'+' if figure > 0 else '−' if figure < 0 else ''}{self.number(abs(figure))}"


def words_of(desk: Desk, request: Request, table: Definition, missing: str) -> ComparedWords:
    """For whoever asks; times of a table in working days as their number."""
    number = desk.pages.number(request)
    spent: Any = partial(duration, translate=desk.pages.gettext(request), locale=desk.pages.language(request).locale)

    def days(ms: int) -> str:
        return number(round(ms / DAY))

    return ComparedWords(number, days if table.working_days else spent, missing)


def how_of(said: str) -> str:
    """With what to compare; with the period before where nothing that there is was asked for."""
    return said if said in HOW else BEFORE


def people_lines(people: Iterable[PeopleOfPeriod], number: Callable[[float], str]) -> list[list[str]]:
    """People of each period, beside those before where they are known."""
    words = ComparedWords(number, number, NOT_COMPARED)
    return [[one.period, number(one.people), words.signed(one.before), words.signed(one.year)] for one in people]


def head(shape: TableShape, period: str, translate: Callable[[str], str]) -> list[str]:
    """The heads of the columns beside a table of a shape."""
    of = {TableShape.COUNT: N_("In %(period)s"), TableShape.SHARE: N_("Share in %(period)s"), TableShape.TIME: N_("Median in %(period)s")}
    return [translate(of[shape]) % {"period": period}, *([translate("More or fewer")] if shape is TableShape.COUNT else [])]


def cells(shape: TableShape, line: ReleasedLine | TableLine, then: ReleasedLine | TableLine | None, words: ComparedWords) -> list[str]:
    """What stands beside a line. `then`: the same line of the other period; None where there is none that can be compared."""
    if then is None:
        return [NOT_COMPARED] * (2 if shape is TableShape.COUNT else 1)
    match shape:
        case TableShape.COUNT:
            return [words.shown(then.n), words.signed(change(line.n, then.n))]
        case TableShape.SHARE:
            return [words.share(then)]
        case TableShape.TIME:
            return [words.shown(then.median_ms, words.duration)]
