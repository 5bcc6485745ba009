"""The reporting service: hand-offs where the agency coordinates, figures where it is the rapporteur, both elsewhere."""

from pathlib import Path

from fastapi import APIRouter

from services.reporting import api, tables_api
from services.reporting.ingest.renewing import tend
from services.reporting.ingest.statistics import take
from services.reporting.metrics import desk_metrics, promise_metrics
from services.reporting.pages import (
    absences,
    build,
    case_way,
    figures,
    month_files,
    operations,
    packs,
    pairs,
    passed_round,
    pictures,
    promises,
    receiving,
    returns,
    returns_sent,
    tables,
    waiting_room,
)
from shared.access.roles import Act
from shared.config.country import Agency
from shared.config.i18n import N_
from shared.processing.service import Service
from shared.protocol.vocabulary import AgencyKind
from shared.records.codec import STATISTICS
from shared.web.http.desk import Nav
from shared.web.http.service_pages import ServicePages

HERE = Path(__file__).parent


def routers(agency: Agency) -> tuple[APIRouter, ...]:
    """Everything that reporting answers to at this agency."""
    desk = (
        operations.router,
        case_way.router,
        pairs.router,
        month_files.router,
        promises.router,
        passed_round.router,
        absences.router,
        waiting_room.router,
        api.operations_router,
        receiving.receiver,
    )
    facts = (
        figures.router,
        tables.router,
        pictures.router,
        packs.router,
        returns.router,
        returns_sent.router,
        build.router,
        api.figures_router,
        tables_api.router,
    )
    return {AgencyKind.RAPPORTEUR: facts, AgencyKind.COORDINATOR: desk}.get(agency.kind, (*desk, *facts))


def nav(agency: Agency) -> Nav:
    """The entries of the navigation."""
    desk = (
        (N_("Hand-offs"), "/operations"), (N_("Standing still"), "/operations/stalled"),
        (N_("Agencies"), "/operations/agencies", Act.READ_OPERATIONS),
        (N_("Records"), "/operations/records", Act.READ_OPERATIONS),
    )  # fmt: skip
    facts = ((N_("Figures"), "/figures"),)
    return {AgencyKind.RAPPORTEUR: facts, AgencyKind.COORDINATOR: desk}.get(agency.kind, (*desk, *facts))


SERVICE = Service("reporting", topic=STATISTICS, take=take, migrations=HERE / "migrations", tidies=tend)
PAGES = ServicePages("reporting", routers, templates=HERE / "templates", nav=nav, metrics=desk_metrics, cleared_metrics=promise_metrics)
