"""The intake service."""

from pathlib import Path

from services.intake.api import routes
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.web.service_pages import ServicePages

HERE = Path(__file__).parent
NAV = ((N_("Reports"), "/reports"),)
SERVICE = Service("intake", migrations=HERE / "migrations")
PAGES = ServicePages("intake", routes, cases="/reports", templates=HERE / "templates", nav=NAV)
