"""The reporting service: hand-offs where the agency coordinates, figures where it is the rapporteur, both elsewhere."""

from pathlib import Path

from fastapi import APIRouter

from services.reporting.api import figures_api, operations_api
from services.reporting.ingest.statistics import take
from services.reporting.pages.figures import rapporteur
from services.reporting.pages.operations import operations, receiver
from shared.config.country import Agency
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.protocol.vocabulary import AgencyKind
from shared.records.codec import STATISTICS
from shared.web.desk import Desk
from shared.web.service_pages import ServicePages

HERE = Path(__file__).parent


def routes(desk: Desk) -> APIRouter:
    """Everything that reporting answers to at this agency."""
    kind = desk.country.agency(desk.agency).kind
    router = APIRouter()
    if kind is not AgencyKind.RAPPORTEUR:
        router.include_router(operations(desk))
        router.include_router(operations_api(desk))
        router.include_router(receiver(desk))
    if kind is not AgencyKind.COORDINATOR:
        router.include_router(rapporteur(desk))
        router.include_router(figures_api(desk))
    return router


def nav(agency: Agency) -> tuple[tuple[str, str], ...]:
    """The entries of the navigation."""
    desk = ((N_("Hand-offs"), "/operations"), (N_("Records"), "/operations/records"))
    figures = ((N_("Figures"), "/figures"),)
    return {AgencyKind.RAPPORTEUR: figures, AgencyKind.COORDINATOR: desk}.get(agency.kind, (*desk, *figures))


SERVICE = Service("reporting", topic=STATISTICS, take=take, migrations=HERE / "migrations")
PAGES = ServicePages("reporting", routes, templates=HERE / "templates", nav=nav)
