"""`/unsent`: a form that could not be recorded, shown again to the officer who filled it in."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.kept_forms import MINUTES
from shared.access.roles import Act, needs
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_ids import is_for
from shared.web.http.unsent import HOME, ShownAgain, name_of

router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("/{place}")
@needs(Act.OWN_SESSIONS)
async def unsent(desk: CurrentDesk, request: Request, place: str) -> Response:
    """The form with what was typed; where it is another officer's it is forgotten, and nobody sees what it said."""
    name = name_of(request, place)
    kept = desk.first.kept.find(name)
    if kept and is_for(desk.first.instance.secret, kept.form, desk.officer(request).id):
        return ShownAgain(kept)
    desk.first.kept.drop(name)
    return desk.pages.render(request, "unsent.html", 404, another=kept is not None, minutes=MINUTES)
