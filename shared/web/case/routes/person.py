"""The person of a case: the page that shows the file, and the form of each of its groups."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.protocol.case_file import About
from shared.web.case import fields_page, person_page
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk
from shared.web.http.unsent import resumes

router = APIRouter(include_in_schema=False)


@router.get("/{case}/person")
@needs(Act.READ_CASE)
async def person(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What is on file of the person."""
    return await person_page.show(desk, request, case)


@router.get("/{case}/fields")
@needs(Act.READ_CASE)
async def fields(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What is known, field by field, to be copied."""
    return await fields_page.show(desk, request, case)


@router.post("/{case}/person/checked")
@needs(Act.DECIDE)
@resumes
async def checked(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Safe contact was checked with the person, today."""
    here, asked = f"{desk.cases}/{case}/person", await person_page.asked_when_checked(desk, case)
    made = await decide_by_form(
        desk, request, desk.decisions["state"], asked.labels, partial(person_page.show, desk, request, case), case=case, back=here,
        form=asked.form, as_command=asked.command,
    )  # fmt: skip
    return made if isinstance(made, Response) else made.seen_at(here)


@router.get("/{case}/person/{group}")
@needs(Act.READ_CASE)
async def form(desk: CurrentDesk, request: Request, case: str, group: str, about: str = About.PERSON) -> Response:
    """The form of one group of fields, about one of those whom it speaks of."""
    return await person_page.show_form(desk, request, case, group, about)


@router.post("/{case}/person/{group}")
@needs(Act.DECIDE)
@resumes
async def send(desk: CurrentDesk, request: Request, case: str, group: str, about: str = About.PERSON) -> Response:
    """State it, correct it, take it back."""
    here, asked = f"{desk.cases}/{case}/person", await person_page.asked_of_group(desk, request, case, group, about)
    made = await decide_by_form(
        desk, request, desk.decisions["state"], asked.labels, partial(person_page.show_form, desk, request, case, group, about), case=case,
        back=here, form=asked.form, as_command=asked.command,
    )  # fmt: skip
    return made if isinstance(made, Response) else made.seen_at(f"{here}#{group}")
