"""`/rights`: what people ask of their data, in all cases of the agency, for whoever deals with data protection; and the way to a case in
which somebody asks something. Nothing here says what a case is about.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from shared.access.assignments import named as case_named
from shared.access.roles import Act, needs
from shared.decisions.errors import RuleBroken
from shared.web.admin.named_desk import named, with_cases
from shared.web.case.rights_page import waiting_in_all
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.sent_before import nothing_recorded
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.case_reference import reference
from shared.web.text.messages import REASONS

HOME = "/rights"
Text = Annotated[str, Form(max_length=80)]
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.LIST_RIGHTS)
async def waiting(desk: CurrentDesk, request: Request) -> Response:
    """What waits for an answer."""
    return await _show(desk, request)


@router.post("")
@needs(Act.LIST_RIGHTS)
@resumes
async def opened(here: CurrentDesk, request: Request, service: Text = "", case: Text = "") -> Response:
    """To the requests of a case, for somebody who asks something now."""
    if is_shown_again(request):
        return await _show(here, request, not_sent(here.pages.gettext(request)), service, case)
    desk = named(here, service)
    try:
        found = await desk.ask(lambda reader: case_named(reader, case))
    except RuleBroken as error:
        if not error.field:
            raise
        said = here.pages.gettext(request)(REASONS[error.code].words)
        return await _show(here, request, FormErrors.at(error.field, said), service, case)
    nothing_recorded(request)
    return see_other(f"{desk.cases}/{found}/rights")


async def _show(here: Desk, request: Request, errors: FormErrors = NO_ERRORS, service: str = "", case: str = "") -> Response:
    found = [one for _, desk in with_cases(here) for one in await waiting_in_all(desk, request)]
    context: dict[str, Any] = page_context(here, request, speaker(here, request)) | {
        "home": HOME, "ref_of": reference, "labels": {}, "errors": errors, "values": {"service": service, "case": case},
        "asked_rights": sorted(found, key=lambda one: (one.due, one.case)), "services": [name for name, _ in with_cases(here)],
    }  # fmt: skip
    return here.pages.render(request, "people_ask.html", 422 if errors.summary else 200, **context)
