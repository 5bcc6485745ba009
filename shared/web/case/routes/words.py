"""The words on a hand-off: its messages, the forms of a question, an answer and an arrangement, and that they are read."""

from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.decisions.decide import Decision
from shared.web.case.deciding import decide_by_form
from shared.web.case.words_page import COMMANDS, form_of, look, show, show_form
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.unsent import resumes
from shared.web.text.message_words import LABELS

router = APIRouter(include_in_schema=False)


@router.get("/{case}/words/{handoff}")
@needs(Act.READ_CASE)
async def words(desk: CurrentDesk, request: Request, case: str, handoff: str) -> Response:
    """What was said on a hand-off."""
    return await show(desk, request, case, handoff)


@router.post("/{case}/words/{handoff}")
@needs(Act.DECIDE)
@resumes
async def read(desk: CurrentDesk, request: Request, case: str, handoff: str) -> Response:
    """Say that it is read."""
    here, again = f"{desk.cases}/{case}/words/{handoff}", partial(show, desk, request, case, handoff)
    made = await decide_by_form(desk, request, desk.decisions["read-words"], LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else made.seen_at(here)


@router.get("/{case}/words/{handoff}/{act}")
@needs(Act.READ_CASE)
async def form(desk: CurrentDesk, request: Request, case: str, handoff: str, act: str) -> Response:
    """The form of a question, an answer or an arrangement."""
    return await show_form(desk, request, case, handoff, act)


@router.post("/{case}/words/{handoff}/{act}")
@needs(Act.DECIDE)
@resumes
async def say(desk: CurrentDesk, request: Request, case: str, handoff: str, act: str) -> Response:
    """Show who will read it; then send it."""
    here, asked = f"{desk.cases}/{case}/words/{handoff}", form_of(desk, act, case, handoff)
    if (first := await look(desk, request, case, handoff, act)) is not None:
        return first
    made = await decide_by_form(
        desk, request, _saying(desk)[act], LABELS, partial(show_form, desk, request, case, handoff, act), case=case, back=here,
        form=asked.form, as_command=asked.command,
    )  # fmt: skip
    return made if isinstance(made, Response) else made.seen_at(here)


def _saying(desk: Desk) -> Mapping[str, Decision]:
    return {name: desk.decisions[name] for name in COMMANDS}
