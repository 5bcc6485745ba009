"""A form with far too much text in one field: what comes of that field is cut while it streams in, so that the answer stands at the field,
and nothing of the rest is lost. What is left is still longer than any field may be: nothing that was cut is ever recorded."""

from starlette.datastructures import Headers
from starlette.types import Message, Receive

FORM_LIMIT = 40 * 1024 * 1024
"""Bytes that a form may send: 10 MB of text in any script take three times as many, and some more, in a form."""
KEPT = 256 * 1024
"""Bytes of a field that are kept. The longest field takes 10,000 characters, each of twelve bytes at most in a form."""
FORM = "application/x-www-form-urlencoded"


def is_form(path: str, headers: Headers) -> bool:
    """Whether a page's form sends this."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == FORM and not path.startswith("/api")


class Cutting:
    """Passes on what comes of a form, of each field no more than is kept."""

    def __init__(self, receive: Receive) -> None:
        """Read from here."""
        self.receive, self.room = receive, KEPT

    async def __call__(self) -> Message:
        """The next part of it."""
        message = await self.receive()
        body: bytes = message.get("body", b"")
        return {**message, "body": self.cut(body)} if body else message

    def cut(self, body: bytes) -> bytes:
        """The same without what is too much of a field. An escape that is cut in two stays as the figures that it was written with."""
        found: list[bytes] = []
        for n, part in enumerate(body.split(b"&")):
            if n:
                self.room = KEPT
                found.append(b"&")
            found.append(part[: self.room])
            self.room -= min(len(part), self.room)
        return b"".join(found)
