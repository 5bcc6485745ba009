"""What a running agency says of the bus and of its database while they go and come back: /health, metrics, pages, from one source."""

import asyncio
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

import psutil
import pytest

from deploy.brokers import Kafka
from deploy.brokers.topics import ensure_topics
from deploy.databases import Postgres
from deploy.databases.postgres import PostgresFailed
from deploy.proving.soak.disks import SmallDisk
from services.reporting.service import PAGES
from shared.config.tasks import end
from shared.messaging.health import LASTS, HealthWatch
from shared.processing.faults import BUS, DATABASE, WORDS, Fault
from shared.web.admin.application import office
from shared.web.admin.metrics import of_readiness
from shared.web.admin.navigation import AWAY, UNSAVED
from tests.services.reporting.life import reporting_instance, settings
from tests.shared.client import PageClient
from tests.shared.land import Hand
from tests.shared.served import AGENCY, SERVICES, Served, served, until


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """One that may be stopped."""
    with Kafka(tmp_path_factory.mktemp("kafka")) as broker:
        asyncio.run(ensure_topics(broker.bus))
        yield broker


@pytest.fixture(scope="module")
def agency(broker: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """On SQLite."""
    with served(broker.bus, tmp_path_factory.mktemp("agency") / "data") as agency:
        yield agency


def test_a_bus_that_goes_and_comes_back_is_seen_everywhere(broker: Kafka, agency: Served) -> None:
    agency.await_ready()
    assert agency.metric("nrm_bus_up") == agency.metric("nrm_database_up") == agency.metric("nrm_ready") == dict.fromkeys(SERVICES, 1.0)
    assert "bus reached" in agency.page("/operations/log")
    broker.stop()
    agency.becomes(
        lambda faults: faults == dict.fromkeys(SERVICES, set(BUS)), "both connections of both instances are red, and nothing else is"
    )
    assert agency.metric("nrm_bus_up") == agency.metric("nrm_ready") == dict.fromkeys(SERVICES, 0.0)
    assert agency.metric("nrm_database_up") == dict.fromkeys(SERVICES, 1.0)
    assert agency.lives(), "nobody restarts it: people go on working"
    answer = agency.report()
    assert answer.status_code == 201
    page = agency.page(f"/reports/{answer.json()['case']}")
    assert "go out by themselves as soon as the connection is back" in page
    log = agency.page("/operations/log")
    assert "waiting for the bus" in log
    assert "caught up or not: not known" in log
    assert ">caught up<" not in log.replace("\n", "").replace(" <", "<").replace("> ", ">"), "what cannot be read is not caught up with"
    assert AWAY in agency.page("/work"), "who looks at no case must know it too"
    broker.start()
    agency.await_ready()
    assert agency.metric("nrm_bus_up") == agency.metric("nrm_ready") == dict.fromkeys(SERVICES, 1.0)
    assert "waiting for the bus" not in agency.page("/operations/log")
    assert AWAY not in agency.page("/work")


async def test_before_the_first_look_nothing_is_known_and_one_that_does_not_come_back_is_a_fault() -> None:
    asked, answers = asyncio.Event(), asyncio.Event()

    async def look() -> None:
        asked.set()
        await answers.wait()

    watch = HealthWatch("something", look, Fault.NOT_WRITABLE, Fault.SILENT)
    assert watch.fault is Fault.STARTING
    looking = asyncio.create_task(watch.run())
    await asked.wait()
    assert watch.fault is Fault.STARTING
    assert watch.begun is not None
    watch.begun -= LASTS
    assert watch.fault is Fault.SILENT, "it has been looked at for that long"
    answers.set()
    while watch.fault:  # noqa: ASYNC110  the watch has no event
        await asyncio.sleep(0)
    await end(looking)


async def test_what_was_well_a_while_before_a_look_is_looked_at_again_so_much_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.health.EVERY", 60.0)
    looked, twice = list[float](), asyncio.Event()

    async def look() -> float:
        looked.append(monotonic() - 59.9)
        if len(looked) == 2:
            twice.set()
        return looked[-1]

    watch = HealthWatch("something", look, Fault.NOT_READ, Fault.NOT_READ)
    looking = asyncio.create_task(watch.run())
    async with asyncio.timeout(20):
        await twice.wait()
    assert watch.well in looked, "it is known since then"
    assert watch.fault is Fault.NOT_READ, "which is long ago"
    await end(looking)


def test_a_process_that_has_not_looked_yet_says_so_and_nothing_worse(tmp_path: Path, templates: Path) -> None:
    instance = reporting_instance(tmp_path, "rs-koord", Hand())
    client = PageClient(office(settings(tmp_path, "rs-koord"), [PAGES], [instance]))
    client.post("/who", data={"officer": "olga"})
    page, log = client.get("/operations").text, client.get("/operations/log").text
    assert UNSAVED not in page
    assert AWAY not in page
    assert WORDS[Fault.STARTING] in log
    assert "not written" not in log
    said = client.get("/health").json()
    assert [(one["ready"], one["bus"], one["database"], one["caught_up"]) for one in said["instances"]] == [(False, False, False, False)]
    metrics = client.get("/metrics").text
    assert 'nrm_ready{service="reporting"} 0.0' in metrics
    assert "nrm_database_up{" not in metrics, "not known is not down"
    instance.close()


def test_what_keeps_nobody_from_work_is_told_and_takes_no_page_away(tmp_path: Path, templates: Path) -> None:
    instance = reporting_instance(tmp_path, "rs-koord", Hand())
    app = office(settings(tmp_path, "rs-koord"), [PAGES], [instance])
    desk, client = app.state.desks["reporting"], PageClient(app)
    aside = Fault.FIGURES_NOT_SENT, Fault.DOCUMENTS_NOT_CARRIED, Fault.NOT_TENDED
    for fault, status in (*((one, 200) for one in aside), (Fault.NOT_SENT, 503)):
        desk.faults = lambda found=(Fault.FIGURES_NOT_SENT, fault): tuple(dict.fromkeys(found))
        answer = client.get("/health")
        (said,) = answer.json()["instances"]
        assert (answer.status_code, answer.json()["ready"], said["ready"]) == (status, status == 200, status == 200)
        assert said["faults"][Fault.FIGURES_NOT_SENT] == WORDS[Fault.FIGURES_NOT_SENT]
        up = {one.name: one.samples[0].value for one in of_readiness({"reporting": desk.faults()})}
        expected = {"nrm_ready": status == 200, "nrm_bus_up": status == 200, "nrm_database_up": True, "nrm_figures_up": False}
        expected |= {
            "nrm_taking_in": True,
            "nrm_documents_up": fault is not Fault.DOCUMENTS_NOT_CARRIED,
            "nrm_tended": fault is not Fault.NOT_TENDED,
        }
        assert up == expected
    instance.close()


def by_the_database(faults: dict[str, set[str]], services: tuple[str, ...] = SERVICES) -> bool:
    """Whether these instances say that of their databases, and no instance says anything else."""
    return {service for service, found in faults.items() if found} == set(services) and set().union(*faults.values()) <= DATABASE


def test_a_process_that_may_write_no_file_is_not_ready(agency: Served) -> None:
    agency.await_ready()
    before = resource.prlimit(agency.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(agency.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        agency.becomes(by_the_database, "neither database can be written")
        assert agency.metric("nrm_database_up") == dict.fromkeys(SERVICES, 0.0)
        assert agency.metric("nrm_bus_up") == dict.fromkeys(SERVICES, 1.0)
        assert "database not written" in agency.page("/operations/log")
        assert UNSAVED in agency.page("/work")
        assert agency.report().status_code >= 500
        assert agency.lives()
    finally:
        resource.prlimit(agency.pid, resource.RLIMIT_FSIZE, before)
    agency.await_ready()
    assert agency.metric("nrm_database_up") == dict.fromkeys(SERVICES, 1.0)
    assert agency.report().status_code == 201


def test_a_database_that_somebody_else_holds_is_its_own_instance_s_fault(agency: Served) -> None:
    agency.await_ready()
    with closing(sqlite3.connect(agency.data / f"intake.{AGENCY}.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        agency.becomes(lambda faults: by_the_database(faults, ("intake",)), "intake waits for its database")
        assert agency.metric("nrm_database_up") == {"intake": 0.0, "assistance": 1.0}
        other.execute("rollback")
    agency.await_ready()


def test_a_full_disk_is_said_until_there_is_room(broker: Kafka, tmp_path: Path) -> None:
    disk = SmallDisk(tmp_path / "disk", megabytes=64)
    if not disk.mount():
        return  # mounting takes root; that a write which fails is seen the test above shows everywhere
    try:
        with served(broker.bus, disk.folder / "data") as agency:
            disk.fill()
            agency.becomes(lambda faults: all(Fault.DISK_FULL in found for found in faults.values()), "the disk is full")
            assert agency.metric("nrm_database_up") == dict.fromkeys(SERVICES, 0.0)
            disk.free()
            agency.await_ready()
    finally:
        disk.unmount(keep=False)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One that may be stopped, and killed."""
    with tempfile.TemporaryDirectory(prefix="nrm-test-", ignore_cleanup_errors=True) as root, Postgres(Path(root) / "data") as postgres:
        yield postgres


@pytest.fixture(scope="module")
def on_postgresql(broker: Kafka, server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The agency with its databases there, made here and filled by its start."""
    for service in SERVICES:
        server.database(f"{service}.{AGENCY}")
    pattern = server.pattern.replace("{name}", "{service}." + AGENCY)
    with served(broker.bus, tmp_path_factory.mktemp("on-postgresql") / "data", NRM_DATABASES=pattern) as agency:
        yield agency


def test_a_database_that_does_not_answer_at_all_holds_up_neither_health_nor_metrics(on_postgresql: Served, server: Postgres) -> None:
    on_postgresql.await_ready()
    first = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
    stopped = [first, *first.children(recursive=True)]
    for process in stopped:
        process.suspend()
    try:
        on_postgresql.becomes(lambda faults: all(Fault.SILENT in found for found in faults.values()), "both are silent")
        assert on_postgresql.metric("nrm_database_up") == dict.fromkeys(SERVICES, 0.0)
        assert on_postgresql.lives()
    finally:
        for process in stopped:
            process.resume()
    on_postgresql.await_ready()


def started(postgres: Postgres) -> bool:
    """Whether it runs; on a busy machine it needs longer than its own patience to recover."""
    try:
        postgres.start()
    except PostgresFailed:
        return False
    return True


def test_postgresql_that_goes_and_comes_back(on_postgresql: Served, server: Postgres) -> None:
    on_postgresql.await_ready()
    server.kill()
    on_postgresql.becomes(by_the_database, "neither database is there")
    assert on_postgresql.metric("nrm_database_up") == dict.fromkeys(SERVICES, 0.0), "the metrics are told without it"
    assert on_postgresql.metric("nrm_bus_up") == dict.fromkeys(SERVICES, 1.0)
    assert on_postgresql.lives()
    until(lambda: started(server), lambda: "the server starts")
    on_postgresql.await_ready()
    assert on_postgresql.metric("nrm_database_up") == dict.fromkeys(SERVICES, 1.0)
