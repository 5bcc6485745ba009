"""What a command does about a request for access, beside the running instance: it writes the row, and the instance closes what it says and
writes the lines of the audit."""

import secrets

from sqlmodel import Session, col, select

from shared.casework.access_requests import TAKEN_WITHIN, IdentityCheck
from shared.casework.person_requests import OPEN, RequestKind, RequestState, closed_told
from shared.config.country import Country
from shared.decisions.audit import AuditLine
from shared.decisions.unit_of_work import UnitOfWork
from shared.records.codec import from_json, to_json
from shared.store import at_rest
from shared.store.rights_tables import PersonRequest

FORMATS = "documents json pdf"
"""What a command takes at once."""


def latest(session: Session, case: str) -> PersonRequest | None:
    """The last request for access of a case."""
    rows = select(PersonRequest).where(PersonRequest.case == case, PersonRequest.kind == RequestKind.ACCESS.value)
    return session.exec(rows.order_by(col(PersonRequest.seq).desc()).limit(1)).first()


def ask(session: Session, case: str, by: str, at: int, identity: IdentityCheck, country: Country) -> PersonRequest:
    """The person asks for a copy, alone and for themselves; what waits already stays as it is."""
    known = latest(session, case)
    if known is not None and RequestState(known.state) in OPEN:
        return known
    row = PersonRequest(
        id=secrets.token_hex(8), case=case, kind=RequestKind.ACCESS.value, officer=by, at=at,
        due=country.in_days(at, country.subject_access.days), told=to_json({"identity": identity.value, "pressure": "no"}),
        state=RequestState.WAITS.value, unaudited=to_json([[at, by, "ask_access"]]),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def take(session: Session, row: PersonRequest, by: str, at: int) -> bool:
    """The copy is taken in all formats. False where it is not released, or taken already, or the time is over."""
    in_time = row.decided_at is not None and at < row.decided_at + TAKEN_WITHIN
    if RequestState(row.state) is not RequestState.RELEASED or row.taken or not in_time:
        return False
    row.taken, row.state = FORMATS, RequestState.DONE.value
    row.unaudited = to_json([*(from_json(row.unaudited) if row.unaudited else []), [at, by, "take_copy"]])
    session.add(row)
    session.flush()
    return True


def settle(work: UnitOfWork) -> None:
    """In the running instance: audit what commands did, and close what they wrote."""
    for row in work.session.exec(select(PersonRequest).where(PersonRequest.unaudited != "").order_by(col(PersonRequest.seq))).all():
        work.audits += [AuditLine(at, officer, act, row.case, "") for at, officer, act in from_json(row.unaudited)]
        if not row.told.startswith(at_rest.PREFIX):
            row.told = closed_told(work.instance.keystore, row.id, row.case, from_json(row.told))
        row.unaudited = ""
        work.session.add(row)
    work.session.flush()
