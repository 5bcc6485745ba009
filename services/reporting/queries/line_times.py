"""Tables of times as they are kept: one row for each line, with how many took how long. So what a page reads grows with the lines that it
shows, not with the hundreds of times of each.

Only the one writer of an instance adds to them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, delete, func, select, true
from sqlmodel import Session

from services.reporting.models import LineTimes
from services.reporting.rules.tables.table_rows import LineOfTimes
from shared.records.codec import from_json, to_json
from shared.store.database import table, upsert

KEYS = ("by", "line", "simulated")
CHUNK = 500
"""Lines that are read at one time."""
NOBODY = to_json({})
T = table(LineTimes).c
Line = tuple[str, str, bool]
"""Table, period and values as a JSON list, and whether of simulated times."""


def add(session: Session, change: Mapping[Line, Mapping[tuple[str, str], int]]) -> None:
    """Add to lines so many of each kind and time; what comes to none is no more."""
    there = _there(session, list(change))
    rows = list[dict[str, Any]]()
    for line, some in sorted(change.items()):
        told: dict[str, dict[str, int]] = there.get(line, {})
        for (how, when), n in some.items():
            of = told.setdefault(how, {})
            of[when] = of.get(when, 0) + n
        known = {how: some for how, of in sorted(told.items()) if (some := {when: of[when] for when in sorted(of) if of[when]})}
        rows.append({**dict(zip(KEYS, line, strict=True)), "told": to_json(known)})
    upsert(session.connection(), LineTimes, rows, KEYS)


def _there(session: Session, lines: list[Line]) -> dict[Line, Any]:
    found = dict[Line, Any]()
    for by, simulated in {(by, simulated) for by, _, simulated in lines}:
        some = [line for of, line, kind in lines if (of, kind) == (by, simulated)]
        for n in range(0, len(some), CHUNK):
            asked = _asked(by, simulated).where(T.line.in_(some[n : n + CHUNK]))
            found |= {(by, line, simulated): from_json(told) for line, told in session.connection().execute(asked)}
    return found


def _asked(by: str, simulated: bool) -> Select[str, str]:
    return select(T.line, T.told).where(T.by == by, T.simulated.is_(simulated), T.told != NOBODY)


def lines(session: Session, id: str, simulated: bool, period: str = "") -> list[LineOfTimes]:
    """The lines of a table, of real facts or of simulated ones; of one period where it is named."""
    of_it = T.line.startswith(to_json([period])[:-1], autoescape=True) if period else true()
    rows = session.connection().execute(_asked(id, simulated).where(of_it))
    return sorted((said[0], tuple(said[1:]), from_json(told)) for line, told in rows for said in (from_json(line),))


def periods(session: Session, id: str, simulated: bool) -> list[str]:
    """Of which a table has something, each once."""
    asked = _asked(id, simulated).with_only_columns(func.substr(T.line, 1, len('["2026-Q1"'))).distinct()
    return sorted({one.split('"')[1] for one in session.connection().execute(asked).scalars()})


def empty(session: Session) -> None:
    """Take all of them away."""
    session.connection().execute(delete(table(LineTimes)))
