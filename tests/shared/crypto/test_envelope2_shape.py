"""A record of envelope 2 has one form and a few sizes. Whatever has not is refused with a code, and quotes nothing."""

import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from shared.crypto import envelope2
from shared.crypto.body_frame import Framed, FrameRefused
from shared.crypto.envelope import EnvelopeRefused, Inside
from shared.crypto.part_table import TABLE, read_table
from shared.crypto.primitives import Private, text
from tests.shared.crypto.crafted2 import KEY, SECTION_KEY, craft, section, table
from tests.shared.crypto.people import CASE, CORE, SECTIONS, changed, people
from tests.shared.crypto.people2 import found, record
from tests.shared.crypto.test_envelope_shape import LOW_ORDER, spoiled, trailing

READER = people(1)[0]
GOOD = record({READER: tuple(SECTIONS)})
OUTER: dict[str, Any] = orjson.loads(GOOD)
PART = OUTER["parts"][0]


def without(name: str) -> bytes:
    """The record, less a field."""
    return orjson.dumps({field: value for field, value in OUTER.items() if field != name})


def with_part(said: bytes) -> bytes:
    """The record with other bytes where its first part stands."""
    return GOOD.replace(b'"' + PART.encode() + b'"', said)


MISSHAPEN: dict[str, bytes] = {
    "no bytes": b"",
    "not UTF-8": GOOD.replace(b'"id":"', b'"id":"\xff'),
    "not JSON": b'{"id":',
    "a list": b"[" + GOOD + b"]",
    "a text": b'"id"',
    "nothing": b"null",
    "nested too deep to parse": with_part(b"[" * 100_000),
    "blanks": json.dumps(OUTER).encode(),
    "another order": orjson.dumps(dict(reversed(OUTER.items()))),
    "a field twice": GOOD.replace(b'{"id":', b'{"id":"","id":'),
    "a field's name in escapes": GOOD.replace(b'"id"', b'"\\u0069d"'),
    "base64 in escapes": GOOD.replace(PART[:1].encode() + PART[1:].encode(), b"\\u00%02x" % ord(PART[0]) + PART[1:].encode()),
    "a field more": changed(GOOD, more=1),
    "with intro": orjson.dumps({"intro": False, **OUTER}),
    "id is a number": changed(GOOD, id=7),
    "point is nothing": changed(GOOD, point=None),
    "body is a list": changed(GOOD, body=[OUTER["body"]]),
    "parts are a text": changed(GOOD, parts=PART),
    "parts are an object": changed(GOOD, parts={"0": PART}),
    **{f"without {name}": without(name) for name in OUTER},
}
UNSIZED: dict[str, bytes] = {
    "no parts": changed(GOOD, parts=[]),
    "seven parts": changed(GOOD, parts=OUTER["parts"][1:]),
    "nine parts": changed(GOOD, parts=[*OUTER["parts"], PART]),
    "parts beyond any number": changed(GOOD, parts=["A" * 12] * 512),
    "a part too short": with_part(b'"' + PART[:-4].encode() + b'"'),
    "a part too long": with_part(b'"AAAA' + PART.encode() + b'"'),
    "a body of another length": changed(GOOD, body=OUTER["body"][:-4]),
    "no body": changed(GOOD, body=""),
    **{f"a part that is {said.decode()}": with_part(said) for said in (b"1", b"null", b"true", b"{}", b"[]", b'["AAAA"]')},
    **{f"a part that is a tree of depth {depth}": with_part(b"[" * depth + b"]" * depth) for depth in (200, 253, 300, 1000)},
}


def untouched() -> Iterator[Private]:
    """Keys that nobody may try."""
    raise AssertionError("a key was tried")
    yield READER.opener


@pytest.mark.parametrize(("name", "code"), [*((n, "shape") for n in MISSHAPEN), *((n, "size") for n in UNSIZED)])
def test_what_is_not_in_the_one_form_is_refused_by_everybody_before_any_key_is_tried(name: str, code: str) -> None:
    with pytest.raises(EnvelopeRefused) as refused:
        envelope2.open_for((MISSHAPEN | UNSIZED)[name], CASE, untouched())
    assert refused.value.code == code
    assert len(str(refused.value)) < 80, "nothing is quoted"


def test_the_record_that_was_misshapen_is_a_good_one() -> None:
    assert isinstance(found(GOOD, READER), Inside)


@pytest.mark.parametrize("beginning", [GOOD, b"[" * 9, b"\xff"])
def test_a_record_that_is_too_long_is_refused_before_it_is_parsed(beginning: bytes) -> None:
    for length, code in ((envelope2.LONGEST_RECORD, "shape"), (envelope2.LONGEST_RECORD + 1, "oversize")):
        with pytest.raises(EnvelopeRefused) as refused:
            envelope2.open_for(beginning.ljust(length), CASE, untouched())
        assert refused.value.code == code


@pytest.mark.parametrize("field", ["point", "body"])
def test_what_is_not_canonical_base64_is_refused(field: str) -> None:
    good = record({READER: ()}, room=20_000)
    honest = orjson.loads(good)[field]
    assert honest.endswith("="), "there are bits that stand for nothing"
    for name, said in spoiled(honest).items():
        assert found(changed(good, **{field: said}), READER) in {"shape", "size"}, name
    assert found(changed(good, **{field: trailing(honest)}), READER) == "shape"
    assert isinstance(found(good, READER), Inside)


@pytest.mark.parametrize("said", ["", "AAAA", text(bytes(31)), text(bytes(33))])
def test_a_point_that_is_none_is_for_nobody(said: str) -> None:
    assert found(changed(GOOD, point=said), READER) is None


@pytest.mark.parametrize("point", LOW_ORDER, ids=bytes.hex)
def test_a_point_of_low_order_is_for_nobody(point: bytes) -> None:
    assert found(changed(GOOD, point=text(point)), READER) is None


def test_a_part_behind_a_right_hint_that_is_another_readers_is_for_nobody() -> None:
    """A hint is to be found by, and proves nothing."""
    readers = people(2)
    value = record(dict.fromkeys(readers, ()))
    parts = orjson.loads(value)["parts"]
    for place in range(8):
        for other in range(8):
            if place != other:
                mixed = [*parts[:place], parts[place][:12] + parts[other][12:], *parts[place + 1 :]]
                assert all(found(changed(value, parts=mixed), reader) in {None, "changed"} for reader in readers)


def frame(core: bytes = CORE, length: int | None = None, signature: bytes = bytes(64), rest: bytes = b"") -> bytes:
    """The bytes of a body, made by hand."""
    return (len(core) if length is None else length).to_bytes(4, "big") + core + signature + rest


FRAMES: dict[str, bytes] = {
    "empty": b"",
    "a core longer than all": frame(length=1 << 31),
    "a core to the last byte": frame(length=12288 - 4),
    "no signature": frame(length=12288 - 4 - 63),
    "something behind the zeros": frame(rest=bytes(100) + b"\1"),
    "a section longer than all": frame(rest=b"\1\xff\xff\xff\xff"),
    "a section twice": frame(rest=b"\1\0\0\0\0\1\0\0\0\0"),
    "sections in another order": frame(rest=b"\2\0\0\0\0\1\0\0\0\0"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_body_that_is_not_framed_as_bodies_are_is_refused(name: str) -> None:
    with pytest.raises(FrameRefused):
        Framed.read(FRAMES[name].ljust(12288, b"\0") if FRAMES[name] else b"")
    if FRAMES[name]:
        assert found(craft([(READER, table())], plain=FRAMES[name]), READER) == "shape"


@pytest.mark.parametrize("sections", [{}, {"D1": b""}, {"D1": b"x", "D8": b"y" * 300}, {"D2": b"\0", "D9": b"z", "D12": b"\0\0"}])
def test_a_body_is_read_as_it_was_framed(sections: dict[str, bytes]) -> None:
    framed = Framed(CORE, bytes(range(64)), sections)
    for more in (0, 1, 500):
        assert Framed.read(framed.written() + bytes(more)) == framed


def test_a_key_in_a_place_that_is_kept_for_later_is_passed_over() -> None:
    """Who comes later may put a key there, and this release still reads the record."""
    whole = table(D1=SECTION_KEY)
    later = (int.from_bytes(whole[:4], "big") | 0xFFFF_FF00).to_bytes(4, "big") + whole[4 : -4 * 32] + bytes(range(128))
    assert len(later) == TABLE
    assert read_table(later) == read_table(whole) == (KEY, {"D1": SECTION_KEY})
    inside = found(craft([(READER, later)], sections={"D1": section({"values": 1}), "D9": b"of a later release"}), READER)
    assert isinstance(inside, Inside)
    assert inside.sections == {"D1": {"values": 1}}


@pytest.mark.parametrize(
    "said", [b"", b"x" * 59, b"x" * 60, section("D1 under another class", "D2"), section({}, key=bytes(32)), section({}, id="another")]
)
def test_a_section_that_does_not_open_is_left_out_and_the_core_stands(said: bytes) -> None:
    inside = found(craft([(READER, table(D1=SECTION_KEY, D3=SECTION_KEY))], sections={"D1": said}), READER)
    assert isinstance(inside, Inside)
    assert (inside.core, inside.sections) == (CORE, {})


def test_a_section_that_is_no_json_is_left_out() -> None:
    from shared.crypto.primitives import locked
    from tests.shared.crypto.second2 import context

    bound = context("section", CASE, OUTER["id"]) + b"\nD1"
    for plain in (b"", b"no", b"[" * 5000):
        inside = found(craft([(READER, table(D1=SECTION_KEY))], sections={"D1": locked(SECTION_KEY, plain, bound)}), READER)
        assert isinstance(inside, Inside)
        assert inside.sections == {}
