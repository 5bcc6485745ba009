"""The event types: every field has its data class, only D0 lies in a core, and old samples are read as on their first day."""

import json
from dataclasses import replace
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.protocol.case import Case
from shared.protocol.classes import CLASSES, EVENTS, LATER, SAYS_NOTHING, SINCE_2, by_class, data_class
from shared.protocol.core import FIELDS, Core, decision_key, decode, encode, event_id, keyed, section_digest
from shared.protocol.events import CaseReported, HandoffInfoSupplied, JointActionCompleted
from shared.protocol.facts import Event, Member
from shared.protocol.fold import fold
from shared.protocol.letters import CoverSent, ReceiptGiven
from shared.protocol.vocabulary import AgeBand, AgencyKind, DataClass, Indicator
from tests.shared.protocol.cases import LEADING, REPORTING, core_of, opening
from tests.shared.protocol.profiles import searching
from tests.shared.protocol.samples import FOLDER, OPEN, RECEIPT, made, under_2
from tests.shared.protocol.wild import EVENT

NAMES = sorted(EVENTS)
SINCE_2_WHOLE = {"clock.paused.v1", "delay.explained.v1", "basis.changed.v1", "case.reopened.v1", "handoff.advised.v1", *SAYS_NOTHING} | {
    "handoff.forwarded.v1", "handoff.offered.v1", "handoff.offer-agreed.v1", "handoff.offer-refused.v1",
}  # fmt: skip
"""Types that came with protocol 2: their sample is among its samples alone."""
OF_1 = sorted(EVENTS.keys() - SINCE_2_WHOLE)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_one_data_class(name: str) -> None:
    kind = EVENTS[name]
    assert name == kind.TYPE
    for field, info in kind.model_fields.items():
        assert [m for m in info.metadata if isinstance(m, DataClass)] == [data_class(kind, field)] == [CLASSES[name][field]]


def test_a_field_without_a_class_is_caught() -> None:
    class Marked(Event):
        TYPE: ClassVar[str] = "marked.v1"
        known: Annotated[int, DataClass.D2]
        forgotten: int = 0

    assert data_class(Marked, "known") is DataClass.D2
    with pytest.raises(KeyError, match=r"marked\.v1\.forgotten"):
        data_class(Marked, "forgotten")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_routing_has_a_default(name: str) -> None:
    required = {field for field, info in EVENTS[name].model_fields.items() if info.is_required()}
    assert {CLASSES[name][field] for field in required} <= {DataClass.D0}


def test_identity_contact_place_and_health_are_stated_or_said_and_in_no_other_event() -> None:
    others = {c for name, fields in CLASSES.items() if name not in SAYS_NOTHING for c in fields.values()}
    assert others == {DataClass.D0, DataClass.D1, DataClass.D2}
    for name in SAYS_NOTHING:
        assert {*CLASSES[name].values()} == set(DataClass) - {DataClass.D0, DataClass.D9}


@searching(150)
@given(EVENT)
def test_the_core_holds_d0_alone_and_sections_hold_only_what_was_said(event: Event) -> None:
    parts = by_class(event)
    unsaid = {field for kind, field in LATER if kind == event.TYPE} - event.model_fields_set
    assert set(parts[DataClass.D0]) == {f for f, c in CLASSES[event.TYPE].items() if c is DataClass.D0} - unsaid
    said = {field: section for section, values in parts.items() if section is not DataClass.D0 for field in values}
    assert said == {f: c for f, c in CLASSES[event.TYPE].items() if c is not DataClass.D0 and f in event.model_fields_set}
    whole = {field: value for values in parts.values() for field, value in values.items()}
    assert type(event).model_validate(json.loads(json.dumps(whole))) == event


@searching(150)
@given(EVENT, st.text(max_size=9), st.integers(0, 2**53))
def test_a_core_comes_back_from_its_bytes_and_its_event_without_the_sections(event: Event, key: str, at: int) -> None:
    core = core_of(None, LEADING, event, at, key=key, digests={"D1": section_digest("s", {})})
    assert decode(encode(core)) == core
    read = core.event()
    assert read is not None
    assert type(read) is type(event)
    for field, section in CLASSES[event.TYPE].items():
        info = type(event).model_fields[field]
        assert getattr(read, field) == (getattr(event, field) if section is DataClass.D0 else info.get_default())


@pytest.mark.parametrize("name", NAMES)
def test_a_core_that_carries_a_section_is_no_event(name: str) -> None:
    gold = sample(name)
    core = Core(**gold["core"])
    assert core.event() is not None
    for field in (f for f, c in CLASSES[name].items() if c is not DataClass.D0):
        default = json.loads(json.dumps(EVENTS[name].model_fields[field].get_default()))
        assert replace(core, facts={**core.facts, field: default}).event() is None


def test_who_may_not_see_a_section_reads_unknown_not_an_answer() -> None:
    said = opening().model_copy(update={"age": AgeBand.CHILD})
    unsaid = by_class(opening())
    assert DataClass.D1 not in unsaid
    assert by_class(CaseReported.model_validate(said.model_dump(include={*opening().model_fields_set, "age"})))[DataClass.D1] == {
        "age": "child"
    }
    assert by_class(HandoffInfoSupplied(handoff="h", indicators=(Indicator.LI01,)))[DataClass.D2] == {"indicators": ["LI01"]}


def test_an_event_id_changes_with_the_salt_and_with_every_field() -> None:
    core = core_of(None, LEADING, opening())
    other: dict[str, Any] = {
        "case": "c2", "roster": 7, "author": "a.b", "at": 1, "key": "k", "cause": "x", "type": "t", "facts": {}, "head": "h",
        "ordinal": 1, "simulated": True, "salt": "salt", "digests": {"D1": "d"}, "v": 2,
    }  # fmt: skip
    assert set(other) == set(FIELDS)
    ids = {event_id(encode(core)), *(event_id(encode(replace(core, **{name: value}))) for name, value in other.items())}
    assert len(ids) == len(FIELDS) + 1


def test_a_decision_key_is_one_for_one_decision() -> None:
    keys = {decision_key(*said) for said in (("a.b", "form", 0), ("a.b", "form", 1), ("a.c", "form", 0), ("a.b", "form2", 0))}
    assert len(keys) == 4
    assert decision_key("a.b", "form", 0) in keys


@pytest.mark.parametrize("name", NAMES)
def test_extra_facts_are_forbidden(name: str) -> None:
    with pytest.raises(ValidationError):
        EVENTS[name].model_validate({**sample(name)["core"]["facts"], "name_of_person": "x"})


@pytest.mark.parametrize("agency", ["", "a b", "a\nb", "x" * 65, "ime.č"])
def test_ids_are_opaque_and_short(agency: str) -> None:
    with pytest.raises(ValidationError):
        Member(agency=agency, kind=AgencyKind.NGO)


@pytest.mark.parametrize("name", FIELDS)
def test_a_core_with_a_field_missing_or_of_another_type_is_unreadable(name: str) -> None:
    raw = json.loads(encode(core_of(None, LEADING, JointActionCompleted())))
    for broken in ({k: v for k, v in raw.items() if k != name}, {**raw, name: None}, {**raw, name: 1.5}, {**raw, name: [raw[name]]}):
        with pytest.raises(ValueError, match="not a core"):
            decode(json.dumps(broken).encode())


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"\xff\xfe", b"{", b"1" * 5000, b"[" * 200_000],
    ids=["none", "[]", "null", "no text", "{", "long", "deep"],
)
def test_bytes_that_are_no_core_are_unreadable(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error where it is no JSON at all
        decode(body)


@pytest.mark.parametrize("field", ["key", "case", "author", "cause", "head"])
def test_a_word_that_is_no_text_is_unreadable_and_so_cannot_poison_the_picture(field: str) -> None:
    body = encode(replace(core_of(None, LEADING, JointActionCompleted()), **{field: "WORD"})).replace(b"WORD", b"\\ud800")
    with pytest.raises(ValueError, match="surrogate"):
        decode(body)


def test_a_key_is_its_authors_causes_and_ordinals() -> None:
    core = core_of(None, LEADING, JointActionCompleted())
    assert keyed(core)
    for other in ({"author": REPORTING}, {"cause": "another"}, {"ordinal": 1}, {"ordinal": -1}, {"key": ""}, {"key": core.key.upper()}):
        assert not keyed(replace(core, **other))
    assert keyed(replace(core, case="case-2", at=0, facts={}, roster=9)), "what is said may change with the roster; who says it may not"


LATER_SAID = sorted([*(f"{name}.{field}" for name, field in LATER - SINCE_2), "case.reported.v1.consent"])
"""Samples of what came after the first release, D0 fields and the terms of consent."""


def sample(name: str) -> dict[str, Any]:
    return json.loads(((OPEN if name in SINCE_2_WHOLE else FOLDER) / f"{name}.json").read_text())


def test_every_type_has_a_sample() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(OF_1 + LATER_SAID)


@pytest.mark.parametrize("name", NAMES + LATER_SAID)
def test_a_sample_folds_as_on_its_first_day(name: str) -> None:
    gold = sample(name)
    core = Core(**gold["core"])
    assert event_id(encode(core)) == gold["id"]
    assert keyed(core)
    folded = fold(Case.model_validate(gold["before"]) if gold["before"] else None, core)
    assert folded.verdict == gold["verdict"]
    assert folded.case == (Case.model_validate(gold["after"]) if gold["after"] else None)
    assert [[f.follow, f.by, f.about] for f in folded.follow_ups] == gold["follow_ups"]


def test_the_samples_of_protocol_2_are_what_the_code_makes_now() -> None:
    """They are written anew (`python -m tests.shared.protocol.samples`) as long as protocol 2 is open to additions."""
    assert {path.name: path.read_text(encoding="utf-8") for path in OPEN.glob("*.json")} == under_2()
    assert {path.name for path in OPEN.glob("*.json")} >= {f"{name}.json" for name in NAMES if name not in (RECEIPT.TYPE, CoverSent.TYPE)}
    assert {json.loads(text)["core"]["v"] for text in under_2().values()} - {1} == {2}
    assert {after["protocol"] for text in under_2().values() if (after := json.loads(text)["after"])} == {2}
    said = {(gold["core"]["type"], field) for gold in map(json.loads, under_2().values()) for field in gold["core"]["facts"]}
    assert said >= SINCE_2, "each field that came with protocol 2 is said by one of them"
    refused = {name for name, text in under_2().items() if json.loads(text)["verdict"] == "refused"}
    assert refused == {name for name in under_2() if ".refused." in name} != set()


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_parts_by_class_as_on_its_first_day(name: str) -> None:
    gold = sample(name)
    whole = {field: value for values in gold["parts"].values() for field, value in values.items()}
    parts = by_class(EVENTS[name].model_validate(whole))
    assert {section: values for section, values in parts.items() if section is not DataClass.D0} == {
        section: values for section, values in gold["parts"].items() if section != "D0"
    }  # fmt: skip
    assert {f: v for f, v in parts[DataClass.D0].items() if f in gold["parts"]["D0"]} == gold["parts"]["D0"] == gold["core"]["facts"]


def test_the_story_of_the_samples_counts_to_its_end() -> None:
    assert {name for name, _ in made()} == set(OF_1) - {ReceiptGiven.TYPE, CoverSent.TYPE}, "neither is part of the case"
    assert [s["verdict"] for _, s in made() if s["verdict"] != "counted"] == []
