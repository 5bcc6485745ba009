"""Intake's pages and interface."""

from fastapi import APIRouter

from services.intake import handlers
from services.intake.pages.reports import pages
from shared.web.api import api
from shared.web.desk import Desk


def routes(desk: Desk) -> APIRouter:
    """Everything that intake answers to."""
    router = APIRouter()
    router.include_router(api(desk, {"reports": (handlers.file_report, handlers.FileReport)}))
    router.include_router(pages(desk))
    return router
