"""The intake service."""

from pathlib import Path

from services.intake import api
from services.intake.pages import own_record, person, reports, screening
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.web.service_pages import ServicePages

HERE = Path(__file__).parent
NAV = ((N_("Reports"), "/reports"), (N_("Screening"), "/screening"))
SERVICE = Service("intake", migrations=HERE / "migrations")
ROUTERS = (api.router, person.router, own_record.router, reports.router, screening.router)
PAGES = ServicePages("intake", ROUTERS, cases="/reports", templates=HERE / "templates", nav=NAV)
