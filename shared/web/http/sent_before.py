"""A form that comes twice in a row from the same officer is one wish: a button that is tapped twice, a page that is sent again from the one
before because the answer never came. What it did is done once, and the second is led to where the first was, which says so.

Decisions about a case have receipts for ever (`decisions.form_receipts`), of whatever lies between. What an agency does for itself (who has
a case, who is on duty, what is on a list) has none, and may be wished again later: so an officer's last form alone is known here, for as
long as a line may keep an answer back. Of a form its digest is kept, and the address that it led to.
"""

from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.access.last_forms import LastForm
from shared.web.http.form_ids import is_for
from shared.web.http.long_forms import is_form
from shared.web.http.unsent import is_shown_again

if TYPE_CHECKING:
    from shared.web.http.desk import Desk

IDS = "form_id", "once"
"""What pages call the id of a form: of one that somebody fills in, and of one that is a button alone."""
_STATE = "sent_form"


class SentBefore(HTTPException):
    """The same form was recorded just now: on to where that led."""

    def __init__(self, address: str) -> None:
        super().__init__(303, headers={"location": address})


async def digest_of(desk: "Desk", officer: str, request: Request) -> bytes:
    """What tells this form from another; empty where the request brings none that this officer's pages gave out."""
    path = request.url.path
    if request.method != "POST" or is_shown_again(request) or not is_form(path, request.headers):
        return b""
    sent = await request.form()
    fields = [(name, said) for name, said in sent.multi_items() if isinstance(said, str)]
    form = next((said for name, said in fields if name in IDS), "")
    if not is_for(desk.first.instance.secret, form, officer):
        return b""
    return sha256(urlencode([("", f"{path}?{request.url.query}"), *fields]).encode()).digest()


async def once_in_a_row(desk: "Desk", officer: str, digest: bytes) -> None:
    """What this officer has just sent, and is recorded, is not done again. While the first is still being recorded the second waits for it.

    Asked also before anything else is of who asks: by what they did they may have taken the case, or the role, away from themselves. Where
    it led they were told already, and there they are asked like anybody. Raises SentBefore."""
    if digest and (address := await desk.first.sent.led_to(officer, digest)):
        raise SentBefore(_said_again(address))


async def begin_form(desk: "Desk", officer: str, digest: bytes, request: Request) -> None:
    """Note what this officer sends from now on, if it is nothing that they have just sent. Raises SentBefore."""
    await once_in_a_row(desk, officer, digest)
    if digest:
        setattr(request.state, _STATE, desk.first.sent.begin(officer, digest))


def nothing_recorded(request: Request) -> None:
    """The route leads on, and has done nothing: the same form again is asked anew, and no page says that it is recorded."""
    form: LastForm | None = getattr(request.state, _STATE, None)
    if form is not None:
        form.answered()


def _said_again(address: str) -> str:
    """The same address, where the page says that nothing more was recorded."""
    parts = urlsplit(address)
    if "sent=" in parts.query:
        return address
    return parts._replace(query=f"{parts.query}&sent=again".lstrip("&")).geturl()


class AnswerHeard:
    """Tells a form that was sent where its answer led."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand in front of an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hear how the answer begins."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def heard(message: Message) -> None:
            if message["type"] == "http.response.start" and (form := state.get(_STATE)):
                form.answered(message["status"], Headers(raw=message["headers"]).get("location", ""))
            await send(message)

        try:
            await self.app(scope, receive, heard)
        finally:
            if form := state.get(_STATE):
                form.answered()
