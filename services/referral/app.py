"""The referral service."""

from pathlib import Path

from services.referral.handlers import FOLLOW_UPS
from services.referral.queries import count
from services.referral.routes import routes
from shared.runtime.forms import N_
from shared.runtime.service import Service

NAV = ((N_("Cases you lead"), "/lead"),)
SERVICE = Service(
    "referral", follow_ups=FOLLOW_UPS, project=count, routes=routes, cases="/lead", templates=Path(__file__).parent / "templates", nav=NAV
)  # fmt: skip
