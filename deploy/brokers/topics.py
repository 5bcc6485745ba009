"""The five topics of a national referral mechanism, and their rules."""

from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

from deploy.brokers.inforce import topics_in_force
from shared.config.kafka import Bus

CASE_EVENTS = "nrm.case-events"
STATISTICS = "nrm.statistics"
DIRECTORY = "nrm.directory"
DOCUMENTS = "nrm.documents"
CAPACITY = "nrm.capacity"
COMPACTED = frozenset({DIRECTORY, CAPACITY})
"""Of which the newest of each key stays, in one partition."""
PARTITIONS = 4
MAX_MESSAGE_BYTES = 1024 * 1024
RETENTION_DAYS = 90
MOST_COPIES = 3

_COMMON = {"cleanup.policy": "delete", "max.message.bytes": str(MAX_MESSAGE_BYTES)}
_RECORDS = {**_COMMON, "message.timestamp.type": "LogAppendTime", "retention.ms": str(RETENTION_DAYS * 24 * 3600 * 1000)}
CONFIGS = {
    CASE_EVENTS: _RECORDS,
    STATISTICS: _RECORDS,  # Reporting keeps a journal of its own; where that is lost, leads send again.
    DOCUMENTS: _RECORDS,  # Pieces of 256 KiB. Readers keep theirs beyond it; a holder sends them once more to who comes later.
    DIRECTORY: {**_COMMON, "cleanup.policy": "compact"},  # The newest of each country stays.
    CAPACITY: {**_COMMON, "cleanup.policy": "compact"},  # The newest of each agency and need stays.
}


def _raise_unless_created(answers: Iterable[Mapping[str, Any]]) -> None:
    for answer in answers:
        error: type[Exception] = for_code(answer["error_code"])
        if error not in (NoError, TopicAlreadyExistsError):  # Somebody else may have been first.
            raise error(f"topic {answer['topic']}: {answer['error_message']}")


def partitions_of(topic: str, partitions: int = PARTITIONS) -> int:
    """How many partitions a topic has; `partitions` is what the topics of records have."""
    return 1 if topic in COMPACTED else partitions


async def ensure_topics(bus: Bus, partitions: int = PARTITIONS) -> None:
    """Creates the topics that are missing; those that exist stay as they are, their partition count above all.

    When this returns every broker knows them. Raises KafkaError, NotInForce.
    """
    admin = AIOKafkaAdminClient(**bus.aiokafka())
    await admin.start()
    try:
        present = set(await admin.list_topics())
        brokers = len((await admin.describe_cluster())["brokers"])
        copies = min(MOST_COPIES, brokers)
        agreeing = {"min.insync.replicas": str(max(1, copies - 1))}  # A write counts once all but one copy have it: one broker may fail.
        missing = [
            NewTopic(name=name, num_partitions=partitions_of(name, partitions), replication_factor=copies, topic_configs=config | agreeing)
            for name, config in CONFIGS.items()
            if name not in present
        ]
        if missing:
            response = (await admin.create_topics(missing)).to_object()
            _raise_unless_created(response["topic_errors"])
    finally:
        await admin.close()
    await topics_in_force(bus, CONFIGS)
