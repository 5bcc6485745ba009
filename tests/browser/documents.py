"""Attaching a file at an agency's pages, as a browser sends it."""

from typing import Any

from httpx2 import Response

from tests.browser.desks import Visitor


def attach(at: Visitor, cases: str, kind: str, name: str, content: bytes, **answers: Any) -> Response:
    """Send the form of a new document as its page prefilled it."""
    address = f"{cases}/documents/new/{kind}"
    page = at.get(address)
    shown = page.partition('name="shown" value="')[2].partition('"')[0]
    sent = {"form_id": at.form_id(page, address), "shown": shown, "naked": "no"} | answers
    files = {"file": (name, content, "text/html")} if name else {"file": ("", b"", "application/octet-stream")}
    return at.client.post(
        address, data={k: v for k, v in sent.items() if v}, files=files, headers={"accept": "text/html", "origin": "http://testserver"}
    )
