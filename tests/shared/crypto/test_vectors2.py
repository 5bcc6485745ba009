"""Records of envelope 2 that were sealed once open for ever, with our code and with another that was written from the description alone."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared.crypto import envelope2, primitives
from shared.crypto.primitives import Private, text
from shared.protocol.core import decode, keyed
from tests.shared.crypto import second2, vectors, vectors2
from tests.shared.crypto.crafted2 import SECTION_KEY, craft, section, table
from tests.shared.crypto.people import CASE, CORE, SECTIONS, people
from tests.shared.crypto.people2 import AUTHOR, found, record

LOCKED = "545a0b292b8a24522420226be09c4ece371343f4d2a74bfdc590ac849074a084"
VECTORS: dict[str, Any] = json.loads(vectors2.FILE.read_text(encoding="utf-8"))
RECORDS: dict[str, dict[str, Any]] = {each["type"]: each for each in VECTORS["records"]}


def private(instance: str) -> bytes:
    """The key that opens what is sealed for an instance."""
    return bytes.fromhex(VECTORS["keys"][instance]["seal_private"])


def test_the_vectors_are_those_of_their_first_day() -> None:
    assert sha256(vectors2.FILE.read_bytes()).hexdigest() == LOCKED, "vectors are never edited: put them back, and add new ones beside them"
    assert VECTORS["keys"] == vectors.keys()


def test_vectors_that_are_there_are_not_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "vectors.json"
    assert vectors.main(file, vectors2.made) == 0
    first = file.read_bytes()
    assert set(json.loads(first)) == set(VECTORS)
    assert vectors.main(file, vectors2.made) == 1
    assert file.read_bytes() == first


def test_the_vectors_hold_readers_with_much_with_little_and_with_nothing_in_records_of_few_sizes() -> None:
    kinds = {type: {len(seen) if seen is not None else None for seen in r["finds"].values()} for type, r in RECORDS.items()}
    assert kinds == {
        "case.reported.v1": {2, None},
        "handoff.info-supplied.v1": {1, None},
        "checkpoint.set.v1": {0, 1, 2, None},
        "handoff.acknowledged.v1": {0, None},
    }
    sizes = [len(r["value"]) for r in RECORDS.values()]
    assert len({*sizes[:3]}) == 1, "a checkpoint is as long as an opening"
    assert sizes[3] > sizes[0], "one is given more room than it needs"


@pytest.mark.parametrize("type", RECORDS)
def test_each_reader_finds_what_it_found_on_the_first_day_with_either_implementation(type: str) -> None:
    said = RECORDS[type]
    author = bytes.fromhex(VECTORS["keys"][said["author"]]["sign_public"])
    for instance, sections in said["finds"].items():
        inside = envelope2.open_for(said["value"].encode(), said["case"], [Private(private(instance))])
        other = second2.read(said["value"].encode(), said["case"], private(instance), author)
        if sections is None:
            assert (inside, other) == (None, None), instance
        else:
            assert inside is not None, instance
            assert (inside.core.decode(), text(inside.signature), inside.sections) == (said["core"], said["signature"], sections)
            assert inside.signed_by(author)
            assert other == {"core": said["core"], "signature": said["signature"], "sections": sections}, instance


@pytest.mark.parametrize("type", RECORDS)
def test_a_vector_is_a_record_as_an_instance_would_send_it(type: str) -> None:
    said = RECORDS[type]
    core = decode(said["core"].encode())
    assert (core.type, core.case, core.author) == (type, said["case"], said["author"])
    assert keyed(core)
    assert sha256(said["core"].encode()).hexdigest() == said["id"] == json.loads(said["value"])["id"]


@pytest.mark.parametrize("count", [1, 5, 9])
def test_what_we_seal_now_opens_with_the_other_implementation(count: int) -> None:
    seen = {reader: list(SECTIONS)[: number % 4] for number, reader in enumerate(people(count))}
    value = record(seen)
    for reader, may in seen.items():
        other = second2.read(value, CASE, reader.private, AUTHOR)
        assert other is not None
        assert (other["core"], other["sections"]) == (CORE.decode(), {name: SECTIONS[name] for name in may})
    assert second2.read(value, CASE, people(1)[0].private, AUTHOR) is None


def test_what_the_other_implementation_seals_opens_with_ours() -> None:
    """`craft` seals its parts with the other HPKE."""
    readers = people(3)
    value = craft([(reader, table(D1=SECTION_KEY)) for reader in readers], sections={"D1": section([1, "ž"])})
    for reader in readers:
        inside = found(value, reader)
        assert isinstance(inside, envelope2.Inside)
        assert (inside.core, inside.sections) == (CORE, {"D1": [1, "ž"]})


@pytest.mark.parametrize("length", [1, 9, 32, 33, 64, 200])
def test_both_agree_on_what_two_keys_share(length: int) -> None:
    """The hint, and HKDF beneath it."""
    reader, ephemeral = people(1)[0], primitives.Ephemeral()
    ours = ephemeral.shared(reader.key, second2.context("hint", CASE, "id"), 9)
    assert ours == reader.opener.shared(ephemeral.point, second2.context("hint", CASE, "id"), 9)
    assert ours == second2.hint(reader.private, ephemeral.point, CASE, "id")
    assert len(second2.expanded(bytes(32), b"", length)) == length
