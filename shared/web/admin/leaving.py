"""`/leave`: away from any page at once. Nobody is signed in then, and an empty page is shown, or the one that the installation names."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_posts import see_other
from shared.web.http.pages import LEFT

router = APIRouter(include_in_schema=False)
AT_ONCE = '"cookies", "storage"'
BEHIND = f'"cache", {AT_ONCE}'
"""What a browser forgets: its copies of pages too where a script asks, whose person is gone by then; emptying them can take seconds."""


@router.post("/leave")
@needs(Act.ANYBODY)
async def leave(desk: CurrentDesk, request: Request) -> Response:
    """End the session, and lead to the empty page. Who has left is in the audit like who signs out, and is asked anew by the issuer when
    they come back: addresses of before stay in the browser's history, and whoever sits there now may open them."""
    if actor := desk.guard.present(request):
        desk.trail.note(actor.id, "signed-out", "", "")
    answer = see_other(LEFT)
    answer.headers["clear-site-data"] = AT_ONCE if request.headers.get("sec-fetch-mode") == "navigate" else BEHIND
    desk.guard.left(request, answer)
    return answer


@router.get(LEFT)
@needs(Act.ANYBODY)
async def left(desk: CurrentDesk, request: Request) -> Response:
    """Nothing, in the colour of nothing; a browser goes on from it without a trace of it in its history."""
    return desk.pages.render(request, "left.html", leave_to=request.app.state.leave_to)
