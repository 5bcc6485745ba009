"""What is on the log and what an honest reader keeps of it; nothing that anybody sends may stop a reader."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from shared.protocol.case import Case
from shared.protocol.classes import by_class
from shared.protocol.core import Core, decision_key
from shared.protocol.events import CaseReported
from shared.protocol.fold import fold
from shared.protocol.vocabulary import Basis, DataClass, Need
from shared.records.codec import ELSEWHERE, Decided, Opened, Unreadable, complete, kept, open_record
from shared.records.reader import home, read
from tests.shared.bus import PLACE, START, SimulatedRecord
from tests.shared.forge import core, raw, section, value
from tests.shared.land import COUNTRY

DEEP = "lists in lists"
SAID = core("c1", "handoff.accepted.v1", {"handoff": "h1"})
OPENING = CaseReported.model_validate({
    "trace": "t", "lead": "rs-lead", "handoff": "h0", "answer_by": START, "lapse_at": START, "urgency": "normal", "basis": "consent",
    "roster": tuple(COUNTRY.member(a, Need.IDENTIFICATION, Basis.CONSENT) for a in ("rs-insp", "rs-lead")),
})  # fmt: skip


def case(*agencies: str) -> Case:
    facts = by_class(OPENING)[DataClass.D0]
    opened = fold(None, core("c1", CaseReported.TYPE, facts, "intake.rs-insp", roster=0)).case
    assert opened is not None
    return opened.model_copy(update={"members": tuple(COUNTRY.member(a, Need.LEGAL, Basis.CONSENT) for a in agencies)})


def told(
    values: dict[str, Any], name: str = "D2", type: str = "handoff.info-supplied.v1", digest: str | None = None
) -> tuple[Core, dict[str, Any]]:
    part, bound = section(values)
    return replace(core("c1", type, {"handoff": "h1"}), digests={name: digest or bound}), {name: part}


HOSTILE: dict[str, bytes | None] = {
    "no bytes": None,
    "empty": b"",
    "not UTF-8": b"\xff\xfe\x00",
    "not JSON": b"{",
    "a list": b"[]",
    "a number": b"7",
    "without its parts": b'{"core":"{}"}',
    "the core is no text": b'{"core":{},"sections":{},"readers":{}}',
    "the core is not JSON": value("nonsense"),
    "the core is a list": value("[]"),
    "the core is nested too deep to parse": value("[" * 100_000),
    "facts nested deep": raw(SAID, facts={"handoff": orjson.loads("[" * 100 + "]" * 100)}),
    "facts nested deeper than can be written": raw(SAID, facts={"handoff": orjson.loads("[" * 300 + "]" * 300)}),
    "at is a text": raw(SAID, at="now"),
    "at is a truth": raw(SAID, at=True),
    "at is huge": raw(SAID, at=10**30),
    "at has no date": raw(SAID, at=2**53),
    "at is negative": raw(SAID, at=-1),
    "the roster is huge": raw(SAID, roster=2**64),
    "a lone surrogate in a word": raw(SAID, head="\ud800"),
    "another author's key": raw(SAID, author="assistance.rs-ngo"),
    "a lone surrogate in the facts": raw(SAID, facts={"handoff": "\ud800"}),
    "a null character": raw(SAID, head="\0"),
    "no case": raw(SAID, case=""),
    "an endless word": raw(SAID, head="k" * 1_000_000),
    "a digest that is a tree": raw(SAID, digests={"D1": [[1]]}),
    "facts are a list": raw(SAID, facts=[]),
    "digests are a list": raw(SAID, digests=[]),
    "sections are a list": value(SAID, sections=[]),
    "readers are a list": value(SAID, readers=[]),
    "a reader's classes are a text": value(SAID, readers={"rs-pol": "D1"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bytes_that_are_no_event_are_unreadable_and_quote_nothing(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        open_record(HOSTILE[name])
    assert len(str(refused.value)) < 120
    assert "nonsense" not in str(refused.value)


def test_a_record_for_others_alone_is_not_looked_into_and_a_misshapen_one_is_everybodys() -> None:
    mine, theirs, broken = (value(SAID, readers={"rs-ngo": []}), value(SAID, readers={"rs-pol": []}), value("nonsense", readers={}))
    records = [SimulatedRecord(0, n, START, b"c1", v) for n, v in enumerate((mine, theirs, broken))]
    first, second, third = (taken.opened for taken in read(records, 1, frozenset({"rs-ngo", "rs-soc"})))
    assert isinstance(first, Opened)
    assert first.core == SAID
    assert second is ELSEWHERE
    assert isinstance(third, str), "a reason in words"
    assert all(isinstance(taken.opened, Opened) for taken in read(records[:2], 1)), "whoever names no agency sees all"


def test_a_record_under_another_key_or_in_another_partition_is_unreadable() -> None:
    key = b"c1"
    place = home(key, 8)
    assert place == PLACE(key, list(range(8)), [])
    assert isinstance(read([SimulatedRecord(place, 0, START, key, value(SAID))], 8)[0].opened, Opened)
    assert isinstance(read([SimulatedRecord((place + 1) % 8, 0, START, key, value(SAID))], 8)[0].opened, str)
    for other in (b"c2", None, b"\xff"):
        assert isinstance(read([SimulatedRecord(0, 0, START, other, value(SAID))])[0].opened, str)


def test_an_entitled_reader_keeps_a_section_that_is_addressed_to_it_and_bound() -> None:
    said, sections = told({"indicators": ["LI04"]})
    opened = open_record(value(said, sections, {"rs-pol": ["D2"]}))
    assert kept(opened, "rs-pol", case("rs-lead", "rs-pol"), START) == {"D0": said.facts, "D2": {"indicators": ["LI04"]}}
    assert kept(opened, "rs-lead", case("rs-lead", "rs-pol"), START) == {"D0": said.facts}, "not addressed to it"
    assert kept(opened, "rs-pol", case("rs-lead"), START) == {"D0": said.facts}, "not on the roster"


def test_a_section_that_policy_does_not_allow_is_dropped_though_it_is_addressed() -> None:
    said, sections = told({"indicators": ["LI04"]})
    opened = open_record(value(said, sections, {"rs-health": ["D2"]}))
    assert kept(opened, "rs-health", case("rs-lead", "rs-health"), START) == {"D0": said.facts}
    wide = case("rs-lead", "rs-health").members[1].model_copy(update={"classes": ("D0", "D1", "D2")})
    generous = case("rs-lead").model_copy(update={"members": (wide,)})
    assert kept(opened, "rs-health", generous, START) == {"D0": said.facts}, "a roster cannot grant what policy does not"


@pytest.mark.parametrize(
    ("sections", "digest"),
    [
        ({"D2": {"salt": "s", "values": {"indicators": ["LI05"]}}}, None),
        ({"D2": {"salt": "t", "values": {"indicators": ["LI04"]}}}, None),
        ({"D2": {"salt": 1, "values": {"indicators": ["LI04"]}}}, None),
        ({"D2": {"salt": "s", "values": ["LI04"]}}, None),
        ({"D2": "text"}, None),
        ({"D2": None}, None),
        ({}, None),
        ({"D2": {"salt": "s", "values": {"indicators": DEEP}}}, None),
        ({"D2": {"salt": "s", "values": {"indicators": ["LI04"]}}}, "0" * 64),
    ],
)
def test_a_section_that_is_not_bound_to_its_core_is_dropped(sections: dict[str, Any], digest: str | None) -> None:
    said, _ = told({"indicators": ["LI04"]}, digest=digest)
    sent = value(said, sections, {"rs-pol": ["D2"]}).replace(f'"{DEEP}"'.encode(), b"[" * 1000 + b"]" * 1000)
    assert kept(open_record(sent), "rs-pol", case("rs-lead", "rs-pol"), START) == {"D0": said.facts}


@pytest.mark.parametrize(
    "values", [{"indicators": "LI04"}, {"indicators": ["nonsense"]}, {"profile": 5}, {"indicators": [], "more": 1}, {"handoff": "other"}]
)
def test_a_bound_section_that_is_not_of_its_type_is_dropped(values: dict[str, Any]) -> None:
    said, sections = told(values)
    opened = open_record(value(said, sections, {"rs-pol": ["D2"]}))
    assert kept(opened, "rs-pol", case("rs-lead", "rs-pol"), START) == {"D0": said.facts}


def test_a_class_cannot_carry_the_fields_of_another() -> None:
    said, sections = told({"indicators": ["LI04"]}, name="D1")
    opened = open_record(value(said, sections, {"rs-health": ["D1"]}))
    assert kept(opened, "rs-health", case("rs-lead", "rs-health"), START) == {"D0": said.facts}


def test_a_section_of_one_mebibyte_is_read_and_dropped_where_it_is_too_much() -> None:
    said, sections = told({"indicators": ["x" * 2**20]})
    opened = open_record(value(said, sections, {"rs-pol": ["D2"]}))
    assert kept(opened, "rs-pol", case("rs-lead", "rs-pol"), START) == {"D0": said.facts}


def test_completing_addresses_each_section_to_those_entitled_and_leaves_out_what_nobody_may_see() -> None:
    key, parts = decision_key("intake.rs-insp", "form:1", 0), {"D0": {"handoff": "h1"}, "D2": {"indicators": ["LI04"]}}
    decided = Decided(key, "c1", "handoff.info-supplied.v1", "form:1", START, False, parts)
    for agencies, readers in (
        (("rs-lead", "rs-health"), {"rs-lead": ["D2"], "rs-health": []}),
        (("rs-health",), {"rs-health": [], "rs-lead": []}),
    ):
        key, sent, headers = complete(decided, "intake.rs-insp", case(*agencies), START)
        opened = open_record(sent)
        assert (key, opened.readers) == (b"c1", readers)
        assert bool(opened.sections) == ("D2" in readers["rs-lead"])
        assert "D2" in opened.core.digests
        told_in_clear = b" ".join(v for _, v in headers)
        assert not any(word in told_in_clear for word in (b"handoff", b"intake", b"rs-"))


def test_each_sending_is_another_event_of_the_same_decision() -> None:
    key = decision_key("assistance.rs-pol", "form:1", 0)
    decided = Decided(key, "c1", "handoff.accepted.v1", "form:1", START, False, {"D0": {"handoff": "h1"}})
    one, two = (open_record(complete(decided, "assistance.rs-pol", case("rs-lead", "rs-pol"), START)[1]) for _ in range(2))
    assert one.event != two.event
    assert one.core.key == two.core.key
