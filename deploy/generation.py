"""`./nrm topics generation`: the log that is there is the one to read from now on; or the lead gives an agency its cases anew."""

import time

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from rich.console import Console
from sqlmodel import Session

from deploy.brokers.topics import CASE_EVENTS
from deploy.trouble import Trouble
from shared.runtime.bus import Bus
from shared.runtime.database import engine_for
from shared.runtime.generation import ADMIT, ANEW, FENCE, SAME, ask, generation
from shared.runtime.tables import Note


def log_in_words(bus: Bus) -> str:
    """Which log lies at an address, for a person to compare. Raises Trouble where there is none."""
    try:
        admin = AdminClient(bus.librdkafka())
        told = admin.list_topics(CASE_EVENTS, timeout=10)
    except KafkaException as error:
        raise Trouble(f"No broker answers at {bus.servers} ({error.args[0].name()}); nothing was changed.") from None
    topic = told.topics.get(CASE_EVENTS)
    if topic is None or topic.error is not None:
        raise Trouble(f"There is no topic {CASE_EVENTS} at {bus.servers}; make it first (./nrm topics). Nothing was changed.")
    return f"cluster {told.cluster_id} at {bus.servers}, {CASE_EVENTS} with {len(topic.partitions)} partitions"


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
