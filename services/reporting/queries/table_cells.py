"""Tables of figures, kept up to date in the transaction of each record: a case is counted as it is now, less as it was before.

So the cost grows with what is new, never with what is there, and a record that comes late or corrects another restates past periods.
Where the definitions are not those that were counted by, after an upgrade, every table is counted again of the facts.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, select
from sqlmodel import Session

from services.reporting.models import FigureCell, Happening, Referral, StageTime
from services.reporting.queries import line_times
from services.reporting.rules.tables.catalogue import BY_ID, DECIDED, VERSION, Added, added
from services.reporting.rules.tables.course import Course, KeptFact
from services.reporting.rules.tables.definitions import TableShape
from shared.protocol.statistics import RECORDS, ReferralCounted, StageCounted
from shared.records.codec import from_json, to_json
from shared.store.database import add_up, table

MARK = "tables"
"""Under this name lies by which definitions tables are counted."""
TIMES = frozenset(id for id, one in BY_ID.items() if one.shape is TableShape.TIME)
"""Tables that are kept by line (`line_times`), all others by cell."""
CHUNK = 500
"""Cases that are read at one time."""
C = table(FigureCell).c
READ = select(C.cell, C.n).where(C.by == bindparam("by"), C.simulated == bindparam("simulated"), C.n != 0)
FACTS = REFERRALS, _, HAPPENINGS = table(Referral), table(StageTime), table(Happening)


def restate(session: Session, records: Collection[str], cases: Iterable[str], sign: int = 1) -> None:
    """Restate every table by these records, which lie among the facts already, or with -1 still. `cases`: those that they are of. While
    tables are not counted by these definitions nothing is taken out of them: they are counted again, without what has gone."""
    if not counted_by_these(session):
        if sign > 0:
            recount(session)
        return
    theirs, change = set(records), dict[bool, Added]()
    for simulated, course in courses(session, {case for case in cases if case}, theirs):
        before = Course(tuple(one for one in course.records if one.record not in theirs))
        found = change.setdefault(simulated, Counter())
        found.update({key: sign * n for key, n in added(course).items()})
        found.subtract({key: sign * n for key, n in added(before).items()})
    _add(session, change)


def recount(session: Session) -> None:
    """Count every table again, of all facts."""
    session.connection().execute(delete(table(FigureCell)).where(C.by.in_((MARK, DECIDED, *BY_ID))))
    line_times.empty(session)
    for cases, loose in _portions(session):
        change = dict[bool, Added]()
        for simulated, course in courses(session, cases, loose):
            change.setdefault(simulated, Counter()).update(added(course))
        _add(session, change)
    add_up(session.connection(), FigureCell, [{"by": MARK, "cell": VERSION, "simulated": False, "n": 1}], ("by", "cell", "simulated"), "n")


def all_courses(session: Session) -> Iterator[tuple[bool, Course]]:
    """The course of every case, and of each record whose case nobody knows, with whether it is of simulated times."""
    for cases, loose in _portions(session):
        yield from courses(session, cases, loose)


def cells(session: Session, id: str, simulated: bool, period: str = "") -> list[tuple[str, tuple[str, ...], int]]:
    """Period, values and number of each cell of a table that is not zero, of real facts or of simulated ones; of one period where it is
    named."""
    if id in TIMES:
        lines = line_times.lines(session, id, simulated, period)
        told = ((when, (*values, how, at), n) for when, values, said in lines for how, some in said.items() for at, n in some.items())
        return sorted(told)
    asked = READ.where(C.cell.startswith(to_json([period])[:-1], autoescape=True)) if period else READ
    found = session.connection().execute(asked, {"by": id, "simulated": simulated})
    return sorted((said[0], tuple(said[1:]), int(n)) for cell, n in found for said in (from_json(cell),))


def periods(session: Session, id: str, simulated: bool) -> list[str]:
    """The periods of which a table has something, the newest first."""
    if id in TIMES:
        return sorted(line_times.periods(session, id, simulated), reverse=True)
    begins = select(func.substr(C.cell, 1, len('["2026-Q1"'))).where(C.by == id, C.simulated.is_(simulated), C.n != 0).distinct()
    return sorted({one.split('"')[1] for one in session.connection().execute(begins).scalars()}, reverse=True)


def decided(session: Session, simulated: bool) -> int | None:
    """How many cases have a decision; None while nothing is counted by the definitions of this release."""
    known = counted_by_these(session)
    return sum(n for _, _, n in cells(session, DECIDED, simulated)) if known else None


def counted_by_these(session: Session) -> bool:
    """Whether tables are counted by the definitions of this release."""
    return session.connection().execute(select(C.n).where(C.by == MARK, C.cell == VERSION)).first() is not None


def _add(session: Session, change: Mapping[bool, Added]) -> None:
    rows = [
        {"by": id, "cell": to_json([period, *values]), "simulated": simulated, "n": n}
        for simulated, some in change.items() for (id, period, values), n in sorted(some.items()) if n and id not in TIMES
    ]  # fmt: skip
    add_up(session.connection(), FigureCell, rows, ("by", "cell", "simulated"), "n")
    times = dict[line_times.Line, Counter[tuple[str, str]]]()
    for simulated, some in change.items():
        for (id, period, values), n in some.items():
            if n and id in TIMES:
                times.setdefault((id, to_json([period, *values[:-2]]), simulated), Counter())[values[-2], values[-1]] += n
    line_times.add(session, times)


def courses(session: Session, cases: Collection[str], records: Collection[str]) -> Iterator[tuple[bool, Course]]:
    """The courses of these cases, and of those of these records whose case nobody knows."""
    by: dict[tuple[bool, str], list[KeptFact]] = {}
    for facts in FACTS:
        for column, known in ((facts.c.case, sorted(cases)), (facts.c.record, sorted(records))):
            for n in range(0, len(known), CHUNK):
                asked = select(facts).where(column.in_(known[n : n + CHUNK]))
                asked = asked.where(facts.c.case == "") if column is facts.c.record else asked
                for row in session.connection().execute(asked).mappings():
                    by.setdefault((row["simulated"], row["case"] or row["record"]), []).append(kept_fact(facts, row))
    for (simulated, _), some in sorted(by.items()):
        yield simulated, Course(tuple(sorted(some, key=lambda one: one.record)))


def kept_fact(facts: Table, row: Mapping[Any, Any]) -> KeptFact:
    """A record as it was checked when it came: it is not checked again."""
    said = {str(name): value for name, value in row.items() if name not in ("record", "came", "people", "body", "kind")}
    if facts is HAPPENINGS:
        return KeptFact(row["record"], RECORDS[row["kind"]].model_construct(**from_json(row["body"]), **said), row["came"])
    model = ReferralCounted if facts is REFERRALS else StageCounted
    return KeptFact(row["record"], model.model_construct(**said), row["came"])


def _portions(session: Session) -> Iterator[tuple[set[str], set[str]]]:
    """All cases, so many at a time, then all records whose case nobody knows."""
    after = ""
    while some := sorted({case for facts in FACTS for case in _next(session, facts.c.case, facts.c.case > after)})[:CHUNK]:
        yield set(some), set()
        after = some[-1]
    after = ""
    while some := sorted({one for facts in FACTS for one in _next(session, facts.c.record, facts.c.record > after, facts.c.case == "")})[
        :CHUNK
    ]:
        yield set(), set(some)
        after = some[-1]


def _next(session: Session, column: Any, *where: Any) -> Iterable[str]:
    return session.connection().execute(select(column).where(*where).distinct().order_by(column).limit(CHUNK)).scalars()
