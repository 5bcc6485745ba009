"""The assistance service."""

from pathlib import Path

from services.assistance import api
from services.assistance.pages import case, handoff, own_record, person, shelter_address, work_list
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.web.service_pages import ServicePages

HERE = Path(__file__).parent
NAV = ((N_("Work list"), "/work"), (N_("Tasks"), "/tasks"), (N_("Cases"), "/cases"))
SERVICE = Service("assistance", migrations=HERE / "migrations")
ROUTERS = (api.router, person.router, work_list.router, case.router, own_record.router, shelter_address.router, handoff.router)
PAGES = ServicePages("assistance", ROUTERS, cases="/cases", templates=HERE / "templates", nav=NAV)
