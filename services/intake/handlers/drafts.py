"""Reports that somebody has begun: kept step by step, handed over, and gone when they are sent, thrown away, or nobody went on with them.

A draft is no decision and no event. Its answers are closed under a key of its own (`at_rest.DRAFT`), which is destroyed with it: what an
old copy of the database holds of it nobody opens any more.
"""

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, or_, select

from services.intake.models import ReportDraft
from services.intake.rules.drafts import KEPT
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import PLACES
from shared.decisions.audit import AuditLine
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import ANEW, recorded_under
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.records.codec import from_json, to_json
from shared.store import at_rest

LONGEST_DRAFT = 64_000
"""Characters of all answers: many times what the form takes."""


def save_draft(
    work: UnitOfWork, id: str, officer: str, fields: Iterable[str], values: dict[str, Any], at: int, *, raid: bool = False
) -> None:  # fmt: skip
    """Keep what one step said: in place of what these fields said before, beside what other steps said. `raid`: of several people.

    Raises RuleBroken where it was sent already, where it is somebody else's or gone, and for more than a form holds.
    """
    if recorded_under(work.session, id) or recorded_under(work.session, ANEW + id):
        raise RuleBroken("draft-sent")
    row = work.session.get(ReportDraft, id) or ReportDraft(
        id=id, officer=officer, begun_at=at, saved_at=at, answers="", raid=raid
    )  # fmt: skip
    if row.officer != officer or row.ended or row.raid != raid or at_rest.is_gone(work.instance.keystore, id):
        raise RuleBroken("no-such-draft")
    before = _opened(work, row)
    if row.answers and not before:  # saved again it would look whole, without all that nobody can open
        raise RuleBroken("no-such-draft")
    kept: dict[str, Any] = from_json(before or "{}")
    said = {name: value for name, value in kept.items() if name not in set(fields)} | values
    column = to_json(said)
    if len(column) > LONGEST_DRAFT:
        raise RuleBroken("draft-too-long")
    row.saved_at, row.answers = at, at_rest.closed_text(work.instance.keystore, at_rest.DRAFT, id, id, column)
    work.session.add(row)


def end_draft(tx: DecisionContext) -> None:
    """A report is filed: the draft from which it was sent, if there was one, is kept no longer."""
    row = tx.session.get(ReportDraft, tx.cause.removeprefix("form:").removeprefix(ANEW))
    if row is not None and row.officer == tx.officer:
        _end(tx.work, row)


def end_present(work: UnitOfWork, id: str, officer: str) -> None:
    """All that it was about is sent. Nothing happens where that was seen before."""
    row = work.session.get(ReportDraft, id)
    if row is not None and not row.ended and row.officer == officer:
        _end(work, row)


def throw_away(work: UnitOfWork, id: str, officer: str) -> None:
    """Its officer does not want it any more. Raises RuleBroken where it is not theirs."""
    _end(work, _present(work, id, officer))


def hand_over_draft(work: UnitOfWork, id: str, to: str, by: str, at: int) -> None:
    """Its officer is away: another one goes on with it. Raises RuleBroken where there is none."""
    row = _present(work, id)
    if to != row.officer:
        row.officer = to
        work.session.add(row)
        work.audits.append(AuditLine(at, by, "draft-given", id, to))


def tend_drafts(instance: State, transact: Transact, now: int) -> None:
    """Now and then: end what nobody went on with for 28 days, then destroy the keys of all that have ended, then forget them.

    A keystore that cannot be written is no reason to stop: what has ended says nothing any more, and its key goes next time.
    """
    ended = transact(lambda work: _ended(work, now))
    if not ended:
        return
    try:
        if instance.keystore is not None:
            instance.keystore.erase({id: tuple(PLACES) for id in ended})
    except (OSError, Unusable):
        return
    transact(lambda work: _forget(work, ended))


def _ended(work: UnitOfWork, now: int) -> list[str]:
    old = col(ReportDraft.saved_at) <= now - KEPT
    rows = work.session.exec(select(ReportDraft).where(or_(old, col(ReportDraft.ended).is_(True))).order_by(ReportDraft.id)).all()
    for row in rows:
        _end(work, row)
    return [row.id for row in rows]


def _forget(work: UnitOfWork, ended: Iterable[str]) -> None:
    for id in ended:
        if (row := work.session.get(ReportDraft, id)) is not None:
            work.session.delete(row)


def _end(work: UnitOfWork, row: ReportDraft) -> None:
    row.ended, row.answers = True, ""
    work.session.add(row)


def _present(work: UnitOfWork, id: str, officer: str = "") -> ReportDraft:
    row = work.session.get(ReportDraft, id)
    if row is None or row.ended or (officer and row.officer != officer):
        raise RuleBroken("no-such-draft")
    return row


def _opened(work: UnitOfWork, row: ReportDraft) -> str:
    return at_rest.opened_text(work.instance.keystore, at_rest.DRAFT, row.id, row.id, row.answers)
