"""How what is kept for proceedings begins and ends: with the receipt that says so, an officer's word, and the keys of its classes."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete
from sqlmodel import col, select

from shared.casework.account_file import CLASS, held
from shared.casework.kept_for_proceedings import closed_in
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.erasure_requests import ErasureRequest, pending, request_erasure
from shared.privacy.receipts import ReceiptDue
from shared.protocol.vocabulary import OF_PROCEEDINGS, KeepGround
from shared.records.codec import from_json, to_json
from shared.store.database import insert_new, table
from shared.store.erasure_tables import KeptForProceedings, LegalHold, RetentionProgress

NOTHING_KEEPS_IT = "nothing keeps it any more"
THERE = col(KeptForProceedings.gone).is_(False)


def begin(work: UnitOfWork, case: str, due: ReceiptDue, kept: Mapping[str, KeepGround]) -> None:
    """Ask an officer which proceedings it is, of what is kept for some and was not kept before."""
    before = {name for row in _there(work, case) for name in from_json(row.classes)}
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
    """Ask to erase what an officer said that nothing keeps any more, until it has gone. What is held waits for the end of the hold, of an
    account as well."""
    said = select(KeptForProceedings).where(col(KeptForProceedings.ended_at).is_not(None), THERE)
    now = work.instance.clock.now()[0]
    for row in work.session.exec(said).all():
        classes, asked = from_json(row.classes), pending(work.session, row.case)
        if asked and set(classes) <= set(asked.classes):
            continue
        if work.session.get(LegalHold, row.case) is None and not (CLASS in classes and held(work, row.case)):
            request_erasure(work.session, row.case, ErasureRequest(row.ended_by, NOTHING_KEEPS_IT, now, classes))
    work.session.flush()


def end(work: UnitOfWork, case: str, classes: Collection[str]) -> None:
    """These are erased, or may be read again: nothing of them is kept for proceedings now. Of what stays kept they are named anew where
    their name went along."""
    now = work.instance.clock.now()[0]
    for row in _there(work, case):
        kept = from_json(row.classes)
        left = [name for name in kept if name not in classes]
        if left == kept:
            continue
        if not left:
            row.told, row.ended_at, row.gone = "", row.ended_at or now, True
            continue
        if closed_in(left) != closed_in(kept) and row.told:
            row.told, row.officer, row.named_at, row.due = "", "", None, now
            look_again(work)
        row.classes = to_json(left)
    work.session.flush()


def named(work: UnitOfWork, case: str) -> frozenset[str]:
    """The classes that are kept for proceedings that an officer has named: they outlive the time for which the country has them kept."""
    rows = (row for row in _there(work, case) if row.named_at is not None and row.ended_at is None)
    return frozenset(name for row in rows for name in from_json(row.classes))


def look_again(work: UnitOfWork) -> None:
    """What has grown too old is looked for from the beginning: something that kept it does so no more."""
    work.session.connection().execute(delete(table(RetentionProgress)))
    work.instance.ages_at(0.0)


def _there(work: UnitOfWork, case: str) -> list[KeptForProceedings]:
    return list(work.session.exec(select(KeptForProceedings).where(KeptForProceedings.case == case, THERE)))
