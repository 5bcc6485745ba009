"""`/uncounted`: an officer says that they have seen that a decision did not count. It is written down, and the history goes on telling."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from shared.access.local_redirect import local
from shared.access.roles import Act, needs
from shared.casework.uncounted import saw, uncounted
from shared.decisions.errors import RuleBroken
from shared.web.admin.named_desk import NamedDesk
from shared.web.case.uncounted import HOME
from shared.web.http.form_posts import see_other

router = APIRouter(include_in_schema=False, prefix=HOME)


@router.post("/{service}/{key}/seen")
@needs(Act.LIST)
async def seen(desk: NamedDesk, request: Request, key: str, back: Annotated[str, Form(max_length=500)] = "/") -> Response:
    """Say that one has seen why a decision did not count."""
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    if key not in {one.key for one in await desk.ask_as(request, lambda reader: uncounted(reader, officer))}:
        raise RuleBroken("no-such-decision")
    await desk.instance.run(lambda work: saw(work, key, officer, at))
    return see_other(local(back))
