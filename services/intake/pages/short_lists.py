"""The short lists of signs: an inspector's on site, and of a child. Nothing is kept; whoever goes on from here finds the signs ticked."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from services.intake.rules.short_lists import LISTS, ShortList, ShortScreened, short_screen
from services.intake.text import SHORT_LISTS, SHORT_READINGS, WEIGHTS
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.protocol.facts import Facts
from shared.protocol.vocabulary import Indicator
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import EMPTY, Posted, at_fields, read_form
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.speaking import page_context, speaker
from shared.web.text import labels

router = APIRouter(include_in_schema=False, prefix="/screening/list")
LABELS = {"signs": N_("Signs")}


class TickedSigns(Facts):
    """The signs that were seen or heard."""

    signs: tuple[Indicator, ...] = ()


@router.get("/{which}")
@needs(Act.DECIDE)
async def short_list(desk: CurrentDesk, request: Request, which: ShortList) -> Response:
    """The list."""
    return _shown(desk, request, which, EMPTY, NO_ERRORS)


@router.post("/{which}")
@needs(Act.DECIDE)
async def ticked(desk: CurrentDesk, request: Request, which: ShortList) -> Response:
    """What it says, and why."""
    posted = await read_form(request, TickedSigns)
    try:
        found = short_screen(which, posted.command(TickedSigns).signs)
    except ValidationError as error:
        return _shown(desk, request, which, posted, at_fields(desk, request, error, LABELS))
    return _shown(desk, request, which, posted, NO_ERRORS, found)


def _shown(
    desk: Desk, request: Request, which: ShortList, posted: Posted, errors: FormErrors, found: ShortScreened | None = None
) -> Response:  # fmt: skip
    to = speaker(desk, request)
    of_list = {sign.value: labels.INDICATORS[sign.value] for sign in LISTS[which]}
    context: dict[str, Any] = page_context(desk, request, to) | {
        "which": which, "list_words": SHORT_LISTS[which], "readings": SHORT_READINGS[which], "offered": to.say.items(of_list),
        "weights": WEIGHTS, "found": found, "values": posted.values, "errors": errors,
    }  # fmt: skip
    return desk.pages.render(request, "intake/short_list.html", 422 if errors.summary else 200, **context)
