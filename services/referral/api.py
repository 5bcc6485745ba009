"""Referral's pages and interface."""

from fastapi import APIRouter

from services.referral.handlers import cases as h
from services.referral.handlers import consent as c
from services.referral.handlers.erasure import AskErasure, ask_erasure
from services.referral.pages.cases import pages
from shared.web.api import api
from shared.web.desk import Desk

DECISIONS = {
    "add-agency": (h.add_agency, c.AddAgency), "ask-confidential": (h.ask_confidential, c.AddAgency),
    "record-consent": (c.record_consent, c.RecordConsent), "consult": (c.consult, c.Consult),
    "withdraw": (c.withdraw, c.Withdraw), "decide-status": (h.decide_status, h.DecideStatus),
    "start-joint-action": (h.start_now, c.OfCase), "drop-task": (h.drop_task, h.DropTask), "close": (h.close_case, h.CloseCase),
    "ask-erasure": (ask_erasure, AskErasure),
}  # fmt: skip


def routes(desk: Desk) -> APIRouter:
    """Everything that referral answers to."""
    router = APIRouter()
    router.include_router(api(desk, DECISIONS))
    router.include_router(pages(desk))
    return router
