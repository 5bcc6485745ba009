"""`/access`: who has seen a case, when, on what ground, and what was refused; the same below /api, for supervisors and auditors.
Beside it who read, took up or set aside what partners reported, which is no case."""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import sql as core
from sqlmodel import col, func, select

from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.store.database import table
from shared.store.tables import Audit
from shared.web.admin.named_desk import NamedDesk, with_cases
from shared.web.http.access_history import access
from shared.web.http.api_schemas import AccessAnswer
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.text import audit_words
from shared.web.text.case_reference import reference
from shared.web.text.labels import ADDRESS_PURPOSES

HOME = "/access"
RECENT = 50
PARTNER = "partner-"
"""What acts on a partner's report, and the id of one, begin with."""


@dataclass(frozen=True, slots=True)
class DoneOfPartners:
    """What an officer did at one moment about reports of partners: why, to how many, and the id of one of them."""

    at: int
    officer: str
    act: str
    reason: str
    number: int
    report: str


class CaseLooks(NamedTuple):
    """A case that was looked at: by how many lines of the audit, by how many officers, and when last (ms UTC)."""

    case: str
    lines: int
    officers: int
    at: int


router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.READ_ACCESS)
async def recent(desk: CurrentDesk, request: Request) -> Response:
    """The cases that were looked at last."""
    found: list[tuple[str, list[CaseLooks]]] = []
    partners: list[DoneOfPartners] = []
    for name, one in with_cases(desk):
        await one.trail.flush()
        found.append((name, await one.ask(_recent)))
        partners += await one.ask(_of_partners)
    words = desk.pages.gettext(request)
    return desk.pages.render(
        request, "access.html", instances=found, home=HOME, ref_of=reference, partners=partners, names=desk.guard.seen(),
        report_ref=_report_ref, done=partial(audit_words.done, translate=words), reasons=audit_words.ASIDE_REASONS,
    )  # fmt: skip


@router.get("/{service}/{case}")
@needs(Act.READ_ACCESS)
async def report(desk: NamedDesk, request: Request, service: str, case: str) -> Response:
    """Who has seen a case."""
    return shown(desk, request, service, case, await access(desk, case), HOME)


def shown(desk: Desk, request: Request, service: str, case: str, lines: list[AccessAnswer], home: str) -> Response:
    """These lines in words; `home` is where the way back leads."""
    names, words = desk.guard.seen(), desk.pages.gettext(request)
    return desk.pages.render(
        request, "access_report.html", lines=lines, names=names, home=home, ref=reference(case), service=service,
        purposes=ADDRESS_PURPOSES, name_of=desk.names(request),
        looked_at=partial(audit_words.looked_at, translate=words), done=partial(audit_words.done, translate=words),
    )  # fmt: skip


def _recent(reader: CaseReader) -> list[CaseLooks]:
    """Cases that were looked at last."""
    when = func.max(Audit.at)
    looks = select(Audit.case, func.count(), func.count(func.distinct(Audit.officer)), when)
    rows = (
        looks.where(col(Audit.act).startswith("read:"), Audit.case != "", ~col(Audit.case).startswith(PARTNER))
        .group_by(Audit.case)
        .order_by(when.desc())
        .limit(RECENT)
    )
    return [CaseLooks(*row) for row in reader.session.exec(rows)]


def _of_partners(reader: CaseReader) -> list[DoneOfPartners]:
    """What was done last about what partners reported, the newest first; what one click did is one line. Nothing of a report is in them."""
    of = table(Audit).c
    done = (of.at, of.officer, of.act, of.key)
    lines = core.select(*done, func.count(), func.min(of.case)).where(of.act.startswith(PARTNER)).group_by(*done)
    rows = reader.session.connection().execute(lines.order_by(func.max(of.seq).desc()).limit(RECENT)).all()
    return [DoneOfPartners(*row) for row in rows]


def _report_ref(report: str) -> str:
    """The short name of a partner's report: the beginning of its random id."""
    digits = report.removeprefix(PARTNER)[:8]
    return f"{digits[:4]}-{digits[4:]}".upper()
