"""Of a page about several instances the one that its address names."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from shared.decisions.errors import RuleBroken
from shared.web.http.desk import CurrentDesk, Desk


def with_cases(desk: Desk) -> list[tuple[str, Desk]]:
    """The agency's desks whose pages show cases."""
    return [(name, one) for name, one in desk.peers.items() if one.cases]


def without_cases(desk: Desk, request: Request, heading: str) -> Response:
    """What a page about cases says where the agency takes part in none; `heading` is that of the page."""
    return desk.pages.render(request, "no_cases.html", heading=desk.pages.gettext(request)(heading))


def named(desk: Desk, service: str) -> Desk:
    """The agency's desk of this service, if its pages show cases. Raises RuleBroken."""
    if service not in dict(with_cases(desk)):
        raise RuleBroken("no-such-case")
    return desk.peers[service]


async def named_desk(desk: CurrentDesk, service: str) -> Desk:
    """The desk with cases that the address names. Raises RuleBroken."""
    return named(desk, service)


NamedDesk = Annotated[Desk, Depends(named_desk)]
