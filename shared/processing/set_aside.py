"""Setting aside: an officer decides that this instance goes on without a record that it cannot apply.

From then on its picture of the case lacks what the others have, so this is the last resort: only the record that holds its case, with a
reason, on the record in journal and audit. A record that says who is in the case is never set aside: without it people's data could go to
an agency that has left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select, update

from shared.config.clock import wall
from shared.decisions.audit import AuditLine, proof, reasoned
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.core import Core
from shared.protocol.events import RosterSet
from shared.protocol.following import Mark
from shared.records.codec import from_json, to_json
from shared.records.reader import Taken
from shared.store.database import insert_new
from shared.store.tables import Journal, Parked

SET_ASIDE = "set aside"
"""What the journal notes of such a record instead of a verdict."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A record that was set aside here: where it lies, who decided that, why and when (ms UTC)."""

    case: str
    partition: int
    place: int
    type: str
    author: str
    by: str
    reason: str
    at: int


def may_go(type: str) -> bool:
    """Whether a record of this type may be set aside at all."""
    return type != RosterSet.TYPE


def ask_aside(session: Session, partition: int, place: int, *, by: str, reason: str, at: int) -> None:
    """Flag the record that lies there; the instance that owns the partition acts on it, and tries it once more first.

    Raises RuleBroken where no such record is parked, where it is not the one that holds its case, where it says who is in the case, or
    where nobody gives a reason.
    """
    row = session.exec(select(Parked).where(Parked.partition == partition, Parked.place == place)).first()
    if row is None:
        raise RuleBroken("not-parked")
    if row.place != session.exec(select(Parked.place).where(Parked.case == row.case).order_by(col(Parked.place)).limit(1)).one():
        raise RuleBroken("only-waits-behind")
    if not may_go(row.type):
        raise RuleBroken("says-who-is-in")
    said = reasoned(reason, "reason-needed")
    if not by.strip():
        raise RuleBroken("officer-needed", "by")
    asked = update(Parked).where(col(Parked.seq) == row.seq)
    session.connection().execute(asked.values(aside=True, asked_by=by.strip(), asked_reason=said, asked_at=at))


def set_aside(work: UnitOfWork, row: Parked, taken: Taken) -> None:
    """The instance goes on without this record: it is journalled with who and why, audited, and an own decision in it never goes again."""
    opened = taken.said
    core = opened.core if opened else Core(row.case, 0, row.author, row.logged_at, "", "", row.type, {})  # of a lost one no more is known
    event = opened.event if opened else sha256(f"{row.partition}:{row.place}:lost".encode()).hexdigest()[:32]
    told = {"D0": core.facts, "aside": {"by": row.asked_by, "reason": row.asked_reason, "at": row.asked_at}}
    note: dict[str, Any] = {
        "event": event, "key": core.key, "case": core.case, "partition": row.partition, "place": row.place, "type": core.type,
        "author": core.author, "cause": core.cause, "roster": core.roster, "at": core.at, "logged_at": row.logged_at, "applied_at": wall(),
        "verdict": SET_ASIDE, "simulated": core.simulated, "differs": True, "body": to_json(told),
    }  # fmt: skip
    insert_new(work.session.connection(), Journal, [note])  # at once: what is tried behind it is journalled after it
    work.audits.append(
        AuditLine(
            work.instance.clock.now()[0], row.asked_by, f"set_aside:{proof(work.instance.secret, row.asked_reason)}", core.case, core.key
        )
    )
    if opened and core.author == work.instance.me:
        work.echoes.setdefault(core.case, {}).setdefault(core.key, SET_ASIDE)


def lacking(records: Iterable[Journal]) -> list[Aside]:
    """What a case lacks here, of its records in order; what lies before a checkpoint that the agency joined again by is in its picture."""
    lacks: list[Aside] = []
    for row in records:
        if row.verdict == Mark.IN_CHECKPOINT:
            lacks = []
        elif row.verdict == SET_ASIDE:
            lacks.append(aside_of(row))
    return lacks


def lacks(session: Session, case: str) -> list[Aside]:
    """The same of one case, read from the journal."""
    told = select(Journal).where(Journal.case == case, col(Journal.verdict).in_((SET_ASIDE, Mark.IN_CHECKPOINT)))
    return lacking(session.exec(told.order_by(col(Journal.seq))))


def aside_of(row: Journal) -> Aside:
    """What a journal row says of a record that was set aside."""
    told = from_json(row.body)["aside"]
    return Aside(row.case, row.partition, row.place, row.type, row.author, told["by"], told["reason"], told["at"])
