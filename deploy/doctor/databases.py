"""Each instance's database: whether it answers, how far its schema is, what it holds back, how far it has read."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from confluent_kafka import KafkaException, TopicPartition
from sqlalchemy import Engine, func, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from deploy.backup import postgres
from deploy.backup.holders import holders
from deploy.brokers.admin_client import BrokerUnavailable, kafka
from deploy.doctor.finding import Finding, Severity, green, red, yellow
from deploy.installation.patient import Patient
from deploy.process.keys import listing_of
from deploy.trouble import Trouble, in_one_line
from shared.config.clock import wall
from shared.records.codec import TOPIC
from shared.store.database import engine_for, schema
from shared.store.instance_tables import LogState, only
from shared.store.tables import Outbox, Parked, Position, Statistic

if TYPE_CHECKING:
    from shared.processing.service import Service

MINUTE = 60_000
SLOW, STUCK = 5 * MINUTE, 60 * MINUTE
"""Ages (ms) of a decision that waits, from which on somebody should know, and somebody must act."""
FAR = 1000
"""Records behind the end of a partition from which on somebody should know."""
SCHEMA = {
    "newest": (Severity.GREEN, "as this release wants it", ""),
    "behind": (Severity.YELLOW, "made by an older release", "back up (`./nrm agency backup`); the next start brings it up to date"),
    "newer": (Severity.RED, "made by a newer release than this one", "run that release, or restore a backup made by this one"),
    "empty": (Severity.YELLOW, "empty", "the first start makes its tables"),
}


def databases(patient: Patient) -> Iterator[Finding]:
    """The state of each instance's database, read without changing it."""
    for service, url in patient.instances():
        me = f"{service.name}.{patient.agency.id}"
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
            yield yellow(f"database of {me}", f"{address.database} is not there yet", "the first start makes it")
            continue
        engine = engine_for(url)
        try:
            yield from _database(patient, service, me, engine)
        except SQLAlchemyError as error:
            said = f"{address.render_as_string(hide_password=True)} does not answer: {in_one_line(getattr(error, 'orig', None) or error)}"
            yield red(f"database of {me}", said, "check NRM_DATABASES or NRM_DATA, the server, its password and rights")
        finally:
            engine.dispose()


def programs(patient: Patient) -> Iterator[Finding]:
    """Whether a backup could be made: PostgreSQL's own programs, of the server's release or newer. SQLite needs none."""
    url = next((make_url(url) for _, url in patient.instances()), None)
    if url is None or url.get_backend_name() != "postgresql":
        return
    try:
        with postgres.connect(url) as connection:
            major = connection.info.server_version // 10000
    except Trouble:
        yield yellow("backup programs", "not checked: the database does not answer", "mend that first")
        return
    for program in ("pg_dump", "pg_restore"):
        try:
            yield green(program, f"{postgres.found(program, major)} fits the server's release {major}")
        except Trouble as trouble:
            yield yellow(program, str(trouble), "without it neither backup nor restore is possible from here")


def _database(patient: Patient, service: "Service", me: str, engine: Engine) -> Iterator[Finding]:
    what = f"database of {me}"
    with engine.execution_options(reader=True).connect() as connection:
        release = ".".join(map(str, engine.dialect.server_version_info or ()))
        yield green(what, f"{'SQLite' if engine.dialect.name == 'sqlite' else 'PostgreSQL'} {release}")
        standing = schema(connection, service.migrations)
        state, said, do = SCHEMA[standing]
        yield Finding(what, state, f"schema {said}", do)
        yield several(me, holders(connection))
        if standing != "newest":
            return  # its tables are not those that this code asks
    with Session(engine.execution_options(reader=True)) as session:
        yield _fence(me, only(session, LogState).fence)
        yield _parked(me, session.exec(select(func.count()).select_from(Parked)).one())
        yield backlog(me, *session.exec(select(func.count(), func.min(Outbox.decided_at)).where(Outbox.state == "waiting")).one())
        unsent = select(func.count()).where(col(Statistic.done).is_(False))
        waits = session.exec(unsent.where(Statistic.batch == "")).one()
        yield _statistics(me, session.exec(unsent.where(Statistic.batch != "")).one(), waits)
        at = {row.partition: row for row in session.exec(select(Position).where(Position.topic == service.topic))}
    if service.topic == TOPIC and (version := _known_version(patient)):
        yield marked(me, {p: row.directory for p, row in at.items()}, version, patient.settings.partitions)
    yield _read(patient, me, service.topic, {p: row.next for p, row in at.items()})


def several(me: str, who: list[str] | None) -> Finding:
    """How many processes use the database."""
    if who is None:
        return yellow(f"processes of {me}", "not checked: this system does not tell who uses the file", "see that it is started once")
    if len(who) > 1:
        return red(f"processes of {me}", f"{len(who)} use the same database: {', '.join(who)}", "stop all but one")
    return green(f"processes of {me}", f"one uses the database: {who[0]}" if who else "none uses the database now")


def _fence(me: str, fence: str) -> Finding:
    if not fence:
        return green(f"log of {me}", "the one that it knows")
    return red(f"log of {me}", f"fenced: {fence}", 'check NRM_BUS first; then docs/operations.md, "Another log"')


def _parked(me: str, number: int) -> Finding:
    if number:
        return red(f"parked at {me}", f"{number} records could not be applied; their cases wait", "./nrm parked says why")
    return green(f"parked at {me}", "nothing")


def backlog(me: str, number: int, since: int | None) -> Finding:
    """Decisions that are not on the log yet, the oldest decided at `since` (ms)."""
    what, age = f"decisions of {me}", wall() - (since or wall())
    if age < SLOW:
        return green(what, f"{number} wait for the bus" if number else "all are on the log")
    said = f"{number} wait for the bus, the oldest for {age // MINUTE} minutes"
    return (red if age > STUCK else yellow)(what, said, "nothing is lost; see that bus and process run, and what is parked or unsendable")


def _statistics(me: str, number: int, unbatched: int) -> Finding:
    """`unbatched` records wait for their batch, which is as it should be."""
    if number:
        return yellow(f"statistics of {me}", f"{number} records wait for the bus", "they go out when it is back; look again")
    return green(f"statistics of {me}", f"{unbatched} wait for their batch" if unbatched else "all are on the log")


def _known_version(patient: Patient) -> int:
    """The version of the directory that is known here; 0 where none is, which another check says."""
    try:
        known = listing_of(patient.settings, patient.country)
    except Trouble:
        return 0
    return known.version if known else 0


def marked(me: str, in_force: dict[int, int], version: int, partitions: int) -> Finding:
    """Whether the known directory is in force in each partition, as far as it was read: its mark may not have been laid everywhere."""
    what, without = f"directory at {me}", [p for p in range(partitions) if in_force.get(p, 0) < version]
    if not without:
        return green(what, f"version {version} is in force in every partition")
    said = f"version {version} is not in force yet in partition {', '.join(map(str, without))}, as far as was read"
    return yellow(what, said, "look again in a minute; if it stays, tell the coordinator: `./nrm agency announce` lays what is missing")


def _read(patient: Patient, me: str, topic: str, read: dict[int, int]) -> Finding:
    """How far behind the end of the log the instance is."""
    what = f"reading of {me}"
    wish = {TopicPartition(topic, p): kafka.OffsetSpec.latest() for p in range(patient.settings.partitions)}
    try:
        asked = patient.bus_client().list_offsets(wish, request_timeout=patient.patience)
        ends = {tp.partition: answer.result().offset for tp, answer in asked.items()}
    except (BrokerUnavailable, KafkaException):
        return yellow(what, "not checked: the bus does not say where the log ends", "see the lines about the bus")
    return lag(what, ends, read)


def lag(what: str, ends: dict[int, int], read: dict[int, int]) -> Finding:
    """What the ends of the partitions and the positions mean together."""
    behind = {p: end - read.get(p, 0) for p, end in ends.items()}
    if any(n < 0 for n in behind.values()):
        said = "it has read further than the log goes: this is another log, or a truncated one"
        return red(what, said, 'do not start it; check NRM_BUS, then docs/operations.md, "Another log"')
    said = f"{sum(behind.values())} records behind ({', '.join(f'{p}: {n}' for p, n in sorted(behind.items()))})"
    if max(behind.values(), default=0) > FAR:
        return yellow(what, said, "it reads thousands a second: look again, and at the process where it does not shrink")
    return green(what, said)
