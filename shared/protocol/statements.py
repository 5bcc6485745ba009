"""Statements: what an agency states of a person, corrects, or takes back. Nothing is ever overwritten: a correction names what it replaces.

The core of such an event says nothing at all, so that a case's members learn that something was stated, and not what, in which class, of
whom or to whom. A section holds statements of one group of its class, so that by its group it can be told who may read it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, ClassVar, cast

import orjson
from pydantic import Field, StringConstraints

from shared.protocol.case_file import CLASS_OF, FIELDS, Group
from shared.protocol.facts import AgencyId, Event, Facts, Moment, StatementId, Written
from shared.protocol.vocabulary import DataClass, Need, Source

D1, D2, D3, D4 = DataClass.D1, DataClass.D2, DataClass.D3, DataClass.D4
D5, D6, D7, D8 = DataClass.D5, DataClass.D6, DataClass.D7, DataClass.D8

STATEMENTS_READ = 64
"""Statements of a section that are read."""
ROOM = 900
"""Bytes of the statements of a section, as far as one of them is not longer: so that nearly all records have sections of one length."""

FieldName = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9_]*$"), Written.FIELD]
"""A field of the case file (`case_file.FIELDS`), or of a newer one."""
Subject = Annotated[str, StringConstraints(max_length=16, pattern=r"^[a-z]+(:[1-9][0-9]?)?$"), Written.FIELD]
"""Whom it speaks of: `person`, or one of several, as `dependant:1`."""
Value = Annotated[str, StringConstraints(max_length=1_000), Written.STATED]
"""As the field's kind is written."""


class Statement(Facts):
    """One thing that was stated, by whom, when, and how they know it."""

    id: StatementId
    field: FieldName
    about: Subject = "person"
    value: Value = ""
    source: Source
    said_at: Moment
    by: Annotated[AgencyId | None, Field(exclude_if=lambda by: by is None)] = None
    """The agency that stated it, where another passes it on: the lead, to who came later."""
    supersedes: Annotated[StatementId | None, Field(exclude_if=lambda id: id is None)] = None
    """The statement that it takes the place of."""
    withdrawn: Annotated[bool, Field(exclude_if=lambda withdrawn: not withdrawn)] = False
    """What it supersedes is taken back, and nothing takes its place."""


class Stated(Facts):
    """What a section holds: statements of one group."""

    statements: Annotated[tuple[Statement, ...], Field(max_length=STATEMENTS_READ)] = ()
    to: Annotated[AgencyId | None, Field(exclude_if=lambda to: to is None)] = None
    """Whom it is for alone; all who may read the group where nobody is named."""
    purpose: Annotated[Need | None, Field(exclude_if=lambda purpose: purpose is None)] = None
    """What it is released for: it is read only while its reader is in the case for that."""


class StatementMade(Event):
    """Something was stated of the person, corrected or taken back. Each class has its own section, or none."""

    TYPE: ClassVar[str] = "statement.made.v1"
    d1: Annotated[Stated | None, D1] = None
    d2: Annotated[Stated | None, D2] = None
    d3: Annotated[Stated | None, D3] = None
    d4: Annotated[Stated | None, D4] = None
    d5: Annotated[Stated | None, D5] = None
    d6: Annotated[Stated | None, D6] = None
    d7: Annotated[Stated | None, D7] = None
    d8: Annotated[Stated | None, D8] = None

    def of(self, section: DataClass) -> Stated:
        """What it says in a class."""
        return getattr(self, place(section)) or Stated()


def place(section: DataClass) -> str:
    """The field of the event that is a class's."""
    return section.lower()


def group_of(section: DataClass, stated: Stated) -> Group | None:
    """The group of a section's statements; None where they are not of one group of this class, or of none that is known here."""
    groups = {FIELDS[one.field].group for one in stated.statements if one.field in FIELDS}
    group = groups.pop() if len(groups) == 1 else None
    return group if group is not None and CLASS_OF[group] is section else None


def stated(statements: Iterable[Statement], to: str | None = None, purpose: Need | None = None) -> list[StatementMade]:
    """The events that say this: as few as there may be, each with at most one group of a class. Raises KeyError for an unknown field."""
    sections: dict[DataClass, list[Stated]] = {}
    grouped: dict[Group, list[Statement]] = {}
    for one in statements:
        grouped.setdefault(FIELDS[one.field].group, []).append(one)
    for group, said in grouped.items():
        sections.setdefault(CLASS_OF[group], []).extend(Stated(statements=part, to=to, purpose=purpose) for part in _parted(said))
    return [
        StatementMade.model_validate({place(section): parts[n] for section, parts in sections.items() if n < len(parts)})
        for n in range(max(map(len, sections.values()), default=0))
    ]


def _parted(statements: Sequence[Statement]) -> Iterator[tuple[Statement, ...]]:
    """The same in order, in parts that a section of usual length holds."""
    part, filled = list[Statement](), 0
    for one in statements:
        size = len(orjson.dumps(one.model_dump(mode="json"))) + 1
        if part and filled + size > ROOM:
            yield tuple(part)
            part, filled = [], 0
        part.append(one)
        filled += size
    yield tuple(part)


def understood(section: DataClass, values: dict[str, Any]) -> tuple[Stated, int]:
    """What a section that somebody sent says, statement by statement, and how many of it are none that this version reads."""
    told: Any = values.get(place(section)) if len(values) == 1 else None
    listed: Any = cast(dict[str, Any], told).get("statements") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        return Stated(), 1
    ones = cast(list[Any], listed)
    read = [found for one in ones[:STATEMENTS_READ] if (found := _read(one)) is not None]
    try:
        return Stated.model_validate({**told, "statements": read}), len(ones) - len(read)
    except ValueError:  # for whom it is, nobody can tell: it is for nobody
        return Stated(), len(ones)


def _read(one: Any) -> Statement | None:
    try:
        return Statement.model_validate(one)
    except ValueError:
        return None
