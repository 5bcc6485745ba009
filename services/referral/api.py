"""The lead's interface."""

from services.referral.decisions import DECISIONS
from shared.web.http.api import api

router = api("referral", DECISIONS)
