"""Forms that were not recorded come back with all that was typed: after signing in again, and from the page that says what failed.

A route whose page can show its form again says so (`resumes`). What it was sent is then kept (`access.kept_forms`) wherever it could not be
recorded, and shown to the same officer by sending the form to its own route once more, which must not decide anything then
(`is_shown_again`). It is recorded only when the officer sends it.
"""

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from starlette.types import Message, Receive, Scope, Send

from shared.access.kept_forms import MINUTES, KeptForm
from shared.config.i18n import N_
from shared.web.http.desk import Desk
from shared.web.http.form_ids import is_ours
from shared.web.http.forms import FormErrors, Translate

F = TypeVar("F", bound=Callable[..., Any])
HOME, COOKIE = "/unsent", "nrm-unsent"
_MARK = "nrm_resumes"
NOT_SENT = N_("This is probably not recorded: you were signed out, or something failed. Look it through, and send it once more.")


def resumes(endpoint: F) -> F:
    """Marks a route's function whose page can show the form again: where `is_shown_again` it does that, and decides nothing."""
    setattr(endpoint, _MARK, True)
    return endpoint


def can_resume(request: Request) -> bool:
    """Whether the route of this request can show its form again."""
    return request.method == "POST" and getattr(request.scope.get("endpoint"), _MARK, False)


def is_shown_again(request: Request) -> bool:
    """Whether this request only shows what somebody had typed."""
    return getattr(request.state, "shown_again", False)


def not_sent(translate: Translate) -> FormErrors:
    """What stands above a form that is shown again."""
    return FormErrors([{"text": translate(NOT_SENT)}], {})


async def keep(desk: Desk, request: Request) -> str:
    """Keep the form that this request brought. Gives the address where it is shown again; empty where there is nothing to keep.

    Only what our own pages gave out is kept: nobody else can fill the memory.
    """
    if not can_resume(request) or is_shown_again(request):
        return ""
    sent = await request.form()
    fields = [(name, said) for name, said in sent.multi_items() if isinstance(said, str)]
    form = next((said for name, said in fields if name == "form_id"), "")
    if not is_ours(desk.first.instance.secret, form):
        return ""
    name = desk.first.kept.keep(KeptForm(_sent_to(request), form, fields))
    if name is None:
        return ""
    place = name[:8]
    request.state.kept_form = (f"{HOME}/{place}", cookie(desk, place, name))
    return f"{HOME}/{place}"


def cookie(desk: Desk, place: str, name: str) -> str:
    """The header that gives the browser the name of a kept form; it says nothing of the form, and ends with it."""
    made = SimpleCookie({_cookie(place): name})
    made[_cookie(place)] |= {"path": "/", "max-age": MINUTES * 60, "httponly": True, "samesite": "lax", "secure": desk.guard.tls}
    return made.output(header="").strip()


def name_of(request: Request, place: str) -> str:
    """The name of the form that is kept for this browser at this place; empty where it has none."""
    return request.cookies.get(_cookie(place), "")


def recorded(desk: Desk, request: Request) -> None:
    """The form of this page is recorded: what was kept of it is forgotten."""
    for said, name in request.cookies.items():
        if said.startswith(f"{COOKIE}-"):
            kept = desk.first.kept.find(name)
            if kept and kept.path == _sent_to(request):
                desk.first.kept.drop(name)


def _sent_to(request: Request) -> str:
    """The address of a form, with what stands behind it: a page's form may say there whom it is about."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _cookie(place: str) -> str:
    return f"{COOKIE}-{place}"


class ShownAgain(Response):
    """The answer of the form's own route to the form once more, which only shows it."""

    def __init__(self, kept: KeptForm) -> None:
        super().__init__()
        self.sent = urlencode(kept.fields).encode()
        self.path_sent, _, self.query_sent = kept.path.partition("?")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand it to the route."""
        told = [(name, value) for name, value in scope["headers"] if name not in (b"content-type", b"content-length")]
        form = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", str(len(self.sent)).encode())]
        changed: dict[str, Any] = {
            "method": "POST", "path": self.path_sent, "raw_path": self.path_sent.encode(), "path_params": {},
            "query_string": self.query_sent.encode(),
            "headers": told + form, "state": scope["state"] | {"shown_again": True},
        }  # fmt: skip
        sent = iter([{"type": "http.request", "body": self.sent, "more_body": False}])

        async def once() -> Message:
            return next(sent, None) or await receive()

        await scope["app"].router({**scope, **changed}, once, send)
