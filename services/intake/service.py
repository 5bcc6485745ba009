"""The intake service."""

from pathlib import Path

from services.intake import api
from services.intake.decisions import DECISIONS
from services.intake.handlers.housekeeping import tend
from services.intake.pages import drafts, partners, raids, reports, screening, short_lists
from services.intake.queries.drafts import begun_jobs
from services.intake.queries.partners import came_since
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.web.case import routes as case_routes
from shared.web.http.service_pages import ServicePages

HERE = Path(__file__).parent
NAV = ((N_("Reports"), "/reports"), (N_("Screening"), "/screening"))
SERVICE = Service("intake", migrations=HERE / "migrations", tidies=tend)
ROUTERS = (
    api.router, case_routes.below("/reports"), drafts.router, partners.router, raids.router, reports.router, screening.router,
    short_lists.router,
)  # fmt: skip
PAGES = ServicePages(
    "intake", ROUTERS, cases="/reports", decisions=DECISIONS, templates=HERE / "templates", nav=NAV, begun=begun_jobs, came=came_since
)  # fmt: skip
