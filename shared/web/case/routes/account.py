"""What a person told of the exploitation, word for word: its versions, and to whom one is released."""

from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.account import OfAccount
from shared.decisions.decide import Decision
from shared.decisions.errors import RuleBroken
from shared.web.case import account_page
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import on_pages
from shared.web.http.unsent import resumes

router = APIRouter(include_in_schema=False)


@router.get("/{case}/account")
@needs(Act.READ_CASE)
async def account(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What the person told of the exploitation."""
    return await account_page.show(desk, request, case)


@router.get("/{case}/account/{version}")
@needs(Act.READ_CASE)
async def release(desk: CurrentDesk, request: Request, case: str, version: str) -> Response:
    """To whom a version could go, and the form that releases it."""
    return await account_page.show_release(desk, request, case, version)


@router.post("/{case}/account/{decision}")
@needs(Act.DECIDE)
@resumes
async def decided(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """Write a version, release one, hold, erase."""
    if decision not in _of_account(desk):
        raise RuleBroken("no-such-case")
    here, again = f"{desk.cases}/{case}/account", partial(account_page.show, desk, request, case, decision)
    asked = account_page.FORMS.get(decision, {})
    made = await decide_by_form(desk, request, _of_account(desk)[decision], account_page.LABELS, again, case=case, back=here, **asked)
    return made if isinstance(made, Response) else made.seen_at(here)


def _of_account(desk: Desk) -> Mapping[str, Decision]:
    return on_pages(desk.decisions, OfAccount)
