"""How what is kept for proceedings begins and ends: with the receipt that says so, an officer's word, and the keys of its classes."""

from collections.abc import Collection, Mapping

from sqlmodel import col, select

from shared.casework.kept_for_proceedings import IS_KEPT, closed_in
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.erasure_requests import ErasureRequest, request_erasure
from shared.privacy.receipts import ReceiptDue
from shared.protocol.vocabulary import OF_PROCEEDINGS, KeepGround
from shared.records.codec import from_json, to_json
from shared.store.database import insert_new
from shared.store.erasure_tables import KeptForProceedings, LegalHold

NOTHING_KEEPS_IT = "nothing keeps it any more"


def begin(work: UnitOfWork, case: str, due: ReceiptDue, kept: Mapping[str, KeepGround]) -> None:
    """Ask an officer which proceedings it is, of what is kept for some and was not kept before."""
    before = {name for row in _open(work, case) for name in from_json(row.classes)}
    classes = sorted(name for name, ground in kept.items() if ground in OF_PROCEEDINGS and name not in before)
    if not classes or work.instance.keystore is None:
        return
    at = work.instance.clock.now()[0]
    by = work.instance.country.in_days(at, work.instance.country.proceedings_days)
    row = {
        "answers": due.answers, "case": case, "to": due.to, "classes": to_json(classes), "at": at, "due": by, "told": "", "officer": "",
        "ended_by": "",
    }  # fmt: skip
    insert_new(work.session.connection(), KeptForProceedings, [row])


def act(work: UnitOfWork) -> None:
    """Ask to erase what an officer said that nothing keeps any more. What is held waits for the end of the hold."""
    said = select(KeptForProceedings).where(col(KeptForProceedings.ended_at).is_not(None), col(KeptForProceedings.gone).is_(False))
    now = work.instance.clock.now()[0]
    for row in work.session.exec(said).all():
        if work.session.get(LegalHold, row.case) is None:
            classes = from_json(row.classes)
            due = ReceiptDue(row.to, row.answers, classes, [], None)
            request_erasure(work.session, row.case, ErasureRequest(row.ended_by, NOTHING_KEEPS_IT, now, classes, [due]))
            row.gone = True
    work.session.flush()


def end(work: UnitOfWork, case: str, classes: Collection[str]) -> None:
    """These are erased, or may be read again: nothing of them is kept for proceedings now. Of what stays kept they are named anew where
    their name went along."""
    now = work.instance.clock.now()[0]
    for row in _open(work, case):
        kept = from_json(row.classes)
        left = [name for name in kept if name not in classes]
        if left == kept:
            continue
        if not left:
            row.told, row.ended_at, row.gone = "", now, True
            continue
        if closed_in(left) != closed_in(kept):
            row.told, row.officer, row.named_at = "", "", None
        row.classes = to_json(left)
    work.session.flush()


def named(work: UnitOfWork, case: str) -> frozenset[str]:
    """The classes that are kept for proceedings that an officer has named: they outlive the time for which the country has them kept."""
    rows = (row for row in _open(work, case) if row.named_at is not None)
    return frozenset(name for row in rows for name in from_json(row.classes))


def _open(work: UnitOfWork, case: str) -> list[KeptForProceedings]:
    return list(work.session.exec(select(KeptForProceedings).where(KeptForProceedings.case == case, IS_KEPT)))
