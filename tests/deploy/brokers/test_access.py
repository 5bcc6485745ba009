"""Every principal × topic, group and cluster × operation on a real cluster: exactly what the table allows, nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from confluent_kafka import TopicPartition
from confluent_kafka.admin import NewTopic

from deploy.brokers import Cluster
from deploy.brokers.access import READ, WRITE, revoke, rules
from deploy.brokers.inforce import topics_in_force
from deploy.brokers.topics import CASE_EVENTS, STATISTICS
from shared.config.country import Agency
from tests.deploy.brokers.asking import Principal, kafka

OTHER = "somebody-elses-topic"
TOPICS = (CASE_EVENTS, STATISTICS, OTHER)


def agency(id: str, *services: str) -> Agency:
    return Agency(id=id, name=id, type="test", kind="ngo", services=services)  # type: ignore[arg-type]


OUTSIDER = agency("acl-outsider")
AGENCIES = (
    agency("acl-intake", "intake"),
    agency("acl-lead", "referral", "assistance"),
    agency("acl-acting", "intake", "assistance"),
    agency("acl-rapporteur", "reporting"),
    OUTSIDER,
)
GROUPS = ("intake.acl-intake", "referral.acl-lead", "assistance.acl-lead", "intake.acl-acting", "assistance.acl-acting",
          "reporting.acl-rapporteur", "referral.acl-intake", "somebody-elses-group")  # fmt: skip
each = pytest.mark.parametrize("one", AGENCIES, ids=lambda a: a.id)
Admitted = dict[str, Principal]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admitted(cluster: Cluster) -> AsyncIterator[Admitted]:
    """Everybody by name, the administrator too, and a record on each topic."""
    cluster.admit(AGENCIES)
    async with AsyncExitStack() as stack:
        principals = {name: Principal(cluster.bus_of(name)) for name in ("admin", *(a.id for a in AGENCIES))}
        assert principals["admin"].may(lambda a: a.create_topics([NewTopic(OTHER, 1, 3)]))
        await topics_in_force(cluster.admin, [OTHER])
        for principal in principals.values():
            await stack.enter_async_context(principal)
        for topic in TOPICS:
            assert await principals["admin"].may_write(topic)
        principals["admin"].await_groups(*GROUPS)
        yield principals


def allowed(one: Agency, kind: str, name: str) -> set[str]:
    """What the table gives. Kafka adds that who may read or write a thing may also see that it is there."""
    operations = {r.operation for r in rules(one) if (r.kind, r.name) == (kind, name)}
    return operations | ({"DESCRIBE"} if operations else set())


@each
def test_kafka_says_of_every_operation_on_topics_groups_and_cluster_what_the_table_says(admitted: Admitted, one: Agency) -> None:
    principal = admitted[one.id]
    assert principal.on_topics(*TOPICS) == {topic: allowed(one, "topic", topic) for topic in TOPICS}
    assert principal.on_groups(*GROUPS) == {group: allowed(one, "group", group) for group in GROUPS}
    assert principal.on_cluster() == set()


def test_the_groups_of_the_matrix_are_all_there_are_and_some_more() -> None:
    assert {r.name for a in AGENCIES for r in rules(a) if r.kind == "group"} < set(GROUPS)


def test_the_administrator_may_do_everything_so_that_a_denial_means_something(admitted: Admitted) -> None:
    everything = {"READ", "WRITE", "CREATE", "DELETE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"}
    assert admitted["admin"].on_topics(*TOPICS) == dict.fromkeys(TOPICS, everything)
    assert {"CREATE", "ALTER", "CLUSTER_ACTION"} < admitted["admin"].on_cluster()


@each
@pytest.mark.asyncio(loop_scope="module")
async def test_what_one_tries_goes_as_the_table_says(admitted: Admitted, one: Agency) -> None:
    principal = admitted[one.id]
    for topic in TOPICS:
        tried = {WRITE: await principal.may_write(topic), READ: await principal.may_read(topic)}
        assert {operation for operation, went in tried.items() if went} == allowed(one, "topic", topic) & {READ, WRITE}, topic


@each
@pytest.mark.asyncio(loop_scope="module")
async def test_only_the_position_of_an_own_group_is_moved(admitted: Admitted, one: Agency) -> None:
    topic = next((r.name for r in rules(one) if r.kind == "topic" and r.operation == READ), CASE_EVENTS)
    went = await asyncio.gather(*(admitted[one.id].may_commit(group, topic) for group in GROUPS))
    assert {g for g, moved in zip(GROUPS, went, strict=True) if moved} == {r.name for r in rules(one) if r.kind == "group"}


DEEDS: dict[str, Callable[[Any], dict[Any, Any]]] = {
    "create a topic": lambda a: a.create_topics([NewTopic("acl-new", 1, 1)]),
    "delete a topic": lambda a: a.delete_topics([OTHER]),
    "add partitions": lambda a: a.create_partitions([kafka.NewPartitions(OTHER, 2)]),
    "alter a topic": lambda a: a.incremental_alter_configs([_short_memory()]),
    "delete records": lambda a: a.delete_records([TopicPartition(OTHER, 0, 1)]),
    "make a rule": lambda a: a.create_acls([_read_for_all()]),
    "take rules away": lambda a: a.delete_acls([_rules_of_nobody()]),
}


def _short_memory() -> Any:
    entry = kafka.ConfigEntry("retention.ms", "86400000", incremental_operation=kafka.AlterConfigOpType.SET)
    return kafka.ConfigResource(kafka.ConfigResource.Type.TOPIC, OTHER, incremental_configs=[entry])


def _read_for_all() -> Any:
    literal, allow = kafka.ResourcePatternType.LITERAL, kafka.AclPermissionType.ALLOW
    return kafka.AclBinding(kafka.ResourceType.TOPIC, "acl-nothing", literal, "User:acl-nobody", "*", kafka.AclOperation.READ, allow)


def _rules_of_nobody() -> Any:
    pattern, any_one = kafka.ResourcePatternType.ANY, kafka.AclPermissionType.ANY
    return kafka.AclBindingFilter(kafka.ResourceType.ANY, None, pattern, "User:acl-nobody", "*", kafka.AclOperation.ANY, any_one)


@each
def test_nobody_changes_topics_or_rules(admitted: Admitted, one: Agency) -> None:
    assert [name for name, deed in DEEDS.items() if admitted[one.id].may(deed)] == []


def test_the_administrator_does_all_of_it(admitted: Admitted) -> None:
    order = ("create a topic", "add partitions", "alter a topic", "delete records", "make a rule", "take rules away")
    assert [name for name in order if admitted["admin"].may(DEEDS[name])] == list(order)


def test_a_revoked_agency_may_do_nothing_more_at_once(cluster: Cluster) -> None:
    gone = agency("acl-gone", "intake")
    principal = Principal(cluster.bus_of(gone.id))
    cluster.admit([gone])
    assert principal.on_topics(CASE_EVENTS) == {CASE_EVENTS: allowed(gone, "topic", CASE_EVENTS)}
    revoke(cluster.admin, gone)
    assert principal.on_topics(CASE_EVENTS) == {CASE_EVENTS: set()}
    assert principal.on_groups("intake.acl-gone") == {"intake.acl-gone": set()}


def test_the_topics_of_a_cluster_survive_one_broker(admitted: Admitted) -> None:
    client = admitted["admin"].admin
    for topic in (CASE_EVENTS, STATISTICS):
        partitions = client.list_topics(topic, timeout=10).topics[topic].partitions.values()
        assert [len(p.replicas) for p in partitions] == [3, 3, 3, 3]
        [configs] = client.describe_configs([kafka.ConfigResource(kafka.ConfigResource.Type.TOPIC, topic)]).values()
        assert configs.result(10)["min.insync.replicas"].value == "2"
