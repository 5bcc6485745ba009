"""The core: who must do what by when, the same bytes for every reader. An event id is the hash of those bytes."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from shared.protocol.classes import CLASSES, EVENTS
from shared.protocol.facts import Event
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import DataClass


@dataclass(frozen=True, slots=True)
class Core:
    """A decision as it lies on the log. `facts` are D0 only; `digests` bind the sections by data class."""

    case: str
    roster: int
    """The roster version it was made under; 0 for the opening event."""
    author: str
    """The instance, `service.agency`."""
    at: int
    """When it was decided, ms UTC, by the author's clock."""
    key: str
    """The decision key: what makes one decision one, through re-sends, restores and double clicks."""
    cause: str
    """The decision key, form or clock that it follows from."""
    type: str
    facts: dict[str, Any]
    ordinal: int = 0
    """Which of its cause's decisions it is; with author and cause it makes the key, so that nobody can settle another's."""
    head: str = ""
    """The decision its author saw settled last in this case."""
    simulated: bool = False
    salt: str = ""
    digests: dict[str, str] = field(default_factory=dict[str, str])
    v: int = FIRST
    """The protocol of its case: a reader knows it before the opening is read. Of a letter it is the first."""

    def event(self) -> Event | None:
        """The event of these facts, every section at its default; None for an unknown type or facts that are not its own."""
        kind = EVENTS.get(self.type)
        if kind and any(CLASSES[self.type].get(name) is not DataClass.D0 for name in self.facts):
            return None
        try:
            return kind.model_validate(self.facts) if kind else None
        except ValueError:
            return None


def encode(core: Core) -> bytes:
    """The bytes that all members hash, and later sign. Keys stay in their order: a checkpoint's hand-offs lie in the order of the log."""
    return orjson.dumps({name: getattr(core, name) for name in FIELDS})


FIELDS: tuple[str, ...] = tuple(Core.__dataclass_fields__)
SHAPES: dict[str, type] = {
    "case": str, "roster": int, "author": str, "at": int, "key": str, "cause": str, "type": str, "facts": dict,
    "ordinal": int, "head": str, "simulated": bool, "salt": str, "digests": dict, "v": int,
}  # fmt: skip


def decode(body: bytes) -> Core:
    """The core of these bytes. Raises ValueError where they are not one."""
    read = orjson.loads(body)
    raw: dict[str, Any] = cast(dict[str, Any], read) if isinstance(read, dict) else {}
    if any(type(raw.get(name)) is not shape for name, shape in SHAPES.items()):
        raise ValueError("not a core: a field is missing or of another type")
    return Core(**{name: raw[name] for name in FIELDS})


def keyed(core: Core) -> bool:
    """Whether the decision key is the one that author, cause and ordinal make."""
    return core.key == decision_key(core.author, core.cause, core.ordinal)


def event_id(body: bytes) -> str:
    """The id of an event: the hash of its core bytes, a random salt inside, so that it changes with each re-send."""
    return hashlib.sha256(body).hexdigest()[:32]


def decision_key(author: str, cause: str, ordinal: int) -> str:
    """One decision, one key: from the instance, what made it decide, and which of that use case's events it is."""
    return hashlib.sha256(f"{author}\n{cause}\n{ordinal}".encode()).hexdigest()[:32]


def section_digest(salt: str, values: dict[str, Any]) -> str:
    """The salted digest that binds a section to its core, so that the section can be erased and the core still stands."""
    return hashlib.sha256(json.dumps([salt, values], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def root_span(trace: str) -> str:
    """The id of the root span of a case's trace: every agency can compute it."""
    return hashlib.sha256(f"root\n{trace}".encode()).hexdigest()[:16]


def decision_span(key: str, stage: str = "") -> str:
    """The id of the span of a decision, or of a hand-off's stage that it ended; derived, so a replay makes no second span."""
    return hashlib.sha256(f"span\n{key}\n{stage}".encode()).hexdigest()[:16]
