"""What is asked about the person's data of a case: to erase it, to hold it, to end a hold.

Commands and the log only write it into the database; the instance that owns it acts on it between polls (`erasure`), and audits. A legal
hold counts from the moment it is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import exists, or_
from sqlmodel import Session, SQLModel, col, select

from shared.casework.account_file import PROCEEDINGS, EntryKind, open_holds
from shared.casework.person_requests import RequestState
from shared.privacy.receipts import ReceiptDue
from shared.protocol.classes import SECTIONS
from shared.protocol.vocabulary import KeepGround
from shared.records.codec import from_json, to_json
from shared.store.account_tables import AccountEntry
from shared.store.erasure_tables import (
    ErasedClass,
    ErasureProposal,
    HoldRelease,
    KeptForProceedings,
    LegalHold,
    PendingErasure,
    PendingReceipt,
)
from shared.store.person_tables import StatementRow
from shared.store.rights_tables import PersonRequest
from shared.store.tables import CaseView, Parked


@dataclass(frozen=True, slots=True)
class HoldDecision:
    """Who decides something about a case's data, why, and when (ms UTC). The reason names no person."""

    by: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """Who asks to erase, why, and when (ms UTC). The reason names no person."""

    by: str
    reason: str
    at: int
    classes: list[str] = field(default_factory=lambda: list(SECTIONS))
    """What is to be erased."""
    answers: list[ReceiptDue] = field(default_factory=list[ReceiptDue])
    """The receipts that go out once it is done."""

    def beside(self, other: "ErasureRequest") -> "ErasureRequest":
        """One request for what both ask for."""
        return replace(self, classes=sorted({*self.classes, *other.classes}), answers=[*other.answers, *self.answers])


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """How a case stands at one instance: whether it is known, held, about to be erased, erased when (ms UTC) in which classes."""

    here: bool
    hold: HoldDecision | None
    asked: bool
    erased_at: int | None
    erased: frozenset[str] = frozenset()
    parked: bool = False
    """Whether records of it are parked: they must be applied or set aside before anything is erased."""
    account: bool = False
    """Whether there is an account of the exploitation, and proceedings are named: unless they have ended, its class is kept."""
    proposal: ErasureRequest | None = None
    """What waits for a second officer."""


def standing(session: Session, case: str) -> CaseStanding:
    """How a case stands, by its instance's database."""
    held = session.get(LegalHold, case)
    erased = session.exec(select(ErasedClass).where(ErasedClass.case == case)).all()
    return CaseStanding(
        here=session.get(CaseView, case) is not None, hold=order_of(held) if held else None,
        asked=session.get(PendingErasure, case) is not None, erased_at=max((row.at for row in erased), default=None),
        erased=frozenset(row.data_class for row in erased),
        parked=session.exec(select(Parked.seq).where(Parked.case == case).limit(1)).first() is not None,
        account=_account(session, case),
    )  # fmt: skip


def _account(session: Session, case: str) -> bool:
    entries = session.exec(select(AccountEntry).where(AccountEntry.case == case)).all()
    told = select(StatementRow.seq).where(
        StatementRow.case == case, col(StatementRow.field).in_(PROCEEDINGS), col(StatementRow.superseded_by).is_(None),
        col(StatementRow.withdrawn).is_(False),
    )  # fmt: skip
    alive = any(one.kind == EntryKind.VERSION and one.erased_at is None for one in entries)
    return alive and (bool(open_holds(entries)) or session.exec(told.limit(1)).first() is not None)


def request_erasure(session: Session, case: str, wish: ErasureRequest) -> None:
    """Ask the instance to erase, beside what was asked before."""
    asked = pending(session, case)
    keep_pending(session, case, wish.beside(asked) if asked else wish)
    session.flush()


def place_hold(session: Session, case: str, order: HoldDecision) -> None:
    """Hold a case from now on. An erasure that waits is withdrawn; where somebody waits for its receipt it stays, so that they hear
    of it."""
    session.merge(LegalHold(case=case, by=order.by, reason=order.reason, at=order.at, audited=False))
    unanswered = pending(session, case)
    if unanswered and not unanswered.answers:
        drop_pending(session, case)
    drop(session, HoldRelease, case)
    session.flush()


def request_release(session: Session, case: str, order: HoldDecision) -> None:
    """Ask the instance to end a hold."""
    session.merge(HoldRelease(case=case, by=order.by, reason=order.reason, at=order.at))
    session.flush()


def order_of(row: LegalHold | HoldRelease) -> HoldDecision:
    """Who decided what a row says, why and when."""
    return HoldDecision(row.by, row.reason, row.at)


ANYTHING = or_(
    exists(
        select(PersonRequest.seq).where(or_(col(PersonRequest.state) == RequestState.CONFIRMED.value, col(PersonRequest.unaudited) != "")),
    ),
    exists(select(PendingErasure.case)), exists(select(HoldRelease.case)),
    exists(select(LegalHold.case).where(col(LegalHold.audited).is_(False))),
    exists(select(AccountEntry.id).where(col(AccountEntry.erased_at).is_not(None), col(AccountEntry.gone).is_(False))),
    exists(
        select(KeptForProceedings.answers).where(col(KeptForProceedings.ended_at).is_not(None), col(KeptForProceedings.gone).is_(False)),
    ),
    exists(select(ErasureProposal.seq).where(or_(col(ErasureProposal.audited).is_(False), col(ErasureProposal.second) != ""))),
)  # fmt: skip
"""Whether the instance has something to do about it."""


# --- erasures that wait -----------------------------------------------------------------------------------------------------------


def pending(session: Session, case: str) -> ErasureRequest | None:
    """What is to be erased of a case."""
    row = session.get(PendingErasure, case)
    if row is None:
        return None
    return ErasureRequest(row.by, row.reason, row.at, from_json(row.classes), [_due(one) for one in _receipts(session, case)])


def keep_pending(session: Session, case: str, wish: ErasureRequest) -> None:
    """This, and nothing else, is to be erased of a case."""
    session.merge(PendingErasure(case=case, by=wish.by, reason=wish.reason, at=wish.at, classes=to_json(wish.classes)))
    _drop_receipts(session, case)
    session.add_all(_rows(case, wish.answers))
    session.flush()


def drop_pending(session: Session, case: str) -> None:
    """Nothing is to be erased of a case any more."""
    drop(session, PendingErasure, case)
    _drop_receipts(session, case)


def drop(session: Session, model: type[SQLModel], case: str) -> None:
    """The row of a case goes, where there is one."""
    row = session.get(model, case)
    if row is not None:
        session.delete(row)
    session.flush()


def _drop_receipts(session: Session, case: str) -> None:
    for row in _receipts(session, case):
        session.delete(row)
    session.flush()


def _receipts(session: Session, case: str) -> Sequence[PendingReceipt]:
    return session.exec(select(PendingReceipt).where(PendingReceipt.case == case).order_by(col(PendingReceipt.seq))).all()


def _due(row: PendingReceipt) -> ReceiptDue:
    ground = KeepGround(row.ground) if row.ground else None
    return ReceiptDue(row.to, row.answers, from_json(row.dropped), from_json(row.kept), ground)


def _rows(case: str, answers: Iterable[ReceiptDue]) -> list[PendingReceipt]:
    return [
        PendingReceipt(case=case, to=one.to, answers=one.answers, dropped=to_json(one.dropped), kept=to_json(one.kept), ground=one.ground)
        for one in answers
    ]
