"""`./nrm topics generation`: the log that is there is the one to read from now on; or the lead gives an agency its cases anew."""

import asyncio
import time
from pathlib import Path

from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from rich.console import Console
from sqlmodel import Session

from deploy.brokers.topics import CASE_EVENTS, DIRECTORY
from deploy.directory.belonging import in_words, others
from deploy.directory.publishing import newest
from deploy.trouble import Trouble
from shared.config.kafka import Bus
from shared.crypto.directory_state import pinned
from shared.processing.log_switch import ADMIT, ANEW, FENCE, SAME, ask, generation
from shared.store.database import engine_for
from shared.store.tables import Note


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
    """Which log each instance reads, and why it has stopped."""
    for name, url in urls.items():
        engine = engine_for(url)
        with Session(engine) as session:
            fence = session.get(Note, FENCE)
            console.print(f"{name}: generation {generation(session)}, {'stopped: ' + fence.value if fence else 'not stopped'}")
        engine.dispose()


def admit(urls: dict[str, str], console: Console) -> None:
    """Flag the log as admitted; the instances act on it at once, or when they start."""
    _flag(urls, ADMIT, "1")
    console.print("Admitted. The instances read from the beginning now; their cases wait for the lead agency's checkpoints.")


def same(urls: dict[str, str], console: Console) -> None:
    """Flag that the address was wrong and is right now; should it be another log all the same, the instances stop again."""
    _flag(urls, SAME, "1")
    console.print("The instances go on where they were, if this is the log that they know.")


def give(urls: dict[str, str], agency: str, console: Console) -> None:
    """Flag at the lead that an agency takes its cases anew. Raises Trouble where no lead's database is among these."""
    leads = {name: url for name, url in urls.items() if name.startswith("referral.")}
    if not leads:
        raise Trouble("Only the lead agency's instance can give cases anew; run this where its database is.")
    _flag(leads, ANEW, f"{agency}@{time.time_ns() // 1_000_000}")
    console.print(f"The lead gives {agency} all its cases anew, some hundred at a time.")


def _flag(urls: dict[str, str], name: str, value: str) -> None:
    for url in urls.values():
        engine = engine_for(url)
        with Session(engine) as session, session.begin():
            ask(session, name, value)
        engine.dispose()
