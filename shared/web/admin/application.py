"""An agency's process: its instances on the bus and their pages on one port, as one FastAPI application."""

import os
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from shared.access.actor import DemoAccess, Guard
from shared.access.audit_anchor import AuditAnchor
from shared.access.granted_roles import Mandates
from shared.access.oidc import SignedIn
from shared.access.rate_limit import ReportRateLimit
from shared.casework.today import listed_at
from shared.config.clock import wall
from shared.config.i18n import N_
from shared.config.notice_ways import Unfit
from shared.config.sender_tokens import known
from shared.config.settings import Settings, UnfitSettings
from shared.config.tasks import kept
from shared.crypto.directory import Directory
from shared.crypto.directory_state import Listing, listed_in
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import FormUsed
from shared.messaging.health import Health
from shared.messaging.notice_sender import NoticeSender
from shared.messaging.runner import Running
from shared.observability.exporter import Telemetry
from shared.processing.instance import Instance
from shared.store.document_folder import DocumentFolder, DocumentShelf
from shared.web.admin import (
    about,
    access_log,
    assignments,
    break_glass,
    caseload,
    duty,
    entrance,
    event_log,
    language,
    leaving,
    metrics,
    notices,
    parked_records,
    people_ask,
    restricted,
    restricted_waiting,
    roles,
    same_person,
    search,
    seen_verdicts,
    sessions,
    sign_in,
    today,
    today_news,
    unsent_forms,
    words_sample,
)
from shared.web.admin.metrics import Metrics
from shared.web.admin.navigation import frame_of
from shared.web.admin.today_news import NewsStreams
from shared.web.http.desk import Desk
from shared.web.http.gate import gated
from shared.web.http.middleware import install, problem
from shared.web.http.openapi import described, recorded
from shared.web.http.pages import Pages
from shared.web.http.service_pages import ServicePages
from shared.web.text.card_words import own_cards
from shared.web.text.messages import REASONS, UNKNOWN
from shared.web.text.notice_words import notice_words


def office(settings: Settings, services: Sequence[ServicePages], instances: Sequence[Instance], listing: Listing | None = None) -> FastAPI:
    """The application of one agency: a desk for each of its instances.

    Starting it starts the instances; it serves while the bus is away. The directory of `listing` says which agencies there are.
    """
    if listing:
        follow(listing, instances)
    running = Running(instances, settings.bus_in_use(), settings.partitions, listing=listing)
    watched = Health(running)
    apart = instances[0].country.knows(instances[0].agency) and instances[0].country.agency(instances[0].agency).apart
    # What a confidential agency sends would reveal by its address who it is.
    operators, environment = ("", dict[str, str]()) if apart else (settings.operators, dict(os.environ))
    telemetry = Telemetry(instances, operators, environment, settings.operators_token, tls=settings.bus_in_use().tls)
    desks: dict[str, Desk] = {}
    zone = settings.zone or instances[0].country.zone
    pages = Pages(*(s.templates for s in services if s.templates), frame=lambda request: frame_of(request, desks, settings), zone=zone)
    shows = {service.name: service for service in services}
    for instance in instances:
        shown = shows.get(instance.service.name, ServicePages(instance.service.name))
        if instance.service.name != "reporting":
            instance.keeps_documents(_shelf(settings, instance.me))
        desk = Desk(instance, pages, shown.cases, shown.decisions, shown.entries, partial(watched.faults, instance), telemetry.tracer)
        desk.linked, desk.begun, desk.places, desk.came = shown.linked, shown.begun, shown.places, shown.came
        desks[instance.service.name] = desk
    sender, guard = _sender(settings, desks), _guard(settings, instances[0])
    for desk in desks.values():
        desk.peers, desk.guard, desk.assignment = desks, guard, settings.assigned_only
        desk.capacity = running.capacity.board.now if running.capacity else desk.capacity
        desk.sends_spans = lambda header: known(header, settings.operators_token, open_to_all=settings.env != "production")
    app = described(lifespan=partial(_lifespan, running, watched, telemetry, sender, AuditAnchor(instances), desks))
    app.state.telemetry, app.state.running, app.state.desks, app.state.notices = telemetry, running, desks, sender
    app.state.leave_to, app.state.cards = settings.leave_to, own_cards(settings.cards)
    app.state.news = NewsStreams(60.0 * settings.session_idle)
    app.state.partners = ReportRateLimit(wall) if settings.partners else None
    more = {service.name: service.told(settings.cleared_metrics) for service in services}
    app.state.metrics = Metrics(instances, telemetry.shippers, watched, more)
    app.add_exception_handler(RuleBroken, partial(_broken, pages))
    for router, service in _routers(services, desks):
        app.router.routes.extend(gated(router, service))
    install(app, pages, tls=settings.address.startswith("https:"), hosts=settings.hosts_in_use())
    return app


@asynccontextmanager
async def _lifespan(
    running: Running, watched: Health, telemetry: Telemetry, sender: NoticeSender | None, ends: AuditAnchor, desks: Mapping[str, Desk],
    _app: FastAPI,
) -> AsyncGenerator[None]:  # fmt: skip
    """Everything of the process that goes on beside its pages, from its start to its end."""
    await running.start()
    watched.start()
    telemetry.start()
    if sender:
        sender.start()
    telling = kept("ends of the audit", ends.run)
    yield
    if sender:
        await sender.stop()
    await telemetry.stop()
    for desk in desks.values():
        await desk.trail.stop()
    await ends.stop(telling)
    await watched.stop()
    await running.stop()


def _sender(settings: Settings, desks: dict[str, Desk]) -> NoticeSender | None:
    """Who sends the notices of this process: of the jobs that each service lists, and of what partners report at the others.
    None where no way of notices is set."""
    listed = listed_at([name for name, desk in desks.items() if desk.cases])
    instances = [desks[name].instance for name in listed]
    try:
        ways = settings.notices_in_use(instances[0].country) if instances else None
    except Unfit as error:
        raise UnfitSettings(error.words, **error.values) from None
    if ways is None:
        return None
    for name, share in listed.items():
        desks[name].instance.sends_notices_of(share)
    besides = [desk.instance for name, desk in desks.items() if desk.cases and name not in listed] if settings.partners else []
    return NoticeSender([*instances, *besides], ways, notice_words, next(iter(desks.values())).instance)


def _shelf(settings: Settings, me: str) -> DocumentShelf:
    must_scan = settings.env == "production"
    return DocumentShelf(DocumentFolder(settings.documents_in_use() / me), settings.scanner, must_scan, settings.documents_gb * 1024**3)


def _routers(services: Sequence[ServicePages], desks: dict[str, Desk]) -> Iterator[tuple[APIRouter, str]]:
    """Everything that answers, each with the service at whose desk its gate stands; at the first where none is named."""
    first = next(iter(desks.values()))
    agency = first.country.agency(first.agency)
    yield from ((entrance.router, ""), (language.router, ""), (leaving.router, ""), (about.router, ""), (metrics.router, ""))
    if any(desk.cases for desk in desks.values()):
        yield from ((one.router, "") for one in (today, today_news, notices, duty, caseload, people_ask))
    for service in services:
        if service.name in desks:
            yield from ((router, service.name) for router in service.routers_of(agency))
    of_issuer = (roles.router, sessions.router) if isinstance(first.guard, SignedIn) else ()
    way_in = (sign_in.issuer,) if isinstance(first.guard, SignedIn) else (sign_in.demo, about.demo)
    every = (
        *way_in,
        parked_records.router,
        event_log.router,
        assignments.router,
        break_glass.router,
        access_log.router,
        restricted.router,
        restricted_waiting.router,
        search.router,
        words_sample.router,
        same_person.router,
        unsent_forms.router,
        seen_verdicts.router,
    )
    yield from ((router, "") for router in (*every, *of_issuer))


def follow(listing: Listing, instances: Sequence[Instance]) -> None:
    """These instances know the agencies of the directory, now and whenever a new one comes."""
    country = instances[0].country

    def take(directory: Directory) -> None:
        known = listed_in(country, directory)
        for instance in instances:
            instance.knows(known)

    listing.told.append(take)
    if listing.now:
        take(listing.now)


def _guard(settings: Settings, instance: Instance) -> Guard:
    """The agency's issuer where one is set, else the demo's way."""
    if not settings.oidc_issuer:
        if settings.env == "production":  # whoever builds this without asking whether the settings are fit
            raise UnfitSettings(N_("The sign-in of the demo must not run as production."))
        return DemoAccess(instance.country.agency(instance.agency))
    return SignedIn(settings, Mandates(instance), instance.service.name)


async def _broken(pages: Pages, request: Request, error: Exception) -> Response:
    assert isinstance(error, RuleBroken)
    status, words = REASONS.get(error.code, UNKNOWN)
    said = pages.gettext(request)(words)
    more = {"recorded": recorded(error.recorded).model_dump()} if isinstance(error, FormUsed) else {}
    return problem(request, pages, status, said, errors=[(error.field, said)] if error.field else [], more=more)
