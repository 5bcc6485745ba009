"""Erasing at one instance what was disclosed of a person, all of it or some classes; the case's D0 stays, for accounts and figures.

An officer asks for it, or the lead, or there is no ground any more to keep it (`erasure_requests`). The instance that owns the database
acts on it between polls, and audits. The keys are destroyed before the request goes, so that after a crash it is done again, and a
keystore that was put back from an older copy is told once more when it is opened.
"""

from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from shared.casework.account_file import CLASS as ACCOUNT
from shared.config.i18n import N_
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Keystore, KeystoreUnavailable
from shared.decisions.audit import AuditLine, proof
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.privacy import erasure_proposals, keeping, receipts
from shared.privacy.account_hold import destroy_marked, spared
from shared.privacy.erasure_requests import ErasureRequest, HoldDecision, drop, drop_pending, keep_pending, pending
from shared.privacy.statistics import withdraw, withdraw_statement
from shared.protocol.classes import SECTIONS
from shared.store import at_rest
from shared.store.account_tables import AccountEntry
from shared.store.database import insert_new, table, upsert
from shared.store.erasure_tables import ErasedClass, HoldRelease, LegalHold, PendingErasure, RenewedKey
from shared.store.first_look import FirstLook
from shared.store.instance_tables import ONE, InstanceMetadata, only
from shared.store.message_tables import MessageReadRow, MessageRow
from shared.store.outbox import unsent
from shared.store.person_tables import StatementRow

logger: Any = structlog.get_logger("nrm.erasing")


def tend(instance: State, transact: Transact) -> None:
    """Do what was asked. A keystore that cannot be written is no reason to stop: the request stays, and so does the case until then."""
    keys = instance.keystore
    if keys is None:
        return
    gone = transact(_decide)
    try:
        keys.erase({case: wish.classes for case, wish in gone.items()})
        destroy_marked(instance, transact)
    except (OSError, Unusable) as error:
        if not keys.trouble:
            logger.error("a case cannot be erased yet", instance=instance.me, error=type(error).__name__)
        keys.trouble = f"a case cannot be erased: {error}" if isinstance(error, Unusable) else "a case cannot be erased: the disk"
        return
    keys.trouble = ""
    for case, wish in gone.items():
        instance.outgoing.strip(case, frozenset(wish.classes))
    _lets_go(instance, transact, gone)
    if gone:
        transact(lambda work: _done(work, gone))


def _lets_go(instance: State, transact: Transact, cases: Collection[str]) -> None:
    """What waits in memory to be counted of these cases is as the database has it now. Before the request goes: nobody would ask again."""
    if any(one.case in cases for one in (*instance.unsent, *(one for batch in instance.batches for one in batch.records))):
        instance.refill_statistics(transact(lambda work: unsent(work.session, instance.keystore)))


def _done(work: UnitOfWork, gone: dict[str, ErasureRequest]) -> None:
    for case, wish in gone.items():
        _forget(work, case, wish.classes)
        for due in wish.answers:
            receipts.receipt(work, case, due)
        receipts.over(work, case, _erased(work.session, case))
        if pending(work.session, case) == wish:  # what was asked meanwhile comes next
            drop_pending(work.session, case)


def _forget(work: UnitOfWork, case: str, classes: Collection[str]) -> None:
    """Even that something was stated in a field, or said, says something of the person."""
    connection, gone = work.session.connection(), list(classes)
    if not gone:
        return
    keeping.end(work, case, gone)
    of_messages = table(MessageRow).c
    spoken = of_messages.case == case, or_(*(of_messages.classes.contains(name) for name in gone))
    reads = table(MessageReadRow)
    connection.execute(delete(reads).where(reads.c.case == case, reads.c.message.in_(select(of_messages.id).where(*spoken))))
    connection.execute(delete(table(MessageRow)).where(*spoken))
    rows = table(StatementRow)
    connection.execute(delete(rows).where(rows.c.case == case, rows.c.data_class.in_(gone)))


def erase_statement(instance: State, transact: Transact, case: str, statement: str, order: HoldDecision) -> bool:
    """Make one statement or message unreadable for good, which nobody should have made; whether it is here. Raises Unusable, OSError.

    That it is erased is written down before its key goes, so that a keystore from an older copy is told again at the next start.
    """
    found = transact(lambda work: _marked(work, case, statement, order))
    if found is not None and instance.keystore is not None:
        instance.keystore.erase_statements(case, {statement: found})
        _lets_go(instance, transact, {case})
    return found is not None


def _marked(work: UnitOfWork, case: str, statement: str, order: HoldDecision) -> str | None:
    stated = work.session.exec(select(StatementRow).where(StatementRow.case == case, StatementRow.id == statement)).first()
    row = stated or work.session.exec(select(MessageRow).where(MessageRow.case == case, MessageRow.id == statement)).first()
    if row is None or work.session.get(LegalHold, case) is not None:
        return None
    row.erased_at = row.erased_at or order.at
    if isinstance(row, MessageRow):
        row.said = at_rest.PREFIX
    else:
        row.value = at_rest.PREFIX if row.value else ""
        withdraw_statement(work, case, statement)
    work.session.add(row)
    work.session.flush()
    work.audits.append(AuditLine(order.at, order.by, f"erased-statement:{proof(work.instance.secret, order.reason)}", case, ""))
    return row.data_class


def fits(instance: State, session: Session, there: FirstLook) -> None:
    """At the start: database and keystore belong together, and what was erased here is erased there. Raises Unusable."""
    keys = instance.keystore
    if keys is None:
        return
    if there.keystore and there.keystore != keys.name:
        another = N_(
            "The database of %(instance)s was written with another keystore than %(file)s: put that one back. If it is lost for good, "
            "`./nrm agency keystore --lost` goes on without what it opened."
        )
        raise Unusable(another, instance=instance.me, file=keys.file)
    if not there.keystore:
        upsert(session.connection(), InstanceMetadata, [{"id": ONE, "keystore": keys.name}], ("id",))
    if there.erased:
        _erase_again(session, keys)


def _erase_again(session: Session, keys: Keystore) -> None:
    again: dict[str, frozenset[str]] = {}
    held = set(session.exec(select(LegalHold.case)))
    for row in session.exec(select(ErasedClass)):
        if row.case not in held:  # a hold that came before that counts
            again[row.case] = again.get(row.case, frozenset()) | {row.data_class}
    for row in session.exec(select(RenewedKey)):
        key = keys.key(row.case, row.data_class)
        older = {row.data_class} if key and _digest(key) != row.proof else frozenset[str]()
        again[row.case] = again.get(row.case, frozenset()) | older
    keys.erase(again)
    for kind in (StatementRow, MessageRow):
        for row in session.exec(select(kind).where(col(kind.erased_at).is_not(None))):
            keys.erase_statements(row.case, {row.id: row.data_class})
    for entry in session.exec(select(AccountEntry).where(col(AccountEntry.erased_at).is_not(None))):
        keys.erase_statements(entry.case, {entry.id: ACCOUNT})


def revive(work: UnitOfWork, case: str, classes: Collection[str]) -> None:
    """There is a ground again for these classes: what comes of them from now on is kept. What was erased stays so, and what is asked for
    goes first. What this database does not know to be erased was erased after it was copied, and stays so too.

    Raises KeystoreUnavailable.
    """
    keys = work.instance.keystore
    if keys is None or not classes:
        return
    _ahead(work, keys, case, classes)
    back = frozenset(name for name in _erased(work.session, case) if name in classes)
    if not back:
        return
    keys.revive(case, back)
    connection, gone = work.session.connection(), table(ErasedClass)
    connection.execute(delete(gone).where(gone.c.case == case, gone.c.data_class.in_(back)))
    proven = [{"case": case, "data_class": name, "proof": _digest(key)} for name in sorted(back) if (key := keys.key(case, name))]
    upsert(connection, RenewedKey, proven, ("case", "data_class"))
    work.audits.append(AuditLine(work.instance.clock.now()[0], "", f"told-again:{'+'.join(sorted(back))}", case, ""))


def _erased(session: Session, case: str) -> frozenset[str]:
    return frozenset(session.exec(select(ErasedClass.data_class).where(ErasedClass.case == case)))


def _ahead(work: UnitOfWork, keys: Keystore, case: str, classes: Collection[str]) -> None:
    """What is asked for of classes that come anew is erased at once: later it would take along what was disclosed since."""
    wish = _wish(work, case) if work.session.get(LegalHold, case) is None else None
    if wish is None or frozenset(classes).isdisjoint(wish.classes):
        return
    waiting = _waiting(work, case, wish.classes)
    now = replace(wish, classes=sorted(frozenset(wish.classes) - waiting))
    try:
        keys.erase({case: now.classes})
    except (OSError, Unusable) as error:
        raise KeystoreUnavailable(type(error).__name__) from None
    _keep_erased(work, now, case)
    _forget(work, case, now.classes)
    keep_pending(work.session, case, replace(wish, classes=sorted(waiting)))  # the receipts are owed until all of it is gone


def _waiting(work: UnitOfWork, case: str, classes: Collection[str]) -> frozenset[str]:
    """What of these classes cannot be destroyed yet: parked records lie under that key. Without it they could never be read again, and the
    case would stand still for ever."""
    return frozenset(classes) & {at_rest.WHOLE} if case in work.parked_cases else frozenset()


def _decide(work: UnitOfWork) -> dict[str, ErasureRequest]:
    """Act on what was asked, and audit it: new holds first, then ends of holds. The cases of which keys go."""
    erasure_proposals.audit(work)
    for hold in work.session.exec(select(LegalHold).where(col(LegalHold.audited).is_(False)).order_by(LegalHold.case)).all():
        _audit(work, hold, "held", hold.case)
        hold.audited = True
    work.session.flush()
    for release in work.session.exec(select(HoldRelease).order_by(HoldRelease.case)).all():
        _release(work, release)
    keeping.act(work)
    gone: dict[str, ErasureRequest] = {}
    for case in work.session.exec(select(PendingErasure.case).order_by(PendingErasure.case)).all():
        wish = _wish(work, case)
        if wish and _goes(work, case, wish):
            gone[case] = wish  # the request goes once the keys are gone
    return gone


def _wish(work: UnitOfWork, case: str) -> ErasureRequest | None:
    """What is to be erased of a case; of an account that proceedings hold not, which the audit and the receipts say."""
    wish = pending(work.session, case)
    less = spared(work, case, wish) if wish and work.session.get(LegalHold, case) is None else wish
    if wish and less and less != wish:
        _audit(work, wish, "account-held", case)
        keep_pending(work.session, case, less)
    return less


def _release(work: UnitOfWork, release: HoldRelease) -> None:
    drop(work.session, LegalHold, release.case)
    keeping.look_again(work)
    _audit(work, release, "hold-lifted", release.case)
    work.session.delete(release)
    work.session.flush()


def _goes(work: UnitOfWork, case: str, wish: ErasureRequest) -> bool:
    """Whether the keys go now. A case that is held is kept, and who waits for a receipt is told so."""
    if work.session.get(LegalHold, case) is None:
        if _waiting(work, case, wish.classes):
            return False
        _keep_erased(work, wish, case)
        return True
    for due in wish.answers:
        receipts.receipt(work, case, due.held())
    _audit(work, wish, "erasing-refused", case)
    drop_pending(work.session, case)
    return False


def keep(work: UnitOfWork) -> None:
    """We have left a case, and a letter may ask to erase what is left of it: an intake looks for such letters from now on."""
    work.instance.keeps_something()
    me = only(work.session, InstanceMetadata)
    me.keeps_left_cases = True
    work.session.add(me)


def _keep_erased(work: UnitOfWork, wish: ErasureRequest, case: str) -> None:
    """Write down, and audit, what is erased of a case; once."""
    new = frozenset(wish.classes) - _erased(work.session, case)
    if not new:
        return
    at = work.instance.clock.now()[0]
    withdraw(work, case, wish.classes)
    insert_new(work.session.connection(), ErasedClass, [{"case": case, "data_class": name, "at": at} for name in sorted(new)])
    part = frozenset(wish.classes) != SECTIONS.keys()
    _audit(work, wish, f"erased-{'+'.join(sorted(wish.classes))}" if part else "erased", case)


def _digest(key: bytes) -> str:
    """By which a key is known again."""
    return sha256(key.hex().encode()).hexdigest()[:32]


def _audit(work: UnitOfWork, by: ErasureRequest | LegalHold | HoldRelease, act: str, case: str) -> None:
    work.audits.append(AuditLine(work.instance.clock.now()[0], by.by, f"{act}:{proof(work.instance.secret, by.reason)}", case, ""))
