"""An agency's process: its instances on the bus and their pages on one port, as one FastAPI application."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from shared.access.actor import Demo, Guard
from shared.access.audit_anchor import Ends
from shared.access.granted_roles import Mandates
from shared.access.oidc import SignedIn
from shared.access.roles import Act, needs
from shared.config.sender_tokens import known
from shared.config.settings import Settings, Unfit
from shared.crypto.directory import Directory
from shared.crypto.directory_state import Listing, listed_in
from shared.decisions.errors import RuleBroken
from shared.messaging.health import Health
from shared.messaging.runner import Running
from shared.observability.exporter import Telemetry
from shared.processing.instance import Transactions
from shared.web.admin.access_log import access_pages
from shared.web.admin.assignments import assignment_pages
from shared.web.admin.break_glass import glass_pages
from shared.web.admin.event_log import log_pages
from shared.web.admin.metrics import metrics
from shared.web.admin.navigation import frame_of, navigation
from shared.web.admin.parked_records import parked_pages
from shared.web.admin.roles import role_pages
from shared.web.admin.sessions import session_pages
from shared.web.admin.sign_in import sign_in
from shared.web.api import health
from shared.web.desk import Desk
from shared.web.gate import Gate
from shared.web.middleware import install, problem
from shared.web.openapi import described
from shared.web.pages import Pages
from shared.web.service_pages import ServicePages
from shared.web.text.messages import REASONS, UNKNOWN


def office(settings: Settings, services: Sequence[ServicePages], doors: Sequence[Transactions], listing: Listing | None = None) -> FastAPI:
    """The application of one agency: a desk for each of its instances.

    Starting it starts the instances; it serves while the bus is away. The directory of `listing` says which agencies there are.
    """
    if listing:
        follow(listing, doors)
    running = Running(doors, settings.bus_in_use(), settings.partitions, listing=listing)
    watched = Health(running)
    apart = doors[0].country.knows(doors[0].agency) and doors[0].country.agency(doors[0].agency).apart
    # What a confidential agency sends would reveal by its address who it is.
    telemetry = Telemetry(doors, "", {}) if apart else Telemetry(doors, settings.operators, os.environ, settings.operators_token)
    desks: dict[str, Desk] = {}
    zone = settings.zone or doors[0].country.zone
    pages = Pages(*(s.templates for s in services if s.templates), frame=lambda request: frame_of(request, desks), zone=zone)
    shows = {service.name: service for service in services}
    for door in doors:
        shown = shows.get(door.service.name, ServicePages(door.service.name))
        desks[door.service.name] = Desk(door, pages, shown.cases, shown.entries, partial(watched.faults, door), telemetry.tracer)
    guard, ends = _guard(settings, doors[0]), Ends(doors)
    for desk in desks.values():
        desk.peers, desk.guard, desk.assignment = desks, guard, settings.assigned_only
        desk.sends_spans = lambda header: known(header, settings.operators_token, open_to_all=settings.env != "production")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        await running.start()
        watched.start()
        telemetry.start()
        telling = asyncio.create_task(ends.run())
        yield
        await telemetry.stop()
        for desk in desks.values():
            await desk.trail.stop()
        await ends.stop(telling)
        await watched.stop()
        await running.stop()

    app = described(lifespan=lifespan)
    app.state.telemetry, app.state.running, app.state.desks = telemetry, running, desks
    _common(app, desks, pages)
    first = next(iter(desks.values()))
    gated = [(metrics(doors, telemetry.shippers, watched), first)]
    gated += [
        (service.routes(desks[service.name]), desks[service.name]) for service in services if service.routes and service.name in desks
    ]
    own = (sign_in(first), parked_pages(desks), log_pages(desks), assignment_pages(desks), glass_pages(desks), access_pages(desks))
    gated += [(router, first) for router in (*own, *role_pages(desks), *session_pages(desks))]
    for router, desk in gated:
        app.include_router(router, dependencies=[Depends(Gate(desk))])
    install(app, pages, tls=settings.address.startswith("https:"))
    return app


def follow(listing: Listing, doors: Sequence[Transactions]) -> None:
    """These instances know the agencies of the directory, now and whenever a new one comes."""
    country = doors[0].country

    def take(directory: Directory) -> None:
        known = listed_in(country, directory)
        for door in doors:
            door.knows(known)

    listing.told.append(take)
    if listing.now:
        take(listing.now)


def _guard(settings: Settings, door: Transactions) -> Guard:
    """The agency's issuer where one is set, else the demo's way."""
    if not settings.oidc_issuer:
        if settings.env == "production":  # whoever builds this without asking whether the settings are fit
            raise Unfit("The sign-in of the demo must not run as production.")
        return Demo(door.country.agency(door.agency))
    return SignedIn(settings, Mandates(door), door.service.name)


def _common(app: FastAPI, desks: dict[str, Desk], pages: Pages) -> None:
    first = next(iter(desks.values()))

    @app.exception_handler(RuleBroken)
    async def broken(request: Request, error: RuleBroken) -> Response:  # pyright: ignore[reportUnusedFunction]
        status, words = REASONS.get(error.code, UNKNOWN)
        said = pages.gettext(request)(words)
        return problem(request, pages, status, said, errors=[(error.field, said)] if error.field else [])

    @app.get("/health", include_in_schema=False)
    @needs(Act.ANYBODY)
    async def healthy() -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """Whether the instances are ready: 200 while each of them can read the log, send and write its database, else 503 and why not."""
        instances = [health(desk) for desk in desks.values()]
        ready = all(i["ready"] for i in instances)
        return JSONResponse({"ready": ready, "agency": first.agency, "instances": instances}, 200 if ready else 503)

    @app.get("/health/live", include_in_schema=False)
    @needs(Act.ANYBODY)
    async def alive() -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """Whether the process answers: nothing that a restart would not mend is looked at."""
        return JSONResponse({"live": True, "agency": first.agency})

    @app.get("/", include_in_schema=False)
    @needs(Act.ANYBODY)
    async def home(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        """The first page that one's roles open."""
        if first.actor(request) is None and not first.guard.demo:
            return RedirectResponse(first.guard.sign_in_at("/"), 303)
        nav = navigation(request, desks)
        return RedirectResponse(nav[0].href if nav else "/operations/log", 303)
