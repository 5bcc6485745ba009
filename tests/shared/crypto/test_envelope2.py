"""Each reader finds what is its own; whoever is none sees sizes that all records share, and cannot tell a part from a decoy."""

from base64 import b64decode
from collections import Counter
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.crypto import envelope, envelope2, primitives
from shared.crypto.envelope import Inside, TooLong
from tests.shared.crypto import second2
from tests.shared.crypto.people import CASE, CORE, SECTIONS, SIGNING, people
from tests.shared.crypto.people2 import AUTHOR, found, record

ALL = tuple(SECTIONS)
SMALL = settings(max_examples=40, deadline=None)
CLASSES = tuple(f"D{number}" for number in range(1, 9))


def sizes(value: bytes) -> tuple[int, set[int], int]:
    """Of a record: the bytes of its body's plain text, of its parts, and how many parts there are."""
    outer = orjson.loads(value)
    return len(b64decode(outer["body"])) - primitives.LOCKED, {len(b64decode(p)) for p in outer["parts"]}, len(outer["parts"])


@pytest.mark.parametrize("count", [1, 3, 8, 9, 20])
def test_each_reader_finds_the_core_its_signature_and_its_own_sections_alone(count: int) -> None:
    seen = {reader: ALL[: number % 4] for number, reader in enumerate(people(count))}
    value = record(seen)
    for reader, may in seen.items():
        inside = found(value, reader)
        assert isinstance(inside, Inside)
        assert (inside.core, inside.sections) == (CORE, {name: SECTIONS[name] for name in may}), "nothing is missing, nothing is another's"
        assert inside.signed_by(AUTHOR)


def test_who_is_no_reader_finds_nothing_with_any_of_its_keys() -> None:
    readers = people(8)
    value = record(dict.fromkeys(readers[:4], ALL))
    assert envelope2.open_for(value, CASE, [reader.opener for reader in readers[4:]]) is None
    assert envelope2.open_for(value, CASE, []) is None


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_part_opens_with_whichever_of_a_readers_keys_it_was_sealed_for(place: int) -> None:
    keys = people(3)
    inside = envelope2.open_for(record({keys[place]: ALL}), CASE, [reader.opener for reader in keys])
    assert inside is not None
    assert inside.sections == SECTIONS


@pytest.mark.parametrize("core", [b"", b" {} ", '{"said":"žrtva \\u017e"}'.encode(), b"not even JSON\n\t\x00", b"\0" * 40, b"\xff"])
def test_a_core_is_kept_byte_for_byte(core: bytes) -> None:
    (reader,) = people(1)
    inside = found(record({reader: ALL}, core=core), reader)
    assert isinstance(inside, Inside)
    assert (inside.core, inside.sections) == (core, SECTIONS)


def test_a_signature_by_another_key_proves_nothing() -> None:
    (reader,) = people(1)
    assert found(record({reader: ALL}, signing=primitives.random_key()), reader) == "unsigned"


SAID = st.dictionaries(st.sampled_from(CLASSES), st.text(max_size=900) | st.integers(-(2**60), 2**60) | st.lists(st.text(max_size=9)))


@SMALL
@given(said=SAID, core=st.text(max_size=12_000).map(str.encode), count=st.integers(1, 20), room=st.integers(0, 40_000), choice=st.randoms())
def test_all_records_have_parts_of_one_length_in_a_common_number_and_a_body_of_a_common_length(
    said: dict[str, Any], core: bytes, count: int, room: int, choice: Any
) -> None:
    seen = {reader: [name for name in said if choice.random() < 0.5] for reader in people(count)}
    value = record(seen, core=core, sections=said, room=room)
    body, parts, number = sizes(value)
    assert body in envelope2.BODIES
    assert parts == {envelope2.PART}, "whatever a reader may see"
    assert number in envelope2.PARTS
    assert number == next(size for size in envelope2.PARTS if size >= count), "the least that holds them"
    for reader, may in seen.items():
        inside = found(value, reader)
        assert isinstance(inside, Inside)
        assert inside.sections == {name: said[name] for name in may}


def test_the_size_tells_neither_how_many_read_nor_who_sees_what_nor_what_is_said() -> None:
    readers = people(8)
    values = [
        record({readers[0]: ()}, sections={}, core=b"{}"), record(dict.fromkeys(readers, ALL)), record({readers[0]: ALL, readers[1]: ()}),
        record(dict.fromkeys(readers, ("D2",)), sections={"D2": "x" * 900}, core=b"x" * 4000),
    ]  # fmt: skip
    assert len({len(value) for value in values}) == 1


@pytest.mark.parametrize("length", [1, 230, 250, 256, 257, 1000, 1024, 1025, 5000, 60_000])
def test_another_member_sees_of_a_section_a_length_that_many_others_have(length: int) -> None:
    """Who may not read a section has it before it all the same, in the body."""
    (reader,) = people(1)
    lengths = {len(second_section(record({reader: ("D1",)}, sections={"D1": "x" * said}), reader.private)) for said in (length, length + 1)}
    assert lengths <= {size + primitives.LOCKED for size in envelope2.SECTIONS}


def second_section(value: bytes, private: bytes) -> bytes:
    """The locked section of class D1 as it stands in the body."""
    outer = orjson.loads(value)
    context = second2.context("part", CASE, outer["id"])
    table = next(t for part in outer["parts"] if (t := second2.open_part(b64decode(part)[9:], private, context)))
    plain = second2.unlock(table[4:36], b64decode(outer["body"]), second2.bound_of(CASE, outer))
    assert plain is not None
    at = 4 + int.from_bytes(plain[:4], "big") + 64
    assert plain[at] == 1
    return plain[at + 5 : at + 5 + int.from_bytes(plain[at + 1 : at + 5], "big")]


PRIME = 2**255 - 19


def on_the_curve(point: bytes) -> bool:
    """Whether these 32 bytes are the u of a point of Curve25519 itself, as every public key is; of random bytes half are not."""
    u = int.from_bytes(point, "little")
    return u < PRIME and pow(u * (u * u + 486662 * u + 1), (PRIME - 1) // 2, PRIME) == 1


def test_decoys_are_not_told_from_parts_by_anything_in_the_bytes() -> None:
    """One record of one reader has seven decoys. What a part is made of: hint, encapsulated key, ciphertext and tag."""
    (reader,) = people(1)
    parts = list[bytes]()
    for _ in range(40):
        outer = orjson.loads(record({reader: ALL}))
        parts += [b64decode(part) for part in outer["parts"]]
    assert len({len(part) for part in parts}) == 1
    assert all(on_the_curve(part[9:41]) for part in parts), "a decoy's encapsulated key is a public key, too"
    for cut in (slice(0, 9), slice(9, 41), slice(41, None)):
        assert len({part[cut] for part in parts}) == len(parts), "nothing comes twice"
    ones = Counter(bit for part in parts for byte in part[41:] for bit in range(8) if byte >> bit & 1)
    expected = len(parts) * (envelope2.PART - 41) / 2
    assert all(abs(seen - expected) < 6 * (expected / 2) ** 0.5 for seen in ones.values()), "no bit of them leans to one side"


def test_who_reads_one_part_tells_no_other_part_from_a_decoy() -> None:
    """With every private key but the reader's own, each of the other seven is as closed as the others are."""
    reader, *others = people(9)
    outer = orjson.loads(record({reader: ALL}))
    context = second2.context("part", CASE, outer["id"])
    opens = [
        sum(second2.open_part(b64decode(p)[9:], one.private, context) is not None for p in outer["parts"]) for one in (reader, *others)
    ]
    assert opens == [1, *[0] * 8]


def test_a_readers_part_lies_at_every_place_over_many_sealings_of_the_same_record() -> None:
    reader, other = people(2)
    places = set[int]()
    for _ in range(150):
        outer = orjson.loads(record({reader: ALL, other: ()}))
        begins = primitives.text(second2.hint(reader.private, b64decode(outer["point"]), CASE, outer["id"]))
        places |= {place for place, part in enumerate(outer["parts"]) if part.startswith(begins)}
    assert places == set(range(8))


def test_nothing_of_readers_author_type_sections_or_keys_is_in_the_bytes() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, ALL))
    outer = orjson.loads(value)
    raw = [b64decode(said) for said in (outer["point"], outer["body"], *outer["parts"])]
    keys = [primitives.public_of(reader.private, "seal") for reader in readers] + [AUTHOR, SIGNING] + [r.private for r in readers]
    words = [reader.name.encode() for reader in readers] + [b"intake", b"reported", b"said in", b"5a17", b"field-", b"sections", b"intro"]
    for told in (*words, CASE.encode(), *keys, *(primitives.text(key).encode() for key in keys)):
        assert not any(told in seen for seen in (value, *raw)), "told in the clear"
    assert list(outer) == ["id", "point", "body", "parts"]
    assert outer["id"] == envelope.core_id(CORE)
    assert value.startswith(envelope2.START)
    assert not value.startswith(envelope.START)


def test_two_sealings_of_the_same_have_only_the_id_in_common() -> None:
    (reader,) = people(1)
    one, two = (orjson.loads(record({reader: ALL})) for _ in range(2))
    assert {name for name in one if one[name] == two[name]} == {"id"}
    assert not {part[:12] for part in one["parts"]} & {part[:12] for part in two["parts"]}, "another hint for the same reader"
    assert not {part[12:50] for part in one["parts"]} & {part[12:50] for part in two["parts"]}
    assert one["body"][:40] != two["body"][:40], "another commitment"


@pytest.mark.parametrize("count", [0, 257])
def test_a_record_for_nobody_or_for_too_many_is_not_made(count: int) -> None:
    with pytest.raises(TooLong):
        record(dict.fromkeys(people(count), ()))


@pytest.mark.parametrize(("count", "longest"), [(8, 160), (64, 160), (65, 64), (256, 64)])
def test_the_longest_core_that_fits_is_read_and_one_byte_more_is_not_made(count: int, longest: int) -> None:
    readers, most = people(count), (longest << 10) - 4 - 64
    value = record(dict.fromkeys(readers, ()), core=b"x" * most, sections={})
    assert len(value) <= envelope2.LONGEST_RECORD == 256 << 10
    assert isinstance(found(value, readers[-1]), Inside)
    with pytest.raises(TooLong):
        record(dict.fromkeys(readers, ()), core=b"x" * (most + 1), sections={})
    roomy = record(dict.fromkeys(readers, ()), room=1 << 30)
    assert (len(roomy), sizes(roomy)[0]) == (len(value), longest << 10), "room is given as far as there is any"


@pytest.mark.parametrize(("room", "body"), [(0, 12), (12_288, 12), (12_289, 32), (32_768, 32), (33_000, 64), (65_537, 160)])
def test_a_record_takes_the_room_that_others_of_its_case_need(room: int, body: int) -> None:
    (reader,) = people(1)
    value = record({reader: ALL}, room=room)
    assert sizes(value)[0] == body << 10
    assert isinstance(found(value, reader), Inside)


def test_a_section_that_is_too_long_for_any_record_is_not_made() -> None:
    with pytest.raises(TooLong):
        record(dict.fromkeys(people(1), ("D1",)), sections={"D1": "x" * 65_536})
