"""A record has one form. Whatever is not in it, too long or too much is refused with a code, and quotes nothing."""

import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from shared.crypto import envelope, primitives
from shared.crypto.envelope import EnvelopeRefused, Inside
from shared.crypto.primitives import Private, text
from tests.shared.crypto.crafted import body_plain, craft, part_plain
from tests.shared.crypto.people import CASE, CORE, SECTIONS, changed, found, people, record

READER = people(1)[0]
GOOD = record({READER: SECTIONS}, intro=True)
OUTER: dict[str, Any] = orjson.loads(GOOD)
SHAPED = b'{"intro":true,"id":"x","body":"AAAA","parts":[%b]}'


def without(name: str) -> bytes:
    """The record, less a field."""
    return orjson.dumps({field: value for field, value in OUTER.items() if field != name})


def spoiled(said: str) -> dict[str, str]:
    """Texts that a lax reader takes for the same base64."""
    at = len(said) // 2
    return {
        "a newline inside": said[:at] + "\n" + said[at:],
        "a blank inside": said[:at] + " " + said[at:],
        "a blank behind": said + " ",
        "no padding": said.rstrip("="),
        "more padding": said + "=",
        "padding inside": said[:at] + "==" + said[at:],
        "a foreign letter": said[:at] + "ž" + said[at:],
        "the alphabet of addresses": said[:at] + "-_" + said[at + 2 :],
        "trailing bits": trailing(said),
    }


def trailing(said: str) -> str:
    """The same bytes, said with bits that stand for nothing."""
    stem, end = said.rstrip("="), said[len(said.rstrip("=")) :]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return stem[:-1] + alphabet[alphabet.index(stem[-1]) + 1] + end


MISSHAPEN: dict[str, bytes] = {
    "no bytes": b"",
    "not UTF-8": GOOD.replace(b'"id":"', b'"id":"\xff'),
    "not JSON": b'{"intro":true,',
    "a list": b"[" + GOOD + b"]",
    "a text": b'"intro"',
    "nothing": b"null",
    "nested too deep to parse": SHAPED % (b"[" * 100_000),
    **{f"a part that is a tree of depth {depth}": SHAPED % (b"[" * depth + b"]" * depth) for depth in (200, 253, 254, 255, 300, 1000)},
    **{f"a part that is an object of depth {depth}": SHAPED % (b'{"":' * depth + b"1" + b"}" * depth) for depth in (200, 254, 1000)},
    "blanks": json.dumps(OUTER).encode(),
    "lines": orjson.dumps(OUTER, option=orjson.OPT_INDENT_2),
    "a newline behind": GOOD + b"\n",
    "a blank before": b" " + GOOD,
    "a mark of the byte order": b"\xef\xbb\xbf" + GOOD,
    "another order of fields": orjson.dumps(dict(reversed(OUTER.items()))),
    "a field twice": GOOD.replace(b'{"intro":true,', b'{"intro":true,"intro":true,'),
    "a field twice, the first another": GOOD.replace(b'"body":', b'"body":"AAAA","body":'),
    "a field's name in escapes": GOOD.replace(b'"intro"', b'"\\u0069ntro"'),
    "base64 in escapes": GOOD.replace(b'"body":"', b'"body":"\\u0041'),
    "a slash in escapes": orjson.dumps({**OUTER, "body": "AA/A"}).replace(b"AA/A", b"AA\\/A"),
    "a field more": changed(GOOD, more=1),
    "intro is a number": changed(GOOD, intro=1),
    "intro is a text": changed(GOOD, intro="true"),
    "intro is nothing": changed(GOOD, intro=None),
    "id is a number": changed(GOOD, id=7),
    "body is nothing": changed(GOOD, body=None),
    "body is a list": changed(GOOD, body=[OUTER["body"]]),
    "parts are a text": changed(GOOD, parts=OUTER["parts"][0]),
    "parts are an object": changed(GOOD, parts={"0": OUTER["parts"][0]}),
    "parts are nothing": changed(GOOD, parts=None),
    **{f"without {name}": without(name) for name in OUTER},
    **{f"a part that is {said.decode()}": SHAPED % said for said in (b"1", b"null", b"true", b"{}", b"[]", b"1.5", b'["AAAA"]')},
    **{f"{said.decode()} is no JSON": SHAPED % said for said in (b"NaN", b"-Infinity", b"1e999", b"'AAAA'", b"0x1", b'"\\ud800"')},
    **{f"a part with {name}": changed(GOOD, parts=[said]) for name, said in spoiled(OUTER["parts"][0]).items() if "trail" not in name},
    "a part with trailing bits": changed(GOOD, parts=[trailing(text(b"x" * 400))]),
    "one part of many": changed(GOOD, parts=[*OUTER["parts"], "?"]),
}


@pytest.mark.parametrize("name", MISSHAPEN)
def test_what_is_not_in_the_one_form_is_refused_by_everybody_and_not_quoted(name: str) -> None:
    for reader in (READER, people(1)[0]):
        with pytest.raises(EnvelopeRefused) as refused:
            envelope.open_for(MISSHAPEN[name], CASE, [reader.opener])
        assert refused.value.code == "shape"
        assert len(str(refused.value)) < 80


def test_the_record_that_was_misshapen_is_a_good_one() -> None:
    assert isinstance(found(GOOD, READER), Inside)


@pytest.mark.parametrize("name", spoiled("AAAAAA=="))
def test_a_body_that_is_not_canonical_base64_is_refused(name: str) -> None:
    said = spoiled(OUTER["body"] if OUTER["body"].endswith("=") else text(b"x" * 1052))[name]
    assert found(changed(GOOD, body=said), READER) == "shape"


def untouched() -> Iterator[Private]:
    """Keys that nobody may try."""
    raise AssertionError("a key was tried")
    yield READER.opener


@pytest.mark.parametrize("count", [0, 257, 5000])
def test_no_parts_and_too_many_are_refused_before_any_key_is_tried(count: int) -> None:
    with pytest.raises(EnvelopeRefused) as refused:
        envelope.open_for(changed(GOOD, parts=["AAAA"] * count), CASE, untouched())
    assert refused.value.code == "oversize"


def test_a_record_of_as_many_parts_as_it_may_have_is_read() -> None:
    readers = people(envelope.PARTS)
    value = record(dict.fromkeys(readers, {}))
    assert len(value) < envelope.LONGEST_RECORD
    assert all(isinstance(found(value, reader), Inside) for reader in readers[:: envelope.PARTS - 1])


@pytest.mark.parametrize("beginning", [GOOD, b"[" * 9, b"\xff"])
def test_a_record_that_is_too_long_is_refused_before_it_is_parsed(beginning: bytes) -> None:
    for length, code in ((envelope.LONGEST_RECORD, "shape"), (envelope.LONGEST_RECORD + 1, "oversize")):
        with pytest.raises(EnvelopeRefused) as refused:
            envelope.open_for(beginning.ljust(length), CASE, untouched())
        assert refused.value.code == code


INNER_PARTS: dict[str, tuple[bytes, str]] = {
    "not JSON": (b"nonsense", "shape"),
    "blanks alone": (b" " * 256, "shape"),
    "a list": (b"[]", "shape"),
    "nested too deep": (b"[" * 5000, "shape"),
    "no key": (b'{"sections":{}}', "shape"),
    "no sections": (orjson.dumps({"key": text(bytes(32))}), "shape"),
    "a field more": (part_plain(more=1), "shape"),
    "the key is a number": (orjson.dumps({"key": 7, "sections": {}}), "shape"),
    "sections are a list": (part_plain(sections=[]), "shape"),
    "sections are nothing": (part_plain(sections=None), "shape"),
    "the key is not base64": (orjson.dumps({"key": "?" * 44, "sections": {}}), "shape"),
    "the key is not canonical base64": (orjson.dumps({"key": trailing(text(bytes(range(32)))), "sections": {}}), "shape"),
    "the key is too short": (part_plain(bytes(range(31))), "shape"),
    "the key is one of AES-128": (part_plain(bytes(range(16))), "shape"),
    "the key is one of AES-192": (part_plain(bytes(range(24))), "shape"),
    "the key is empty": (part_plain(b""), "shape"),
    "the key is too long": (part_plain(bytes(64)), "shape"),
    "another key": (part_plain(bytes(32)), "changed"),
}


@pytest.mark.parametrize("name", INNER_PARTS)
def test_a_part_that_holds_what_is_not_of_the_right_shape_is_refused(name: str) -> None:
    plain, code = INNER_PARTS[name]
    assert found(craft([(READER, plain)]), READER) == code


SIGNED = text(envelope.sign(CORE, bytes(32)))
INNER_BODIES: dict[str, bytes] = {
    "not JSON": b"nonsense",
    "empty": b"",
    "a list": b"[]",
    "nested too deep": b"[" * 5000,
    "no signature": orjson.dumps({"core": CORE.decode()}),
    "no core": orjson.dumps({"signature": SIGNED}),
    "a field more": body_plain(more=1),
    "the core is an object": orjson.dumps({"core": orjson.loads(CORE), "signature": SIGNED}),
    "the core is nothing": orjson.dumps({"core": None, "signature": SIGNED}),
    "the core holds a lone surrogate": b'{"core":"\\ud800","signature":""}',
    "the signature is a number": body_plain(signature=1),
    "the signature is not base64": body_plain(signature="?"),
    "the signature has a newline": body_plain(signature=SIGNED + "\n"),
}


@pytest.mark.parametrize("name", INNER_BODIES)
def test_a_body_that_holds_what_is_not_of_the_right_shape_is_refused(name: str) -> None:
    assert found(craft([(READER, part_plain())], INNER_BODIES[name]), READER) == "shape"


@pytest.mark.parametrize("length", [0, 1, 7, 11, 12, 27, 28])
def test_a_body_that_is_too_short_for_nonce_and_tag_is_refused(length: int) -> None:
    assert found(changed(craft([(READER, part_plain())]), body=text(bytes(length))), READER) == "changed"


P = 2**255 - 19
LOW_ORDER = [
    *(n.to_bytes(32, "little") for n in (0, 1, P - 1, P, P + 1)),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
]
"""The points of Curve25519 that make the shared secret zero, whatever the reader's key."""


@pytest.mark.parametrize("point", LOW_ORDER, ids=bytes.hex)
@pytest.mark.parametrize("high", [0, 0x80], ids=["", "with the bit that is not read"])
def test_an_encapsulated_key_of_low_order_is_for_nobody_and_stops_nobody(point: bytes, high: int) -> None:
    encapsulated = point[:-1] + bytes([point[-1] | high])
    part = encapsulated + bytes(256 + primitives.TAG)
    with pytest.raises(primitives.NotForUs):
        primitives.opened(part, READER.opener, b"context")
    assert found(changed(GOOD, parts=[text(part)]), READER) is None
    assert found(changed(GOOD, parts=[text(part), *OUTER["parts"]]), READER) == "changed", "the next part is tried"


@pytest.mark.parametrize("length", [0, 1, primitives.KEY, primitives.OVERHEAD - 1, primitives.OVERHEAD])
def test_a_part_that_is_too_short_to_hold_anything_is_for_nobody(length: int) -> None:
    assert found(changed(GOOD, parts=[text(bytes(length))]), READER) is None


def test_a_part_that_holds_nothing_at_all_is_for_nobody() -> None:
    assert found(craft([(READER, b"")]), READER) is None
