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
        raise Trouble(f"No broker answers at {bus.servers} ({error.args[0].name()}); nothing was changed.") from None
    topic = told.topics.get(CASE_EVENTS)
    if topic is None or topic.error is not None:
        raise Trouble(f"There is no topic {CASE_EVENTS} at {bus.servers}; make it first (./nrm topics). Nothing was changed.")
    whose = _directory(bus, root) if DIRECTORY in told.topics else "no directory"
    return f"cluster {told.cluster_id} at {bus.servers}, {CASE_EVENTS} with {len(topic.partitions)} partitions, {whose}"


def _directory(bus: Bus, root: str) -> str:
    """Whose log it is. Raises Trouble where it is another root's: what an agency says there would be lost on strangers."""
    try:
        there = asyncio.run(newest(bus))
        strange = asyncio.run(others(bus, pinned(root))) if root and there else {}
    except KafkaError as error:
        raise Trouble(f"What lies on {DIRECTORY} cannot be read ({type(error).__name__}). Nothing was changed.") from None
    except ValueError as error:
        raise Trouble(f"The root that is set (NRM_ROOT) cannot be used: {error}. Nothing was changed.") from None
    if strange:
        raise Trouble(
            f"On the log at {bus.servers} lies {', '.join(sorted(strange.values()))}, signed by another root than NRM_ROOT. Nothing was "
            "changed. If the address is wrong, mend it and say so with --same; if the root is another now, set NRM_ROOT to what the "
            "coordinator tells you by phone."
        )
    return ", ".join(sorted(map(in_words, there.values()))) or "no directory"


def show(urls: dict[str, str], console: Console) -> None:
    """Which log each instance reads, and why it has stopped. Raises Trouble."""
    for name, url in urls.items():
        with database(name, url) as session:
            log = only(session, LogState)
            console.print(f"{name}: generation {log.generation}, {'stopped: ' + log.fence if log.fence else 'not stopped'}")


def admit(urls: dict[str, str], console: Console) -> None:
    """Admit the log; the instances act on it at once, or when they start. Raises Trouble."""
    _do(urls, lambda session: ask(session, LogRequestKind.ADMIT))
    console.print("Admitted. The instances read from the beginning now; their cases wait for the lead agency's checkpoints.")


def same(urls: dict[str, str], console: Console) -> None:
    """Say that the address was wrong and is right now; should it be another log all the same, the instances stop again. Raises
    Trouble."""
    _do(urls, lambda session: ask(session, LogRequestKind.SAME))
    console.print("The instances go on where they were, if this is the log that they know.")


def give(urls: dict[str, str], agency: str, console: Console) -> None:
    """Ask the lead that an agency takes its cases anew. Raises Trouble where no lead's database is among these."""
    leads = {name: url for name, url in urls.items() if name.startswith("referral.")}
    if not leads:
        raise Trouble("Only the lead agency's instance can give cases anew; run this where its database is.")
    occasion = str(time.time_ns() // 1_000_000)
    _do(leads, lambda session: ask_redelivery(session, agency, occasion))
    console.print(f"The lead gives {agency} all its cases anew, some hundred at a time.")


def _do(urls: dict[str, str], what: Callable[[Session], None]) -> None:
    for name, url in urls.items():
        with database(name, url) as session:
            what(session)
