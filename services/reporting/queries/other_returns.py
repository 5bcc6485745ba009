"""Returns of other bodies: taken beside our own figures, marked, and restated openly. What is shown of them is for cleared staff alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from services.reporting.models import OtherReturn, OtherReturnCell
from services.reporting.queries.restricted import Clearance
from services.reporting.queries.table_cells import cells
from shared.store.database import table

C = table(OtherReturnCell).c
BY = ("forms", "age", "sex", "nationality", "standing", "kind")
"""By what a return may be looked at, beside the quarter."""


class ReturnedCell(NamedTuple):
    """People of a return under these values; None: suppressed at source, which is not none."""

    quarter: str
    kind: str
    forms: str
    age: str
    sex: str
    nationality: str
    standing: str
    people: int | None


class ReturnedLine(NamedTuple):
    """People of a body's newest returns under one value of one thing, and how many of its cells are suppressed at source."""

    quarter: str
    value: str
    people: int
    hidden: int


class AlreadyTaken(ValueError):
    """There is a return of this body for such a quarter; the message names the quarters."""


class SameReturn(ValueError):
    """The newest return of this body says the same: it was sent twice."""


@dataclass(frozen=True)
class BesideOurs:
    """What a body counts in a quarter, beside ours. `former`: what its earlier returns said, the newest first."""

    quarter: str
    body: str
    source: str
    people: int
    suppressed: int
    """Cells that its source does not show: that many times at least one person is missing from `people`."""
    ours: int | None
    """None where we know nothing of the quarter, which is not nobody."""
    former: tuple[int, ...]


def take(session: Session, said: OtherReturn, returned: Sequence[ReturnedCell], *, revises: bool) -> int:
    """Keep a return; its id. A later one of the same quarters takes the place of what was said, where it says that it does. Raises
    SameReturn, AlreadyTaken, ValueError where it has no cell."""
    if not returned:
        raise ValueError("a return counts something")
    if _newest(session, said.body) == sorted(returned, key=repr):
        raise SameReturn
    quarters = {one.quarter for one in returned}
    asked = select(C.quarter).distinct().where(C.of.in_(select(table(OtherReturn).c.id).where(table(OtherReturn).c.body == said.body)))
    there = quarters & set(session.connection().execute(asked).scalars())
    if there and not revises:
        raise AlreadyTaken(", ".join(sorted(there)))
    session.add(said)
    session.flush()
    lines = [{"of": said.id, "n": n, **one._asdict()} for n, one in enumerate(returned)]
    session.connection().execute(insert(table(OtherReturnCell)), lines)
    return said.id or 0


def _newest(session: Session, body: str) -> list[ReturnedCell]:
    """What the newest return of a body says."""
    R = table(OtherReturn).c
    last = select(func.max(R.id)).where(R.body == body).scalar_subquery()
    found = session.connection().execute(select(*(C[name] for name in ReturnedCell._fields)).where(C.of == last))
    return sorted((ReturnedCell(*row) for row in found), key=repr)


def beside_ours(_by: Clearance, session: Session, simulated: bool) -> list[BesideOurs]:
    """Each quarter of each body, by its newest return, beside our own number of people reported; the newest quarter first."""
    returns = {one.id: one for one in session.exec(rows_of(OtherReturn).order_by(col(OtherReturn.id)))}
    sums = select(C.of, C.quarter, func.sum(C.people), func.count() - func.count(C.people)).group_by(C.of, C.quarter).order_by(C.of)
    found: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for of, quarter, people, hidden in session.connection().execute(sums):
        found.setdefault((quarter, returns[of].body), []).append((of, int(people or 0), int(hidden)))
    ours = Counter[str]()
    for period, _, n in cells(session, "T2", simulated):
        ours[period] += n
    return [
        BesideOurs(quarter, body, returns[said[-1][0]].source, said[-1][1], said[-1][2], ours.get(quarter),
                   tuple(people for _, people, _ in said[-2::-1]))
        for (quarter, body), said in sorted(found.items(), key=lambda item: (item[0][0], item[0][1]), reverse=True)
    ]  # fmt: skip


def returned_by(_by: Clearance, session: Session, body: str, by: str) -> list[ReturnedLine]:
    """A body's newest returns by one other thing. `by`: one of BY; forms count each form by itself."""
    newest: dict[str, int] = {}
    of = [one.id for one in session.exec(rows_of(OtherReturn).where(OtherReturn.body == body).order_by(col(OtherReturn.id)))]
    for id, quarter in session.connection().execute(select(C.of, C.quarter).distinct().where(C.of.in_(of)).order_by(C.of)):
        newest[quarter] = id
    people, hidden = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    asked = select(C.of, C.quarter, C[by], C.people).where(C.of.in_(set(newest.values())))
    for id, quarter, said, n in session.connection().execute(asked):
        for value in said.split(",") if by == "forms" else [said]:
            if newest[quarter] == id:
                people[quarter, value] += n or 0
                hidden[quarter, value] += n is None
    return [ReturnedLine(quarter, value, n, hidden[quarter, value]) for (quarter, value), n in sorted(people.items())]
