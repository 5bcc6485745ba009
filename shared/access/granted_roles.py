"""Roles that an agency gives itself, beside those that its issuer names: kept in the agency's database, known in memory."""

from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlmodel import Session, col, select

from shared.access.roles import Role
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.store.database import insert_new
from shared.store.tables import Mandate

if TYPE_CHECKING:
    from shared.processing.instance import Instance


class Mandates:
    """Who has which roles from the agency itself. One process writes them, so memory and database say the same."""

    def __init__(self, instance: "Instance") -> None:
        """Read them once."""
        self.instance = instance
        with Session(instance.reader) as session:
            self.known = {(row.officer, row.role): (row.by, row.at) for row in session.exec(select(Mandate))}

    def of(self, officer: str) -> frozenset[Role]:
        """The roles of an officer."""
        return frozenset(role for role in Role if (officer, role.value) in self.known)

    async def give(self, officer: str, role: Role, by: str) -> None:
        """Somebody gets a role from somebody else. Raises RuleBroken."""
        if officer == by:
            raise RuleBroken("not-by-oneself")
        at = self.instance.clock.now()[0]

        def job(work: UnitOfWork) -> None:
            if insert_new(work.session.connection(), Mandate, [{"officer": officer, "role": role.value, "by": by, "at": at}]):
                work.audits.append(AuditLine(at, by, f"granted:{role.value}", "", officer))

        await self.instance.run(job)
        self.known[officer, role.value] = (by, at)

    async def take(self, officer: str, role: Role, by: str) -> None:
        """Somebody has it no more, at once."""
        at = self.instance.clock.now()[0]

        def job(work: UnitOfWork) -> None:
            gone = delete(Mandate).where(col(Mandate.officer) == officer, col(Mandate.role) == role.value)
            if work.session.connection().execute(gone).rowcount:
                work.audits.append(AuditLine(at, by, f"withdrawn:{role.value}", "", officer))

        await self.instance.run(job)
        self.known.pop((officer, role.value), None)
