"""Who may do what on the bus: a table by service, and the access rules (ACLs) that Kafka makes of it. What is not in it is denied."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from confluent_kafka import admin as confluent

from deploy.brokers.inforce import rules_in_force
from deploy.brokers.topics import CAPACITY, CASE_EVENTS, DIRECTORY, DOCUMENTS, STATISTICS
from shared.config.country import Agency
from shared.config.kafka import Bus

kafka: Any = confluent  # its types leave out what this module needs
READ, WRITE, LOOK = "READ", "WRITE", "DESCRIBE_CONFIGS"
TABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "intake": {CASE_EVENTS: (READ, WRITE), DOCUMENTS: (READ, WRITE), CAPACITY: (READ,), DIRECTORY: (READ,)},
    "referral": {CASE_EVENTS: (READ, WRITE), DOCUMENTS: (READ, WRITE), STATISTICS: (WRITE,), CAPACITY: (READ,), DIRECTORY: (READ,)},
    "assistance": {CASE_EVENTS: (READ, WRITE), DOCUMENTS: (READ, WRITE), CAPACITY: (READ, WRITE), DIRECTORY: (READ,)},
    "reporting": {STATISTICS: (READ,), DIRECTORY: (READ,)},
}
"""Service → topic → operations. Only an instance that leads cases authors statistics; reporting never sees a case."""
SILENT = (CAPACITY, WRITE)
"""What a confidential agency may not, whatever it runs: it says nothing of what it can take."""
COORDINATOR = "coordinator"
"""The principal that lays out directories: no agency, and not the operator of the bus."""
COORDINATING: dict[str, tuple[str, ...]] = {DIRECTORY: (READ, WRITE), CASE_EVENTS: (WRITE,)}
"""What it may do: see whose directory lies there, lay out its own, mark in the log where it holds. It reads nothing of a case."""


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One thing that one agency may do."""

    agency: str
    """The principal: the name in its certificate."""
    kind: str
    """topic or group."""
    name: str
    operation: str


def rules(agency: Agency) -> frozenset[Rule]:
    """All that an agency may do on the bus, for the services it runs; each instance has a group, which shows its lag.

    Of a topic that it uses it may also see the settings: `./nrm doctor` compares them.
    """
    topics = {Rule(agency.id, "topic", t, o) for t, operations in allowed(agency).items() for o in (*operations, LOOK)}
    groups = {Rule(agency.id, "group", f"{service}.{agency.id}", READ) for service in agency.services}
    return frozenset(topics | groups)


def allowed(agency: Agency) -> dict[str, frozenset[str]]:
    """Topic → what an agency may do there, for the services it runs."""
    found = {(topic, one) for service in agency.services for topic, operations in TABLE[service].items() for one in operations}
    found -= {SILENT} if agency.apart else set()
    topics = {topic for service in agency.services for topic in TABLE[service]}
    return {topic: frozenset(one for there, one in found if there == topic) for topic in topics}


def coordinating() -> frozenset[Rule]:
    """All that the coordinator may do on the bus."""
    return frozenset(Rule(COORDINATOR, "topic", t, o) for t, operations in COORDINATING.items() for o in operations)


def grant(admin: Bus, agencies: Iterable[Agency]) -> None:
    """Make these agencies' rules on the cluster. Raises KafkaException, NotInForce."""
    make(admin, [rule for agency in agencies for rule in rules(agency)])


def make(admin: Bus, wanted: Iterable[Rule]) -> None:
    """Make rules on the cluster; those that are there stay. When this returns every broker goes by them.

    Raises KafkaException where the cluster refuses, NotInForce.
    """
    wanted = sorted(wanted)
    client = kafka.AdminClient(admin.librdkafka())  # kept until all have answered: it takes its answers with it
    for done in client.create_acls([_binding(rule) for rule in wanted]).values():
        done.result()
    rules_in_force(admin, {(f"User:{r.agency}", r.name, kafka.AclOperation[r.operation].value) for r in wanted}.issubset)


def revoke(admin: Bus, agency: Agency) -> None:
    """Take an agency's rules away. When this returns no broker goes by them. Raises KafkaException, NotInForce."""
    kinds, patterns = kafka.ResourceType.ANY, kafka.ResourcePatternType.ANY
    everything = kafka.AclBindingFilter(
        kinds, None, patterns, f"User:{agency.id}", "*", kafka.AclOperation.ANY, kafka.AclPermissionType.ANY
    )
    client = kafka.AdminClient(admin.librdkafka())
    for done in client.delete_acls([everything]).values():
        done.result()
    rules_in_force(admin, lambda held: all(principal != f"User:{agency.id}" for principal, _, _ in held))


def _binding(rule: Rule) -> Any:
    return kafka.AclBinding(
        kafka.ResourceType.TOPIC if rule.kind == "topic" else kafka.ResourceType.GROUP, rule.name, kafka.ResourcePatternType.LITERAL,
        f"User:{rule.agency}", "*", kafka.AclOperation[rule.operation], kafka.AclPermissionType.ALLOW,
    )  # fmt: skip
