"""Everything in a record of envelope 2 is bound to everything: what was changed, moved, put together from others or sealed anew counts for
nobody."""

import random
from base64 import b64decode
from collections.abc import Iterator
from itertools import permutations

import orjson
import pytest

from shared.crypto import envelope, envelope2, primitives
from shared.crypto.body_frame import Framed
from shared.crypto.envelope import Inside
from shared.crypto.primitives import text
from tests.shared.crypto import second2
from tests.shared.crypto.crafted2 import KEY, craft, section, table
from tests.shared.crypto.people import CASE, CORE, OTHER_CASE, SECTIONS, Reader, changed, people
from tests.shared.crypto.people2 import AUTHOR, found, record
from tests.turns import today

ALL = tuple(SECTIONS)
OTHER_CORE = CORE.replace(b"5a17", b"5a18")


def parts_of(value: bytes) -> list[str]:
    """The parts of a record, in its order."""
    return orjson.loads(value)["parts"]


def place_of(value: bytes, reader: Reader) -> int:
    """Where a reader's part lies."""
    outer = orjson.loads(value)
    begins = text(second2.hint(reader.private, b64decode(outer["point"]), CASE, outer["id"]))
    return next(place for place, part in enumerate(outer["parts"]) if part.startswith(begins))


def variants(value: bytes, places: range) -> Iterator[tuple[int, bytes]]:
    """The record with one byte changed: each bit turned, and put another of the characters that may stand there."""
    for place in places:
        for other in {value[place] ^ 1 << bit for bit in (0, 5, 7)} | {ord(c) for c in 'A/9"\\ '} - {value[place]}:
            yield place, value[:place] + bytes([other]) + value[place + 1 :]


def test_a_byte_changed_anywhere_opens_for_no_reader(pytestconfig: pytest.Config) -> None:
    """At each of these places every other of the bytes that may stand there instead, the others tomorrow; with --long all."""
    long = pytestconfig.getoption("--long")
    reader, outsider = people(2)
    value = record({reader: ALL})
    assert isinstance(found(value, reader), Inside)
    outcomes = set[object]()
    marks = [value.index(mark) for mark in (b'"id"', b'"point"', b'"body"', b'"parts"')]
    edges = {edge for mark in marks for edge in range(max(0, mark - 3), mark + 90) if edge < len(value)}
    for start in {*range(0, len(value), 23), *edges}:
        several = sorted(variants(value, range(start, start + 1)))
        for place, other in several[0 if long else (start + today()) % 2 :: 1 if long else 2]:
            outcome = found(other, reader)
            assert outcome is None or isinstance(outcome, str), f"byte {place} was changed, and the record opens"
            assert not isinstance(found(other, outsider), Inside)
            outcomes.add(outcome)
    assert outcomes == {None, "shape", "size", "changed"}, "each of the ways to fail was met"


def test_a_byte_changed_in_one_part_or_decoy_closes_the_record_for_all_others_too() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, ALL))
    for place in range(8):
        parts = parts_of(value)
        for at in (0, 11, 12, 60, 635):
            letter = "A" if parts[place][at] != "A" else "B"
            other = changed(value, parts=[*parts[:place], parts[place][:at] + letter + parts[place][at + 1 :], *parts[place + 1 :]])
            hit = [reader for reader in readers if place_of(value, reader) == place]
            assert all(found(other, reader) is None for reader in hit)
            assert all(found(other, reader) == "changed" for reader in readers if reader not in hit)


@pytest.mark.parametrize("from_end", [True, False])
def test_a_record_that_is_cut_anywhere_is_refused(from_end: bool) -> None:
    (reader,) = people(1)
    value = record({reader: ()})
    for length in range(0, len(value), 11):
        assert found(value[length + 1 :] if from_end else value[:length], reader) == "shape"


@pytest.mark.parametrize("more", [b" ", b"\n", b"\x00", b"}", b"{}", b"x"])
def test_a_byte_more_is_refused(more: bytes) -> None:
    (reader,) = people(1)
    value = record({reader: ()})
    assert found(value + more, reader) == found(more + value, reader) == "shape"


def test_a_record_under_another_case_or_id_is_for_nobody() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, ALL))
    for other in (OTHER_CASE, "", CASE + " ", CASE.upper(), CASE[:-1], CASE + "\n"):
        assert [found(value, reader, other) for reader in readers] == [None] * 3
    for name in (envelope.core_id(OTHER_CORE), envelope.core_id(CORE).upper(), ""):
        assert [found(changed(value, id=name), reader) for reader in readers] == [None] * 3
    assert all(isinstance(found(value, reader), Inside) for reader in readers)


def test_parts_in_another_order_doubled_or_put_in_place_of_a_decoy_are_refused() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, ALL))
    parts, places = parts_of(value), [place_of(value, reader) for reader in readers]
    decoy = next(place for place in range(8) if place not in places)
    for order in [parts[:2] + list(rest) + parts[5:] for rest in permutations(parts[2:5])][1:]:
        assert [found(changed(value, parts=order), reader) for reader in readers] == ["changed"] * 3
    for other in (parts[places[0]], parts_of(record({people(1)[0]: ()}))[0]):
        swapped = [*parts[:decoy], other, *parts[decoy + 1 :]]
        assert [found(changed(value, parts=swapped), reader) for reader in readers] == ["changed"] * 3
    gone = [*parts[: places[0]], parts[decoy], *parts[places[0] + 1 :]]
    assert [found(changed(value, parts=gone), reader) for reader in readers] == [None, "changed", "changed"]


def test_a_point_a_part_or_a_body_of_another_record_is_refused() -> None:
    readers = people(2)
    for core in (CORE, OTHER_CORE):  # sealed twice, and another decision
        value, other = record(dict.fromkeys(readers, ALL)), record(dict.fromkeys(readers, ALL), core=core)
        theirs = orjson.loads(other)
        assert [found(changed(value, body=theirs["body"]), reader) for reader in readers] == ["changed"] * 2
        assert [found(changed(value, point=theirs["point"]), reader) for reader in readers] == [None] * 2
        assert [found(changed(value, parts=theirs["parts"]), reader) for reader in readers] == [None] * 2
        whole = changed(value, point=theirs["point"], parts=theirs["parts"])
        assert {found(whole, reader) for reader in readers} == ({"changed"} if core == CORE else {None})


def test_a_crafted_record_that_is_as_an_honest_one_opens() -> None:
    """Without this the crafted records below could fail for no reason of theirs."""
    readers = people(3)
    value = craft([(reader, table(D1=bytes(range(1, 33)))) for reader in readers], sections={"D1": section({"salt": "s", "values": {}})})
    for reader in readers:
        inside = found(value, reader)
        assert isinstance(inside, Inside)
        assert inside.sections == {"D1": {"salt": "s", "values": {}}}


@pytest.mark.parametrize("id", [envelope.core_id(OTHER_CORE), envelope.core_id(CORE).upper(), "", "ž"])
def test_a_core_that_is_not_the_one_the_record_names_is_refused_by_all(id: str) -> None:
    readers = people(3)
    value = craft([(reader, table()) for reader in readers], id=id)
    assert [found(value, reader) for reader in readers] == ["two-cores"] * 3


def inside_of(value: bytes, reader: Reader) -> tuple[bytes, Framed]:
    """What a member with a part can take out of a record: its key, and the body as it stands."""
    outer = orjson.loads(value)
    context = second2.context("part", CASE, outer["id"])
    part = next(t for p in outer["parts"] if (t := second2.open_part(b64decode(p)[9:], reader.private, context)))
    plain = second2.unlock(part[4:36], b64decode(outer["body"]), second2.bound_of(CASE, outer))
    assert plain is not None
    return part[4:36], Framed.read(plain)


def locked_anew(outer: dict[str, object], key: bytes, framed: Framed) -> bytes:
    """A record with this body, bound to its parts as it should be: who reads a record has all that it takes, but the author's key."""
    body = primitives.locked(key, framed.written().ljust(envelope2.BODIES[0], b"\0"), second2.bound_of(CASE, outer))
    return orjson.dumps({**outer, "body": text(body)})


def test_a_member_cannot_leave_another_out_of_a_record_that_it_reads() -> None:
    member, other = people(2)
    value = record(dict.fromkeys((member, other), ALL))
    key, framed = inside_of(value, member)
    outer = orjson.loads(value)
    outer["parts"][place_of(value, other)] = text(bytes(9) + primitives.decoy(envelope2.TABLE))
    assert found(locked_anew(outer, key, framed), member) == "unsigned"
    assert isinstance(found(locked_anew(orjson.loads(value), key, framed), other), Inside), "for no other reason"


def test_a_member_cannot_change_or_take_away_a_section_of_a_record_that_it_reads() -> None:
    member, other = people(2)
    value = record({member: (), other: ALL})
    key, framed = inside_of(value, member)
    for sections in ({}, {**framed.sections, "D1": framed.sections["D2"]}, {**framed.sections, "D4": b"more"}):
        less = locked_anew(orjson.loads(value), key, Framed(framed.core, framed.signature, sections))
        assert [found(less, reader) for reader in (member, other)] == ["unsigned"] * 2


def test_a_member_cannot_seal_what_it_read_for_others_in_the_authors_name() -> None:
    member, stranger = people(2)
    _, framed = inside_of(record({member: ALL}), member)
    outer = orjson.loads(craft([(stranger, table())]))
    assert found(locked_anew(outer, KEY, Framed(framed.core, framed.signature, framed.sections)), stranger) == "unsigned"
    assert found(locked_anew(outer, KEY, Framed(framed.core, framed.signature, {})), stranger) == "unsigned"


def test_a_signature_of_envelope_1_proves_nothing_here() -> None:
    (reader,) = people(1)
    from tests.shared.crypto.people import SIGNING

    outer = orjson.loads(craft([(reader, table())]))
    value = locked_anew(outer, KEY, Framed(CORE, envelope.sign(CORE, SIGNING), {}))
    assert found(value, reader) == "unsigned"
    assert primitives.public_of(SIGNING, "sign") == AUTHOR


def test_noise_is_never_opened() -> None:
    (reader,) = people(1)
    value = record({reader: ALL})
    noise = random.Random(7)
    for _ in range(300):
        begin, end = sorted(noise.sample(range(len(value)), 2))
        other = value[:begin] + noise.randbytes(end - begin) + value[end:]
        assert not isinstance(found(other, reader), Inside)
