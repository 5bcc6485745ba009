"""The account at the end: all databases and the whole log, given to whoever judges them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from confluent_kafka import Consumer, TopicPartition

from deploy.brokers.topics import CASE_EVENTS, PARTITIONS
from deploy.coordinator.together import Raw, unsealed
from deploy.oracle import judge
from deploy.rest import ends
from deploy.soak.load import Promise
from deploy.soak.stage import Stage
from shared.runtime.bus import Bus


@dataclass(frozen=True)
class Account:
    """What was found: figures, and a sentence for each thing that is wrong, by kind."""

    events: int
    verdicts: dict[str, int]
    wrong: dict[str, list[str]]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.wrong.values())


def topic(bus: Bus) -> list[Raw]:
    """Every record of the case topic. Raises KafkaException."""
    end = ends(bus)[CASE_EVENTS]
    consumer = Consumer({**bus.librdkafka(), "group.id": "nrm-soak", "enable.auto.commit": False, "auto.offset.reset": "earliest"})
    found: list[Raw] = []
    try:
        consumer.assign([TopicPartition(CASE_EVENTS, p, 0) for p in range(PARTITIONS)])
        while len(found) < sum(end.values()):
            for message in consumer.consume(1000, 20):
                found.append(Raw(message.partition() or 0, message.offset() or 0, message.key(), message.value()))
    finally:
        consumer.close()
    return found


def account(stage: Stage, promised: Mapping[str, Promise], forgotten: Collection[str]) -> Account:
    """Read everything and let the oracle judge it, which shares no code with who wrote it."""
    lying = topic(stage.brokers.admin)
    records = unsealed(lying, stage.ceremony.seals())
    made = {key: said.instance for key, said in promised.items()}
    found = judge(stage.store.read(), records, partitions=PARTITIONS, promised=made, undone=forgotten)
    return Account(len(lying), found.verdicts, found.wrong)
