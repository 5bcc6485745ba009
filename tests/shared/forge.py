"""Records as a hostile or broken sender would write them."""

import json
from dataclasses import asdict
from typing import Any

import orjson

from shared.protocol.core import Core, decision_key, encode, section_digest
from tests.shared.bus import START

EVERY = ("rs-insp", "rs-lead", "rs-pol", "rs-ngo", "rs-soc", "rs-health")


def core(case: str, type: str, facts: dict[str, Any], author: str = "assistance.rs-pol", **other: Any) -> Core:
    """A core that says this."""
    said: dict[str, Any] = {"roster": 1, "at": START, "cause": f"form:{type}", "ordinal": 0, **other}
    key = decision_key(author, said["cause"], said["ordinal"])
    return Core(**{"case": case, "author": author, "type": type, "facts": facts, "key": key, **said})


def value(said: Core | str, sections: Any = None, readers: Any = None) -> bytes:
    """The bytes of a record with this core, addressed to every agency where nothing else is said."""
    text = encode(said).decode() if isinstance(said, Core) else said if isinstance(said, str) else said.decode()
    return orjson.dumps(
        {
            "core": text,
            "sections": {} if sections is None else sections,
            "readers": dict.fromkeys(EVERY, []) if readers is None else readers,
        }
    )


def raw(said: Core, **changes: Any) -> bytes:
    """A record whose core has fields of other types or values; JSON as lax as Python's own."""
    return value(json.dumps({**asdict(said), **changes}))


def section(values: dict[str, Any], salt: str = "s") -> tuple[dict[str, Any], str]:
    """A section and the digest that binds it."""
    return {"salt": salt, "values": values}, section_digest(salt, values)
