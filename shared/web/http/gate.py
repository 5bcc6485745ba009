"""The gate before every route: who asks, whether the role allows it, whether the case is open to them; and the line in the audit."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import structlog
from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.routing import BaseRoute

from shared.access.actor import Actor
from shared.access.assignments import AccessGround, entitled
from shared.access.local_redirect import local
from shared.access.roles import IN_A_CASE, Act, may, needed
from shared.decisions.errors import RuleBroken
from shared.web.http.first_words import by_first_word
from shared.web.http.noticed import notice
from shared.web.http.pages import API
from shared.web.http.sent_before import SentBefore, begin_form, digest_of, once_in_a_row
from shared.web.http.unsent import can_resume, is_shown_again, keep

if TYPE_CHECKING:
    from shared.web.http.desk import Desk

log = structlog.get_logger("nrm.gate")


class Gate:
    """A dependency of every route: nothing passes that names no act. Routes find their desk behind it (`desk.CurrentDesk`)."""

    def __init__(self, service: str = "") -> None:
        """Ask at the desk of this service in the application that was called; at its first where none is named."""
        self.service = service

    async def __call__(self, request: Request) -> AsyncGenerator[None]:
        """Let through and note it, or refuse and note it."""
        own = request.state.desk = self._own(request)
        act, desk = needed(request.scope.get("endpoint")), _desk(own, request)
        if act is Act.ANYBODY:
            yield
            return
        actor = request.state.actor = await desk.guard.known(request)
        if actor is not None:
            request.state.desk = own.seen_by(actor.id)
            desk = _desk(request.state.desk, request)
        if actor is not None and desk.assignment and not may(actor.roles, Act.READ_CASE) and "authorization" not in request.headers:
            await desk.release(actor.id)  # a session, so these are all roles that somebody has
        if is_shown_again(request) and not can_resume(request):
            raise RuleBroken("not-your-role")
        who, name, case = actor.id if actor else "", said_of(request), request.path_params.get("case", "")
        try:
            form = await digest_of(desk, who, request) if actor is not None else b""
            await once_in_a_row(desk, who, form)
            ground = await _ground(desk, request, actor, act, case)
            if actor is not None and not API.match(request.url.path):
                await begin_form(desk, who, form, request)
                await notice(desk, actor, request)
            yield
        except SentBefore:
            raise
        except (RuleBroken, HTTPException) as refused:
            why = refused.code if isinstance(refused, RuleBroken) else getattr(refused, "why", str(refused.status_code))
            about: str = case or getattr(request.state, "about", None) or ""
            desk.trail.note(who, f"refused:{name}", about, why)
            if actor is not None:
                await keep(desk, request)
            raise
        except Exception:
            await keep(desk, request)
            raise
        if case and (act in IN_A_CASE or request.method == "GET"):
            desk.trail.note(who, f"read:{name}", case, ground)

    def _own(self, request: Request) -> "Desk":
        desks: dict[str, Desk] = request.app.state.desks
        return desks[self.service] if self.service else next(iter(desks.values()))


def gated(router: APIRouter, service: str = "") -> list[BaseRoute]:
    """Its routes behind a gate: made once in a process, which may have several applications, since for each it took a tenth of a second."""
    made = _made.get((id(router), service))
    if made is None:
        behind = APIRouter()
        behind.include_router(router, dependencies=[Depends(Gate(service))])
        made = _made.setdefault((id(router), service), (router, by_first_word(behind)))
    return made[1]


_made = dict[tuple[int, str], tuple[APIRouter, list[BaseRoute]]]()
"""By the identity of the router, which is kept with it: routers have no hash."""


def _desk(desk: "Desk", request: Request) -> "Desk":
    """Of a page about several instances the one that its address names."""
    return desk.peers.get(request.path_params.get("service", ""), desk)


async def _ground(desk: "Desk", request: Request, actor: Actor | None, act: Act | None, case: str) -> str:
    if actor is None:
        raise await sign_in_first(desk, request)
    if act is None:
        log.error("a route names no act", route=said_of(request))
        raise RuleBroken("not-your-role")
    if not may(actor.roles, act):
        raise RuleBroken("not-your-role")
    if act not in IN_A_CASE:
        if case and not await desk.sees(case):
            raise RuleBroken("no-such-case")
        return act.value
    if not case:
        return act.value
    desk.trail.must_keep_up()
    ground = request.state.ground = await desk.ground(actor, case, act)
    if ground is AccessGround.UNASSIGNED and request.method == "GET" and not API.match(request.url.path):
        raise Sent(303, "unassigned", {"location": f"/assignments/{desk.instance.service.name}/{case}"})
    return entitled(ground).value


def said_of(request: Request) -> str:
    """The route, with the names of what stands in its address, never the values."""
    route = request.scope.get("route")
    return f"{request.method} {getattr(route, 'path', '')}"


async def sign_in_first(desk: "Desk", request: Request) -> HTTPException:
    """For a page the way to sign in and back, where what was filled in is kept; for a program 401."""
    if API.match(request.url.path):
        return Sent(401, "not-signed-in", {"www-authenticate": "Bearer"})
    if request.method == "GET":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:
        here = await keep(desk, request) or f"{local(urlsplit(request.headers.get('referer', '')).path)}?sent=no"
    kept: tuple[str, str] | None = getattr(request.state, "kept_form", None)
    return Sent(303, "not-signed-in", {"location": desk.guard.sign_in_at(quote(local(here)))} | ({"set-cookie": kept[1]} if kept else {}))


class Sent(HTTPException):
    """Sent elsewhere, with the reason that the audit notes."""

    def __init__(self, status: int, why: str, headers: dict[str, str]) -> None:
        super().__init__(status, headers=headers)
        self.why = why
