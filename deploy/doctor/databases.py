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
from deploy.language_choice import translate
from deploy.process.keys import listing_of
from deploy.trouble import Trouble, in_one_line
from shared.config.clock import wall
from shared.config.i18n import N_
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
    "newest": (Severity.GREEN, N_("schema as this release wants it"), ""),
    "behind": (
        Severity.YELLOW,
        N_("schema made by an older release"),
        N_("back up (`./nrm agency backup`); the next start brings it up to date"),
    ),
    "newer": (
        Severity.RED,
        N_("schema made by a newer release than this one"),
        N_("run that release, or restore a backup made by this one"),
    ),
    "empty": (Severity.YELLOW, N_("schema empty"), N_("the first start makes its tables")),
}


def databases(patient: Patient) -> Iterator[Finding]:
    """The state of each instance's database, read without changing it."""
    for service, url in patient.instances():
        me = f"{service.name}.{patient.agency.id}"
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
            yield yellow(
                "database of %(me)s", "%(database)s is not there yet", "the first start makes it", me=me, database=address.database
            )
            continue
        engine = engine_for(url)
        try:
            yield from _database(patient, service, me, engine)
        except SQLAlchemyError as error:
            yield red(
                "database of %(me)s",
                "%(place)s does not answer: %(why)s",
                "check NRM_DATABASES or NRM_DATA, the server, its password and rights",
                me=me,
                place=address.render_as_string(hide_password=True),
                why=in_one_line(getattr(error, "orig", None) or error),
            )
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
            yield green(program, "%(program)s fits the server's release %(major)s", program=postgres.found(program, major), major=major)
        except Trouble as trouble:
            yield yellow(program, str(trouble), "without it neither backup nor restore is possible from here")


def _database(patient: Patient, service: "Service", me: str, engine: Engine) -> Iterator[Finding]:
    what = translate("database of %(me)s", me=me)
    with engine.execution_options(reader=True).connect() as connection:
        release = ".".join(map(str, engine.dialect.server_version_info or ()))
        yield green(what, f"{'SQLite' if engine.dialect.name == 'sqlite' else 'PostgreSQL'} {release}")
        standing = schema(connection, service.migrations)
        state, said, do = SCHEMA[standing]
        yield Finding(what, state, translate(said), translate(do))
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
        return yellow(
            "processes of %(me)s", "not checked: this system does not tell who uses the file", "see that it is started once", me=me
        )
    if len(who) > 1:
        return red(
            "processes of %(me)s",
            "%(number)s use the same database: %(who)s",
            "stop all but one",
            me=me,
            number=len(who),
            who=", ".join(who),
        )
    return green(
        "processes of %(me)s",
        N_("one uses the database: %(who)s") if who else N_("none uses the database now"),
        me=me,
        who=", ".join(who),
    )


def _fence(me: str, fence: str) -> Finding:
    if not fence:
        return green("log of %(me)s", "the one that it knows", me=me)
    return red("log of %(me)s", "fenced: %(fence)s", 'check NRM_BUS first; then docs/operations.md, "Another log"', me=me, fence=fence)


def _parked(me: str, number: int) -> Finding:
    if number:
        return red(
            "parked at %(me)s", "%(number)s records could not be applied; their cases wait", "./nrm parked says why", me=me, number=number
        )
    return green("parked at %(me)s", "nothing", me=me)


def backlog(me: str, number: int, since: int | None) -> Finding:
    """Decisions that are not on the log yet, the oldest decided at `since` (ms)."""
    what, age = translate("decisions of %(me)s", me=me), wall() - (since or wall())
    if age < SLOW:
        return green(what, translate("%(number)s wait for the bus", number=number) if number else translate("all are on the log"))
    said = translate("%(number)s wait for the bus, the oldest for %(minute)s minutes", number=number, minute=age // MINUTE)
    return (red if age > STUCK else yellow)(
        what, said, translate("nothing is lost; see that bus and process run, and what is parked or unsendable")
    )


def _statistics(me: str, number: int, unbatched: int) -> Finding:
    """`unbatched` records wait for their batch, which is as it should be."""
    if number:
        return yellow(
            "statistics of %(me)s", "%(number)s records wait for the bus", "they go out when it is back; look again", me=me, number=number
        )
    return green(
        "statistics of %(me)s",
        translate("%(unbatched)s wait for their batch", unbatched=unbatched) if unbatched else translate("all are on the log"),
        me=me,
    )


def _known_version(patient: Patient) -> int:
    """The version of the directory that is known here; 0 where none is, which another check says."""
    try:
        known = listing_of(patient.settings, patient.country)
    except Trouble:
        return 0
    return known.version if known else 0


def marked(me: str, in_force: dict[int, int], version: int, partitions: int) -> Finding:
    """Whether the known directory is in force in each partition, as far as it was read: its mark may not have been laid everywhere."""
    what, without = translate("directory at %(me)s", me=me), [p for p in range(partitions) if in_force.get(p, 0) < version]
    if not without:
        return green(what, "version %(version)s is in force in every partition", version=version)
    said = translate(
        "version %(version)s is not in force yet in partition %(without)s, as far as was read",
        version=version,
        without=", ".join(map(str, without)),
    )
    return yellow(what, said, "look again in a minute; if it stays, tell the coordinator: `./nrm agency announce` lays what is missing")


def _read(patient: Patient, me: str, topic: str, read: dict[int, int]) -> Finding:
    """How far behind the end of the log the instance is."""
    what = translate("reading of %(me)s", me=me)
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
        said = translate("it has read further than the log goes: this is another log, or a truncated one")
        return red(what, said, 'do not start it; check NRM_BUS, then docs/operations.md, "Another log"')
    said = translate(
        "%(values)s records behind (%(p)s)", values=sum(behind.values()), p=", ".join(f"{p}: {n}" for p, n in sorted(behind.items()))
    )
    if max(behind.values(), default=0) > FAR:
        return yellow(what, said, "it reads thousands a second: look again, and at the process where it does not shrink")
    return green(what, said)
