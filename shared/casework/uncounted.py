"""Decisions of people that did not count on the log: whoever made one is told until they say that they have seen it, their agency until
somebody has. Nothing of it ends by itself.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from shared.casework.case_reader import CaseReader
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.records.codec import from_json
from shared.store import at_rest
from shared.store.database import insert_new
from shared.store.tables import UNCOUNTED, Journal, Outbox, SeenVerdict

REMOVED = "removed"
"""The verdict of what waited here when the agency left the case: it was never sent."""
AT_MOST = 100
"""Of one list; the oldest come first."""


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A decision that did not count: by which officer (empty where a restored database has forgotten it), when (ms UTC), why, and who
    has seen that."""

    key: str
    case: str
    type: str
    officer: str
    at: int
    verdict: str
    """Of the fold, or REMOVED."""
    facts: dict[str, Any]
    seen: frozenset[str]

    def waits_for(self, officer: str) -> bool:
        """Whether it is to be shown to this officer: to who decided until they have seen it, to colleagues until anybody has."""
        return officer not in self.seen if officer == self.officer else not self.seen


def uncounted(reader: CaseReader, officer: str) -> list[Uncounted]:
    """What waits to be seen by this officer, the oldest first. Lists leave out the cases of others, but not what the officer decided."""
    by_anybody = select(SeenVerdict.key).where(SeenVerdict.key == Outbox.key).exists()
    of_others = and_(Outbox.officer != officer, reader.open(col(Outbox.case)), ~by_anybody)
    return [_read(reader, row) for row in reader.session.exec(_unseen().where(or_(Outbox.officer == officer, of_others)).limit(AT_MOST))]


def unseen(reader: CaseReader, case: str) -> list[Uncounted]:
    """What waits in one case to be seen by who decided it; for whom else it is to be shown it says itself."""
    return [_read(reader, row) for row in reader.session.exec(_unseen().where(Outbox.case == case))]


def _unseen() -> SelectOfScalar[Outbox]:
    by_who_decided = select(SeenVerdict.key).where(SeenVerdict.key == Outbox.key, SeenVerdict.officer == Outbox.officer).exists()
    by_people = or_(Outbox.officer != "", col(Outbox.cause).startswith("form:"))
    return select(Outbox).where(text(f"({UNCOUNTED})"), ~by_who_decided, by_people).order_by(col(Outbox.seq))


def saw(work: UnitOfWork, key: str, officer: str, at: int) -> None:
    """An officer has seen that a decision did not count. Raises RuleBroken where there is none of that key."""
    case = work.session.exec(select(Outbox.case).where(text(f"({UNCOUNTED})"), Outbox.key == key)).first()
    if case is None:
        raise RuleBroken("no-such-decision")
    if insert_new(work.session.connection(), SeenVerdict, [{"key": key, "officer": officer, "at": at}]):
        work.audits.append(AuditLine(at, officer, "seen-uncounted", case, key))


def _read(reader: CaseReader, row: Outbox) -> Uncounted:
    seen = reader.session.exec(select(SeenVerdict.officer).where(SeenVerdict.key == row.key))
    body = reader.session.exec(select(Journal.body).where(Journal.key == row.key).limit(1)).first()
    keys = reader.instance.keystore
    facts = from_json(body)["D0"] if body else at_rest.opened(keys, at_rest.OUTBOX, row.key, row.case, row.parts).get("D0", {})
    verdict = REMOVED if row.state == REMOVED else row.verdict or ""
    return Uncounted(row.key, row.case, row.type, row.officer, row.at, verdict, facts, frozenset(seen))
