"""The AsyncAPI 3 document: FastStream makes the frame from the runtime's own subscription, the protocol's models the messages."""

from typing import Any

from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI

from deploy.brokers.topics import CONFIGS, partitions_of
from deploy.contracts.shapes import Schema, ref, shapes
from shared.messaging.subscription import subscription
from shared.protocol.classes import EVENTS
from shared.protocol.statistics import RECORDS
from shared.records.batches import SEALED_TYPE
from shared.records.capacity import SIGNATURE, CapacitySaid
from shared.records.capacity import TOPIC as CAPACITY
from shared.records.codec import CONTENT_TYPE, STATISTICS, TOPIC, headers_of

VERSION = "1.0.0"
"""Of the contract: the first number is that of the protocol."""
ABOUT = """The events by which the agencies of a national referral mechanism share a case. The order of a case's partition is the law:
what an event means at its place docs/protocol.md tells. Host names are examples."""
KEYS = {
    TOPIC: "The case id. It alone decides the partition (murmur2, as Java's default).",
    STATISTICS: "The name of the batch, 32 random hex digits: it says nothing.",
    CAPACITY: "The agency, a slash, the need: the topic is compacted, so the newest of each stays.",
}


OPERATIONS = (
    (TOPIC, "case-events.follow", "case-events.relay"), (STATISTICS, "statistics.take", "statistics.count"),
    (CAPACITY, "capacity.follow", "capacity.say"),
)  # fmt: skip
"""Topic, and what is received from it and sent to it."""


def frame() -> dict[str, Any]:
    """Servers, channels and operations, as FastStream describes them for a broker that is never started."""
    broker = KafkaBroker("kafka.example:9092", logger=None)
    for topic, receives, sends in OPERATIONS:
        subscription(broker, topic, partitions_of(topic), receives)(_poll)
        broker.publisher(topic, title=sends)
    spec = AsyncAPI(
        broker, title="NRM Joint Action: events", version=VERSION, description=ABOUT, license={"name": "EUPL-1.2"}, schema_version="3.0.0"
    )
    made = spec.to_specification().to_jsonable()
    return made | {part: dict(sorted(made[part].items())) for part in ("channels", "operations")}  # FastStream's order is chance


async def _poll(message: Any) -> None:
    return None


def document() -> dict[str, Any]:
    """The whole document."""
    made = frame()
    told = {
        TOPIC: [event_message(name) for name in sorted(EVENTS)], STATISTICS: [statistic_message(name) for name in sorted(RECORDS)],
        CAPACITY: [capacity_message()],
    }  # fmt: skip
    made["servers"]["development"]["description"] = "An example; an installation names its own brokers, with mTLS."
    for name, channel in made["channels"].items():
        topic = channel["address"]
        messages = {m["name"]: {"$ref": f"#/components/messages/{m['name']}"} for m in told[topic]}
        channel |= {"title": name, "description": ABOUT_TOPIC[topic], "messages": messages}
        channel["bindings"]["kafka"] |= {"partitions": partitions_of(topic), "topicConfiguration": _configuration(topic)}
        operation = made["operations"][name]
        operation |= {"title": name, "summary": SUMMARIES[name]}
        operation["messages"] = [{"$ref": f"#/channels/{name}/messages/{message}"} for message in messages]
    made["components"] = {"messages": {m["name"]: m for ms in told.values() for m in ms}, "schemas": shapes() | capacity_shape()}
    return made


ABOUT_TOPIC = {
    TOPIC: "What happened in the cases, keyed by case: of one case everybody sees the same order.",
    STATISTICS: "What counted, without case or person: batches that leads sign, and seal for the reporting instances that may read them. "
    "The payloads are the records in a batch; its bytes are told in docs/protocol.md, section 16.",
    CAPACITY: "What agencies say they can take, in clear and signed: docs/protocol.md, section 17. Confidential agencies say nothing here.",
}
SUMMARIES = {
    "case-events.follow": "Every instance folds what is addressed to its agency, its own decisions included.",
    "case-events.relay": "An instance sends a decision until its own echo has a verdict other than stale; of one case one at a time.",
    "statistics.take": "Reporting makes one fact of each record of a batch, however often it comes.",
    "capacity.follow": "Every process believes what the directory's keys prove, and shows it with its age.",
    "capacity.say": "An agency's assistance instance says what its officers said, until its own echo has come.",
    "statistics.count": "The lead's instance sends records of what has counted, in batches, at fixed times.",
}


def event_message(name: str) -> Schema:
    """The message of an event type."""
    kind = EVENTS[name]
    told = {key: value.decode() for key, value in headers_of(name)}
    headers = {
        "type": "object", "required": list(told),
        "properties": {key: {"type": "string", "const": value} for key, value in told.items()},
    }  # fmt: skip
    return {
        "name": name, "title": name, "summary": (kind.__doc__ or "").strip(), "contentType": CONTENT_TYPE.decode(), "headers": headers,
        "payload": ref(f"{kind.__name__}.record"), "bindings": _key(TOPIC),
    }  # fmt: skip


def statistic_message(name: str) -> Schema:
    """The message of a statistical record."""
    model = RECORDS[name]
    return {
        "name": f"statistic.{name}", "title": f"statistic.{name}", "summary": (model.__doc__ or "").strip(),
        "contentType": SEALED_TYPE.decode(), "payload": ref(model.__name__), "bindings": _key(STATISTICS),
    }  # fmt: skip


def capacity_message() -> Schema:
    """The message of `nrm.capacity`."""
    headers = {"type": "object", "required": [SIGNATURE], "properties": {SIGNATURE: {"type": "string", "contentEncoding": "base64"}}}
    return {
        "name": "capacity.said", "title": "capacity.said", "summary": (CapacitySaid.__doc__ or "").strip(),
        "contentType": "application/json", "headers": headers, "payload": ref(CapacitySaid.__name__), "bindings": _key(CAPACITY),
    }  # fmt: skip


def capacity_shape() -> dict[str, Schema]:
    """The schema of its value."""
    made = CapacitySaid.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**made.pop("$defs", {}), CapacitySaid.__name__: made}


def _key(topic: str) -> Schema:
    return {"kafka": {"key": {"type": "string", "description": KEYS[topic]}, "bindingVersion": "0.4.0"}}


def _configuration(topic: str) -> Schema:
    told = CONFIGS[topic]
    kept = {"retention.ms": int(told["retention.ms"])} if "retention.ms" in told else {}
    return {"cleanup.policy": [told["cleanup.policy"]], **kept, "max.message.bytes": int(told["max.message.bytes"])}
