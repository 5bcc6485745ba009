"""The referral service."""

from pathlib import Path

from services.referral import api
from services.referral.decisions import DECISIONS
from services.referral.handlers.cases import FOLLOW_UPS
from services.referral.handlers.consent import relearn, tell
from services.referral.handlers.lead_record import hand_on, heard_by_letter, take
from services.referral.pages import cases, pressure
from services.referral.projections.departures import departures
from services.referral.projections.pressure import hold_back
from services.referral.projections.receipts import owe
from services.referral.projections.returns import returns
from services.referral.projections.statistics import count
from services.referral.queries.side_cases import linked
from services.referral.side_cases import lapses_elsewhere, mirror
from shared.config.i18n import N_
from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.service import Service
from shared.web.case import routes as case_routes
from shared.web.http.service_pages import ServicePages

HERE = Path(__file__).parent


def project(work: UnitOfWork, change: Change) -> None:
    """After a record of a case: what the rapporteur reads, who owes a receipt, what confidential agencies did, repeated in the lead's name,
    what was withdrawn, what was said under pressure, what a former lead hands to a new one."""
    count(work, change)
    owe(work, change)
    mirror(work, change)
    relearn(work, change)
    tell(work, change)
    hold_back(work, change)
    hand_on(work, change)
    take(work, change)


def settle(work: UnitOfWork) -> bool:
    """After the directory has changed: who left, and who came back."""
    return all([departures(work), returns(work)])


NAV = ((N_("Cases you lead"), "/lead"),)
SERVICE = Service(
    "referral", follow_ups=FOLLOW_UPS, project=project, letter=heard_by_letter, departures=settle, counts=True, waits=lapses_elsewhere,
    migrations=HERE / "migrations",
)  # fmt: skip
ROUTERS = (api.router, pressure.router, case_routes.below("/lead"), cases.router)
PAGES = ServicePages("referral", ROUTERS, cases="/lead", decisions=DECISIONS, templates=HERE / "templates", nav=NAV, linked=linked)
