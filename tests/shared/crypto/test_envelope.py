"""Each reader finds what is its own and nothing else; whoever is none sees sizes, and not even those say much."""

from base64 import b64decode
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.crypto import envelope, primitives
from shared.crypto.envelope import Inside, TooLong
from tests.shared.crypto import second
from tests.shared.crypto.people import CASE, CORE, SECTIONS, SIGNING, found, people, record

CLASSES = [f"D{number}" for number in range(1, 9)]
BODY_OVERHEAD = primitives.NONCE + primitives.TAG
SMALL = settings(max_examples=60, deadline=None)


def lengths(value: bytes) -> tuple[int, set[int], int]:
    """Of a record: the bytes of its body, of its parts, and how many parts there are."""
    outer = orjson.loads(value)
    return len(b64decode(outer["body"])), {len(b64decode(part)) for part in outer["parts"]}, len(outer["parts"])


def bucket(length: int, least: int) -> int:
    """The smallest of `least`, twice that, four times that … which is not below a length."""
    while least < length:
        least *= 2
    return least


@pytest.mark.parametrize("count", [1, 3, 8])
@pytest.mark.parametrize("intro", [True, False])
def test_each_reader_finds_the_core_its_signature_and_its_own_sections_alone(count: int, intro: bool) -> None:
    seen = {reader: {name: SECTIONS[name] for name in list(SECTIONS)[: number % 4]} for number, reader in enumerate(people(count))}
    value = record(seen, intro=intro)
    for reader, sections in seen.items():
        inside = found(value, reader)
        assert inside == Inside(CORE, envelope.sign(CORE, SIGNING), sections), "nothing is missing, nothing is another's"
        assert envelope.proven(inside.core, inside.signature, primitives.public_of(SIGNING, "sign"))
    assert len(orjson.loads(value)["parts"]) == count


def test_who_is_no_reader_finds_nothing_with_any_of_its_keys() -> None:
    readers = people(8)
    value = record(dict.fromkeys(readers[:4], SECTIONS))
    assert envelope.open_for(value, CASE, [reader.opener for reader in readers[4:]]) is None
    assert envelope.open_for(value, CASE, []) is None


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_part_opens_with_whichever_of_a_readers_keys_it_was_sealed_for(place: int) -> None:
    keys = people(3)
    inside = envelope.open_for(record({keys[place]: SECTIONS}), CASE, [reader.opener for reader in keys])
    assert inside is not None
    assert inside.sections == SECTIONS


def test_a_core_is_kept_byte_for_byte() -> None:
    (reader,) = people(1)
    for core in (b"", b" {} ", '{"said":"žrtva \\u017e \\" \\\\"}'.encode(), b"not even JSON\n\t\x00"):
        inside = found(record({reader: {}}, core=core), reader)
        assert isinstance(inside, Inside)
        assert inside.core == core


def test_a_signature_of_another_core_or_by_another_key_proves_nothing() -> None:
    public = primitives.public_of(SIGNING, "sign")
    proof = envelope.sign(CORE, SIGNING)
    assert envelope.proven(CORE, proof, public)
    assert not envelope.proven(CORE + b" ", proof, public)
    assert not envelope.proven(CORE, envelope.sign(CORE, primitives.random_key()), public)
    assert not envelope.proven(CORE, primitives.signature(SIGNING, CORE), public), "what is signed begins with what it is"
    assert not envelope.proven(CORE, proof[:-1], public)
    assert not envelope.proven(CORE, proof, public[:-1])


SAID = st.dictionaries(st.sampled_from(CLASSES), st.text(max_size=900) | st.integers(-(2**60), 2**60) | st.lists(st.text(max_size=9)))


@SMALL
@given(seen=st.lists(SAID, min_size=1, max_size=5), core=st.text(max_size=5000).map(str.encode), intro=st.booleans())
def test_all_parts_are_of_one_length_and_body_and_parts_lie_in_buckets(seen: list[dict[str, Any]], core: bytes, intro: bool) -> None:
    value = record(dict(zip(people(len(seen)), seen, strict=True)), core=core, intro=intro)
    body, parts, _ = lengths(value)
    key, signature = "k" * 44, primitives.text(envelope.sign(core, SIGNING))
    longest = max(len(orjson.dumps({"key": key, "sections": sections})) for sections in seen)
    assert parts == {bucket(longest, 256) + primitives.OVERHEAD}
    assert body == bucket(len(orjson.dumps({"core": core.decode(), "signature": signature})), 1024) + BODY_OVERHEAD


@pytest.mark.parametrize("length", [1, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2048, 2049])
def test_padding_leaves_what_just_fits_and_doubles_for_one_byte_more(length: int) -> None:
    for least in (256, 1024):
        padded = envelope.padded(b"x" * length, least)
        assert len(padded) == bucket(length, least)
        assert padded.rstrip() == b"x" * length


def test_the_size_does_not_tell_who_sees_what() -> None:
    readers = people(3)
    all_see, one_sees = record(dict.fromkeys(readers, SECTIONS)), record({readers[0]: SECTIONS, readers[1]: {}, readers[2]: {}})
    assert len(all_see) == len(one_sees)
    assert lengths(all_see) == lengths(one_sees)


def test_nothing_of_readers_author_type_sections_or_keys_is_in_the_bytes() -> None:
    readers = people(3)
    value = record(dict.fromkeys(readers, SECTIONS), intro=True)
    outer = orjson.loads(value)
    raw = [b64decode(said) for said in (outer["body"], *outer["parts"])]
    public = [primitives.public_of(reader.private, "seal") for reader in readers] + [primitives.public_of(SIGNING, "sign")]
    secret = [reader.private for reader in readers] + [SIGNING, envelope.sign(CORE, SIGNING)]
    words = [reader.name.encode() for reader in readers] + [
        b"intake",
        b"reported",
        b"said in",
        b"5a17",
        b"field-",
        b"sections",
        CASE.encode(),
    ]
    for told in (*words, *public, *secret, *(primitives.text(key).encode() for key in (*public, *secret))):
        assert not any(told in seen for seen in (value, *raw)), "told in the clear"
    assert list(outer) == ["intro", "id", "body", "parts"]
    assert outer["id"] == envelope.core_id(CORE)


def test_two_sealings_of_the_same_have_only_intro_and_id_in_common() -> None:
    (reader,) = people(1)
    one, two = (orjson.loads(record({reader: SECTIONS})) for _ in range(2))
    assert {name for name in one if one[name] == two[name]} == {"intro", "id"}
    assert not {one["body"][:16]} & {two["body"][:16]}, "another nonce"
    assert not {part[:43] for part in one["parts"]} & {part[:43] for part in two["parts"]}, "another encapsulated key"


def test_a_readers_part_lies_at_every_place_over_many_sealings_of_the_same_record() -> None:
    readers = people(4)
    seen = dict.fromkeys(readers, SECTIONS)
    context = second.part_context(CASE, envelope.core_id(CORE), False)
    places = {reader: set[int]() for reader in readers}
    for _ in range(100):
        parts = [b64decode(part) for part in orjson.loads(record(seen))["parts"]]
        for reader in readers:
            places[reader].add(next(n for n, part in enumerate(parts) if opens(part, reader.opener, context)))
    assert set(map(frozenset, places.values())) == {frozenset(range(4))}


def opens(part: bytes, key: primitives.Private, context: bytes) -> bool:
    """Whether a part is for this key."""
    try:
        return bool(primitives.opened(part, key, context))
    except primitives.NotForUs:
        return False


@pytest.mark.parametrize("intro", [True, False])
def test_what_a_record_begins_with_says_that_it_is_sealed_and_whether_it_introduces(intro: bool) -> None:
    value = record({people(1)[0]: {}}, intro=intro)
    assert value.startswith(envelope.START)
    assert value.startswith(envelope.INTRO) == intro


@pytest.mark.parametrize("count", [0, envelope.PARTS + 1])
def test_a_record_for_nobody_or_for_too_many_is_not_made(count: int) -> None:
    with pytest.raises(TooLong):
        record(dict.fromkeys(people(count), {}))


def test_a_record_of_as_many_readers_as_it_may_have_is_made() -> None:
    assert lengths(record(dict.fromkeys(people(envelope.PARTS), {})))[2] == envelope.PARTS


LONG = {"D2": {"values": {"said": "x" * 200_000}}}


def test_a_record_that_everybody_would_refuse_is_not_made() -> None:
    readers = people(3)
    assert isinstance(found(record(dict.fromkeys(readers[:2], LONG)), readers[0]), Inside)
    with pytest.raises(TooLong):
        record({readers[0]: LONG, readers[1]: {}, readers[2]: {}})
    with pytest.raises(TooLong):
        record({readers[0]: {}}, core=b"x" * 600_000)


@settings(max_examples=40, deadline=None)
@given(count=st.integers(0, 12), said=st.integers(0, 400_000), core=st.integers(0, 600_000))
def test_what_is_made_is_read_by_everybody_it_is_for(count: int, said: int, core: int) -> None:
    readers = people(count)
    try:
        value = record(dict.fromkeys(readers, {"D2": "x" * said}), core=b"x" * core)
    except TooLong:
        assert count == 0 or count * said + core > 200_000
        return
    assert len(value) <= envelope.LONGEST_RECORD
    assert all(isinstance(found(value, reader), Inside) for reader in readers)
