"""The pages that list: the work of this agency, its tasks, its cases."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.assistance.handlers.shelter_address import has_house
from services.assistance.pages.shelter_address import HOME
from services.assistance.queries import PAGE, cases, ended_tasks, work_list
from shared.access.roles import Act, needs
from shared.protocol.next_moves import moves
from shared.web.case.nobodys import nobodys_of
from shared.web.case.own_label import labels_of
from shared.web.case.rights_page import waiting_rights
from shared.web.case.uncounted import waiting
from shared.web.case.words_page import talks_of
from shared.web.http.desk import CurrentDesk
from shared.web.http.speaking import page_context, speaker
from shared.web.text.next_steps import headline

Page = Annotated[int, Query(ge=1, le=100_000)]
router = APIRouter(include_in_schema=False)


@router.get("/work")
@needs(Act.LIST)
async def work(desk: CurrentDesk, request: Request) -> Response:
    """What this agency must do next."""
    to = speaker(desk, request)
    found = await desk.ask_as(request, lambda reader: work_list(reader, to.now))
    keeps = has_house(desk.country, desk.agency) and desk.may(request, Act.KEEP_ADDRESS)
    asked = await waiting_rights(desk, request)
    late = sum(to.now > row.due for row in (*found.invitations, *found.advice, *found.tasks, *found.back, *found.offers))
    return desk.pages.render(
        request,
        "assistance/work.html",
        work=found,
        late=late,
        house_href=HOME if keeps else "",
        uncounted=await waiting(desk, request, to),
        asked_rights=asked,
        labels=await labels_of(desk, request, {*found.cases, *(one.case for one in asked)}),
        free=await nobodys_of(desk, request, found.cases),
        **await talks_of(desk, request),
        **page_context(desk, request, to),
    )


@router.get("/tasks")
@needs(Act.LIST)
async def tasks(desk: CurrentDesk, request: Request) -> Response:
    """Its tasks of joint plans, open and ended."""
    now = desk.instance.clock.now()[0]
    found, ended = await desk.ask_as(request, lambda reader: (work_list(reader, now), ended_tasks(reader)))
    context: dict[str, Any] = page_context(desk, request, speaker(desk, request))
    listed = {*found.cases, *(row.case for row in ended)}
    context |= {"labels": await labels_of(desk, request, listed), "free": await nobodys_of(desk, request, listed)}
    return desk.pages.render(request, "assistance/tasks.html", work=found, ended=ended, **context)


@router.get("/cases")
@needs(Act.LIST)
async def all_cases(desk: CurrentDesk, request: Request, page: Page = 1, show: str = "open") -> Response:
    """The cases it takes part in, open or closed."""
    closed = show == "closed"
    rows, total = await desk.ask_as(request, lambda reader: cases(reader, page, closed))
    to = speaker(desk, request)
    items = [(row, headline(row.case, to.say), moves(row.case)[:1]) for row in rows]
    context: dict[str, Any] = {"items": items, "total": total, "page": page, "size": PAGE, "closed": closed}
    listed = [row.id for row in rows]
    context |= {"labels": await labels_of(desk, request, listed), "free": await nobodys_of(desk, request, listed)}
    return desk.pages.render(request, "assistance/cases.html", **page_context(desk, request, to), **context)
