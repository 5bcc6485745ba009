"""The pages of a confidential agency's address: opened on purpose for one case and noted, and written down by who keeps it.

There is nothing of it below `/api`: no program needs it. At agencies that are not confidential these pages are not there.
"""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import ValidationError

from services.assistance.handlers import shelter_address
from services.assistance.handlers.shelter_address import AddressRequest, ShelterAddress, has_house
from services.assistance.rules import needs_address
from shared.access.assignments import entitled
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.web.case.case_file import case_file
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import at_fields, read_form, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text import labels
from shared.web.text.case_reference import reference

HOME = "/house"
LABELS = {"purpose": N_("Why"), "to": N_("Agency"), "address": N_("Address"), "directions": N_("How to arrive")}
router = APIRouter(include_in_schema=False)


@router.get("/cases/{case}/address")
@needs(Act.OPEN_ADDRESS)
async def why(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Asks for what one opens it. Raises RuleBroken in a case that does not need it, where no page links here either."""
    _must_have_house(desk)
    file = await desk.ask(lambda reader: case_file(reader, case))
    if not needs_address(file.case, desk.agency):
        raise RuleBroken("address-not-needed")
    return _asked(desk, request, case, {}, NO_ERRORS)


@router.post("/cases/{case}/address")
@needs(Act.OPEN_ADDRESS)
@resumes
async def opened(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Open it for a case."""
    _must_have_house(desk)
    posted = await read_form(request, AddressRequest)
    if is_shown_again(request):
        return _asked(desk, request, case, posted.values, not_sent(desk.pages.gettext(request)))
    try:
        told = await _opened(desk, request, case, posted.command(AddressRequest))
    except (ValidationError, RuleBroken) as error:
        return _asked(desk, request, case, posted.values, at_fields(desk, request, error, LABELS))
    return _show(desk, request, "assistance/address.html", case=case, ref=reference(case), told=told)


@router.get(HOME)
@needs(Act.KEEP_ADDRESS)
async def written(desk: CurrentDesk, request: Request) -> Response:
    """Who wrote it down, and when."""
    _must_have_house(desk)
    return await _house(desk, request, {}, NO_ERRORS)


@router.post(HOME)
@needs(Act.KEEP_ADDRESS)
@resumes
async def write(desk: CurrentDesk, request: Request) -> Response:
    """Write it down."""
    _must_have_house(desk)
    posted = await read_form(request, ShelterAddress)
    if is_shown_again(request):
        return await _house(desk, request, posted.values, not_sent(desk.pages.gettext(request)))
    try:
        told, officer, at = posted.command(ShelterAddress), desk.officer(request).id, desk.instance.clock.now()[0]
        await desk.instance.run(lambda work: shelter_address.keep(work, told, officer, at))
    except (ValidationError, RuleBroken) as error:
        return await _house(desk, request, posted.values, at_fields(desk, request, error, LABELS))
    return see_other(HOME)


async def _opened(desk: Desk, request: Request, case: str, wish: AddressRequest) -> ShelterAddress:
    actor, at = desk.actor(request), desk.instance.clock.now()[0]
    ground = entitled(await desk.ground(actor, case) if actor else None)
    one = shelter_address.AddressReading(case, desk.officer(request).id, ground, at, wish)
    return await desk.instance.run(lambda work: shelter_address.look(work, one))


def _must_have_house(desk: Desk) -> None:
    if not has_house(desk.country, desk.agency):
        raise HTTPException(404)


def _asked(desk: Desk, request: Request, case: str, values: dict[str, Any], errors: FormErrors) -> Response:
    agencies = desk.names(request).choices(desk.country.askable(desk.agency))
    keeps = HOME if desk.may(request, Act.KEEP_ADDRESS) else ""
    return _show(
        desk, request, "assistance/address_asked.html", errors, case=case, ref=reference(case), values=values, agencies=agencies,
        purposes=labels.ADDRESS_PURPOSES, keeps=keeps,
    )  # fmt: skip


async def _house(desk: Desk, request: Request, values: dict[str, Any], errors: FormErrors) -> Response:
    kept = await desk.ask(lambda reader: shelter_address.kept(reader.session))
    around = {"kept": kept, "values": values, "home": HOME, "longest": limits(ShelterAddress)}
    return _show(desk, request, "assistance/house.html", errors, **around)


def _show(desk: Desk, request: Request, template: str, errors: FormErrors = NO_ERRORS, **context: Any) -> Response:
    around = page_context(desk, request, speaker(desk, request)) | context
    return desk.pages.render(request, template, 422 if errors.summary else 200, errors=errors, **around)
