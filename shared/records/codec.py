"""Core and sections ↔ the bytes on the log. Unsealed here; `records.sealer` seals the same core, sections and readers."""

import json
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, NamedTuple, cast

import orjson

from shared.config.calendar import LATEST
from shared.protocol.by_section import READINGS, BySection, hearers, hears_now, says_something
from shared.protocol.case import Case, agency_of
from shared.protocol.channel import record_key
from shared.protocol.classes import CARRIED, CLASSES, EVENTS, SECTIONS
from shared.protocol.core import Core, decode, encode, event_id, keyed, section_digest
from shared.protocol.events import CaseReported, CheckpointSet, RosterSet
from shared.protocol.facts import Event, Member
from shared.protocol.letters import LETTERS, Letter, is_letter
from shared.protocol.messages import MessageSent, speaks_of
from shared.protocol.naming import UUID, well_written
from shared.protocol.roster import entitled, readable, readers, recipients
from shared.protocol.statements import place
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import DataClass

TOPIC = "nrm.case-events"
STATISTICS = "nrm.statistics"
CONTENT_TYPE = b"application/vnd.nrm.unsealed+json; v=1"
INTRO = frozenset({CaseReported.TYPE, RosterSet.TYPE, CheckpointSet.TYPE}) | LETTERS
"""Types that may reach somebody who is new to the case; the one bit that stands in the clear."""

LONGEST_WORD, DEEPEST = 4_096, 16
"""Characters of a word of the core, and levels of its facts, that are read at most."""
Headers = list[tuple[str, bytes]]
Sections = dict[str, dict[str, Any]]


NEUTRAL: Headers = [("ce_specversion", b"1.0"), ("ce_type", b"nrm.event"), ("ce_source", b"nrm")]
"""What every record on the topic of cases says of itself."""


class Unreadable(ValueError):
    """These bytes are not an event; the message says why, without quoting them."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A record as one poll found it: the core, its id, and the sections by class with the agencies that may read each."""

    event: str
    core: Core
    sections: dict[str, Any]
    readers: dict[str, list[str]]


class Turn(IntEnum):
    """Which of a case's waiting decisions goes first; those of one turn go in the order in which they were made."""

    OPENING = 0
    """Before it there is no case."""
    WITHDRAWAL = 1
    """A roster that must not wait behind anything that could still disclose what the person takes back."""
    CHECKPOINT = 2
    """Joiners wait for it. It goes before any roster that adds somebody: who joins behind a checkpoint never reads it."""
    USUAL = 3


def turn_of(type: str, *, first: bool = False) -> Turn:
    """The turn of a decision of this type; `first`: it takes back what the others may disclose."""
    if type == CaseReported.TYPE:
        return Turn.OPENING
    if type == CheckpointSet.TYPE:
        return Turn.CHECKPOINT
    return Turn.WITHDRAWAL if first else Turn.USUAL


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as the outbox holds it: facts by data class, and what makes it one."""

    key: str
    case: str
    type: str
    cause: str
    at: int
    simulated: bool
    parts: Sections
    """{"D0": facts, "D1": …}"""
    ordinal: int = 0
    turn: Turn = Turn.USUAL
    behind: str = ""
    """Key of the decision, in the channel, that this one goes behind; known until the process ends."""

    def without(self, classes: Collection[str]) -> "Decided":
        """The same without what it says of the person in these classes."""
        if not classes:
            return self
        kept = {name: said for name, said in self.parts.items() if name not in classes}
        if self.type == MessageSent.TYPE:
            kept = {name: said for name, said in kept.items() if name == DataClass.D0 or not speaks_of(DataClass(name), said, classes)}
        return replace(self, parts=kept)

    def core(self, author: str, case: Case | None, salt: str = "", digests: dict[str, str] | None = None) -> Core:
        """The core of this decision under the picture in force; `case` is None for an opening."""
        return Core(
            case=self.case, roster=case.version if case else 0, author=author, at=self.at, key=self.key, cause=self.cause, type=self.type,
            facts=self.parts["D0"], ordinal=self.ordinal, head=case.head if case else "", simulated=self.simulated, salt=salt,
            digests=digests or {}, v=case.protocol if case else self.parts["D0"].get("protocol", FIRST),
        )  # fmt: skip


class WireRecord(NamedTuple):
    """A record of a case as Kafka takes it."""

    key: bytes
    value: bytes
    headers: Headers


class Completed(NamedTuple):
    """A decision made ready to be sent, before it is sealed."""

    core: Core
    sections: Sections
    """Those that somebody may read: class → salt and values."""
    readers: dict[str, list[str]]
    """Agency → the classes of those that it may read."""


def complete(decided: Decided, author: str, case: Case | None, now: int) -> WireRecord:
    """The unsealed record that is sent `now` (ms UTC)."""
    core, sections, who = completed(decided, author, case, now)
    value = orjson.dumps({"core": encode(core).decode(), "sections": sections, "readers": who})
    return WireRecord(record_key(decided.case).encode(), value, headers_of(decided.type))


def completed(decided: Decided, author: str, case: Case | None, now: int) -> Completed:
    """Made at send time under the roster known
    `now` (ms UTC), so that a withdrawal and the end of a consent are respected."""
    sections: dict[str, dict[str, Any]] = {
        name: {"salt": secrets.token_hex(16), "values": values} for name, values in decided.parts.items() if name != DataClass.D0
    }
    digests = {name: section_digest(s["salt"], s["values"]) for name, s in sections.items()}
    case = None if decided.type == CaseReported.TYPE else case  # also when it opens the case on another log once more
    core = _as_many(decided.core(author, case, secrets.token_hex(16), digests))
    who = _readers(core, case, decided.parts, max(now, core.at))
    return Completed(core, {name: s for name, s in sections.items() if any(name in may for may in who.values())}, who)


def _as_many(core: Core) -> Core:
    """The core with a digest for each class there is, from protocol 2 on: who may not read a section does not learn that there is one."""
    if core.v == FIRST:
        return core
    return replace(core, digests={name: core.digests.get(name) or secrets.token_hex(32) for name in CARRIED})


def _readers(core: Core, case: Case | None, parts: Sections, at: int) -> dict[str, list[str]]:
    event, author = EVENTS[core.type].model_validate(core.facts), agency_of(core.author)
    sections = [name for name in parts if name != DataClass.D0]
    if isinstance(event, Letter) and is_letter(core.case, event):
        return {agency: [] for agency in sorted({author, event.to})}
    if case is None:
        assert isinstance(event, CaseReported)
        return {m.agency: [s for s in sections if entitled(m, DataClass(s), core.type, author, at)] for m in event.roster}
    if isinstance(event, BySection):  # by the core alone nobody could tell who reads it
        said = type(event).model_validate({k: v for name in sections for k, v in parts[name].items()})
        may = {s: hearers(case, said, DataClass(s), author, at) for s in sections}
    else:
        may = {s: readers(case, event, DataClass(s), author, at) for s in sections}
    return {agency: [s for s in sections if agency in may[s]] for agency in sorted(recipients(case, event))}


def headers_of(type: str, content_type: bytes = CONTENT_TYPE) -> Headers:
    """The headers of a record of this type: neutral ones, the same for all, and one bit."""
    intro = [("intro", b"1")] if type in INTRO else []
    return [*NEUTRAL, ("content-type", content_type), *intro]


ELSEWHERE = Opened("", Core("", 0, "", 0, "", "", "", {}), {}, {})
"""What stands for a record that is for other agencies alone."""
CLOSED = Opened("", ELSEWHERE.core, {}, {})
"""What stands for a sealed record before an instance has tried its keys."""
MISSED = Opened("", ELSEWHERE.core, {}, {})
"""What an instance says of a sealed record of a case of its own that none of its keys opens."""


def open_record(value: bytes | None, agencies: frozenset[str] = frozenset()) -> Opened:
    """What a record says; ELSEWHERE where it is plainly for none of these `agencies`. Raises Unreadable, with the reason in words."""
    if value is None:
        raise Unreadable("the record is empty")
    try:
        body = orjson.loads(value)
        if agencies and _elsewhere(body, agencies):
            return ELSEWHERE
        raw, sections, who = body["core"].encode(), body["sections"], body["readers"]
    except orjson.JSONDecodeError:
        raise Unreadable("the record is not JSON") from None
    except (KeyError, TypeError, AttributeError):
        raise Unreadable("the record has not the parts core, sections and readers") from None
    except ValueError:
        raise Unreadable("the record's core cannot be read") from None
    return opened_core(raw, sections, who)


def opened_core(raw: bytes, sections: Any, who: Any, envelope: int = 0) -> Opened:
    """What a record says, of the bytes of its core, its sections and its readers, out of this envelope: where it was in none its core alone
    says of which protocol it is. Raises Unreadable."""
    try:
        opened = Opened(event_id(raw), decode(raw), sections, who)
    except ValueError as error:
        raise Unreadable(
            f"the record's core cannot be read: {error}" if "core" in str(error) else "the record's core cannot be read"
        ) from None
    if not _sound(opened.core, deep=raw.count(b"{") + raw.count(b"[") > DEEPEST):
        raise Unreadable("the record's core holds values that no instance could keep")
    if (envelope or opened.core.v) > FIRST and not UUID.fullmatch(opened.core.case):
        raise Unreadable("the record's case has an id that is none")
    if envelope > FIRST and opened.core.v != envelope and opened.core.type not in LETTERS:
        raise Unreadable("the record's core is not of the protocol of its envelope")
    if not keyed(opened.core):
        raise Unreadable("the record's decision key is not its author's")
    if not _well_formed(opened):
        raise Unreadable("the record's sections or readers are not of the right shape")
    return opened


def _elsewhere(body: Any, agencies: frozenset[str]) -> bool:
    """Most records of a country are for others: this look is all that they cost. What is not of the right shape is for everybody."""
    named: Any = body["readers"]
    return (type(named), type(body["core"])) == (dict, str) and bool(named) and agencies.isdisjoint(named)


def _sound(core: Core, *, deep: bool) -> bool:
    """Whether every instance, on every database, can write this core down; what only some could would part their pictures.

    Only what has many brackets can lie `deep`: looking costs more than all else here.
    """
    words = (core.case, core.author, core.key, core.cause, core.type, core.head, core.salt)
    written = all(word.isprintable() and len(word) <= LONGEST_WORD for word in words) and bool(core.case)
    counted = 0 <= core.at < LATEST and 0 <= core.roster < 2**31 and 0 <= core.v < 2**31
    shallow = not deep or _shallow(core.facts)
    return written and counted and shallow and _shallow(core.digests, 1) and _plain(core.facts) and _plain(core.digests)


def _shallow(value: Any, levels: int = DEEPEST) -> bool:
    inner: Iterable[Any] = cast(dict[str, Any], value).values() if isinstance(value, dict) else value
    return levels > 0 and all(_shallow(v, levels - 1) for v in inner if isinstance(v, (dict, list)))


def _plain(value: Any) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:  # a lone surrogate, a number of more than 64 bits
        return False
    return True


def _well_formed(opened: Opened) -> bool:
    shaped = isinstance(opened.sections, dict) and isinstance(opened.readers, dict)  # pyright: ignore[reportUnnecessaryIsInstance]
    return shaped and all(isinstance(may, list) for may in opened.readers.values())  # pyright: ignore[reportUnnecessaryIsInstance]


def kept(opened: Opened, agency: str, case: Case | None, logged_at: int) -> Sections:
    """The facts and the sections that an honest reader keeps: addressed to it, entitled to it, and bound to the core by their digest.

    Of the author's clock and the log's (`logged_at`, ms UTC) the later one says whether its entitlement had ended.
    """
    parts: Sections = {DataClass.D0.value: opened.core.facts}
    member = case.member(agency) if case else None
    if case is None or member is None:
        return parts
    addressed, core, at = opened.readers.get(agency, ()), opened.core, max(opened.core.at, logged_at)
    if core.type in READINGS:
        return parts | _heard(opened, case, member, addressed, at)
    for name, section in SECTIONS.items():
        may = name in addressed and entitled(member, section, core.type, agency_of(core.author), at)
        if may and _bound(core, name, opened.sections.get(name)) and (said := _known(core, opened.sections[name]["values"])) is not None:
            parts[name] = readable(member, said)
    return parts if len(parts) == 1 or _of_type(opened.core, parts) else {DataClass.D0.value: opened.core.facts}


def _known(core: Core, values: dict[str, Any]) -> dict[str, Any] | None:
    """What a section says in fields that this release has: one of a later release takes none of the others along, from protocol 2 on. None
    where it says something, and nothing in such a field."""
    classes = CLASSES.get(core.type, {})
    known = values if core.v == FIRST else {field: said for field, said in values.items() if field in classes}
    return known if known or not values else None


def _heard(opened: Opened, case: Case, member: Member, addressed: Collection[str], at: int) -> Sections:
    """What a reader keeps of what was stated or said, section by section: one that is not for it, or says nothing, takes no other along."""
    core, parts, reading = opened.core, Sections(), READINGS[opened.core.type]
    for name, section in SECTIONS.items():
        if name in addressed and _bound(core, name, opened.sections.get(name)):
            said, _ = reading.understood(section, opened.sections[name]["values"])
            if says_something(said) and hears_now(case, core.type, member, section, said, agency_of(core.author), at):
                parts[name] = {place(section): said.model_dump(mode="json")}
    return parts


def _of_type(core: Core, parts: Sections) -> bool:
    """Whether each section holds what the event type has in this class, and nothing else, from protocol 2 on well written: readers count
    on that."""
    classes = CLASSES.get(core.type, {})
    own = all(classes.get(field) == name for name, values in parts.items() if name != DataClass.D0 for field in values)
    event = full_event(core.type, parts) if own else None
    return event is not None and (core.v == FIRST or well_written(event))


def _bound(core: Core, name: str, section: Any) -> bool:
    if not isinstance(section, dict):
        return False
    section = cast(dict[str, Any], section)
    salt, values = section.get("salt"), section.get("values")
    if not _shallow(section):
        return False
    return isinstance(salt, str) and isinstance(values, dict) and core.digests.get(name) == section_digest(salt, values)  # pyright: ignore[reportUnknownArgumentType]


def full_event(type: str, parts: Sections) -> Event | None:
    """The event with all the sections that we have; what we may not see is at its default. None where it is not of its type."""
    kind = EVENTS.get(type)
    try:
        return kind.model_validate({k: v for values in parts.values() for k, v in values.items()}) if kind else None
    except ValueError:
        return None


def to_json(value: Any) -> str:
    """Compact JSON text for a column."""
    return orjson.dumps(value).decode()


def from_json(text: str) -> Any:
    """What a JSON column holds."""
    return json.loads(text) if not text else orjson.loads(text)
