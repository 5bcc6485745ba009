"""The assistance service."""

from pathlib import Path

from services.assistance import api
from services.assistance.decisions import DECISIONS
from services.assistance.pages import case, handoff, own_record, shelter_address, work_list
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.web.person_page import person_router
from shared.web.service_pages import ServicePages

HERE = Path(__file__).parent
PERSON = person_router("/cases", DECISIONS["state"])
NAV = ((N_("Work list"), "/work"), (N_("Tasks"), "/tasks"), (N_("Cases"), "/cases"))
SERVICE = Service("assistance", migrations=HERE / "migrations")
ROUTERS = (api.router, PERSON, work_list.router, case.router, own_record.router, shelter_address.router, handoff.router)
PAGES = ServicePages("assistance", ROUTERS, cases="/cases", templates=HERE / "templates", nav=NAV)
