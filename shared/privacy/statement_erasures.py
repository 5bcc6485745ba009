"""One statement goes for good: what a second officer confirmed, carried out by the instance between polls, as erasures of cases are.

That it is erased is written down before its key goes; after a crash it is done once more.
"""

from typing import NamedTuple

from sqlmodel import col, select

from shared.casework.person_requests import RequestState, read
from shared.crypto.keyring import Unusable
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.privacy.erasure import erase_statement
from shared.privacy.erasure_requests import HoldDecision
from shared.privacy.requests_from_outside import settle
from shared.store.rights_tables import PersonRequest


class Confirmed(NamedTuple):
    """A request that is to be carried out."""

    id: str
    case: str
    statement: str
    order: HoldDecision


def carry_out(instance: State, transact: Transact) -> None:
    """Erase what was confirmed. A keystore that cannot be written is no reason to stop: the request stays, and so does the statement."""
    for one in transact(confirmed):
        try:
            erased = erase_statement(instance, transact, one.case, one.statement, one.order)
        except (OSError, Unusable):
            if instance.keystore is not None:
                instance.keystore.trouble = "a statement cannot be erased: the disk"
            return
        transact(lambda work, one=one, erased=erased: answered(work, one, erased))


def confirmed(work: UnitOfWork) -> list[Confirmed]:
    """What is to be carried out, the oldest first, once what commands did is audited. Of a case that was erased nothing is left."""
    settle(work)
    found: list[Confirmed] = []
    rows = select(PersonRequest).where(PersonRequest.state == RequestState.CONFIRMED.value).order_by(col(PersonRequest.seq))
    for row in work.session.exec(rows).all():
        told = read(work.instance.keystore, row).told
        order = HoldDecision(row.second or row.officer, str(told.get("words", "")), work.instance.clock.now()[0])
        found.append(Confirmed(row.id, row.case, str(told.get("statement", "")), order))
    return found


def answered(work: UnitOfWork, one: Confirmed, erased: bool) -> None:
    """It is gone, or a legal hold that came meanwhile stands against it."""
    row = work.session.exec(select(PersonRequest).where(PersonRequest.id == one.id)).one()
    row.state = (RequestState.DONE if erased or not one.statement else RequestState.HELD).value
    work.session.add(row)
    work.session.flush()
