"""Statistical records as a lead writes them and as they go out, for tests that only need some."""

import hashlib

from sqlmodel import Session

from shared.processing.batches import ask_flush
from shared.processing.instance import Instance
from tests.shared.bus import SimulatedRecord, Topic
from tests.shared.land import START


def record_id(words: object) -> str:
    """The id of a record, of the one form that ids have; the same words give the same."""
    return hashlib.sha256(str(words).encode()).hexdigest()[:32]


def flush(lead: Instance) -> None:
    """What waits is put in batches now, as at the end of a demo."""
    with Session(lead.engine) as session, session.begin():
        ask_flush(session)
    lead.idle(clocks=False)


def send_batches(lead: Instance, topic: Topic, at: int = START) -> list[SimulatedRecord]:
    """What there is of batches reaches the log, as the relay sends it."""
    landed: list[SimulatedRecord] = []
    for batch in list(lead.batches):
        record = lead.batch(batch)
        landed.append(topic.land(record.key, record.value, at))
        lead.acknowledged(batch)
    return landed
