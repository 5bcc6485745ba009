"""The lead's interface."""

from services.referral.decisions import DECISIONS
from shared.access.roles import Act
from shared.web.http.api import api

router = api("referral", DECISIONS, {"withdraw": Act.HEAR_WITHDRAWAL})
