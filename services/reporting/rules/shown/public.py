"""What is read from a release: rows of a table by what one asks for, the same for pages, files, programs and commands. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.reporting.rules.gate.protected import ALL, SUPPRESSED, Figure, ProtectedTable
from services.reporting.rules.gate.released_tables import ReleasedTable
from services.reporting.rules.gate.releases import PERIOD, ReleasedFigures
from services.reporting.rules.tables.figures import RELEASED


class NotReleased(ValueError):
    """Referrals are not released by this; the message says by what they are."""


class PublicRow(NamedTuple):
    """The values of the dimensions asked for, and the people: a number, or suppressed."""

    values: tuple[str, ...]
    people: Figure


class Lost(NamedTuple):
    """What disclosure control takes away."""

    numbers: int
    of_numbers: int
    people: int
    of_people: int


def by(asked: Sequence[str]) -> tuple[str, ...]:
    """The quarter, one of RELEASED, or both. Raises NotReleased."""
    rest = [name for name in asked if name != PERIOD]
    if not asked or len(rest) > 1 or (rest and rest[0] not in RELEASED):
        raise NotReleased(f"released figures are by {PERIOD} and one of these: {', '.join(RELEASED)}")
    return tuple(asked)


def rows(figures: ReleasedFigures, asked: Sequence[str]) -> list[PublicRow]:
    """The table by one dimension or by both, totals as ALL. Raises NotReleased."""
    dimensions = by(asked)
    other = next((name for name in dimensions if name != PERIOD), None)
    everybody = sum(figures.people)
    if other is None:
        return [*(PublicRow((p,), n) for p, n in zip(figures.periods, figures.people, strict=True)), PublicRow((ALL,), everybody)]
    table = figures.tables[other]
    if dimensions == (other,):
        return [*(PublicRow((v,), n) for v, n in zip(table.rows, table.totals, strict=True)), PublicRow((ALL,), everybody)]
    found = {
        **{(v, p): n for v, line in zip(table.rows, table.cells, strict=True) for p, n in zip(table.periods, line, strict=True)},
        **{(v, ALL): n for v, n in zip(table.rows, table.totals, strict=True)},
        **{(ALL, p): n for p, n in zip(table.periods, table.people, strict=True)},
        (ALL, ALL): everybody,
    }
    first = dimensions.index(other)
    return [PublicRow(values if first == 0 else values[::-1], n) for values, n in found.items()]


def counted(figures: ReleasedFigures, id: str) -> ReleasedTable | None:
    """One of the rapporteur's tables of a release; None where nothing was counted for it, or none were released."""
    return next((one for one in figures.counted if one.id == id), None)


def suppressed(figures: ReleasedFigures) -> Iterator[tuple[str, int, int]]:
    """Of each table of a release how many of its numbers are suppressed, and of how many."""
    yield from ((one.id, one.hidden, len(one.numbers)) for one in figures.counted)


def lost(table: ProtectedTable | None) -> Lost:
    """How much a table does not say; nothing where there is none."""
    return Lost(table.hidden, table.numbers, table.hidden_people, sum(table.people)) if table else Lost(0, 0, 0, 0)


def said(figure: Figure) -> int | str:
    """A figure as files and programs write it."""
    return SUPPRESSED if figure is None else figure
