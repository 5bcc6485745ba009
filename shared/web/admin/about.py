"""What the pages say of themselves: `/accessibility`, what was tested and what was not; in the demo `/styles`, how they look and why."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.web.http.desk import CurrentDesk
from shared.web.text.accessibility_words import NOT_TESTED, TESTED

router, demo = APIRouter(include_in_schema=False), APIRouter(include_in_schema=False)
TYPEFACE, SAMPLE = "Source Sans 3", "Odgovor čeka · Одговор чека · Hyvää työtä"
COLOURS = (
    (N_("Teal: the mark, links, buttons, where one is"), "#0b6470", "#5cc2cc"), (N_("Ink: words"), "#0b0c0c", "#f1f3f3"),
    (N_("Ground"), "#ffffff", "#14191b"), (N_("What belongs together"), "#eef6f5", "#1d2629"),
    (N_("Amber: where the keyboard is, and that data are made up"), "#ffc94d", "#ffc94d"),
    (N_("Red: late, danger, an error; always with a sign and dashes"), "#b3261e", "#ff8f85"),
    (N_("Violet: joint action"), "#54319f", "#b9a2f2"),
)  # fmt: skip
"""What a colour is for, and how it is by day and by night, as `static/theme.css` has them."""


@router.get("/accessibility")
@needs(Act.ANYBODY)
async def accessibility(desk: CurrentDesk, request: Request) -> Response:
    """What was tested, and what was not."""
    return desk.pages.render(request, "accessibility.html", tested=TESTED, not_tested=NOT_TESTED)


@router.get("/terms")
@needs(Act.ANYBODY)
async def words(desk: CurrentDesk, request: Request) -> Response:
    """The field's words."""
    return desk.pages.render(request, "terms.html")


@demo.get("/styles")
@needs(Act.ANYBODY)
async def styles(desk: CurrentDesk, request: Request) -> Response:
    """Type, colour and mark, each with what it is for."""
    return desk.pages.render(request, "styles.html", colours=COLOURS, typeface=TYPEFACE, sample=SAMPLE)
