"""The base line: Kafka alone, and one transaction of the ORM for each event."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sqlmodel import Session, SQLModel

from shared.config.kafka import Bus
from shared.records.codec import STATISTICS
from shared.store.database import table, unchained_engine
from shared.store.tables import CaseView, Journal, Outbox

BODY = b"x" * 800


async def _consumer(bus: Bus) -> Any:
    consumer: Any = AIOKafkaConsumer(STATISTICS, **bus.aiokafka(), auto_offset_reset="latest")
    await consumer.start()
    await consumer.seek_to_end()
    for part in consumer.assignment():
        await consumer.position(part)
    return consumer


async def loop_rate(bus: Bus, n: int) -> float:
    """Events a second of a plain loop without a database: read a poll, send each on."""
    producer: Any = AIOKafkaProducer(**bus.aiokafka(), acks="all")
    consumer = await _consumer(bus)
    await producer.start()
    for _ in range(n):
        await producer.send(STATISTICS, BODY)
    await producer.flush()
    got, started = 0, time.perf_counter()
    while got < n:
        polled: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=1000, max_records=500)
        records = [r for run in polled.values() for r in run]
        for record in records:
            await producer.send(STATISTICS, record.value)
        got += len(records)
    await producer.flush()
    took = time.perf_counter() - started
    await producer.stop()
    await consumer.stop()
    return n / took


async def hops(bus: Bus, n: int) -> list[float]:
    """Seconds from sending to receiving in the same loop, one record at a time."""
    producer: Any = AIOKafkaProducer(**bus.aiokafka(), acks="all")
    consumer = await _consumer(bus)
    await producer.start()
    took: list[float] = []
    for _ in range(n):
        started = time.perf_counter()
        await producer.send(STATISTICS, BODY)
        await consumer.getone()
        took.append(time.perf_counter() - started)
    await producer.stop()
    await consumer.stop()
    return took


def orm_rate(url: str, n: int) -> float:
    """Events a second with one transaction of the ORM each: a row in the journal, the picture, a row in the outbox."""
    engine = unchained_engine(url)
    SQLModel.metadata.create_all(engine, [table(kind) for kind in (Journal, Outbox, CaseView)])
    started = time.perf_counter()
    for place in range(n):
        with Session(engine) as session, session.begin():
            key, text, case = uuid4().hex, BODY.decode(), f"case-{place % 50}"
            session.add(Journal(
                event=key, key=key, case=case, partition=0, place=place, type="t", author="a", cause="c", roster=1, at=place,
                logged_at=place, applied_at=place, verdict="counted", body=text,
            ))  # fmt: skip
            picture = session.get(CaseView, case) or CaseView(case=case, view=text, opened_at=place, changed_at=place)
            picture.changed_at = place
            session.add(picture)
            session.add(Outbox(key=key, case=case, type="t", cause="c", ordinal=0, turn=3, at=place, decided_at=place, parts=text))
    took = time.perf_counter() - started
    engine.dispose()
    return n / took


def scratch(home: Path) -> str:
    """A new SQLite database."""
    return f"sqlite:///{home}/scratch.{uuid4().hex}.db"
