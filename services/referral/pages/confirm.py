"""Decisions of the lead that take a page of their own: it says what happens to whom before anybody can send the form."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from services.referral.decisions import DECISIONS
from services.referral.handlers.consent import OfCase
from services.referral.handlers.ending import CloseCase
from shared.protocol import closing
from shared.protocol.case import Case, HandoffState
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import CloseReason
from shared.web.case_page import CaseFile, case_context, case_file
from shared.web.desk import Desk
from shared.web.form_posts import Posted
from shared.web.forms import FormErrors, limits
from shared.web.text.next_steps import came_back

PAGES = frozenset({"close", "reopen"})
"""The decisions that have such a page, each a template below `confirm`."""


class CloseForm(OfCase):
    """What the page asks: each answer to something open is its id and the ending, with a blank between."""

    reason: CloseReason
    handoffs: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


def as_closing(form: CloseForm) -> CloseCase:
    """The command of the page's answers. Raises ValidationError."""
    handoffs = [{"handoff": id, "ending": ending} for id, _, ending in (one.partition(" ") for one in form.handoffs)]
    tasks = [{"task": id, "ending": ending} for id, _, ending in (one.partition(" ") for one in form.tasks)]
    return CloseCase.model_validate({"case": form.case, "reason": form.reason, "handoffs": handoffs, "tasks": tasks})


async def show(desk: Desk, request: Request, case: str, decision: str, posted: Posted, errors: FormErrors) -> Response:
    """The page of one of these decisions; 422 where its answers need another look."""
    file = await desk.ask(lambda clerk: case_file(clerk, case))
    context: dict[str, Any] = case_context(desk, request, file) | {"decision": decision, "values": posted.values, "errors": errors}
    context |= {"longest": limits(DECISIONS[decision].command)} | _of_the_end(desk, file, decision)
    return desk.pages.render(request, f"referral/confirm/{decision}.html", 422 if errors.summary else 200, **context)


def _of_the_end(desk: Desk, file: CaseFile, decision: str) -> dict[str, Any]:
    """What is open, what came back, what would stand again; whether the form can be sent at all."""
    case, reopens = file.case, file.case.protocol > FIRST
    fits = case.closed_at is None if decision == "close" else case.closed_at is not None and reopens
    return {
        "open_handoffs": closing.open_handoffs(case) if reopens else (), "open_tasks": closing.open_tasks(case) if reopens else (),
        "back_open": [h for agency in sorted(case.agencies) for h in came_back(case, agency)],
        "again": closing.handoffs_again(case), "tasks_again": closing.tasks_again(case), "asked_in_vain": _in_vain(case),
        "reopens": reopens, "retention": sorted((code, round(days)) for code, days in desk.country.retention.items()),
        "possible": fits and file.shown.member and not file.parked,
    }  # fmt: skip


def _in_vain(case: Case) -> list[Any]:
    return [h for h in case.handoffs.values() if h.state is HandoffState.ENDED and h.answered_at is None and h.to != case.lead]
