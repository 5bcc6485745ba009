"""An agency's process: its instances on the bus and their pages on one port, as one FastAPI application."""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from shared.runtime.api import health
from shared.runtime.deciding import RuleBroken
from shared.runtime.desk import Desk
from shared.runtime.door import Transactions
from shared.runtime.forms import N_
from shared.runtime.instance import Running
from shared.runtime.interface import described
from shared.runtime.logdesk import HOME as LOG
from shared.runtime.logdesk import log_pages
from shared.runtime.metrics import metrics
from shared.runtime.pages import Frame, NavItem, Pages
from shared.runtime.parkdesk import HOME, parked_pages
from shared.runtime.reasons import REASONS, UNKNOWN
from shared.runtime.sealed.directory import Directory
from shared.runtime.sealed.listing import Listing, listed_in
from shared.runtime.service import Service
from shared.runtime.settings import Settings
from shared.runtime.signin import sign_in
from shared.runtime.telemetry import Telemetry
from shared.runtime.web import install, problem

PARKED = NavItem(N_("Parked records"), HOME)
"""In the navigation while there are any."""

STOPPED = N_("This agency’s system met a log that it does not know and has stopped. Nothing is sent; what was decided is kept.")
LOST = N_("The database was put back from a backup, and some decisions made here are lost. They must be entered again.")


def office(settings: Settings, services: Sequence[Service], doors: Sequence[Transactions], listing: Listing | None = None) -> FastAPI:
    """The application of one agency: a desk for each of its instances.

    Starting it starts the instances; it serves while the bus is away. The directory of `listing` says which agencies there are.
    """
    if listing:
        follow(listing, doors)
    running = Running(doors, settings.bus_in_use(), settings.partitions, listing=listing)
    telemetry = Telemetry(doors, settings.operators, os.environ)
    desks: dict[str, Desk] = {}
    zone = settings.zone or doors[0].country.zone
    pages = Pages(*(s.templates for s in services if s.templates), frame=lambda request: _frame(request, desks), zone=zone)
    desks |= {door.service.name: Desk(door, pages=pages, bus_up=lambda: running.bus_up, tracer=telemetry.tracer) for door in doors}
    for desk in desks.values():
        desk.peers = desks

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        await running.start()
        telemetry.start()
        yield
        await telemetry.stop()
        await running.stop()

    app = described(lifespan=lifespan)
    app.state.telemetry, app.state.running = telemetry, running
    _common(app, desks, pages)
    app.include_router(metrics(doors, telemetry.shippers, lambda: running.bus_up))
    for service in services:
        if service.routes and service.name in desks:
            app.include_router(service.routes(desks[service.name]))
    app.include_router(sign_in(next(iter(desks.values()))))
    app.include_router(parked_pages(desks))
    app.include_router(log_pages(desks))
    install(app, pages)
    return app


def follow(listing: Listing, doors: Sequence[Transactions]) -> None:
    """These doors know the agencies of the directory, now and whenever a new one comes."""
    country = doors[0].country

    def take(directory: Directory) -> None:
        known = listed_in(country, directory)
        for door in doors:
            door.country, door.departures_due = known, 0.0

    listing.told.append(take)
    if listing.now:
        take(listing.now)


def _common(app: FastAPI, desks: dict[str, Desk], pages: Pages) -> None:
    first = next(iter(desks.values()))

    @app.exception_handler(RuleBroken)
    async def broken(request: Request, error: RuleBroken) -> Response:  # pyright: ignore[reportUnusedFunction]
        status, words = REASONS.get(error.code, UNKNOWN)
        said = pages.gettext(request)(words)
        return problem(request, pages, status, said, errors=[(error.field, said)] if error.field else [])

    @app.get("/health", include_in_schema=False)
    async def healthy() -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """Whether the instances are ready: 200 once all have caught up and none has fenced itself."""
        instances = [health(desk) for desk in desks.values()]
        ready = all(i["caught_up"] and not i["fence"] for i in instances)
        return JSONResponse({"ready": ready, "agency": first.agency, "instances": instances}, 200 if ready else 503)

    @app.get("/", include_in_schema=False)
    async def home(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        """The first page of the agency's first service that has one."""
        nav = _nav(desks)
        return RedirectResponse(nav[0].href if nav else "/health", 303)


def _nav(desks: dict[str, Desk]) -> tuple[NavItem, ...]:
    order = ("assistance", "intake", "referral", "reporting")
    first = next(iter(desks.values()))
    agency = first.country.agency(first.agency)
    return tuple(NavItem(text, href) for name in order if name in desks for text, href in desks[name].door.service.entries(agency))


def _alarms(desk: Desk) -> list[str]:
    door = desk.door
    return [
        *([STOPPED] if door.fence else []),
        *([LOST] if door.lost else []),
    ]


def _frame(request: Request, desks: dict[str, Desk]) -> Frame:
    first = next(iter(desks.values()))
    officer = first.officer(request)
    translate = first.pages.gettext(request)
    found = (*_nav(desks), PARKED) if any(desk.door.parked or desk.door.outgoing.spoilt for desk in desks.values()) else _nav(desks)
    nav = tuple(NavItem(translate(item.text), item.href) for item in found)
    agency = first.country.agency(first.agency)
    alarms = tuple(NavItem(translate(said), LOG) for desk in desks.values() for said in _alarms(desk))
    return Frame(
        service_name=translate("Joint action"), nav=nav, agency=agency.name, officer=officer.name or translate("nobody yet"),
        change_href="/who", alarms=tuple(dict.fromkeys(alarms)),
        simulated=first.door.clock.now()[1],
    )  # fmt: skip
