"""The page of one hand-off: open the invitation, answer it, act on it, complete it, give it back; or take one's own request back."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from services.assistance.handlers import handoffs as h
from services.assistance.pages.case import again, show
from shared.access.roles import Act, needs
from shared.decisions.decide import UseCase
from shared.decisions.errors import RuleBroken
from shared.protocol.vocabulary import Outcome
from shared.web.desk import Desk
from shared.web.form_posts import read_form, see_other

TEMPLATE = "assistance/handoff.html"


class Ended(h.OfHandoff):
    """On a page the outcome must be chosen; nothing is preselected."""

    outcome: Outcome


DECISIONS: dict[str, tuple[UseCase, type[BaseModel]]] = {
    "open": (h.acknowledge, h.OfHandoff), "accept": (h.accept, h.OfHandoff), "decline": (h.decline, h.Decline),
    "ask-info": (h.ask_info, h.OfHandoff), "supply-info": (h.supply_info, h.OfHandoff), "give-back": (h.give_back, h.Decline),
    "take-action": (h.take_action, h.TakeAction), "complete": (h.complete, Ended), "revoke": (h.revoke, h.OfHandoff),
}  # fmt: skip
STAYS = ("open",)
"""Decisions after which one looks at the hand-off again, not at the case."""


def pages(desk: Desk) -> APIRouter:
    """The page of a hand-off. Looking writes nothing: opening is a decision."""
    router = APIRouter()

    @router.get("/cases/{case}/handoffs/{handoff}")
    @needs(Act.READ_CASE)
    async def handoff_page(request: Request, case: str, handoff: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await show(desk, request, case, TEMPLATE, handoff=handoff, decision="")

    @router.post("/cases/{case}/handoffs/{handoff}/{decision}")
    @needs(Act.DECIDE)
    async def decide(request: Request, case: str, handoff: str, decision: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if decision not in DECISIONS:
            raise RuleBroken("no-such-handoff")
        use_case, model = DECISIONS[decision]
        posted = await read_form(request, model)
        here = f"/cases/{case}/handoffs/{handoff}"
        try:
            command: Any = posted.command(model, case=case, handoff=handoff)
            answer = await posted.decide(desk, request, use_case, command, case=case, back=f"/cases/{case}")
        except (ValidationError, RuleBroken) as error:
            return await again(desk, request, case, TEMPLATE, posted, error, handoff=handoff, decision=decision)
        if isinstance(answer, Response):
            return answer
        return see_other(here if decision in STAYS else f"/cases/{case}")

    return router
