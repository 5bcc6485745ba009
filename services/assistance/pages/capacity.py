"""`/capacity`: whether the agency can take somebody now, for each of its needs, said in two taps. Confidential agencies have none."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import ValidationError

from services.assistance.handlers.capacity import SayCapacity, say_capacity
from shared.access.roles import Act, needs
from shared.config.capacity import CapacityState, needs_of
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.store.capacity_table import said_here
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import at_fields, read_form, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes

HOME = "/capacity"
LABELS = {"need": N_("Need"), "state": N_("Whether you take somebody"), "places": N_("Free places")}
STATES: dict[CapacityState, str] = {
    CapacityState.TAKES: N_("We take people"), CapacityState.ASKS_FIRST: N_("Perhaps: phone first"),
    CapacityState.WAITING_LIST: N_("Waiting list"), CapacityState.FULL: N_("Nobody now"),
}  # fmt: skip
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.LIST)
async def shown(desk: CurrentDesk, request: Request) -> Response:
    """What was last said for each need, and the buttons to say it anew."""
    return await _show(desk, request, {}, NO_ERRORS)


@router.post("")
@needs(Act.DECIDE)
@resumes
async def said(desk: CurrentDesk, request: Request) -> Response:
    """Say it for one need."""
    posted = await read_form(request, SayCapacity)
    if is_shown_again(request):
        return await _show(desk, request, posted.values, not_sent(desk.pages.gettext(request)))
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    try:
        told = posted.command(SayCapacity)
        await desk.instance.run(lambda work: say_capacity(work, told, officer, at))
    except (ValidationError, RuleBroken) as error:
        return await _show(desk, request, posted.values, at_fields(desk, request, error, LABELS))
    return see_other(HOME)


async def _show(desk: Desk, request: Request, values: dict[str, Any], errors: FormErrors) -> Response:
    says = needs_of(desk.country, desk.agency)
    if not says:
        raise HTTPException(404)
    to = speaker(desk, request)
    rows = {row.need: row for row in await desk.ask(lambda reader: said_here(reader.session))}
    seen, hours = desk.capacity(), desk.country.directory.capacity_hours
    context: dict[str, Any] = page_context(desk, request, to) | {
        "rows": [(need, rows.get(need)) for need in says], "states": STATES, "values": values, "errors": errors, "home": HOME,
        "told": {need for need, row in rows.items() if (one := seen.get((desk.agency, need))) and one.at == row.at},
        "old": {need for need, row in rows.items() if to.now - row.at >= hours * 3_600_000}, "hours": round(hours),
    }  # fmt: skip
    return desk.pages.render(request, "assistance/capacity.html", 422 if errors.summary else 200, **context)
