"""The assistance service."""

from pathlib import Path

from services.assistance import api
from services.assistance.decisions import DECISIONS
from services.assistance.pages import capacity, case, handoff, shelter_address, work_list
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.web import case_routes
from shared.web.service_pages import ServicePages

HERE = Path(__file__).parent
NAV = ((N_("Work list"), "/work"), (N_("Tasks"), "/tasks"), (N_("Cases"), "/cases"))
SERVICE = Service("assistance", migrations=HERE / "migrations")
ROUTERS = (capacity.router, api.router, case_routes.below("/cases"), work_list.router, case.router, shelter_address.router, handoff.router)
PAGES = ServicePages("assistance", ROUTERS, cases="/cases", decisions=DECISIONS, templates=HERE / "templates", nav=NAV)
