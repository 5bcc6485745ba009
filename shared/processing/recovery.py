"""Recovery after a start: which of its own decisions an instance learned from the log, since its database lacked them, and which are lost.

A database from a backup knows less than the instance has decided. What is on the log it learns from there, before anything is sent.
What people decided and never reached the log is in no database any more: the decision log names it
(docs/adr/0013-a-diary-beside-the-database.md).
"""

from dataclasses import asdict, dataclass

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from shared.config.clock import wall
from shared.decisions.audit import AuditLine
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.log_switch import ordinal
from shared.protocol.case import SETTLING
from shared.records.codec import turn_of
from shared.store.database import insert_new, table
from shared.store.decision_log import KEPT, Entry
from shared.store.instance_tables import LostDecision, RecoveryReport
from shared.store.tables import Journal, Outbox, Statistic


@dataclass(frozen=True, slots=True)
class RecoveryAccount:
    """What a start found missing in its database, and what became of that."""

    id: int
    at: int
    """By the wall clock, ms UTC."""
    found: int
    """Own decisions that were learned from the log again."""
    lost: list[Entry]
    """Decisions of people that are in no database and not on the log."""
    uncounted: int
    """Statistical records that are not sent again, because the secret of their ids is lost."""
    seen: str
    """The officer who has dealt with it; empty before."""


LOST, REPORTS = select(LostDecision).order_by(col(LostDecision.seq)), select(RecoveryReport).order_by(col(RecoveryReport.id))


def recover(work: UnitOfWork) -> None:
    """Write a report where the database had forgotten something; nothing where all is as it was left."""
    found = _learned(work)
    lost = _lost(work)
    uncounted = _uncounted(work) if work.instance.secret_is_new else 0
    if not (found or lost or uncounted):
        return
    last = work.session.exec(select(func.max(RecoveryReport.id))).one() or 0
    work.session.add(RecoveryReport(id=last + 1, at=wall(), found=found, uncounted=uncounted))
    work.session.add_all(LostDecision(report=last + 1, **asdict(entry)) for entry in lost)
    work.session.flush()
    work.instance.lacks(missing(reports(work.session)))


def reports(session: Session) -> list[RecoveryAccount]:
    """The reports so far, the oldest first."""
    lost: dict[int, list[Entry]] = {}
    for row in session.exec(LOST):
        lost.setdefault(row.report, []).append(Entry(row.key, row.case, row.type, row.officer, row.at))
    rows = session.exec(REPORTS).all()
    return [RecoveryAccount(row.id, row.at, row.found, lost.get(row.id, []), row.uncounted, row.seen_by) for row in rows]


def missing(told: list[RecoveryAccount]) -> int:
    """How many lost decisions nobody has dealt with yet, of these reports."""
    return sum(len(report.lost) for report in told if not report.seen)


def seen(work: UnitOfWork, report: int, officer: str) -> None:
    """An officer has dealt with what a report names."""
    row = work.session.get(RecoveryReport, report)
    if row and not row.seen_by:
        row.seen_by = officer
        work.session.flush()
        work.audits.append(AuditLine(wall(), officer, "recovery-seen", "", str(report)))
    work.instance.lacks(missing(reports(work.session)))


def _learned(work: UnitOfWork) -> int:
    """Own decisions that only the log knew get their row in the outbox, done; returns how many there were."""
    ours = select(Journal).where(Journal.author == work.instance.me, col(Journal.verdict).in_(SETTLING))
    rows = work.session.exec(ours.where(~select(Outbox.seq).where(Outbox.key == Journal.key).exists())).all()
    back = [
        {
            "key": row.key, "case": row.case, "type": row.type, "cause": row.cause, "ordinal": ordinal(row.author, row.cause, row.key),
            "at": row.at, "decided_at": row.logged_at, "simulated": row.simulated, "officer": "",
            "turn": turn_of(row.type).value, "parts": "{}", "state": "done", "verdict": row.verdict,
        }
        for row in rows
    ]  # fmt: skip
    insert_new(work.session.connection(), Outbox, back)
    return len(back)


def _lost(work: UnitOfWork) -> list[Entry]:
    """Decisions of people that the decision log knows, and neither the outbox nor the log."""
    decision_log = work.instance.decision_log
    if decision_log is None:
        return []
    entries = [entry for entry in decision_log.read() if entry.at > wall() - KEPT]
    reported = set(work.session.exec(select(LostDecision.key)))
    known = {key for model in (Outbox, Journal) for key in _known(work, model, [entry.key for entry in entries])}
    decision_log.keep(entries)
    return [entry for entry in entries if entry.key not in known | reported]


def _known(work: UnitOfWork, model: type[Outbox] | type[Journal], keys: list[str]) -> set[str]:
    found: set[str] = set()
    for n in range(0, len(keys), 500):
        found |= set(work.session.exec(select(model.key).where(col(model.key).in_(keys[n : n + 500]))))
    return found


def _uncounted(work: UnitOfWork) -> int:
    """Under a new secret each statistical record would have another id, and reporting would count it twice: those are not sent again.

    A new secret and own records on the log: the database and the decision log are lost. A new instance has decided nothing yet.
    """
    if work.session.exec(select(Journal.seq).where(Journal.author == work.instance.me).limit(1)).first() is None:
        return 0
    held = update(table(Statistic)).where(table(Statistic).c.done.is_(False)).values(done=True)
    work.instance.send_no_statistics()
    return work.session.connection().execute(held).rowcount
