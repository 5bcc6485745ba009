"""Intake's interface."""

from services.intake.decisions import DECISIONS
from shared.web.http.api import api

router = api("intake", DECISIONS)
