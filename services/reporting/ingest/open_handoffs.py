"""What agencies say is open: believed of the agency alone whose key has signed it, and only what is newer than what it said before."""

from hashlib import sha256
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session

from services.reporting.ingest import absences
from services.reporting.ingest.absences import LastHeard
from services.reporting.models import HeardFrom, SaidOpen, SaidStalled
from shared.config.country import Country
from shared.decisions.unit_of_work import UnitOfWork
from shared.observability.open_statement import OpenHandoff, OpenStatement, machine_time, proven
from shared.protocol.case import agency_of
from shared.records.sealer import Sealer
from shared.store.database import insert, table

AHEAD = 60_000
"""ms by which an agency's clock may be ahead of this machine's."""


class NotBelieved(ValueError):
    """The statement is not taken; the message says why."""


def must_be_proven(statement: OpenStatement, body: bytes, signature: str, country: Country, seal: Sealer | None) -> None:
    """Who says it is listed, and has signed it where records are sealed. Raises NotBelieved."""
    if not country.knows(agency_of(statement.instance)):
        raise NotBelieved("the directory lists no such agency")
    if seal and not proven(seal.listing.signers(statement.instance, 0, machine_time()), signature, body):
        raise NotBelieved("it is not signed by a key that the directory lists for this instance")


def store(work: UnitOfWork, statement: OpenStatement) -> None:
    """Keep what an agency says in the place of what it said before. Raises NotBelieved where that was said later; not where its clock was
    ahead then and has been set right, or it would be silent here until that time."""
    session, agency, now = work.session, agency_of(statement.instance), machine_time()
    said = sha256(repr((statement.open, statement.stalled)).encode()).hexdigest()
    before = session.get(HeardFrom, agency)
    if before and statement.at <= before.at <= now + AHEAD:
        raise NotBelieved("this agency has said something later")
    last = LastHeard(before.heard_at, before.clock_at) if before else None
    if before is None or before.said != said:
        _replace(session, agency, statement, work.instance.country)
    session.merge(HeardFrom(
        agency=agency, instance=statement.instance, at=statement.at, heard_at=now, release=statement.release,
        unsent=statement.unsent, unsent_since=statement.unsent_since, parked=statement.parked, said=said,
        clock_at=work.instance.clock.now()[0], directory=statement.directory, directory_ends=statement.directory_ends,
        behind=statement.behind, certificate_ends=statement.certificate_ends,
    ))  # fmt: skip
    session.flush()
    if last:
        absences.heard(work, agency, statement, last, now)


def _replace(session: Session, agency: str, statement: OpenStatement, country: Country) -> None:
    connection = session.connection()
    connection.execute(delete(table(SaidOpen)).where(table(SaidOpen).c.agency == agency))
    insert(connection, SaidOpen, [_row(agency, one, country) for one in statement.open])
    connection.execute(delete(table(SaidStalled)).where(table(SaidStalled).c.agency == agency))
    known = {(one.trace, one.clock, one.code): one for one in statement.stalled}
    insert(connection, SaidStalled, [{"agency": agency} | one.model_dump() for one in known.values()])


def _row(agency: str, one: OpenHandoff, country: Country) -> dict[str, Any]:
    """As operators may see it, whichever release says it."""
    who = {name: country.watched_as(getattr(one, name)) for name in ("giver", "receiver", "mover")}
    return {"agency": agency} | one.model_dump() | who
