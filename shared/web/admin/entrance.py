"""`/` leads to the first page that one's roles open; `/health` says whether the process can do its work."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from shared.access.roles import Act, needs
from shared.web.admin.navigation import navigation
from shared.web.http.api import health
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_posts import see_other

router = APIRouter(include_in_schema=False)


@router.get("/health")
@needs(Act.ANYBODY)
async def healthy(desk: CurrentDesk) -> JSONResponse:
    """Whether the instances are ready: 200 while each of them can read the log, send and write its database, else 503 and why not.

    Figures that do not go out are told among the faults, and keep nobody from work.
    """
    instances = [health(one) for one in desk.peers.values()]
    ready = all(i["ready"] for i in instances)
    return JSONResponse({"ready": ready, "agency": desk.agency, "instances": instances}, 200 if ready else 503)


@router.get("/health/live")
@needs(Act.ANYBODY)
async def alive(desk: CurrentDesk) -> JSONResponse:
    """Whether the process answers: nothing that a restart would not mend is looked at."""
    return JSONResponse({"live": True, "agency": desk.agency})


@router.get("/")
@needs(Act.ANYBODY)
async def home(desk: CurrentDesk, request: Request) -> Response:
    """The first page that one's roles open."""
    if desk.actor(request) is None and not desk.guard.demo:
        return see_other(desk.guard.sign_in_at("/"))
    nav = navigation(request, desk.peers)
    return see_other(nav[0].href if nav else "/operations/log")
