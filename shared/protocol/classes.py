"""Every event type by its name, and the data class of every field."""

from typing import Any

from shared.protocol import events, letters, messages, statements
from shared.protocol.facts import Event, Member
from shared.protocol.vocabulary import DataClass

SECTIONS = {c.value: c for c in DataClass if c not in (DataClass.D0, DataClass.D9)}

EVENTS: dict[str, type[Event]] = {
    kind.TYPE: kind
    for kind in (*vars(events).values(), *vars(letters).values(), *vars(statements).values(), *vars(messages).values())
    if isinstance(kind, type) and issubclass(kind, Event) and kind.TYPE
}
"""Every type by its name."""


def data_class(kind: type[Event], field: str) -> DataClass:
    """The class that a field of an event type is marked with. Raises KeyError where the mark is missing."""
    marks = [mark for mark in kind.model_fields[field].metadata if isinstance(mark, DataClass)]
    if not marks:
        raise KeyError(f"{kind.TYPE}.{field} has no data class")
    return marks[0]


CLASSES: dict[str, dict[str, DataClass]] = {name: {f: data_class(kind, f) for f in kind.model_fields} for name, kind in EVENTS.items()}
"""Type and field → data class."""

CARRIED = tuple(name for name in SECTIONS if any(said is SECTIONS[name] for fields in CLASSES.values() for said in fields.values()))
"""The classes that a section of some event type can have: from protocol 2 on each core shows as many, whatever is in its record."""

LATER = frozenset({
    ("case.reported.v1", "again"), ("roster.set.v1", "anew"), ("case.reported.v1", "apart"), ("roster.set.v1", "apart"),
    ("roster.set.v1", "paused"), ("roster.set.v1", "lead"),
    ("case.reported.v1", "to"), ("case.reported.v1", "need"), ("case.reported.v1", "kind"),
    ("case.closed.v1", "handoffs"), ("case.closed.v1", "tasks"), ("status.decided.v1", "supersedes"),
    ("handoff.requested.v1", "question"),
})  # fmt: skip
"""D0 fields that came after the first release: not written while they say nothing, so that older readers still take the event."""


SINCE_2 = frozenset({
    ("roster.set.v1", "paused"), ("roster.set.v1", "lead"),
    ("case.reported.v1", "apart"), ("roster.set.v1", "apart"), ("case.reported.v1", "to"), ("case.reported.v1", "need"),
    ("case.reported.v1", "kind"), ("basis.changed.v1", "basis"), ("case.closed.v1", "handoffs"), ("case.closed.v1", "tasks"),
    ("case.reopened.v1", "reason"), ("status.decided.v1", "supersedes"), ("handoff.requested.v1", "question"),
    ("handoff.advised.v1", "advice"), ("clock.paused.v1", "until"), ("delay.explained.v1", "code"),
    ("handoff.forwarded.v1", "onward"), ("handoff.offered.v1", "terms"), ("handoff.offer-agreed.v1", "handoff"),
    ("handoff.offer-refused.v1", "handoff"),
})  # fmt: skip
"""Fields of protocol 2, and of a type that came whole with it the one that it always says: under 1 an event that says one is not of its
type, as for those who never knew it."""


SAYS_NOTHING = frozenset({"statement.made.v1", "message.sent.v1"})
"""Types of protocol 2 whose core says nothing at all: no field would tell that they are."""


def of_protocol_1(event: Event) -> bool:
    """Whether an event says nothing that came with protocol 2."""
    since_2 = event.TYPE in SAYS_NOTHING or any((event.TYPE, field) in SINCE_2 for field in event.model_fields_set)
    return not since_2 and not any(member.besides or member.without for member in _entries(event))


def _entries(event: Event) -> tuple[Member, ...]:
    """The roster entries that an event sets."""
    if isinstance(event, events.RosterSet):
        return event.members
    return event.roster if isinstance(event, events.CaseReported) else ()


def by_class(event: Event) -> dict[DataClass, dict[str, Any]]:
    """The facts of an event as JSON values, grouped by data class. Beyond D0 only fields that were set: unknown is not a default."""
    classes = CLASSES[event.TYPE]
    parts: dict[DataClass, dict[str, Any]] = {DataClass.D0: {}}
    for field, value in event.model_dump(mode="json").items():
        unsaid = field not in event.model_fields_set and (classes[field] is not DataClass.D0 or (event.TYPE, field) in LATER)
        if not unsaid:
            parts.setdefault(classes[field], {})[field] = value
    return parts
