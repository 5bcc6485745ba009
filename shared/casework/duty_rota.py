"""The duty rota behind an agency's desk: kept by the agency for itself, told to nobody else."""

from datetime import datetime

from sqlmodel import Session, col, select

from shared.casework.case_reader import CaseReader
from shared.config.calendar import local
from shared.config.duty import DutyHours, RotaTurn, on_duty
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.store.database import insert_new
from shared.store.job_tables import DutyTurn


def turns(session: Session) -> list[RotaTurn]:
    """The whole rota, in the order in which it was written down."""
    rows = session.exec(select(DutyTurn).order_by(col(DutyTurn.at), col(DutyTurn.id)))
    return [RotaTurn(row.id, _hours(row), row.name) for row in rows]


def now_on_duty(reader: CaseReader, at: int) -> list[RotaTurn]:
    """Whose turn it is at a moment (ms UTC), in the country's time."""
    return on_duty(turns(reader.session), _there(reader, at))


def officers_on_duty(reader: CaseReader) -> frozenset[str]:
    """The ids of those whose turn it is now, at any place: no event says where somebody in danger is."""
    return frozenset(turn.hours.officer for turn in now_on_duty(reader, reader.instance.clock.now()[0]))


def put_down(work: UnitOfWork, form: str, hours: DutyHours, name: str, by: str, at: int) -> None:
    """A further turn; one that is on the rota stays there once. Raises RuleBroken where this form has written down another."""
    if hours in (_hours(row) for row in work.session.exec(select(DutyTurn))):
        return
    row = {"id": work.derived(f"duty\n{form}").hex()[:32], "name": name, "by": by, "at": at, **hours.model_dump()}
    row["byday"] = ",".join(hours.byday)
    if insert_new(work.session.connection(), DutyTurn, [row]):
        work.audits.append(AuditLine(at, by, "duty-turn-added", "", hours.officer))
        return
    there = work.session.get(DutyTurn, row["id"])
    if there is None or _hours(there) != hours:
        raise RuleBroken("form-used")


def strike_out(work: UnitOfWork, id: str, by: str, at: int) -> bool:
    """A turn is no more. Whether there was one."""
    row = work.session.get(DutyTurn, id)
    if row is None:
        return False
    work.session.delete(row)
    work.audits.append(AuditLine(at, by, "duty-turn-ended", "", row.officer))
    return True


def _hours(row: DutyTurn) -> DutyHours:
    return DutyHours.model_validate({name: getattr(row, name) for name in DutyHours.model_fields} | {"byday": row.byday.split(",")})


def _there(reader: CaseReader, at: int) -> datetime:
    return local(at, reader.country.time_zone)
