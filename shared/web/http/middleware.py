"""What stands between the network and the routes: headers, guards, and answers to everything that goes wrong.

`install(app, pages)` wires it all. From outside in: security headers with a nonce for each request, the net under every exception, the
guard against forms of other sites and against bodies above the limit. Errors are answered as problem+json below /api, as a page elsewhere;
an answer never repeats what was sent, nor an exception's message.
"""

import re
import secrets
import traceback
from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.config.endpoints import named
from shared.config.i18n import N_
from shared.store.database import is_away, is_missing
from shared.web.http.environment import HERE
from shared.web.http.forms import found
from shared.web.http.long_forms import FORM_LIMIT, Cutting, is_form
from shared.web.http.pages import Frame, Pages, wants_html
from shared.web.http.sent_before import AnswerHeard

log = structlog.get_logger("nrm.web")
BODY_LIMIT = 1024 * 1024
FILE_LIMIT = 27 * BODY_LIMIT
TAKES_FILE = re.compile(r"/documents/new/[a-z_]+$|^/figures/returns/new$")
"""Where a file is sent, which is read as it comes."""
PHRASES = frozenset(status.phrase for status in HTTPStatus)  # say nothing that our titles do not say better
STATIC_SECONDS = 3600
HSTS_SECONDS = 365 * 24 * 3600
CANNOT_WAIT = 429
"""From this status on a page says whom to call meanwhile: what somebody wanted to do is no fault of theirs, and may be urgent."""
LATER = {"retry-after": "60"}
CLOSE = {"connection": "close"}  # the rest of the body is not read


class Saying(NamedTuple):
    """How an error is called, and what the person can do."""

    title: str
    advice: str


# Statuses not named here take the nearest of 400 and 500.
_BY_STATUS = {
    400: (N_("This request was not understood"), N_("Go back, check what was filled in, and send it again.")),
    401: (N_("Who are you?"), N_("Sign in, and try again.")),
    403: (N_("This is not yours to do"), N_("If it should be, ask the lead agency of the case or your administrator.")),
    404: (N_("Nothing is here"), N_("Check the address. What you may not see looks the same as what is not there.")),
    405: (N_("This cannot be done here"), N_("Go back and use the buttons of the page.")),
    409: (N_("This is not possible now"), N_("Open the case again: it says how it stands, and who must move next.")),
    413: (N_("This is too much at once"), N_("Send at most 1 MiB: go back one page, where what you typed is still there, and shorten it.")),
    415: (N_("This form of content is not taken"), N_("Send what the page or the interface description asks for.")),
    421: (
        N_("These pages do not answer under this name"),
        N_("Use the address that your agency gave you. Whoever looks after it here adds a name by NRM_HOSTS."),
    ),
    422: (N_("Some answers need another look"), N_("Go back, correct them, and send the form again.")),
    429: (N_("Too many requests"), N_("Wait a minute, and try again.")),
    500: (N_("Something went wrong on our side"), N_("Try again; if it stays, tell your administrator the time.")),
    503: (N_("Not ready yet"), N_("Wait a minute, and try again.")),
}


NO_DATABASE = N_(
    "This agency’s database does not answer at present. If what you sent is not in your lists in a minute, send it again: the same form is "
    "recorded once."
)
NOBODY_KNOWS = N_("Nobody knows whether all that you sent is recorded: look in your lists, and send once more what is not there.")
FIELDS = {
    "officer": N_("Officer"), "other": N_("Officer"), "to": N_("To whom"), "role": N_("Role"), "reason": N_("Reason"), "case": N_("Case"),
    "address": N_("Address"), "words": N_("Words"), "place": N_("Place"),
}  # fmt: skip
"""What pages call an answer that a route takes by itself; of others the message stands alone."""
SAYINGS = {status: Saying(*words) for status, words in _BY_STATUS.items()}


def saying(status: int) -> Saying:
    """Title and advice of a status."""
    return SAYINGS.get(status) or SAYINGS[500 if status >= 500 else 400]


def problem(
    request: Request, pages: Pages, status: int, detail: str = "", errors: Iterable[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None, more: Mapping[str, object] | None = None, unsure: bool = False,
) -> Response:  # fmt: skip
    """What went wrong, as a page or as problem+json {title, status, detail, errors: [{field, message}]} (RFC 9457), there with `more`.

    `unsure`: nobody knows whether what was sent is recorded, so the page does not say that it is not."""
    translate = pages.gettext(request)
    title, advice = (translate(text) for text in saying(status))
    if not wants_html(request):
        body = {"title": title, "status": status, "detail": detail or advice, "errors": [{"field": f, "message": m} for f, m in errors]}
        return JSONResponse(body | dict(more or {}), status, headers, "application/problem+json")
    unsent: tuple[str, str] = getattr(request.state, "kept_form", ("", ""))
    told: dict[str, object] = {
        "title": title, "happened": detail, "advice": advice, "unsent": unsent[0], "unsure": unsure, "waits": status >= CANNOT_WAIT,
        "reasons": [_reason(translate(FIELDS.get(field, "")), message) for field, message in errors if message != detail],
    }  # fmt: skip
    answer = _page(request, pages, status, told)
    answer.headers.update(headers or {})
    if unsent[1]:
        answer.headers.append("set-cookie", unsent[1])
    return answer


def _reason(label: str, message: str) -> str:
    return f"{label}: {message}" if label else message[:1].upper() + message[1:]


def _page(request: Request, pages: Pages, status: int, told: dict[str, object]) -> Response:
    """In its frame; without where the frame itself needs what has just failed; as a line where not even that can be drawn."""
    for frame in ({}, {"frame": Frame()}):
        try:
            return pages.render(request, "error.html", status, **frame, **told)
        except Exception as failure:  # noqa: BLE001
            _report(failure, request.scope)
    return PlainTextResponse(f"{told['title']}. {told['advice']}", status, {"content-language": pages.language(request).tag})


def _report(failure: Exception, scope: Scope) -> None:
    """Log kind and places of a failure. Neither its text nor the path's values: either may hold what somebody typed."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(failure.__traceback__)[-5:]]
    log.error("unexpected failure", kind=type(failure).__name__, places=places, route=getattr(scope.get("route"), "path", ""))


class Headed:
    """Security headers on every answer, with a nonce that the page's own script carries."""

    def __init__(self, app: ASGIApp, tls: bool = False) -> None:
        """Stand in front of an application. `tls`: people reach it by https alone, and their browsers shall remember that."""
        self.app, self.tls = app, tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the request a nonce and the answer its headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["csp_nonce"] = nonce

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._head(MutableHeaders(scope=message), scope["path"], message["status"], nonce)
            await send(message)

        await self.app(scope, receive, headed)

    def _head(self, headers: MutableHeaders, path: str, status: int, nonce: str) -> None:
        headers.setdefault(
            "content-security-policy",
            (  # what is no page of ours has a stricter one
                f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
                "frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
            ),
        )
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "no-referrer"
        if self.tls:
            headers["strict-transport-security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
        kept = path.startswith("/static/") and status in (200, 304)
        headers.setdefault("cache-control", f"public, max-age={STATIC_SECONDS}" if kept else "no-store")


class Peeked:
    """Answers HEAD as GET, without the body: whoever looks whether a page is there need not read it."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand in front of an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the whole, and send its head."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app(dict(scope, method="GET"), receive, headed)


class Netted:
    """Catches what nobody caught, inside the headers, so that even that answer is a proper one."""

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        """Stand in front of an application."""
        self.app, self.pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a failure with 500; once the answer has begun, only break it off."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as failure:
            if begun or scope["type"] != "http":
                raise
            _report(failure, scope)
            request = Request(scope)
            away = is_away(failure) and not is_missing(failure)
            why = NO_DATABASE if away else NOBODY_KNOWS if request.method == "POST" else ""
            detail = self.pages.gettext(request)(why) if why else ""
            await problem(request, self.pages, 503 if away else 500, detail, headers=LATER if away else None, unsure=True)(
                scope, receive, send
            )


def foreign(headers: Headers) -> bool:
    """Whether a writing request comes from another site, by what the browser says of it."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return True
    if origin == "null":  # the browser hides its origin; it is ours only if the browser vouches for it otherwise
        return site is None
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


class Guarded:
    """Refuses other names than ours, forms of other sites, bodies above the limit, whether announced or streamed, and addresses that no
    database can look up. Of a form the limit is that of what is kept of its fields."""

    def __init__(self, app: ASGIApp, pages: Pages, limit: int = BODY_LIMIT, hosts: Collection[str] | None = None) -> None:
        """Stand in front of an application. `hosts`: the names under which it answers; any where there are none."""
        self.app, self.pages, self.limit, self.hosts = app, pages, limit, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the headers first, then count what comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, taken = Headers(scope=scope), 0
        limit = FILE_LIMIT if TAKES_FILE.search(scope["path"]) else self.limit
        form = is_form(scope["path"], headers)
        most = max(limit, FORM_LIMIT) if form else limit
        come = Cutting(receive) if form else receive
        if self.hosts is not None and named(headers.get("host", "")) not in self.hosts:
            await problem(Request(scope), self.pages, 421)(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            await problem(Request(scope), self.pages, 404)(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and foreign(headers):
            await problem(Request(scope), self.pages, 403)(scope, receive, send)
            return
        if int(headers.get("content-length", "0")) > most:
            await problem(Request(scope), self.pages, 413, headers=CLOSE)(scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal taken
            message: Message = await come() if taken <= limit else {}  # whoever asks again hears the same, and does not wait
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, headers=CLOSE)
            return message

        await self.app(scope, counted, send)


def install(
    app: FastAPI, pages: Pages, limit: int = BODY_LIMIT, tls: bool = False, hosts: Collection[str] | None = None
) -> None:  # fmt: skip
    """Put headers, guards and answers around an application, and serve /static.

    `tls`: it is reached by https alone. `hosts`: the names under which it answers; any where there are none.
    """
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> Response:
        unread = any(one["type"] == "json_invalid" for one in error.errors())
        return problem(request, pages, 400 if unread else 422, errors=found(error, pages.gettext(request)))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code < 400:
            return Response(status_code=error.status_code, headers=error.headers)
        said = "" if error.detail in PHRASES else str(error.detail)
        return problem(request, pages, error.status_code, said, headers=error.headers)

    app.add_middleware(AnswerHeard)
    app.add_middleware(Guarded, pages=pages, limit=limit, hosts=hosts)
    app.add_middleware(Netted, pages=pages)
    app.add_middleware(Peeked)
    app.add_middleware(Headed, tls=tls)
