"""The ids of forms on pages: each sends once, and what comes back by it shows that this agency's pages gave it out, and to whom.

An id is drawn, with two tags that only this process's secret makes: one says that the id is ours, the other for which officer the page was.
Nobody else can read either.
"""

import hmac
import re
from hashlib import sha256
from secrets import token_hex

from fastapi import Request

from shared.decisions.form_receipts import ANEW

DRAWN, TAG = 16, 8
"""Hex digits of each part."""
UNTAGGED = re.compile(r"[0-9a-f]{32}")
"""An id of a page that knows nobody."""


def new_id(request: Request) -> str:
    """The id for one more form of the page that answers this request."""
    desk = getattr(request.state, "desk", None)
    if desk is None:  # a page before the gate asks nobody who they are
        return anybodys_id()
    drawn, secret = token_hex(DRAWN // 2), desk.first.instance.secret
    begins = ANEW if getattr(request.state, "anew", False) else ""
    return begins + drawn + (_tag(secret, drawn, "") + _tag(secret, drawn, desk.officer(request).id)).decode()


def anybodys_id(id: str = "") -> str:
    """The id of a form on a page that knows nobody: the one that came back, or where that is none another one."""
    return id if UNTAGGED.fullmatch(id) else token_hex(16)


def ask_no_more(request: Request) -> None:
    """The page that answers this request asks whether the same is meant twice: its forms record what they send."""
    request.state.anew = True


def is_ours(secret: bytes, id: str) -> bool:
    """Whether this process gave this id out."""
    drawn, ours, _ = _parts(id)
    return hmac.compare_digest(ours, _tag(secret, drawn, ""))


def is_for(secret: bytes, id: str, officer: str) -> bool:
    """Whether it gave it out for a page of this officer's."""
    drawn, _, whose = _parts(id)
    return is_ours(secret, id) and hmac.compare_digest(whose, _tag(secret, drawn, officer))


def _parts(id: str) -> tuple[str, bytes, bytes]:
    said = id.removeprefix(ANEW)
    ours, whose = said[DRAWN : DRAWN + TAG], said[DRAWN + TAG :]
    return said[:DRAWN], ours.encode(), whose.encode()


def _tag(secret: bytes, drawn: str, officer: str) -> bytes:
    return hmac.new(secret, f"form id\n{drawn}\n{officer}".encode(), sha256).hexdigest()[:TAG].encode()
