"""Assistance's interface."""

from services.assistance.decisions import DECISIONS
from services.assistance.rules import OF_WHO_ASKED
from shared.access.roles import Act
from shared.web.http.api import api

router = api("assistance", DECISIONS, dict.fromkeys(OF_WHO_ASKED, Act.DECIDE_REQUEST))
