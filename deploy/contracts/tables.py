"""The protocol's tables as Markdown: docs/protocol.md holds them between marks, and they are made from the code of the protocol."""

import re
from collections.abc import Iterable, Sequence

from shared.protocol.case_file import CLASS_OF, FIELDS, Field, Group, Kind
from shared.protocol.classes import CLASSES, EVENTS
from shared.protocol.facts import Event
from shared.protocol.file_readers import MINIMUM, READERS
from shared.protocol.roster import POLICY
from shared.protocol.states import ADVICE, HANDOFF, MAY_SAY, TASK
from shared.protocol.vocabulary import DataClass

MARKS = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]]) + "\n"


def _events() -> str:
    rows = [(f"`{name}`", _who(kind), _facts(name), _sections(name)) for name, kind in EVENTS.items()]
    return _table(("type", "who may say it", "facts (D0); ? has a default", "sections"), rows)


def _who(kind: type[Event]) -> str:
    return " or ".join(role.__name__.lstrip("_") for role in MAY_SAY[kind])


def _facts(name: str) -> str:
    fields = [(f, info.is_required()) for f, info in EVENTS[name].model_fields.items() if CLASSES[name][f] is DataClass.D0]
    return ", ".join(f"`{f}`" if required else f"`{f}`?" for f, required in fields) or "–"


def _sections(name: str) -> str:
    return ", ".join(f"`{f}` {c}" for f, c in CLASSES[name].items() if c is not DataClass.D0) or "–"


def _handoff() -> str:
    return _table(("state", "event", "next state"), ((s, f"`{e.TYPE}`", after) for (s, e), after in HANDOFF.items()))


def _advice() -> str:
    return _table(("state", "event", "next state"), ((s, f"`{e.TYPE}`", after) for (s, e), after in ADVICE.items()))


def _task() -> str:
    return _table(("state", "event", "next state"), ((s, f"`{e.TYPE}`", after) for (s, e), after in TASK.items()))


def _entitlement() -> str:
    def words(classes: Iterable[DataClass]) -> str:
        return " ".join(sorted(classes)) or "–"

    rows = ((kind, words(always), words(grounded)) for kind, (always, grounded) in POLICY.items())
    return _table(("kind of agency", "may always be given", "on consent or as a child, also"), rows)


def _groups() -> str:
    rows = (
        (f"`{g}`", CLASS_OF[g], ", ".join(_value(f) for f in FIELDS.values() if f.group is g), "yes" if g in MINIMUM else "–")
        for g in Group
    )
    return _table(("group", "class", "fields; * may repeat", "in danger to life"), rows)


def _value(field: Field) -> str:
    limit = f" {field.limit}" if field.kind in (Kind.LINE, Kind.TEXT, Kind.NUMBER) else ""
    statistic = ", D9" if field.d9 else ""
    return f"`{field.name}`{'*' if field.many else ''} ({field.kind}{limit}{statistic}{f', {field.htcds}' if field.htcds else ''})"


def _readers() -> str:
    def words(groups: Iterable[Group]) -> str:
        return "all" if len(found := sorted(groups)) == len(Group) else ", ".join(found) or "–"

    rows: list[tuple[str, str, str]] = []
    for kind, (always, besides) in READERS.items():
        rows.append((kind, "any", words(always)))
        rows.extend((kind, need, "also " + words(groups - always)) for need, groups in besides.items())
    return _table(("kind of agency", "purpose", "groups"), rows)


TABLES = {
    "events": _events, "handoff": _handoff, "advice": _advice, "task": _task, "entitlement": _entitlement, "groups": _groups,
    "readers": _readers,
}  # fmt: skip
"""Name of a mark → what makes its table."""


def filled(text: str) -> str:
    """The document with each table as it is now. Raises KeyError for a mark that names no table."""
    return MARKS.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)
