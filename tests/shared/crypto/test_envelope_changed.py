"""Everything in a record is bound to everything: what was changed, moved or put together from others opens for nobody."""

import random
from itertools import permutations

import orjson
import pytest

from shared.crypto import envelope
from shared.crypto.envelope import Inside
from tests.shared.crypto.crafted import KEY, body_plain, craft, part_plain
from tests.shared.crypto.people import CASE, CORE, OTHER_CASE, SECTIONS, Reader, changed, found, people, record
from tests.turns import today

OTHER_CORE = CORE.replace(b"5a17", b"5a18")


def parts_of(value: bytes) -> list[str]:
    """The parts of a record, in its order."""
    return orjson.loads(value)["parts"]


def owner_first(value: bytes, readers: list[Reader]) -> list[Reader]:
    """The readers in the order in which their parts lie."""
    lone = [changed(value, parts=[part]) for part in parts_of(value)]
    return [next(reader for reader in readers if found(one, reader) is not None) for one in lone]


def variants(value: bytes, place: int) -> list[bytes]:
    """The record with one byte changed: each bit turned, and put another of the characters that may stand there."""
    others = {value[place] ^ 1 << bit for bit in (0, 5, 7)} | {ord(c) for c in 'A/9"\\ '} - {value[place]}
    return [value[:place] + bytes([other]) + value[place + 1 :] for other in sorted(others)]


def test_a_byte_changed_anywhere_opens_for_no_reader(pytestconfig: pytest.Config) -> None:
    """At each place every other of the bytes that may stand there instead, the others tomorrow; with --long all."""
    long = pytestconfig.getoption("--long")
    reader, outsider = people(2)
    value = record({reader: SECTIONS})
    assert isinstance(found(value, reader), Inside)
    outcomes = set[object]()
    for place in range(len(value)):
        for other in variants(value, place)[0 if long else (place + today()) % 2 :: 1 if long else 2]:
            outcome = found(other, reader)
            assert outcome is None or isinstance(outcome, str), f"byte {place} was changed, and the record opens"
            assert not isinstance(found(other, outsider), Inside)
            outcomes.add(outcome)
    assert outcomes == {None, "shape", "changed"}, "each of the ways to fail was met"


def test_a_byte_changed_in_one_readers_part_closes_the_record_for_all_others_too() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, SECTIONS))
    first, *others = owner_first(value, readers)
    for place in range(0, len(parts_of(value)[0]) - 4, 7):
        part, *rest = parts_of(value)
        letter = "A" if part[place] != "A" else "B"
        other = changed(value, parts=[part[:place] + letter + part[place + 1 :], *rest])
        assert found(other, first) is None
        assert [found(other, reader) for reader in others] == ["changed", "changed"]


@pytest.mark.parametrize("from_end", [True, False])
def test_a_record_that_is_cut_anywhere_is_refused(from_end: bool) -> None:
    (reader,) = people(1)
    value = record({reader: {}})
    for length in range(len(value)):
        assert found(value[length + 1 :] if from_end else value[:length], reader) == "shape"


@pytest.mark.parametrize("more", [b" ", b"\n", b"\x00", b"}", b"{}", b"x"])
def test_a_byte_more_is_refused(more: bytes) -> None:
    (reader,) = people(1)
    value = record({reader: {}})
    assert found(value + more, reader) == found(more + value, reader) == "shape"


def test_a_record_under_another_case_is_for_nobody() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, SECTIONS))
    for other in (OTHER_CASE, "", CASE + " ", CASE.upper(), CASE[:-1], CASE + "\n"):
        assert [found(value, reader, other) for reader in readers] == [None] * 3, "for nobody under another case"
    assert all(isinstance(found(value, reader), Inside) for reader in readers)


@pytest.mark.parametrize("intro", [True, False])
def test_a_record_whose_intro_is_turned_is_for_nobody(intro: bool) -> None:
    readers = people(3)
    value = changed(record(dict.fromkeys(readers, SECTIONS), intro=intro), intro=not intro)
    assert [found(value, reader) for reader in readers] == [None] * 3


def test_a_record_that_names_another_core_is_for_nobody() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, SECTIONS))
    for other in (envelope.core_id(OTHER_CORE), envelope.core_id(CORE).upper(), envelope.core_id(CORE)[:32], ""):
        assert [found(changed(value, id=other), reader) for reader in readers] == [None] * 3


def test_parts_in_another_order_are_refused() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, SECTIONS))
    for order in permutations(parts_of(value)):
        expected = Inside if list(order) == parts_of(value) else str
        assert all(isinstance(found(changed(value, parts=order), reader), expected) for reader in readers)


def test_a_part_taken_away_doubled_or_added_is_refused_by_those_who_can_still_open() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, SECTIONS))
    first, *others = owner_first(value, readers)
    part, *rest = parts_of(value)
    stranger = parts_of(record({people(1)[0]: {}}))
    assert [found(changed(value, parts=rest), reader) for reader in (first, *others)] == [None, "changed", "changed"]
    for parts in ([part, part, *rest], [part, *rest, *stranger], [*stranger, part, *rest], [part, *rest, ""]):
        assert [found(changed(value, parts=parts), reader) for reader in readers] == ["changed"] * 3


def test_a_part_or_a_body_of_another_record_is_refused() -> None:
    readers = people(2)
    value, other = (record(dict.fromkeys(readers, SECTIONS), core=core) for core in (CORE, OTHER_CORE))
    first, second = owner_first(value, readers)
    stitched = changed(value, parts=[parts_of(other)[0], parts_of(value)[1]])
    assert (found(stitched, first), found(stitched, second)) == (None, "changed")
    assert [found(changed(value, body=orjson.loads(other)["body"]), reader) for reader in readers] == ["changed"] * 2


def test_what_was_sealed_twice_cannot_be_mixed_though_case_core_and_intro_are_the_same() -> None:
    readers = people(2)
    value, again = (record(dict.fromkeys(readers, SECTIONS)) for _ in range(2))
    assert orjson.loads(value)["id"] == orjson.loads(again)["id"]
    for mixed in (changed(value, parts=parts_of(again)), changed(value, body=orjson.loads(again)["body"])):
        assert [found(mixed, reader) for reader in readers] == ["changed"] * 2
    half = changed(value, parts=[parts_of(value)[0], parts_of(again)[1]])
    assert {found(half, reader) for reader in readers} <= {"changed", None}


def test_a_crafted_record_that_is_as_an_honest_one_opens() -> None:
    """Without this the crafted records below could fail for no reason of theirs."""
    readers = people(3)
    value = craft([(reader, part_plain()) for reader in readers])
    assert all(isinstance(found(value, reader), Inside) for reader in readers)


@pytest.mark.parametrize("id", [envelope.core_id(OTHER_CORE), envelope.core_id(CORE).upper(), envelope.core_id(CORE)[:32], "", "ž"])
def test_a_core_that_is_not_the_one_the_record_names_is_refused_by_all(id: str) -> None:
    readers = people(3)
    value = craft([(reader, part_plain()) for reader in readers], id=id)
    assert [found(value, reader) for reader in readers] == ["two-cores"] * 3


def test_a_record_cannot_hold_one_core_for_one_reader_and_another_for_another() -> None:
    """One body lies in the record. Whose part holds another key than the body's finds no other core, but nothing."""
    readers = people(2)
    keys = [KEY, bytes(32)]
    parts = [(reader, part_plain(key)) for reader, key in zip(readers, keys, strict=True)]
    for turn in (0, 1):
        value = craft(parts, key=keys[turn])
        assert isinstance(found(value, readers[turn]), Inside)
        assert found(value, readers[1 - turn]) == "changed"
        other = craft(parts, body_plain(OTHER_CORE), key=keys[turn])
        assert found(other, readers[turn]) == "two-cores"
        assert found(other, readers[1 - turn]) == "changed"


def test_of_two_cores_in_one_body_the_one_that_is_read_must_be_the_one_that_is_named() -> None:
    (reader,) = people(1)
    honest = body_plain().rstrip()
    other = body_plain(OTHER_CORE).rstrip()
    assert found(craft([(reader, part_plain())], honest[:-1] + b"," + other[1:]), reader) == "two-cores"
    inside = found(craft([(reader, part_plain())], other[:-1] + b"," + honest[1:]), reader)
    assert isinstance(inside, Inside)
    assert inside.core == CORE, "the last one is read, and it is named"


def test_noise_is_never_opened() -> None:
    (reader,) = people(1)
    value = record({reader: SECTIONS})
    noise = random.Random(7)
    for _ in range(500):
        begin, end = sorted(noise.sample(range(len(value)), 2))
        other = value[:begin] + noise.randbytes(end - begin) + value[end:]
        assert not isinstance(found(other, reader), Inside)
