"""What a list shows beside the number of a case: what this agency calls it."""

from collections.abc import Iterable

from fastapi import Request

from shared.casework.own_record import names
from shared.web.http.desk import Desk


async def labels_of(desk: Desk, request: Request, cases: Iterable[str]) -> dict[str, str]:
    """Case → what a list shows beside its number: for the cases that are open to whoever asks."""
    listed = list(cases)
    officer = desk.officer(request).id if desk.assignment else ""
    found = await desk.ask(lambda reader: names(reader, listed, officer)) if listed else {}
    return {case: said for case, one in found.items() if (said := one.called)}
