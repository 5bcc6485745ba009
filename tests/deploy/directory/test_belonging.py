"""A log on which another root's directory lies belongs to somebody else: nothing is published on it, whoever tries."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.brokers import Kafka, Mock
from deploy.brokers.topics import CASE_EVENTS, DIRECTORY, PARTITIONS, ensure_topics
from deploy.directory.belonging import Another
from deploy.directory.ceremony import Ceremony
from deploy.directory.coordinator import Coordinator
from deploy.directory.publishing import newest
from deploy.process.country_file import country_of
from shared.config.country import Country
from shared.config.kafka import Bus
from shared.crypto.directory import issue
from shared.crypto.directory_state import Listing
from tests.deploy.importers.uk_sample import lines, write
from tests.shared.commands import nrm, staying
from tests.turns import by_turns, today

pytestmark = pytest.mark.kafka
SERBIA, FINLAND = (country_of(Path(name)) for name in ("serbia", "finland"))


@pytest.fixture
def bus() -> Iterator[Bus]:
    """The mock's: a log of this test's own in a moment."""
    with Mock() as mock:
        yield mock.bus


def ceremony(folder: Path, country: Country = SERBIA) -> Ceremony:
    return Ceremony(folder / "coordinator", folder / "keys", country)


def held(folder: Path, bus: Bus, country: Country = SERBIA) -> Ceremony:
    """A coordinator whose directory is in force on this log."""
    made = ceremony(folder, country)
    asyncio.run(made.hold(bus, PARTITIONS))
    return made


def ends(bus: Bus) -> list[int]:
    """Where each partition ends that a directory or its markers could lie in."""

    async def ask() -> list[int]:
        consumer = AIOKafkaConsumer(**bus.aiokafka())
        await consumer.start()
        try:
            parts = [TopicPartition(DIRECTORY, 0), *(TopicPartition(CASE_EVENTS, p) for p in range(PARTITIONS))]
            found = await consumer.end_offsets(parts)
            return [found[part] for part in parts]
        finally:
            await consumer.stop()

    return asyncio.run(ask())


def put(bus: Bus, topic: str, key: bytes, value: bytes) -> None:
    """Somebody puts this on a topic."""

    async def send() -> None:
        producer = AIOKafkaProducer(**bus.aiokafka())
        await producer.start()
        await producer.send_and_wait(topic, value, key=key, partition=0)
        await producer.stop()

    asyncio.run(send())


def trusted(owner: Ceremony, bus: Bus) -> bool:
    """Whether an agency that knows the owner's root takes what lies on the topic of the directory last."""
    listing = Listing(owner.country.id, bytes.fromhex(owner.coordinator.pin))
    for value in asyncio.run(newest(bus)).values():
        listing.offer(value)
    return listing.now is not None and not listing.distrusted


def test_over_anothers_kept_log_it_is_said_whose_it_is_and_nothing_is_published(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """By one broker on a day, and by a cluster the next."""
    for serves in by_turns((a_broker_serves_it, a_cluster_lets_nobody_in), today(), pytestconfig.getoption("--long")):
        (tmp_path / serves.__name__).mkdir()
        serves(tmp_path / serves.__name__)


def a_broker_serves_it(tmp_path: Path) -> None:
    with Kafka(tmp_path / "log") as kafka:
        asyncio.run(ensure_topics(kafka.bus))
        owner, address = held(tmp_path / "owner", kafka.bus), kafka.bootstrap
        before = ends(kafka.bus)
    files = {path.name for path in (tmp_path / "log").iterdir()}
    with staying("kafka", "--data", tmp_path / "log") as process:
        told = process.said("Ctrl-C stops it")
        assert f"On the log at {address} lies directory 1 of rs, and its root is not that of {tmp_path / 'log' / 'coordinator'}" in told
        assert "Nothing was published" in told
        assert "one agency:" not in told, "with these keys no agency of that log would be believed"
        assert ends(Bus(address)) == before
        assert trusted(owner, Bus(address))
        assert process.ended() == 0
    assert {path.name for path in (tmp_path / "log").iterdir()} <= files | {"port"}, "no root and no keys were made"


def a_cluster_lets_nobody_in(tmp_path: Path) -> None:
    arguments = ("kafka", "--brokers", "1", "--tls", "--data", tmp_path / "log", "--country", "finland")
    with staying(*arguments) as process:
        process.said("Ctrl-C stops it")
        assert process.ended() == 0
    for name in ("coordinator", "keys"):
        (tmp_path / "log" / name).rename(tmp_path / name)
    with staying(*arguments) as process:
        told = process.said("Ctrl-C stops it")
        assert "lies directory 1 of fi, and its root is not that of" in told
        assert "Nothing was published" in told
        assert process.ended() == 0
    assert not (tmp_path / "log" / "coordinator").exists()


def test_kafka_over_its_own_kept_log_goes_on_as_before(tmp_path: Path) -> None:
    commands = list[str]()
    for _ in range(2):
        with staying("kafka", "--data", tmp_path / "log") as process:
            commands.append(process.said("one agency:").splitlines()[-1])
            assert process.ended() == 0
    assert commands[0] == commands[1]


def test_who_holds_all_keys_is_refused_before_anything_is_made(bus: Bus, tmp_path: Path) -> None:
    owner = held(tmp_path / "owner", bus)
    before = ends(bus)
    for country in (SERBIA, FINLAND):
        with pytest.raises(Another, match=r"lies directory 1 of rs.*Nothing was published"):
            held(tmp_path / "stranger", bus, country)
    assert not (tmp_path / "stranger").exists()
    assert ends(bus) == before
    asyncio.run(owner.hold(bus, PARTITIONS))
    assert ends(bus) == before


def test_a_log_with_records_and_no_directory_is_unsealed_and_gets_none(bus: Bus, tmp_path: Path) -> None:
    put(bus, CASE_EVENTS, b"case", b"{}")
    before = ends(bus)
    with pytest.raises(Another, match=r"lie records and no directory.*Nothing was published"):
        held(tmp_path / "stranger", bus)
    assert (ends(bus), (tmp_path / "stranger").exists()) == (before, False)


def test_a_folder_of_another_country_is_not_used_for_this_one(bus: Bus, tmp_path: Path) -> None:
    held(tmp_path / "owner", bus)
    before = ends(bus)
    with pytest.raises(Another, match="holds the directory of rs, not of fi"):
        held(tmp_path / "owner", bus, FINLAND)
    assert ends(bus) == before


def test_a_coordinator_at_anothers_log_changes_nothing_and_takes_it_over_only_when_told(bus: Bus, tmp_path: Path) -> None:
    owner, other = held(tmp_path / "owner", bus), ceremony(tmp_path / "other")
    other.directory()
    at, before = ("--coordinator", other.folder, "--bus", bus.servers), ends(bus)
    version = Coordinator(other.folder).directory().version
    for words in (("announce",), ("revoke", "rs-ir"), ("leave", "rs-ir")):
        code, told = nrm("agency", *words, *at)
        assert (code, "Nothing was published" in told) == (1, True), told
        assert "--take-over" in told
    assert (ends(bus), Coordinator(other.folder).directory().version) == (before, version)
    assert trusted(owner, bus)
    code, told = nrm("agency", "announce", *at, "--take-over")
    assert (code, "Aborted" in told) == (1, True), "without a yes nothing is taken over"
    assert nrm("agency", "announce", *at, "--take-over", "--yes")[0] == 0
    assert trusted(other, bus)
    assert nrm("agency", "announce", *at)[0] == 0, "from here on it is the log of this root"
    assert nrm("agency", "announce", "--coordinator", owner.folder, "--bus", bus.servers)[0] == 1


def test_who_takes_over_takes_other_countries_directories_off_the_board(bus: Bus, tmp_path: Path) -> None:
    held(tmp_path / "fi", bus, FINLAND)
    rs = ceremony(tmp_path / "rs")
    rs.directory()
    at = ("--coordinator", rs.folder, "--bus", bus.servers)
    assert nrm("agency", "announce", *at, "--take-over", "--yes")[0] == 0
    assert asyncio.run(newest(bus)) == {b"rs": issue(rs.directory(), rs.root)}


def test_what_is_no_directory_at_all_is_somebody_elses_too(bus: Bus, tmp_path: Path) -> None:
    put(bus, DIRECTORY, b"rs", b"\x1b[31mnot a directory")
    with pytest.raises(Another, match="lies something that is no signed directory"):
        held(tmp_path / "stranger", bus)


def test_an_import_onto_anothers_bus_is_refused_sealed_or_not(bus: Bus, tmp_path: Path) -> None:
    held(tmp_path / "owner", bus)
    before = ends(bus)
    write(tmp_path / "uk.csv", lines(3))
    for more in ((), ("--unsealed",)):
        code, told = nrm("import", "uk-nrm", tmp_path / "uk.csv", "--keep", tmp_path / "uk", "--bus", bus.servers, *more)
        assert (code, "lies directory 1 of rs" in told) == (1, True), told
    assert ends(bus) == before


def test_everybodys_keys_for_trying_out_are_not_laid_over_anothers_log(bus: Bus, tmp_path: Path) -> None:
    held(tmp_path / "owner", bus)
    before = ends(bus)
    code, told = nrm("topics", "--bus", bus.servers, "--together", tmp_path / "together")
    assert (code, "Nothing was published" in told) == (1, True), told
    assert (ends(bus), (tmp_path / "together").exists()) == (before, False)


def test_a_log_of_another_root_is_not_admitted(bus: Bus, tmp_path: Path) -> None:
    owner = held(tmp_path / "owner", bus)
    (tmp_path / "agencies").mkdir()
    (tmp_path / "agencies" / "referral.rs-czztlj.db").touch()
    at = ("topics", "generation", "--bus", bus.servers, "--data", tmp_path)
    code, told = nrm(*at, "--yes", NRM_ROOT="00" * 31 + "01")
    assert (code, "Nothing was changed" in told, "lies directory 1 of rs" in told) == (1, True, True), told
    assert (tmp_path / "agencies" / "referral.rs-czztlj.db").stat().st_size == 0
    code, told = nrm(*at, NRM_ROOT=owner.coordinator.pin)
    assert "directory 1 of rs" in told, "who is asked sees whose log it is"
    assert "another root" not in told
