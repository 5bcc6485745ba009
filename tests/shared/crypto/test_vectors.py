"""Records that were sealed once open for ever, with our code and with another that was written from the description alone."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared.crypto import envelope, primitives
from shared.crypto.primitives import NotForUs, Private, Public, text
from shared.protocol.core import decode, keyed
from tests.shared.crypto import second, vectors
from tests.shared.crypto.crafted import KEY, craft, part_plain
from tests.shared.crypto.people import CASE, CORE, SECTIONS, SIGNING, found, people, record

LOCKED = "8a87d70be72ec8d16b7de92ccc3d414081bcdd3251c25d43f3117d935ff79091"
VECTORS: dict[str, Any] = json.loads(vectors.FILE.read_text(encoding="utf-8"))
RECORDS: dict[str, dict[str, Any]] = {each["type"]: each for each in VECTORS["records"]}


def private(instance: str) -> bytes:
    """The key that opens what is sealed for an instance."""
    return bytes.fromhex(VECTORS["keys"][instance]["seal_private"])


def test_the_vectors_are_those_of_their_first_day() -> None:
    assert sha256(vectors.FILE.read_bytes()).hexdigest() == LOCKED, "vectors are never edited: put them back, and add new ones beside them"


def test_vectors_that_are_there_are_not_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "vectors.json"
    assert vectors.main(file) == 0
    first = file.read_bytes()
    assert set(json.loads(first)) == set(VECTORS)
    assert vectors.main(file) == 1
    assert file.read_bytes() == first


def test_the_public_keys_are_those_of_the_private_ones() -> None:
    assert VECTORS["keys"] == vectors.keys()


def test_the_vectors_hold_readers_with_much_with_little_and_with_nothing() -> None:
    kinds = {type: {len(seen) if seen is not None else None for seen in r["finds"].values()} for type, r in RECORDS.items()}
    assert kinds == {
        "case.reported.v1": {2, None},
        "handoff.info-supplied.v1": {1, None},
        "checkpoint.set.v1": {0, 1, 2, None},
        "handoff.acknowledged.v1": {0, None},
    }
    assert {record["intro"] for record in RECORDS.values()} == {True, False}
    assert len(RECORDS["checkpoint.set.v1"]["value"]) > 2 * len(RECORDS["handoff.acknowledged.v1"]["value"]), "one is larger"


@pytest.mark.parametrize("type", RECORDS)
def test_each_reader_finds_with_our_code_what_it_found_on_the_first_day(type: str) -> None:
    said = RECORDS[type]
    for instance, sections in said["finds"].items():
        inside = envelope.open_for(said["value"].encode(), said["case"], [Private(private(instance))])
        if sections is None:
            assert inside is None, instance
        else:
            assert inside is not None, instance
            assert (inside.core.decode(), text(inside.signature), inside.sections) == (said["core"], said["signature"], sections)
            assert envelope.proven(inside.core, inside.signature, bytes.fromhex(VECTORS["keys"][said["author"]]["sign_public"]))


@pytest.mark.parametrize("type", RECORDS)
def test_each_reader_finds_the_same_with_another_implementation(type: str) -> None:
    said = RECORDS[type]
    author = bytes.fromhex(VECTORS["keys"][said["author"]]["sign_public"])
    for instance, sections in said["finds"].items():
        found = second.read(said["value"].encode(), said["case"], private(instance), author)
        expected = None if sections is None else {"core": said["core"], "signature": said["signature"], "sections": sections}
        assert found == expected, instance


@pytest.mark.parametrize("type", RECORDS)
def test_a_vector_is_a_record_as_an_instance_would_send_it(type: str) -> None:
    said = RECORDS[type]
    core = decode(said["core"].encode())
    assert (core.type, core.case, core.author) == (type, said["case"], said["author"])
    assert keyed(core)
    assert sha256(said["core"].encode()).hexdigest() == said["id"] == json.loads(said["value"])["id"]
    assert len(json.loads(said["value"])["parts"]) == sum(seen is not None for seen in said["finds"].values())


@pytest.mark.parametrize("count", [1, 5])
def test_what_we_seal_now_opens_with_the_other_implementation(count: int) -> None:
    readers = people(count)
    seen = {reader: dict(list(SECTIONS.items())[:number]) for number, reader in enumerate(readers)}
    value = record(seen, intro=True)
    for reader, sections in seen.items():
        other = second.read(value, CASE, reader.private, primitives.public_of(SIGNING, "sign"))
        assert other is not None
        assert (other["core"], other["sections"]) == (CORE.decode(), sections)


def test_what_the_other_implementation_seals_opens_with_ours() -> None:
    """`craft` seals its parts with the other HPKE."""
    readers = people(3)
    value = craft([(reader, part_plain(KEY, sections={reader.name: []})) for reader in readers])
    for reader in readers:
        inside = found(value, reader)
        assert isinstance(inside, envelope.Inside)
        assert (inside.core, inside.sections) == (CORE, {reader.name: []})


@pytest.mark.parametrize("length", [1, 16, 255, 4096])
def test_both_implementations_of_hpke_agree_on_what_opens_and_what_does_not(length: int) -> None:
    reader, other = people(2)
    plain, public = bytes(range(256)) * 16, primitives.public_of(reader.private, "seal")
    ours = primitives.sealed(plain[:length], Public(public), b"context")
    theirs = second.seal_part(plain[:length], public, b"context")
    assert len(ours) == len(theirs) == length + primitives.OVERHEAD
    for part in (ours, theirs):
        assert second.open_part(part, reader.private, b"context") == plain[:length]
        assert primitives.opened(part, reader.opener, b"context") == plain[:length]
        for key, context in ((other, b"context"), (reader, b"another"), (reader, b"")):
            assert second.open_part(part, key.private, context) is None
            with pytest.raises(NotForUs):
                primitives.opened(part, key.opener, context)
