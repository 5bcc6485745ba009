"""Which rows of a list nobody has: they show need and time alone, and whoever opens one is asked to take it."""

from collections.abc import Iterable

from fastapi import Request

from shared.access.assignments import nobodys
from shared.web.http.desk import Desk


async def nobodys_of(desk: Desk, request: Request, cases: Iterable[str]) -> set[str]:
    """Those of these cases that nobody has, where cases are assigned."""
    listed = list(cases)
    return await desk.ask(lambda reader: nobodys(reader, listed)) if desk.assignment and listed else set()
