"""The doctor and the bus: all is green on a cluster that is well, and whatever is broken there, one thing at a time, is told."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from deploy.brokers import Cluster
from deploy.brokers.access import grant, revoke
from deploy.brokers.admin_client import kafka
from deploy.brokers.certificates import Authority
from deploy.brokers.topics import CASE_EVENTS, STATISTICS
from deploy.doctor import bus, clock, command, rights
from deploy.installation.patient import Patient
from shared.config.clock import wall
from shared.config.kafka import Bus
from tests.deploy.doctor.patients import GREEN, LEAD, RED, SERBIA, made, patient, soon, states

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def admitted(cluster: Cluster) -> Cluster:
    cluster.admit([SERBIA.agency(LEAD), SERBIA.agency("rs-zg")])
    return cluster


@pytest.fixture(scope="module")
def lead(admitted: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Patient:
    one = patient(admitted.bus_of(LEAD), tmp_path_factory.mktemp("lead"))
    made(one)
    return one


def test_on_a_cluster_that_is_well_bus_topics_and_rights_are_green(lead: Patient) -> None:
    found = [*bus.bus(lead), *bus.topics(lead), *rights.rights(lead)]
    assert {f.state for f in found} == {GREEN}, [f for f in found if f.state is not GREEN]
    assert {f.what for f in found} >= {"bus", CASE_EVENTS, STATISTICS, "rights on the cluster", f"rights on group referral.{LEAD}"}


def test_an_agency_that_was_not_admitted_sees_what_it_lacks(admitted: Cluster, tmp_path: Path) -> None:
    stranger = patient(admitted.bus_of("rs-ngo-line"), tmp_path, "rs-ngo-line")
    assert set(states(bus.topics(stranger))) == {RED}
    found = list(rights.rights(stranger))
    assert states(found, CASE_EVENTS) == [RED]
    assert states(found, "group assistance.rs-ngo-line") == [RED]
    assert states(found, STATISTICS) == [GREEN], "it has no business there and is kept out"


@contextmanager
def allowed(cluster: Cluster, who: str, kind: Any, name: str, operation: Any) -> Generator[None]:
    """A right that the table does not give."""
    binding = kafka.AclBinding(kind, name, kafka.ResourcePatternType.LITERAL, f"User:{who}", "*", operation, kafka.AclPermissionType.ALLOW)
    operator = kafka.AdminClient(cluster.admin.librdkafka())
    for done in operator.create_acls([binding]).values():
        done.result()
    try:
        yield
    finally:
        revoke(cluster.admin, SERBIA.agency(who))
        grant(cluster.admin, [SERBIA.agency(who)])


@pytest.mark.parametrize(
    ("kind", "name", "operation", "what"),
    [
        (kafka.ResourceType.TOPIC, CASE_EVENTS, kafka.AclOperation.READ, f"rights on {CASE_EVENTS}"),
        (kafka.ResourceType.TOPIC, STATISTICS, kafka.AclOperation.DELETE, f"rights on {STATISTICS}"),
        (kafka.ResourceType.GROUP, "intake.rs-ir", kafka.AclOperation.READ, "group intake.rs-ir"),
        (kafka.ResourceType.BROKER, "kafka-cluster", kafka.AclOperation.ALTER, "cluster"),
    ],
)
def test_a_right_too_many_is_red(kind: Any, name: str, operation: Any, what: str, admitted: Cluster, tmp_path: Path) -> None:
    rapporteur = patient(admitted.bus_of("rs-zg"), tmp_path, "rs-zg")
    assert soon(lambda: states(rights.rights(rapporteur), what), [GREEN]) == [GREEN]
    with allowed(admitted, "rs-zg", kind, name, operation):
        assert soon(lambda: states(rights.rights(rapporteur), what), [RED]) == [RED]


def test_the_settings_of_a_topic_are_compared(admitted: Cluster, lead: Patient) -> None:
    operator = kafka.AdminClient(admitted.admin.librdkafka())

    def set_to(name: str, value: str) -> None:
        entry = kafka.ConfigEntry(name, value, incremental_operation=kafka.AlterConfigOpType.SET)
        resource = kafka.ConfigResource(kafka.ResourceType.TOPIC, CASE_EVENTS, incremental_configs=[entry])
        for done in operator.incremental_alter_configs([resource]).values():
            done.result()

    def reds() -> list[str]:
        return [f.said for f in bus.topics(lead) if f.what == CASE_EVENTS and f.state is RED]

    assert reds() == []
    for name, bad, right in (
        ("retention.ms", "3600000", "7776000000"), ("cleanup.policy", "compact", "delete"), ("max.message.bytes", "1000", "1048576"),
    ):  # fmt: skip
        set_to(name, bad)
        try:
            assert soon(lambda wrong=f"{name}={bad}": [wrong in said for said in reds()], [True]) == [True]
        finally:
            set_to(name, right)
    set_to("min.insync.replicas", "4")
    try:
        assert soon(lambda: len(reds()), 1) == 1
    finally:
        set_to("min.insync.replicas", "2")


def test_partitions_must_be_what_the_settings_say(lead: Patient, admitted: Cluster, tmp_path: Path) -> None:
    other = patient(admitted.bus_of(LEAD), tmp_path, partitions=5)
    assert states(bus.topics(other), CASE_EVENTS)[0] is RED
    assert states(bus.topics(lead), CASE_EVENTS)[0] is GREEN


def test_a_bus_that_is_away_or_another_is_told_with_the_reason(admitted: Cluster, lead: Patient, tmp_path: Path) -> None:
    away = replace(patient(Bus("127.0.0.1:1"), tmp_path), patience=1.0)
    (told,) = bus.bus(away)
    assert told.state is RED
    assert "refused" in told.said
    stranger = tmp_path / "keys"
    stranger.mkdir()
    for name in ("cert.pem", "key.pem"):
        (stranger / name).write_bytes((lead.settings.tls or Path()).joinpath(name).read_bytes())
    (stranger / "ca.pem").write_bytes((Authority(tmp_path / "other").folder / "authority.pem").read_bytes())
    (told,) = bus.bus(replace(patient(Bus(admitted.bootstrap, stranger), tmp_path), patience=1.0))
    assert told.state is RED
    assert "certificate" in told.said
    whole = list(command.look(away))
    assert [f.what for f in whole if f.said == "not checked: the bus does not answer"] == [
        "topics",
        "rights",
        "clock and log",
        "former keys",
    ]


def test_a_record_from_the_future_is_told(admitted: Cluster, lead: Patient) -> None:
    assert RED not in states(clock.records(lead))
    with stamped_by_senders(admitted):
        assert soon(lambda: dated(admitted, wall() + 600_000) > wall() + 300_000, True)
    assert states(clock.records(lead)) == [RED]


def test_nobody_dates_a_record_but_the_log_itself(admitted: Cluster, lead: Patient) -> None:
    assert soon(lambda: dated(admitted, 1) > wall() - 60_000, True)
    with stamped_by_senders(admitted):
        assert soon(lambda: RED in states(bus.topics(lead), CASE_EVENTS), True), "a topic on which senders date records is red"


def dated(cluster: Cluster, moment: int) -> int:
    """When a record was made as the log has it (ms), whose sender says that it was made at this moment."""
    producer, told = Producer(cluster.bus_of(LEAD).librdkafka()), list[int]()
    producer.produce(CASE_EVENTS, b"no event", timestamp=moment, on_delivery=lambda _error, message: told.append(message.timestamp()[1]))
    assert producer.flush(10) == 0
    return told[0]


@contextmanager
def stamped_by_senders(cluster: Cluster) -> Generator[None]:
    """The broker's clock wrong is what we cannot make; a topic that takes senders' times looks the same to readers."""
    setting(cluster, "CreateTime")
    try:
        yield
    finally:
        setting(cluster, "LogAppendTime")


def setting(cluster: Cluster, value: str) -> None:
    """Whose time records have; each broker goes by it a moment later."""
    entry = kafka.ConfigEntry("message.timestamp.type", value, incremental_operation=kafka.AlterConfigOpType.SET)
    resource = kafka.ConfigResource(kafka.ResourceType.TOPIC, CASE_EVENTS, incremental_configs=[entry])
    operator = kafka.AdminClient(cluster.admin.librdkafka())
    operator.incremental_alter_configs([resource])[resource].result()
