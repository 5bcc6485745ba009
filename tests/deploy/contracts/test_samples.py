"""Samples are added, never edited; each verdict that a type can meet has one; vectors hold."""

import json
from typing import Any

import pytest

from shared.protocol.case import Case, Verdict
from shared.protocol.classes import EVENTS
from shared.protocol.core import Core, encode, event_id, keyed
from shared.protocol.fold import fold
from shared.records.codec import headers_of, kept, open_record
from shared.records.reader import murmur2
from tests.deploy.contracts import vectors
from tests.deploy.contracts.verdict_samples import (
    FOLDER,
    NEVER_REPEATED,
    NEVER_STALE,
    NEVER_SUPERSEDED,
    ONLY_UNDER_2,
    golden,
    locked,
    made,
    picture,
    there,
)

SAMPLES = sorted(path.stem for path in FOLDER.glob("*.json"))


def test_no_sample_is_edited_removed_or_left_unlocked() -> None:
    assert there() == locked(), "a sample was edited or removed: put it back and add a new one; or a new one is not locked: add() does it"


def test_the_lock_sees_an_edited_and_a_removed_sample() -> None:
    path, digest = next(iter(locked().items()))
    assert there() != locked() | {path: digest[::-1]}
    assert {p: d for p, d in there().items() if p != path} != locked()


def test_each_type_has_a_sample_of_each_verdict_that_it_can_meet() -> None:
    expected = {f"{name}.{v}" for name in EVENTS.keys() - ONLY_UNDER_2 for v in Verdict if v is not Verdict.COUNTED}
    expected -= (
        {f"{name}.superseded" for name in NEVER_SUPERSEDED}
        | {f"{name}.stale" for name in NEVER_STALE}
        | {f"{name}.repeated" for name in NEVER_REPEATED}
    )
    assert set(SAMPLES) == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_a_verdict_is_as_on_its_first_day(name: str) -> None:
    sample: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    before, core = picture(sample["picture"]), Core(**sample["core"])
    assert before is not None
    assert event_id(encode(core)) == sample["id"]
    assert keyed(core)
    folded = fold(before, core)
    assert folded.verdict == sample["verdict"] == name.rpartition(".")[2]
    assert [[f.follow, f.by, f.about] for f in folded.follow_ups] == sample["follow_ups"]
    changed = {"settled": {**before.settled, **{k: Verdict(v) for k, v in sample["settles"].items()}}}
    changed |= {"head": sample["head"]} if "head" in sample else {}
    assert folded.case == before.model_copy(update=changed), "nothing else changes"


@pytest.mark.parametrize("name", sorted(EVENTS.keys() - ONLY_UNDER_2))
def test_each_verdict_is_met_for_its_own_reason(name: str) -> None:
    """What was made the other way round, by the author and roster of the golden sample, counts there."""
    for verdict, sample in made(name):
        assert sample["verdict"] == verdict
    gold = golden(name)
    before = Case.model_validate(gold["before"]) if gold["before"] else None
    assert fold(before, Core(**gold["core"])).verdict is Verdict.COUNTED


def test_derived_vectors_hold() -> None:
    found = json.loads(vectors.FILE.read_text(encoding="utf-8"))
    found.pop("records")
    assert found == json.loads(json.dumps(vectors.derived()))


def test_whole_records_are_read_and_kept_as_on_their_first_day() -> None:
    for record in json.loads(vectors.FILE.read_text(encoding="utf-8"))["records"]:
        opened = open_record(record["value"].encode())
        assert opened.event == record["id"]
        assert record["key"] == opened.core.case
        assert record["headers"] == {name: told.decode() for name, told in headers_of(opened.core.type)}
        gold = golden(opened.core.type)
        case = Case.model_validate(gold["before"] or gold["after"])
        assert {agency: kept(opened, agency, case, opened.core.at) for agency in record["keeps"]} == record["keeps"]


@pytest.mark.parametrize(
    ("text", "hashed"),
    [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536), ("a-little-bit-longer-string", -1486304829),
     ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971), ("abc", 479470107)],
)  # fmt: skip
def test_the_partitioner_hashes_as_javas_does(text: str, hashed: int) -> None:
    """The values are those of Apache Kafka's own test of its default partitioner."""
    assert murmur2(text.encode()) & 0xFFFFFFFF == hashed & 0xFFFFFFFF
