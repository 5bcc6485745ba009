"""Erasures that an officer asks for by command and a second one confirms, where the country asks for that.

The command only writes down what was said. What is confirmed is a request like any other (`erasure_requests`); the instance audits who
asked and who confirmed or refused.
"""

from sqlmodel import Session, col, select

from shared.decisions.audit import AuditLine, proof
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.erasure_requests import ErasureRequest, request_erasure
from shared.records.codec import from_json, to_json
from shared.store.erasure_tables import ErasureProposal

WAITS, CONFIRMED, REFUSED = "waits", "confirmed", "refused"


def waiting(session: Session, case: str) -> ErasureProposal | None:
    """The erasure of a case that waits for a second officer."""
    return session.exec(select(ErasureProposal).where(ErasureProposal.case == case, ErasureProposal.outcome == WAITS)).first()


def asked(row: ErasureProposal) -> ErasureRequest:
    """What it asks for."""
    return ErasureRequest(row.by, row.reason, row.at, from_json(row.classes))


def propose(session: Session, case: str, wish: ErasureRequest) -> None:
    """Ask for an erasure that another officer must confirm."""
    classes = to_json(wish.classes)
    session.add(ErasureProposal(case=case, by=wish.by, reason=wish.reason, at=wish.at, classes=classes, outcome=WAITS))
    session.flush()


def confirm(session: Session, row: ErasureProposal, by: str) -> None:
    """The second officer agrees: it is asked of the instance now."""
    row.second, row.outcome = by, CONFIRMED
    request_erasure(session, row.case, asked(row))


def refuse(session: Session, row: ErasureProposal, by: str) -> None:
    """Somebody of the agency says that it must not happen, or whoever asked takes it back."""
    row.second, row.outcome = by, REFUSED
    session.flush()


def audit(work: UnitOfWork) -> None:
    """Audit what was asked and said; what has been decided is over then."""
    at = work.instance.clock.now()[0]
    for row in work.session.exec(select(ErasureProposal).order_by(col(ErasureProposal.seq))).all():
        if not row.audited:
            work.audits.append(AuditLine(at, row.by, f"ask_erasure:{proof(work.instance.secret, row.reason)}", row.case, ""))
            row.audited = True
        if row.outcome == WAITS:
            continue
        act = "refuse_act" if row.outcome == REFUSED else "confirm_act" if row.second != row.by else "confirmed_alone"
        work.audits.append(AuditLine(at, row.second, act, row.case, ""))
        work.session.delete(row)
    work.session.flush()
