"""`./nrm report`: the rapporteur's figures from a folder's facts, and filling those again from the log."""

import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.console import Console
from rich.table import Table
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from deploy.trouble import Trouble
from services.reporting.ingest.statistics import forget
from services.reporting.queries import referrals as queries
from services.reporting.rules import figures
from shared.config.kafka import Bus
from shared.config.settings import PARTITIONS
from shared.records.codec import STATISTICS
from shared.store.database import engine_for, table
from shared.store.instance_tables import LogState
from shared.store.tables import Position

FOLDERS = ("", "agencies")
"""Where in a folder the databases may lie."""


def database(keep: Path) -> Path:
    """Reporting's database in this folder. Raises Trouble where there is none, or more than one."""
    found = [file for folder in FOLDERS for file in sorted((keep / folder).glob("reporting.*.db"))]
    if len(found) != 1:
        raise Trouble(f"{keep} has {len(found) or 'no'} database of reporting; name another folder with --keep, or import something first.")
    return found[0]


def referrals(by: str, json: str | None, keep: Path, console: Console) -> None:
    """Print people referred by these dimensions: a table, or JSON to a file or `-`. Raises Trouble."""
    try:
        asked = figures.dimensions(by)
    except figures.UnknownDimension as error:
        raise Trouble(f"{error}.") from None
    rows = figures.rows(asked, counted(database(keep), asked))
    if json is None:
        console.print(_table(asked, rows))
        return
    text = orjson.dumps({"rows": rows}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if json == "-":
        sys.stdout.buffer.write(text)
    else:
        Path(json).write_bytes(text)


def counted(file: Path, by: tuple[str, ...]) -> list[figures.Cell]:
    """People by these dimensions, from the facts in this database. Raises Trouble where it is none of reporting."""
    engine = engine_for(f"sqlite:///{file}").execution_options(reader=True)
    try:
        with Session(engine) as session:
            return queries.referrals(session, by)
    except DatabaseError:
        raise Trouble(f"{file} is not a database of reporting, or of another version.") from None
    finally:
        engine.dispose()


def _table(by: tuple[str, ...], rows: list[dict[str, str | int]]) -> Table:
    table = Table(*by, title="People referred", title_justify="left")
    table.add_column("people", justify="right")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    return table


def rebuild(keep: Path, bus: Bus | None, console: Console) -> None:
    """Empty reporting's facts and read the log of statistical records from its start; interrupted, run it again. Raises Trouble."""
    from deploy.brokers import open_broker
    from deploy.folder_lock import locked

    file = database(keep)
    with ExitStack() as stack:
        stack.enter_context(locked(keep))
        if bus is None:
            bus = stack.enter_context(open_broker((keep / "kafka").resolve(), None, console.print)).bus
        records = asyncio.run(_refill(file, bus))
    console.print(f"Reporting is filled again from {records} statistical records.")


async def _refill(file: Path, bus: Bus) -> int:
    records = await _records(bus)
    if not records:
        raise Trouble(f"The log at {bus.servers} has no statistical records from their start; nothing was emptied.")
    _empty(file)
    await _read_all(file, bus)
    return records


async def _records(bus: Bus) -> int:
    """How many records the statistics topic has; none where its start is gone."""
    consumer: Any = AIOKafkaConsumer(**bus.aiokafka())
    try:
        await consumer.start()
        parts = [TopicPartition(STATISTICS, p) for p in range(PARTITIONS)]
        begins, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        return 0 if any(begins.values()) else sum(ends.values())
    finally:
        await consumer.stop()


def _empty(file: Path) -> None:
    """The facts, the position and a fence, in one transaction: whoever starts reporting next fills it."""
    engine = engine_for(f"sqlite:///{file}")
    with Session(engine) as session, session.begin():
        forget(session)
        session.connection().execute(delete(Position).where(col(Position.topic) == STATISTICS))
        session.connection().execute(update(table(LogState)).values(fence=""))
    engine.dispose()


async def _read_all(file: Path, bus: Bus) -> None:
    """Run reporting's instance until it has read what lies on the log."""
    from services.reporting.service import SERVICE
    from shared.config.clock import WallClock
    from shared.config.country import Country
    from shared.messaging.runner import Running
    from shared.processing.instance import Instance

    nobody = Country(id="none", name="", lead="", agencies=())  # Taking facts needs no directory.
    door = Instance(SERVICE, file.stem.partition(".")[2], nobody, f"sqlite:///{file}", WallClock())
    running = Running([door], bus, PARTITIONS)
    await running.start()
    try:
        while not door.caught_up:  # noqa: ASYNC110  set in another thread
            await asyncio.sleep(0.02)
    finally:
        await running.stop()
