"""What a person told of the exploitation, word for word: its versions, and to whom one is released."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.account import OfAccount
from shared.web.case import account_page
from shared.web.case.deciding import decide_on_page
from shared.web.http.desk import CurrentDesk
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
    asked = account_page.FORMS.get(decision, {})
    return await decide_on_page(
        desk, request, decision, OfAccount, account_page.LABELS, account_page.show, case=case, page="account", **asked
    )
