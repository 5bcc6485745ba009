"""Figures kept up to date with each fact, so that the cost of a report depends on its size, not on the number of facts.

One row for each combination of values that may be asked for: no dimension, one, or two of them. Counted in the transaction that takes
the facts, and only for those that are new; filled again with them by `./nrm report rebuild`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from services.reporting.models import FigureCell
from services.reporting.rules.tables.figures import DIMENSIONS, Cell
from shared.records.codec import from_json, to_json
from shared.store.database import add_up, table

WIDEST = 2
"""Dimensions of a figure that is kept; a wider one is counted from the facts."""
KEPT = tuple(by for size in range(WIDEST + 1) for by in combinations(DIMENSIONS, size))
HAPPENED = "happened"
"""The name under which happenings are counted by their kind."""

C = table(FigureCell).c
READ = select(C.cell, C.n).where(C.by == bindparam("by"), C.simulated == bindparam("simulated"))
KINDS = select(C.simulated).where(C.by.in_(("", HAPPENED))).distinct()


def count_referrals(session: Session, facts: Iterable[Mapping[str, Any]], sign: int = 1) -> None:
    """Add new facts to every figure that is kept; with -1 take away those that are erased."""
    added = Counter[tuple[str, str, bool]]()
    for fact in facts:
        for by in KEPT:
            added[",".join(by), to_json([fact[name] for name in by]), fact["simulated"]] += sign * fact["people"]
    _add(session, added)


def count_happenings(session: Session, facts: Iterable[Mapping[str, Any]], sign: int = 1) -> None:
    """Add new happenings by their kind; with -1 take away those that are erased."""
    found = Counter((HAPPENED, to_json([fact["kind"]]), fact["simulated"]) for fact in facts)
    _add(session, Counter({cell: sign * n for cell, n in found.items()}))


def _add(session: Session, added: Counter[tuple[str, str, bool]]) -> None:
    rows = [{"by": by, "cell": cell, "simulated": simulated, "n": n} for (by, cell, simulated), n in sorted(added.items())]
    add_up(session.connection(), FigureCell, rows, ("by", "cell", "simulated"), "n")


def people(session: Session, by: Sequence[str], *, simulated: bool) -> list[Cell]:
    """The figure by these dimensions, at most WIDEST of them, of real facts or of simulated ones."""
    known = tuple(name for name in DIMENSIONS if name in by)
    order = [known.index(name) for name in by]
    return [(tuple(values[n] for n in order), people) for values, people in _read(session, ",".join(known), simulated)]


def happenings(session: Session, simulated: bool) -> dict[str, int]:
    """How often each kind of thing happened."""
    return {values[0]: number for values, number in _read(session, HAPPENED, simulated)}


def _read(session: Session, by: str, simulated: bool) -> list[tuple[list[str], int]]:
    found = session.connection().execute(READ, {"by": by, "simulated": simulated})
    return [(from_json(cell), int(number)) for cell, number in found if number]


def kinds(session: Session) -> set[bool]:
    """Whether real referrals and happenings are counted here, simulated ones, or both."""
    return set(session.connection().execute(KINDS).scalars())
