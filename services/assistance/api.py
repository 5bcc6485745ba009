"""Assistance's pages and interface."""

from fastapi import APIRouter

from services.assistance.handlers import handoffs as h
from services.assistance.pages import case, handoff, shelter_address, work_list
from shared.web.api import api
from shared.web.desk import Desk

DECISIONS = {
    "acknowledge": (h.acknowledge, h.OfHandoff), "accept": (h.accept, h.OfHandoff), "decline": (h.decline, h.Decline),
    "give-back": (h.give_back, h.Decline), "ask-info": (h.ask_info, h.OfHandoff), "supply-info": (h.supply_info, h.OfHandoff),
    "request": (h.request_handoff, h.RequestHandoff), "revoke": (h.revoke, h.OfHandoff), "take-action": (h.take_action, h.TakeAction),
    "complete": (h.complete, h.Complete), "plan-task": (h.plan_task, h.PlanTask), "begin-task": (h.begin_task, h.OfTask),
    "complete-task": (h.complete_task, h.CompleteTask), "drop-task": (h.drop_task, h.OfTask),
}  # fmt: skip


def routes(desk: Desk) -> APIRouter:
    """Everything that assistance answers to."""
    router = APIRouter()
    router.include_router(api(desk, DECISIONS))
    for of in (work_list, case, shelter_address, handoff):
        router.include_router(of.pages(desk), include_in_schema=False)
    return router
