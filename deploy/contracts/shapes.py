"""The shapes of what lies on the topics, as JSON Schema, made from the protocol's own models: the core, sections by class, statistics."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from shared.config.calendar import LATEST
from shared.protocol.case import Case
from shared.protocol.classes import CLASSES, EVENTS
from shared.protocol.core import FIELDS, Core
from shared.protocol.events import CheckpointSet
from shared.protocol.facts import Event
from shared.protocol.statistics import RECORDS
from shared.protocol.vocabulary import DataClass
from shared.records.codec import LONGEST_WORD

Schema = dict[str, Any]
Schemas = dict[str, Schema]
REF = "#/components/schemas/"
LARGEST_NUMBER = 2**31


def ref(name: str) -> Schema:
    """A pointer to a shared schema."""
    return {"$ref": REF + name}


def models(kinds: Mapping[str, type[Event]] = EVENTS) -> Schemas:
    """Every model and vocabulary of the protocol by its name: event types whole, the picture, statistical records."""
    _, found = models_json_schema(
        [(model, "validation") for model in (*kinds.values(), Case, *RECORDS.values())], ref_template=REF + "{model}"
    )
    return {name: _plain(schema) for name, schema in found["$defs"].items()}


def _plain(schema: Any) -> Any:
    """Beside a `$ref` older readers of JSON Schema see nothing: what stands there moves out."""
    if isinstance(schema, list):
        return [_plain(each) for each in cast(list[Any], schema)]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(each) for name, each in cast(Schema, schema).items()}
    if "$ref" in plain and len(plain) > 1:
        return {"allOf": [{"$ref": plain.pop("$ref")}], **plain}
    return plain


def part(kind: type[Event], section: DataClass, whole: Schemas) -> Schema:
    """The fields of an event type that are of this class, as an object."""
    schema = whole[kind.__name__]
    fields = [f for f, c in CLASSES[kind.TYPE].items() if c is section]
    properties = {f: schema["properties"][f] for f in fields}
    if kind is CheckpointSet and "state" in properties:
        properties["state"] = ref(Case.__name__)
    required = [f for f in schema.get("required", ()) if f in fields]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def core(kind: type[Event]) -> Schema:
    """The core of an event type: the members' common bytes."""
    raw = TypeAdapter(Core).json_schema()["properties"]
    properties: Schemas = {name: {k: v for k, v in raw[name].items() if k in ("type", "additionalProperties")} for name in FIELDS}
    for name, schema in properties.items():
        if schema["type"] == "string":
            schema["maxLength"] = LONGEST_WORD
        if schema["type"] == "integer" and name != "ordinal":
            schema |= {"minimum": 0, "exclusiveMaximum": LATEST if name == "at" else LARGEST_NUMBER}
    properties |= {"type": {"type": "string", "const": kind.TYPE}, "facts": ref(f"{kind.__name__}.D0")}
    properties["case"]["minLength"] = 1
    properties["digests"]["additionalProperties"] = {"type": "string"}
    return {"type": "object", "properties": properties, "required": list(FIELDS)}


def record(kind: type[Event]) -> Schema:
    """The value of a record: the core as text, because its very bytes are what is hashed; sections, each bound by its digest; readers."""
    classes = sorted({c for c in CLASSES[kind.TYPE].values() if c is not DataClass.D0})
    sections = {
        c.value: {
            "type": "object", "required": ["salt", "values"],
            "properties": {"salt": {"type": "string"}, "values": ref(f"{kind.__name__}.{c.value}")},
        } for c in classes
    }  # fmt: skip
    said = {"type": "string", "contentMediaType": "application/json", "contentSchema": ref(f"{kind.__name__}.core")}
    readers = {"type": "object", "additionalProperties": {"type": "array", "items": ref(DataClass.__name__)}}
    return {
        "type": "object", "required": ["core", "sections", "readers"],
        "properties": {
            "core": said, "sections": {"type": "object", "properties": sections, "additionalProperties": False}, "readers": readers,
        },
    }  # fmt: skip


def statistic(name: str, whole: Schemas) -> Schema:
    """A statistical record as it lies on its topic, with its id."""
    schema = whole[RECORDS[name].__name__]
    return {**schema, "properties": {"id": {"type": "string"}, **schema["properties"]}, "required": ["id", *schema["required"]]}


def shapes() -> Schemas:
    """All of them by name: `HandoffDeclined`, its `.D0` and other classes, its `.core`, its `.record`."""
    whole = models()
    found = {name: schema for name, schema in whole.items() if name not in {k.__name__ for k in (*EVENTS.values(), *RECORDS.values())}}
    for kind in EVENTS.values():
        for section in dict.fromkeys((DataClass.D0, *CLASSES[kind.TYPE].values())):
            found[f"{kind.__name__}.{section.value}"] = part(kind, section, whole)
        found[f"{kind.__name__}.core"] = core(kind)
        found[f"{kind.__name__}.record"] = record(kind)
    return found | {RECORDS[name].__name__: statistic(name, whole) for name in RECORDS}
