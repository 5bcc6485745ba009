"""How this process knows who asks, as the routes need it that serve one way to sign in alone."""

from typing import Annotated

from fastapi import Depends

from shared.access.actor import DemoAccess
from shared.access.oidc import SignedIn
from shared.web.http.desk import CurrentDesk


async def demo_guard(desk: CurrentDesk) -> DemoAccess:
    """The demo's way; its routes are there where it is in use."""
    assert isinstance(desk.guard, DemoAccess)
    return desk.guard


async def issuer_guard(desk: CurrentDesk) -> SignedIn:
    """The agency's issuer; its routes are there where one is set."""
    assert isinstance(desk.guard, SignedIn)
    return desk.guard


DemoGuard = Annotated[DemoAccess, Depends(demo_guard)]
IssuerGuard = Annotated[SignedIn, Depends(issuer_guard)]
