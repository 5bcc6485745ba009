"""Which view of the figures somebody gets: cleared staff the restricted one, or the public one if they ask; all others the public one."""

from fastapi import HTTPException, Request

from services.reporting.queries.restricted import Clearance, NotCleared, clearance
from shared.config.i18n import N_
from shared.web.http.desk import Desk

RESTRICTED, PUBLIC = "restricted", "public"
FOR_CLEARED = N_("The restricted view is for cleared staff. Ask for the public view: it shows released figures.")


def cleared(desk: Desk, request: Request, view: str = "") -> Clearance | None:
    """The clearance for the restricted view, or None: the public one. Who is cleared gets the restricted view unless they ask for the
    other; who asks for the restricted one without being cleared is refused."""
    if view == PUBLIC:
        return None
    actor = desk.actor(request)
    try:
        return clearance(actor.roles if actor else ())
    except NotCleared:
        if view == RESTRICTED:
            raise HTTPException(403, desk.pages.gettext(request)(FOR_CLEARED)) from None
        return None


def must_be_cleared(desk: Desk, request: Request) -> Clearance:
    """The clearance, for what only the restricted view has. Raises HTTPException."""
    if found := cleared(desk, request, RESTRICTED):
        return found
    raise HTTPException(403, desk.pages.gettext(request)(FOR_CLEARED))
