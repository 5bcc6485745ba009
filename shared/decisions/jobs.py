"""The rows of what somebody must do, kept in step with the pictures in the transaction that changes one, so that Today only reads them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, or_, select

from shared.protocol.case import Case
from shared.protocol.next_moves import Move, What
from shared.protocol.vocabulary import Urgency
from shared.store.database import table, upsert
from shared.store.job_tables import NEVER, Job
from shared.store.statements import Among
from shared.store.tables import CaseView

J, V = table(Job).c, table(CaseView).c
SAID = ("who", "giver", "lead", "need", "urgency", "rank", "due", "began", "opens", "paused", "stall", "simulated")
"""What may change of a job that is there."""
STORED = Among(J.case, select(table(Job)).where)
GONE = delete(table(Job)).where(J.case == bindparam("c"), J.what == bindparam("w"), J.key == bindparam("k"))
UNLISTED = select(V.case).where(V.closed.is_(False), ~select(J.case).where(J.case == V.case).exists()).order_by(V.case)
OWN = 0
"""Since when there is a job that follows from what an officer here has just decided: to nobody here is it new."""
Id = tuple[str, str, str]
Moves = Callable[[Case], Iterable[Move]]
"""Who must move in a case, by the protocol and by the rules of the country."""

Tells = Callable[[Mapping[str, Any]], bool]

CAME_BACK = frozenset({What.REASSIGN, What.UNADVISED, What.SETTLE})
"""What must be done of a request that ended without help."""


def jobs(case: Case | None, moves: Moves, now: int) -> list[dict[str, Any]]:
    """The rows of a case; none where there is nothing to do in it, or it is not ours any more."""
    return [_row(case, move, now) for move in moves(case)] if case else []


def _row(case: Case, move: Move, now: int) -> dict[str, Any]:
    return {
        "case": case.id, "what": move.what.value, "key": move.key, "who": move.who, "giver": _giver(case, move), "lead": case.lead,
        "need": move.need.value if move.need else "", "urgency": case.urgency.value, "rank": 0 if case.urgency is Urgency.DANGER else 1,
        "due": NEVER if move.by is None else move.by, "began": move.began or 0, "opens": move.opens or 0,
        "paused": move.paused or 0, "stall": move.stall or "", "since": now, "simulated": case.simulated,
    }  # fmt: skip


def _giver(case: Case, move: Move) -> str:
    """Who waits for it, and may be phoned about it: who asked; of a task the lead, of what the lead must decide whoever reported the case.

    Of what came back not the agency that it came back from: that said no, or may know nothing of the case any more.
    """
    if move.handoff is None or (move.what in CAME_BACK and move.who == case.lead):
        return case.lead if move.task or case.reporter not in case.agencies else case.reporter
    if move.what in CAME_BACK:
        return case.lead
    return move.handoff.to if move.who == move.handoff.giver else move.handoff.giver


def keep_in_step(
    connection: Connection, told: Mapping[str, Case | None], moves: Moves, now: int, ours: Collection[str] = (),
    tells: Tells = lambda _: True,
) -> list[dict[str, Any]]:  # fmt: skip
    """Write what changed in the jobs of these cases, as lists show them; what stays as it is is not touched. Gives the rows that are news
    to whoever must do them: new ones, those that another had before, or another service of the agency, and those in which there is danger
    now.

    `ours`: those of them in which an officer here has just decided something. What a clock says by itself nobody here knows of. `tells`:
    whether officers are told here of a job of the agency: with the lead it may pass from one of its services to another."""
    if not told:
        return []
    stored = {_id(row): row for row in STORED(connection, sorted(told))}
    rows = (row for id, case in told.items() for row in jobs(case, moves, OWN if id in ours else now))
    wanted = {(row["case"], row["what"], row["key"]): row for row in rows}
    if gone := [dict(zip("cwk", id, strict=True)) for id in stored.keys() - wanted.keys()]:
        connection.execute(GONE, gone)
    changed = [row for id, row in wanted.items() if id not in stored or any(getattr(stored[id], name) != row[name] for name in SAID)]
    upsert(connection, Job, changed, ("case", "what", "key"), keep=("since",))
    return [row for id, row in wanted.items() if row["since"] != OWN and _is_news(row, stored.get(id), tells)]


def _is_news(row: Mapping[str, Any], before: Row[Any] | None, tells: Tells) -> bool:
    if before is None or row["who"] != before.who or row["rank"] < before.rank:
        return True
    return tells(row) and not tells({"what": before.what, "lead": before.lead})


def lasts(now: Any) -> ColumnElement[bool]:
    """All but what was to last until a moment that has come (ms UTC, or a parameter of a statement): there is nothing left to do in it."""
    return or_(J.what != What.KEEP.value, J.opens > now)


def unlisted(connection: Connection) -> list[str]:
    """Open cases that have no job here, as in a database from before there were any."""
    return list(connection.execute(UNLISTED).scalars())


def _id(row: Row[Any]) -> Id:
    return row.case, row.what, row.key
