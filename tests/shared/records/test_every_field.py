"""Each field of a case file by itself: for each kind of agency and each need all keys are tried, against a reading of our own."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from shared.protocol.case_file import CLASS_OF, FIELDS, About, Field
from shared.protocol.statements import Statement, stated
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need, Source
from tests.shared.protocol.cases import START
from tests.shared.records.own_reading import KINDS, reads, table
from tests.shared.records.test_statements_sealed import AFTER, AUTHOR, INSTANCES, OF_KIND, Land, case_of, members


def statement(n: int, field: Field) -> Statement:
    about = About.PERSON if field.about is About.PERSON else f"{field.about}:1"
    return Statement(id=f"s{n}", field=field.name, about=about, value=f"Canary {n}", source=Source.SAID, said_at=START)


def test_our_reading_speaks_of_every_field_and_kind_there_is() -> None:
    assert {*table()} == {*FIELDS}
    assert {*KINDS} == {kind.value for kind in AgencyKind}
    assert {need for needs in table().values() for one in needs.values() for need in one} <= {"*", *(need.value for need in Need)}


def one_of_each_class() -> Iterator[list[Field]]:
    """All fields, in lists that hold one of a class each: they lie in one record, each in a section of its own."""
    classes: dict[DataClass, list[Field]] = {}
    for field in FIELDS.values():
        classes.setdefault(CLASS_OF[field.group], []).append(field)
    for fields in zip_longest(*classes.values()):
        yield [field for field in fields if field is not None]


def test_every_key_finds_each_field_exactly_where_our_reading_says() -> None:
    """Each field on each need, on the two full grounds in turn."""
    land, wrong, tried = Land(), list[Any](), set[str]()
    for turn, need in enumerate(Need):
        case = case_of(*members(need, (Basis.CONSENT, Basis.CHILD)[turn % 2]))
        for fields in one_of_each_class():
            [event] = stated(statement(n, field) for n, field in enumerate(fields))
            there = land.found(land.sealed(event, case))
            assert there.keys() == set(INSTANCES) - {AFTER}
            assert there[AUTHOR] == {CLASS_OF[field.group] for field in fields}, "who says it keeps it"
            tried |= {field.name for field in fields}
            wrong += [
                (field.name, kind.value, need.value)
                for field in fields for kind, me in OF_KIND.items()
                if (CLASS_OF[field.group] in there[me]) is not reads(field.name, kind.value, need.value)
            ]  # fmt: skip
    assert not wrong
    assert tried == {*FIELDS}
