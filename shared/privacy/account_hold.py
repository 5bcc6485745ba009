"""While proceedings that were named run, the account of the exploitation is not erased: its class is kept, and who asked is told so.

And single versions that an officer has erased: their words are gone at once, their keys go between two polls.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlmodel import col, select

from shared.casework.account_file import CLASS, held
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.privacy.erasure_requests import ErasureRequest
from shared.privacy.receipts import ReceiptDue
from shared.protocol.vocabulary import KeepGround
from shared.store.account_tables import AccountEntry
from shared.store.person_tables import StatementRow

MARKED = (col(AccountEntry.erased_at).is_not(None), col(AccountEntry.gone).is_(False))


def spared(work: UnitOfWork, case: str, wish: ErasureRequest) -> ErasureRequest:
    """The same without the class of an account that is held."""
    if CLASS not in wish.classes or not held(work, case):
        return wish
    return replace(wish, classes=[one for one in wish.classes if one != CLASS], answers=[_kept(due) for due in wish.answers])


def _kept(due: ReceiptDue) -> ReceiptDue:
    if CLASS not in due.dropped:
        return due
    dropped, kept = [one for one in due.dropped if one != CLASS], sorted({*due.kept, CLASS.value})
    return replace(due, dropped=dropped, kept=kept, ground=due.ground or KeepGround.CRIMINAL_PROCEDURE)


def destroy_marked(instance: State, transact: Transact) -> None:
    """Destroy the keys of versions that were erased, with those of what was released of them. Raises Unusable, OSError."""
    keys = instance.keystore
    for case, ids in transact(_marked).items() if keys else ():
        keys.erase_statements(case, ids) if keys else None
        transact(lambda work, ids=ids: _destroyed(work, ids))


def _marked(work: UnitOfWork) -> dict[str, dict[str, str]]:
    """Case → what of it was erased alone, with its class."""
    found: dict[str, dict[str, str]] = {}
    for one in work.session.exec(select(AccountEntry).where(*MARKED)):
        found.setdefault(one.case, {})[one.id] = CLASS
    for row in work.session.exec(select(StatementRow).where(col(StatementRow.case).in_(found), col(StatementRow.erased_at).is_not(None))):
        found[row.case][row.id] = row.data_class
    return found


def _destroyed(work: UnitOfWork, ids: Collection[str]) -> None:
    for one in work.session.exec(select(AccountEntry).where(col(AccountEntry.id).in_(ids))):
        one.gone = True
        work.session.add(one)
    work.session.flush()
