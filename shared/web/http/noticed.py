"""What the frame of a page must say to whoever asks, and has to be read for it: the gate reads it before the page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request
from sqlalchemy.exc import DBAPIError

from shared.access.restriction_head import RestrictionStanding, WaitingRestriction, standings, waiting
from shared.access.roles import Act, may
from shared.decisions.case_wall import EVERYTHING

if TYPE_CHECKING:
    from shared.access.actor import Actor
    from shared.web.http.desk import Desk


@dataclass(frozen=True, slots=True)
class Noticed:
    """What somebody must know at once."""

    parked: bool = False
    """Records of cases that may exist for them could not be applied, or cannot be sent."""
    waits: bool = False
    """A restricted case waits, and they are the agency's head."""


async def notice(desk: "Desk", actor: "Actor", request: Request) -> None:
    """Read it, and put it on the request. A page does not fail for it: while a database is away, that is what it says."""
    if not all(one.saves() for one in desk.peers.values()):
        return
    try:
        waits = may(actor.roles, Act.NAME_OFFICER) and bool(await restricted_waiting(desk))
        request.state.noticed = Noticed(await _parked(desk), waits)
    except DBAPIError:
        return


def noticed(request: Request) -> Noticed:
    """What the gate has read; nothing where nobody was let through."""
    return getattr(request.state, "noticed", Noticed())


async def restricted_waiting(desk: "Desk") -> list[WaitingRestriction]:
    """Which restrictions wait, of all services of the agency in this process."""
    found: list[RestrictionStanding] = []
    now = desk.instance.clock.now()[0]
    for one in desk.peers.values():
        if one.cases:
            found += await one.instance.ask(lambda reader: standings(reader, now), EVERYTHING)
    return waiting(found, now)


async def _parked(desk: "Desk") -> bool:
    for one in desk.peers.values():
        if (one.instance.parked or one.instance.outgoing.spoilt) and await one.ask(lambda reader: bool(reader.parked or reader.unsendable)):
            return True
    return False
