"""The assistance service."""

from pathlib import Path

from services.assistance import api
from services.assistance.decisions import DECISIONS
from services.assistance.handlers.meeting_points import keeps_points, points
from services.assistance.pages import capacity, case, handoff, meeting_points, shelter_address, work_list
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.web.case import routes as case_routes
from shared.web.http.service_pages import ServicePages

HERE = Path(__file__).parent
NAV = ((N_("Work list"), "/work"), (N_("Tasks"), "/tasks"), (N_("Cases"), "/cases"))
SERVICE = Service("assistance", migrations=HERE / "migrations")
ROUTERS = (capacity.router, api.router, case_routes.below("/cases"), work_list.router, case.router, shelter_address.router,
           meeting_points.router, handoff.router)  # fmt: skip


def places(reader: CaseReader) -> list[tuple[str, str]] | None:
    """The places to meet that a shelter keeps; None at other agencies."""
    if not keeps_points(reader.country, reader.agency):
        return None
    return [(one.id, one.place) for one in points(reader.instance.keystore, reader.session)]


PAGES = ServicePages(
    "assistance", ROUTERS, cases="/cases", decisions=DECISIONS, templates=HERE / "templates", nav=NAV, places=places,
)  # fmt: skip
