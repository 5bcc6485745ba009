"""Assistance's interface."""

from services.assistance.decisions import DECISIONS
from shared.web.http.api import api

router = api("assistance", DECISIONS)
