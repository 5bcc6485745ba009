"""The list of places at which a shelter meets people: who keeps it adds and strikes out. At other agencies there is no such page."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from services.assistance.handlers.meeting_points import NewPoint, StruckPoint, add_point, keeps_points, points, strike_point
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import at_fields, read_form, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes

HOME = "/meeting-points"
LABELS = {"place": N_("Place to meet"), "point": N_("Place to meet")}
router = APIRouter(include_in_schema=False)


@router.get(HOME)
@needs(Act.KEEP_ADDRESS)
async def listed(desk: CurrentDesk, request: Request) -> Response:
    """The list."""
    return await _show(desk, request, {}, NO_ERRORS)


@router.post(HOME)
@needs(Act.KEEP_ADDRESS)
@resumes
async def add(desk: CurrentDesk, request: Request) -> Response:
    """A place more."""
    return await _kept(desk, request, NewPoint)


@router.post(HOME + "/strike")
@needs(Act.KEEP_ADDRESS)
async def strike(desk: CurrentDesk, request: Request) -> Response:
    """A place less."""
    return await _kept(desk, request, StruckPoint)


async def _kept(desk: Desk, request: Request, model: type[BaseModel]) -> Response:
    _must_keep(desk)
    posted = await read_form(request, model)
    if is_shown_again(request):
        return await _show(desk, request, posted.values, not_sent(desk.pages.gettext(request)))
    try:
        told, officer, at = posted.command(model), desk.officer(request).id, desk.instance.clock.now()[0]
        if isinstance(told, NewPoint):
            await desk.instance.run(lambda work: add_point(work, told, posted.form, officer, at))
        elif isinstance(told, StruckPoint):
            await desk.instance.run(lambda work: strike_point(work, told, officer, at))
    except (ValidationError, RuleBroken) as error:
        return await _show(desk, request, posted.values, at_fields(desk, request, error, LABELS))
    return see_other(HOME)


def _must_keep(desk: Desk) -> None:
    if not keeps_points(desk.country, desk.agency):
        raise HTTPException(404)


async def _show(desk: Desk, request: Request, values: dict[str, Any], errors: FormErrors) -> Response:
    _must_keep(desk)
    found = await desk.ask(lambda reader: points(reader.instance.keystore, reader.session))
    around = page_context(desk, request, speaker(desk, request)) | {"points": found, "values": values, "home": HOME}
    around |= {"longest": limits(NewPoint), "errors": errors}
    return desk.pages.render(request, "assistance/meeting_points.html", 422 if errors.summary else 200, **around)
