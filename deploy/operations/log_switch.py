"""`./nrm topics generation`: the log that is there is the one to read from now on; or the lead gives an agency its cases anew."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from rich.console import Console
from sqlmodel import Session

from deploy.brokers.topics import CASE_EVENTS, DIRECTORY
from deploy.databases.transaction import database
from deploy.directory.belonging import in_words, others
from deploy.directory.publishing import newest
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.kafka import Bus
from shared.crypto.directory_state import pinned
from shared.processing.log_switch import ask, ask_redelivery
from shared.store.instance_tables import LogRequestKind, LogState, only


def root_in(folder: Path) -> str:
    """The root that a demo in this folder has given to everybody, as a setting names it; empty where there is none."""
    file = folder / "coordinator" / "root.pin"
    return f"file:{file}" if file.exists() else ""


def log_in_words(bus: Bus, root: str) -> str:
    """Which log lies at an address, for a person to compare. Raises Trouble where there is none, and where it is another root's."""
    try:
        admin = AdminClient(bus.librdkafka())
        told = admin.list_topics(timeout=10)
    except KafkaException as error:
        raise Trouble("No broker answers at %(bus)s (%(why)s); nothing was changed.", bus=bus.servers, why=error.args[0].name()) from None
    topic = told.topics.get(CASE_EVENTS)
    if topic is None or topic.error is not None:
        raise Trouble(
            "There is no topic %(topic)s at %(bus)s; make it first (./nrm topics). Nothing was changed.",
            topic=CASE_EVENTS,
            bus=bus.servers,
        )
    whose = _directory(bus, root) if DIRECTORY in told.topics else translate("no directory")
    return translate(
        "cluster %(cluster)s at %(bus)s, %(topic)s with %(partitions)s partitions, %(whose)s",
        cluster=told.cluster_id,
        bus=bus.servers,
        topic=CASE_EVENTS,
        partitions=len(topic.partitions),
        whose=whose,
    )


def _directory(bus: Bus, root: str) -> str:
    """Whose log it is. Raises Trouble where it is another root's: what an agency says there would be lost on strangers."""
    try:
        there = asyncio.run(newest(bus))
        strange = asyncio.run(others(bus, pinned(root))) if root and there else {}
    except KafkaError as error:
        raise Trouble(
            "What lies on %(directory)s cannot be read (%(error)s). Nothing was changed.", directory=DIRECTORY, error=type(error).__name__
        ) from None
    except ValueError as error:
        raise Trouble("The root that is set (NRM_ROOT) cannot be used: %(why)s. Nothing was changed.", why=error) from None
    if strange:
        raise Trouble(
            "On the log at %(bus)s lies %(strange)s, signed by another root than NRM_ROOT. Nothing was changed. If the "
            "address is wrong, mend it and say so with --same; if the root is another now, set NRM_ROOT to what the "
            "coordinator tells you by phone.",
            bus=bus.servers,
            strange=", ".join(sorted(strange.values())),
        )
    return ", ".join(sorted(map(in_words, there.values()))) or translate("no directory")


def show(urls: dict[str, str], console: Console) -> None:
    """Which log each instance reads, and why it has stopped. Raises Trouble."""
    for name, url in urls.items():
        with database(name, url) as session:
            log = only(session, LogState)
            console.print(f"{name}: generation {log.generation}, {'stopped: ' + log.fence if log.fence else 'not stopped'}")


def admit(urls: dict[str, str], console: Console) -> None:
    """Admit the log; the instances act on it at once, or when they start. Raises Trouble."""
    _do(urls, lambda session: ask(session, LogRequestKind.ADMIT))
    console.print(translate("Admitted. The instances read from the beginning now; their cases wait for the lead agency's checkpoints."))


def same(urls: dict[str, str], console: Console) -> None:
    """Say that the address was wrong and is right now; should it be another log all the same, the instances stop again. Raises
    Trouble."""
    _do(urls, lambda session: ask(session, LogRequestKind.SAME))
    console.print(translate("The instances go on where they were, if this is the log that they know."))


def give(urls: dict[str, str], agency: str, console: Console) -> None:
    """Ask the lead that an agency takes its cases anew. Raises Trouble where no lead's database is among these."""
    leads = {name: url for name, url in urls.items() if name.startswith("referral.")}
    if not leads:
        raise Trouble("Only the lead agency's instance can give cases anew; run this where its database is.")
    occasion = str(time.time_ns() // 1_000_000)
    _do(leads, lambda session: ask_redelivery(session, agency, occasion))
    console.print(translate("The lead gives %(agency)s all its cases anew, some hundred at a time.", agency=agency))


def _do(urls: dict[str, str], what: Callable[[Session], None]) -> None:
    for name, url in urls.items():
        with database(name, url) as session:
            what(session)
