"""`./nrm serve`: one agency's process, or one of its services by itself, as the agency would run it."""

import socket
from typing import TYPE_CHECKING

from deploy.process.composition import chosen, pages_of, service
from deploy.trouble import Trouble, in_one_line
from shared.config.settings import Settings, UnfitSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from deploy.process.member import MemberAgency
    from services.reporting.ingest.sent_returns import SentReturn
    from shared.config.clock import Clock
    from shared.processing.instance import Instance


def application(settings: Settings, clock: "Clock | None" = None) -> "FastAPI":
    """The agency's application; its clock is the one that the settings name where none is handed in.

    Raises Trouble where the settings are not fit to run.
    """
    from deploy.brokers.identity import proven
    from deploy.process.member import member
    from shared.web.admin.application import office

    try:
        settings.must_be_fit()
        clock = clock or settings.clock_in_use()
    except (UnfitSettings, ValueError) as error:
        raise Trouble.of(error) from None
    me = member(settings)
    proven(settings.bus_in_use())
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = [service(name).name for name in chosen(me.agency, settings.services)]
    try:
        app = office(settings, [pages_of(name) for name in names], _instances(settings, me, names, clock), me.listing)
    except UnfitSettings as error:
        raise Trouble.of(error) from None
    app.state.reads_returns = _return
    return app


def _instances(settings: Settings, me: "MemberAgency", names: list[str], clock: "Clock") -> "list[Instance]":
    """The instances of the agency, opened. Raises Trouble where a key, a keystore or a database cannot be used."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from deploy.process.keys import keystores, seals
    from shared.crypto.keyring import Unusable
    from shared.processing.instance import Instance
    from shared.store.database import Newer
    from shared.store.decision_log import DecisionLog

    agency = me.agency.id
    sealing, closing = seals(settings, names, me.listing), keystores(settings, names)
    try:
        return [
            Instance(
                service(name),
                agency,
                me.country,
                settings.database(name),
                clock,
                seal=sealing.get(name),
                keystore=closing.get(name),
                decision_log=DecisionLog(settings.data / "diary", f"{name}.{agency}"),
                protocol=settings.protocol,
            )  # fmt: skip
            for name in names
        ]
    except (Newer, Unusable) as error:
        raise Trouble.of(error) from None
    except (OperationalError, ProgrammingError) as error:
        raise Trouble(
            "A database of %(agency)s cannot be used: %(why)s. See that the server runs, and that NRM_DATABASES or NRM_DATA is right.",
            agency=agency,
            why=in_one_line(error.orig or error),
        ) from None


def _return(content: bytes, htcds: bool, encoding: str) -> "SentReturn":
    """A return of another body that was sent to reporting's page. What reads tables is loaded with the first. Raises UnreadableReturn."""
    from deploy.sent_files.returned import sent

    return sent(content, htcds, encoding)


def run(settings: Settings, clock: "Clock | None" = None) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises Trouble."""
    import gc

    from deploy.process.page_server import serve_pages
    from shared.config.logging_setup import configure

    _must_be_free(settings)
    configure(settings.agency)
    app = application(settings, clock)
    gc.freeze()  # what was made so far stays as long as the process: looking it through again costs a third of a second each time
    serve_pages(app, settings.host, settings.port)


def _must_be_free(settings: Settings) -> None:
    """Before anything is started: the server itself would end without a word. Raises Trouble."""
    try:
        with socket.create_server((settings.host, settings.port), family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET):
            pass
    except OSError as error:
        raise Trouble(
            "The pages cannot be served at %(host)s, port %(port)s (%(why)s): does this agency run already? Else choose "
            "another port (NRM_PORT, --port).",
            host=settings.host,
            port=settings.port,
            why=error.strerror,
        ) from None
