"""How often needs are passed round, counted as spans come: by pair, need and month, and by how many were asked for a need.

Agencies' spans come in any order, and a later one may change what an earlier one meant. So of each case that new ones tell of, what its
spans came to before is taken away and what they come to now is added: the cost is that of these cases, not of the history.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select
from sqlmodel import Session, SQLModel

from services.reporting.models import AskedTally, CameBackTally, FinishedSpan
from services.reporting.queries.stage_tally import ALL
from services.reporting.rules.latency.passed_round import AskedHandoff, NeedMonth, PairMonth, by_need, by_pair, came_back
from services.reporting.rules.latency.timings import ANSWERED, NOBODYS
from shared.config.calendar import month_of
from shared.protocol.events import HandoffReturned
from shared.protocol.stages import OFFER_REFUSED, OFFERED
from shared.protocol.vocabulary import HandoffKind
from shared.records.codec import from_json
from shared.store.database import add_up, table

CHUNK = 500
"""Cases that are counted at one time."""
S, B, A = table(FinishedSpan).c, table(CameBackTally).c, table(AskedTally).c
FIRST_ACTION = "first_action"
SAID = S.span_id, S.trace_id, S.name, S.stage, S.handoff, S.giver, S.receiver, S.need, S.outcome, S.start, S.simulated, S.attributes
NOT_A_NEED = frozenset({HandoffKind.TRANSFER, HandoffKind.CONSULTATION})
"""Kinds of which nobody takes a need up: the lead of a case, and advice."""
K = TypeVar("K", PairMonth, NeedMonth)


class PairBack(NamedTuple):
    """Hand-offs of one agency to another whose wait is over, and how many of them came back; of one need or month where these are said."""

    giver: str
    receiver: str
    ended: int
    back: int
    month: str = ALL
    need: str = ALL


def count(session: Session, fresh: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> None:
    """Count what these spans tell, which lie in the table and did not before; the first time all that lie there."""
    new, traces = {str(row["span_id"]) for row in fresh}, sorted({str(row["trace_id"]) for row in fresh if _tells(row)})
    if session.connection().execute(select(B.n).limit(1)).first() is None:
        new, traces = set[str](), _all_traces(session)
        empty(session)
    for n in range(0, len(traces), CHUNK):
        _count(session, traces[n : n + CHUNK], new, zone, first=not new)


def empty(session: Session) -> None:
    """Take away what was counted: the next spans count all anew."""
    for model in (CameBackTally, AskedTally):
        session.connection().execute(delete(table(model)))


def _all_traces(session: Session) -> list[str]:
    told = select(S.trace_id).where(S.stage == ANSWERED).distinct().order_by(S.trace_id)
    return list(session.connection().execute(told).scalars())


def _tells(row: Mapping[str, Any]) -> bool:
    return row.get("stage", "") in (ANSWERED, FIRST_ACTION) or row["name"] == HandoffReturned.TYPE


def _count(session: Session, traces: Sequence[str], new: set[str], zone: ZoneInfo, *, first: bool) -> None:
    told = or_(S.stage.in_((ANSWERED, FIRST_ACTION)), S.name == HandoffReturned.TYPE)
    now = session.connection().execute(select(*SAID).where(S.trace_id.in_(traces), told)).mappings().all()
    after = list(_asked(now, zone))
    before = [] if first else list(_asked([row for row in now if row["span_id"] not in new], zone))
    _add(session, CameBackTally, _changes(by_pair(before), by_pair(after)), _pair_keys)
    _add(session, AskedTally, _changes(by_need(before), by_need(after)), _need_keys)


def _changes(before: Counter[K], after: Counter[K]) -> dict[K, int]:
    return {key: n for key in {**before, **after} if (n := after[key] - before[key])}


def _asked(rows: Iterable[Mapping[Any, Any]], zone: ZoneInfo) -> Iterator[AskedHandoff]:
    """The hand-offs of these spans whose wait is over."""
    waits, about = list[Mapping[Any, Any]](), defaultdict[str, set[str]](set)
    for row in rows:
        if row["stage"] == ANSWERED:
            waits.append(row)
        about[row["handoff"]].add(row["stage"] or row["name"])
    for wait in waits:
        said, others = from_json(wait["attributes"]), about[wait["handoff"]]
        if wait["outcome"] in NOBODYS or said.get("nrm.handoff.kind") in NOT_A_NEED:
            continue
        back = came_back(
            wait["outcome"], answered=OFFERED in said and OFFER_REFUSED not in said, returned=HandoffReturned.TYPE in others,
            acted=FIRST_ACTION in others,
        )  # fmt: skip
        yield AskedHandoff(
            wait["trace_id"], wait["need"], bool(wait["simulated"]), wait["start"], wait["handoff"], month_of(wait["start"], zone),
            wait["giver"], wait["receiver"], wait["outcome"], back,
        )  # fmt: skip


def _pair_keys(one: PairMonth) -> Iterator[PairMonth]:
    """Itself, and the totals in which it is."""
    for month, need, pair in product((one.month, ALL), (one.need, ALL), ((one.giver, one.receiver), (ALL, ALL))):
        yield one._replace(month=month, need=need, giver=pair[0], receiver=pair[1])


def _need_keys(one: NeedMonth) -> Iterator[NeedMonth]:
    for month, need in product((one.month, ALL), (one.need, ALL)):
        yield one._replace(month=month, need=need)


def _add(session: Session, model: type[SQLModel], changes: Mapping[K, int], keys: Any) -> None:
    found = Counter[Any]()
    for key, n in changes.items():
        for each in keys(key):
            found[each] += n
    rows = [each._asdict() | {"n": n} for each, n in sorted(found.items()) if n]
    if rows:
        add_up(session.connection(), model, rows, tuple(name for name in rows[0] if name != "n"), "n")
    if any(row["n"] < 0 for row in rows):
        session.connection().execute(delete(table(model)).where(table(model).c.n == 0))


def pairs(session: Session, simulated: bool, month: str = ALL, need: str = ALL, agency: str = "") -> list[PairBack]:
    """By pair, whoever has most that came back first."""
    of_it = [or_(B.giver == agency, B.receiver == agency)] if agency else [B.giver != ALL]
    found = _back(session, (B.giver, B.receiver), B.simulated.is_(simulated), B.month == month, B.need == need, *of_it)
    return sorted(
        (PairBack(giver, receiver, ended, back) for (giver, receiver), ended, back in found),
        key=lambda one: (-one.back, -one.ended, one[:2]),
    )


def of_pair(session: Session, simulated: bool, giver: str, receiver: str) -> PairBack:
    """One pair, in all months."""
    return next((one for one in pairs(session, simulated, agency=giver) if one[:2] == (giver, receiver)), PairBack(giver, receiver, 0, 0))


def back_by_month(session: Session, simulated: bool, need: str = ALL) -> dict[str, tuple[int, int]]:
    """Month → how many waits that began in it are over, and how many of these came back."""
    found = _back(session, (B.month,), B.simulated.is_(simulated), B.month != ALL, B.need == need, B.giver == ALL)
    return {month: (ended, back) for (month,), ended, back in found}


def back_by_need(session: Session, simulated: bool, month: str = ALL) -> dict[str, tuple[int, int]]:
    """The same by need."""
    found = _back(session, (B.need,), B.simulated.is_(simulated), B.month == month, B.need != ALL, B.giver == ALL)
    return {need: (ended, back) for (need,), ended, back in found}


def lines(session: Session, simulated: bool) -> list[PairBack]:
    """By month, pair and need."""
    found = _back(
        session, (B.month, B.giver, B.receiver, B.need), B.simulated.is_(simulated), B.month != ALL, B.need != ALL, B.giver != ALL
    )  # fmt: skip
    return [PairBack(giver, receiver, ended, back, month, need) for (month, giver, receiver, need), ended, back in found]


def _back(session: Session, by: tuple[Any, ...], *of_it: Any) -> list[tuple[Any, int, int]]:
    ended, back = func.sum(B.n), func.coalesce(func.sum(B.n).filter(B.back), 0)
    found = session.connection().execute(select(*by, ended, back).where(*of_it).group_by(*by).order_by(*by))
    return [(tuple(row[:-2]), int(row[-2]), int(row[-1])) for row in found]


def requests(session: Session, simulated: bool) -> list[tuple[NeedMonth, int]]:
    """How many were asked for each need, by month and need, totals too."""
    found = select(*(A[name] for name in NeedMonth._fields), A.n).where(A.simulated.is_(simulated))
    return [
        (NeedMonth._make(row[:-1]), row[-1]) for row in session.connection().execute(found.order_by(A.month, A.need, A.times, A.agreed))
    ]
