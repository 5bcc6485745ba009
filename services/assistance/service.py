"""The assistance service."""

from pathlib import Path

from services.assistance.api import routes
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.web.service_pages import ServicePages

HERE = Path(__file__).parent
NAV = ((N_("Work list"), "/work"), (N_("Tasks"), "/tasks"), (N_("Cases"), "/cases"))
SERVICE = Service("assistance", migrations=HERE / "migrations")
PAGES = ServicePages("assistance", routes, cases="/cases", templates=HERE / "templates", nav=NAV)
