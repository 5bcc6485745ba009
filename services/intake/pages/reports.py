"""The pages of reports: those filed here, the form of a new one, and what came of each."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.intake.decisions import DECISIONS
from services.intake.pages.report_form import LABELS, Answers, unnamed
from services.intake.queries.drafts import begun, sent_from
from services.intake.queries.partners import waiting_number
from services.intake.queries.raids import raid_of
from services.intake.queries.reports import PAGE, called, filed, note
from shared.access.roles import Act, needs
from shared.privacy.legal_bases import barred, unknown
from shared.protocol.next_moves import moves
from shared.web.admin.assignments import known
from shared.web.case.case_file import case_file
from shared.web.case.case_page import case_context
from shared.web.case.deciding import decide_by_form
from shared.web.case.nobodys import nobodys_of
from shared.web.case.own_label import labels_of
from shared.web.case.rights_page import waiting_rights
from shared.web.case.uncounted import waiting
from shared.web.case.words_page import talks_of
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_ids import is_for, new_id
from shared.web.http.form_posts import Posted, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import resumes
from shared.web.text import file_words
from shared.web.text.next_steps import headline

router = APIRouter(include_in_schema=False)


@router.get("/reports")
@needs(Act.LIST)
async def reports(desk: CurrentDesk, request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """Those filed here, the newest first."""
    rows, total = await desk.ask_as(request, lambda reader: filed(reader, page))
    to = speaker(desk, request)
    items = [(row, headline(row.case, to.say) if row.case else "", moves(row.case)[:1] if row.case else ()) for row in rows]
    context: dict[str, Any] = page_context(desk, request, to) | {"items": items, "total": total, "page": page, "size": PAGE}
    context |= await _begun(desk, request)
    context["partner_reports"] = await desk.ask(waiting_number)
    context["uncounted"] = await waiting(desk, request, to)
    context |= await talks_of(desk, request)
    context["asked_rights"] = await waiting_rights(desk, request)
    listed = [*(row.report.case for row in rows), *(one.case for one in context["asked_rights"])]
    context |= {"labels": await labels_of(desk, request, listed), "free": await nobodys_of(desk, request, listed)}
    return desk.pages.render(request, "intake/reports.html", **context)


async def _begun(desk: Desk, request: Request) -> dict[str, Any]:
    """The drafts of whoever asks; for who hands over, those of the others, of which is shown that they are there."""
    officer, now, gives = desk.officer(request).id, desk.instance.clock.now()[0], desk.may(request, Act.ASSIGN)
    found, officers = await desk.ask(lambda reader: (begun(reader, officer, now, of_all=gives), known(reader)))
    return {
        "begun": [one for one in found if one.officer == officer], "begun_by_others": [one for one in found if one.officer != officer],
        "everybody": sorted(filter(desk.takes_cases, officers.union(desk.guard.seen()))) if gives else [],
    }  # fmt: skip


@router.get("/reports/new")
@needs(Act.DECIDE)
async def new(desk: CurrentDesk, request: Request, id: Annotated[str, Query(alias="form")] = "") -> Response:
    """The form of a new one. Its id stands in the address: who comes back to it after sending finds what it recorded, not an empty form."""
    officer = desk.officer(request).id
    if not is_for(desk.first.instance.secret, id, officer):
        return see_other(f"/reports/new?form={new_id(request)}")
    if sent := await desk.ask(lambda reader: sent_from(reader, id, officer)):
        to = speaker(desk, request)
        return desk.pages.render(request, "intake/sent.html", recorded=sent, typed=(), **page_context(desk, request, to))
    return await form(desk, request, Posted(id, ""), NO_ERRORS)


@router.post("/reports/new")
@needs(Act.DECIDE)
@resumes
async def file(desk: CurrentDesk, request: Request) -> Response:
    """File it."""
    made = await decide_by_form(
        desk, request, DECISIONS["reports"], LABELS, partial(form, desk, request), back="/reports", form=Answers, as_command=Answers.report
    )
    return made if isinstance(made, Response) else made.seen_at(f"/reports/{made.receipt.case}")


@router.get("/reports/{case}")
@needs(Act.READ_CASE)
async def report(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What came of one."""
    now = desk.instance.clock.now()[0]
    found, kept, call, raid, out, unclear = await desk.ask(
        lambda reader: (
            file := case_file(reader, case),
            note(reader, case),
            called(reader, case),
            raid_of(reader, case),
            barred(reader, file.case, now),
            unknown(reader, file.case),
        )
    )
    led = any(one.author == f"referral.{found.case.lead}" for one in found.records)  # before that nobody could have asked anybody
    about = {"note": kept, "called": call, "raid": raid, "barred": out if led else (), "unknown": unclear}
    return desk.pages.render(request, "intake/report.html", **about, **case_context(desk, request, found))


async def form(desk: Desk, request: Request, posted: Posted, errors: FormErrors) -> Response:
    """The form, with what was filled in; 422 where something is missing."""
    context: dict[str, Any] = {"number": desk.country.emergency.number, "unnamed": unnamed(desk.country)}
    context |= {"values": posted.values, "form_id": posted.form, "errors": errors, "longest": limits(Answers)}
    context["file_words"] = file_words
    context |= page_context(desk, request, speaker(desk, request))
    return desk.pages.render(request, "intake/new.html", 422 if errors.summary else 200, **context)
