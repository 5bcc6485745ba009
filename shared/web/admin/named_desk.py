"""Of a page about several instances the one that its address names."""

from typing import Annotated

from fastapi import Depends

from shared.decisions.errors import RuleBroken
from shared.web.http.desk import CurrentDesk, Desk


def with_cases(desk: Desk) -> list[tuple[str, Desk]]:
    """The agency's desks whose pages show cases."""
    return [(name, one) for name, one in desk.peers.items() if one.cases]


def named(desk: Desk, service: str) -> Desk:
    """The agency's desk of this service, if its pages show cases. Raises RuleBroken."""
    if service not in dict(with_cases(desk)):
        raise RuleBroken("no-such-case")
    return desk.peers[service]


async def named_desk(desk: CurrentDesk, service: str) -> Desk:
    """The desk with cases that the address names. Raises RuleBroken."""
    return named(desk, service)


NamedDesk = Annotated[Desk, Depends(named_desk)]
