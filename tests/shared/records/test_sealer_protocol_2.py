"""What is sealed of a case of protocol 2: for the same readers, in the other envelope, and of one size whatever is said."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from shared.crypto import envelope, envelope2, primitives
from shared.crypto.body_frame import Framed
from shared.crypto.envelopes import introduces, is_sealed
from shared.protocol.case import Case, Verdict
from shared.protocol.classes import CARRIED
from shared.protocol.core import Core, decode, encode, event_id, section_digest
from shared.protocol.events import CaseReported, CheckpointSet, HandoffAccepted, HandoffRequested, RosterSet
from shared.protocol.facts import Event
from shared.protocol.letters import ReceiptGiven
from shared.protocol.vocabulary import HandoffKind, Need
from shared.records.codec import NEUTRAL, Opened, kept
from shared.records.sealer import room
from tests.shared.crypto.land import CASE, INSTANCES, OTHER_CASE, ROSTER, Land, decided, reported, supplied, why
from tests.shared.protocol.cases import HEALTH, LEAD, LEADING, NGO, POLICE, REPORTER, REPORTING, START, acting

OF_2 = ROSTER.model_copy(update={"protocol": 2})


@pytest.fixture
def land() -> Land:
    return Land()


def opening() -> CaseReported:
    """An opening under protocol 2."""
    return reported().model_copy(update={"protocol": 2})


def said(case: Case) -> list[tuple[Event, Case | None, str]]:
    """One event of each kind, its picture and its author."""
    asked = HandoffRequested(
        handoff="h9", to=POLICE, need=Need.INVESTIGATION, kind=HandoffKind.REFERRAL, answer_by=START + 1, lapse_at=START + 2
    )
    checkpoint = CheckpointSet(place=3, joiners=(POLICE,), state=case.model_dump(mode="json"))
    return [
        (opening(), None, REPORTING), (supplied(), case, REPORTING), (HandoffAccepted(handoff="h0"), case, LEADING), (asked, case, LEADING),
        (RosterSet(members=case.members), case, LEADING), (checkpoint, case, LEADING),
    ]  # fmt: skip


def test_all_types_of_event_have_one_size_one_start_and_the_same_headers(land: Land) -> None:
    records = [land.seal(author).complete(decided(event, author), case, 0, START) for event, case, author in said(OF_2)]
    assert len({len(record.value) for record in records}) == 1
    assert {tuple(record.headers) for record in records} == {(*NEUTRAL, ("content-type", b"application/vnd.nrm.sealed+json; v=2"))}
    for key, value, _ in records:
        assert key == CASE.encode()
        assert is_sealed(value)
        assert introduces(value), "any of them may, for all that it says of itself"
        assert len(orjson.loads(value)["parts"]) == 8


def test_the_readers_are_those_of_protocol_1(land: Land) -> None:
    for (event, case, author), (other, former, _) in zip(said(OF_2), said(ROSTER), strict=True):
        old = other.model_copy(update={"protocol": 1}) if isinstance(other, CaseReported) else other
        values = [land.say(event, case, author), land.say(old, former, author)]
        assert [value.startswith(start) for value, start in zip(values, (envelope2.START, envelope.START), strict=True)] == [True, True]
        for instance in INSTANCES:
            found = [land.open(value, instance) for value in values]
            assert [one and (one.core.type, set(one.sections)) for one in found][0] == [
                one and (one.core.type, set(one.sections)) for one in found
            ][1]


def test_each_instance_of_an_agency_on_the_roster_gets_what_its_agency_may_see(land: Land) -> None:
    value = land.say(supplied(), OF_2)
    seen = {instance: set(opened.sections) for instance in INSTANCES if (opened := land.open(value, instance))}
    assert seen == {
        REPORTING: {"D2"}, acting(REPORTER): {"D2"}, LEADING: {"D2"}, acting(LEAD): {"D2"}, acting(POLICE): {"D2"}, acting(NGO): {"D2"},
        acting(HEALTH): set(),
    }  # fmt: skip
    opened = land.open(value, acting(POLICE))
    assert opened is not None
    assert kept(opened, POLICE, OF_2, START) == {"D0": {"handoff": "h0"}, "D2": {"indicators": ["LI04"]}}
    assert opened.event == orjson.loads(value)["id"][:32]


def test_two_readers_who_are_told_different_things_of_one_class_keep_at_most_what_the_core_says(land: Land) -> None:
    """A hostile author seals twice, with one core; whoever is told what is not in the core's digest keeps the core alone."""
    honest = land.say(supplied(), OF_2)
    inside = envelope2.open_for(honest, CASE, land.rings[LEADING].openers)
    assert inside is not None
    lie = {"D2": {"salt": inside.sections["D2"]["salt"], "values": {"indicators": ["LI01"]}}}
    readers = [(key, ["D2"]) for key in land.listing.readers([acting(POLICE), LEADING]).values()]
    twice = [envelope2.seal(CASE, inside.core, land.rings[REPORTING].sign[-1], said, readers) for said in (inside.sections, lie)]
    found = [land.open(value, acting(POLICE)) for value in twice]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].event == found[1].event == event_id(inside.core)
    assert [set(kept(one, POLICE, OF_2, START)) for one in found if one] == [{"D0", "D2"}, {"D0"}]


@pytest.mark.parametrize(
    ("more", "keeps"), [({"of_a_later_release": 1}, True), ({"handoff": "h9"}, False), ({"indicators": "LI04"}, False)]
)
def test_a_field_that_a_later_release_has_takes_nothing_else_along(land: Land, more: dict[str, Any], keeps: bool) -> None:
    values: dict[str, Any] = {"indicators": ["LI04"]} | more
    said = Opened(
        "e", replace(inner(land), digests={"D2": section_digest("s", values)}), {"D2": {"salt": "s", "values": values}}, {POLICE: ["D2"]}
    )
    whole = {"D0": {"handoff": "h0"}, "D2": {"indicators": ["LI04"]}}
    assert kept(said, POLICE, OF_2, START) == (whole if keeps else {"D0": {"handoff": "h0"}})
    assert kept(replace(said, core=replace(said.core, v=1)), POLICE, ROSTER, START) == {"D0": {"handoff": "h0"}}, (
        "protocol 1 stays as it is"
    )


def test_a_section_with_nothing_in_it_that_the_reader_knows_is_not_kept(land: Land) -> None:
    values = {"of_a_later_release": 1}
    said = Opened(
        "e", replace(inner(land), digests={"D2": section_digest("s", values)}), {"D2": {"salt": "s", "values": values}}, {POLICE: ["D2"]}
    )
    assert kept(said, POLICE, OF_2, START) == {"D0": {"handoff": "h0"}}


def inner(land: Land) -> Core:
    """The core of what the police is told."""
    opened = land.open(land.say(supplied(), OF_2), acting(POLICE))
    assert opened is not None
    return opened.core


def test_who_is_told_a_record_cannot_seal_it_for_another_in_its_authors_name(land: Land) -> None:
    inside = envelope2.open_for(land.say(supplied(), OF_2), CASE, land.rings[acting(POLICE)].openers)
    assert inside is not None
    readers = [(key, ["D2"]) for key in land.listing.readers([LEADING]).values()]
    value = envelope2.seal(CASE, inside.core, land.rings[acting(POLICE)].sign[-1], inside.sections, readers)
    assert why(land, value) == "the record is not signed by its author"


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"v": 1}, "the record's core is not of the protocol of its envelope"),
     ({"v": 3}, "the record's core is not of the protocol"),
     ({"case": "case-1"}, "the record's case has an id that is none"),
     ({"case": CASE.upper()}, "the record's case has an id that is none")],
)  # fmt: skip
def test_a_record_of_this_envelope_is_of_a_case_with_a_uuid_and_says_so_in_its_core(land: Land, changed: dict[str, Any], said: str) -> None:
    readers = [(key, list[str]()) for key in land.listing.readers([LEADING]).values()]
    honest = replace(decided(supplied()).core(REPORTING, OF_2, "salt"), digests={})
    for core, why_not in ((honest, ""), (replace(honest, **changed), said)):
        value = envelope2.seal(core.case, encode(core), land.rings[REPORTING].sign[-1], {}, readers)
        assert why(land, value, case=core.case).startswith(why_not)
        assert bool(why(land, value, case=core.case)) is bool(why_not)


@pytest.mark.parametrize("decisions", [0, 40, 100, 300])
def test_every_record_of_a_case_takes_the_room_that_its_checkpoint_needs(land: Land, decisions: int) -> None:
    long = OF_2.model_copy(update={"settled": {f"{number:032x}": Verdict.COUNTED for number in range(decisions)}})
    sizes = [len(b64decode(orjson.loads(land.say(event, case, author))["body"])) for event, case, author in said(long) if case]
    assert len({*sizes}) == 1
    assert sizes[0] > room(long)


def test_an_opening_takes_no_more_room_because_it_is_sent_again(land: Land) -> None:
    long = OF_2.model_copy(update={"settled": {f"{number:032x}": Verdict.COUNTED for number in range(300)}})
    assert len(land.say(opening(), long)) == len(land.say(opening(), None))


@pytest.mark.parametrize("behind", [(), (acting(POLICE),), INSTANCES])
def test_a_case_goes_on_whoever_is_said_to_have_gone_back_to_an_older_release(land: Land, behind: tuple[str, ...]) -> None:
    """Perhaps it is not so: a directory may also come without that statement, from a coordinator of an older release."""
    land.reads |= dict.fromkeys(behind, 1)
    land.publish()
    everybody = {REPORTING, acting(REPORTER), LEADING, acting(LEAD), acting(POLICE), acting(NGO), acting(HEALTH)}
    assert land.readers(land.say(supplied(), OF_2)) == everybody
    for event, case, author in said(OF_2):
        assert land.readers(land.say(event, case, author))


@pytest.mark.parametrize(("behind", "start"), [("", envelope2.START), (LEADING, envelope.START), (acting(NGO), envelope2.START)])
def test_a_letter_lies_in_the_newest_envelope_that_all_its_readers_read(land: Land, behind: str, start: bytes) -> None:
    land.reads[behind] = 1
    land.publish()
    letter = ReceiptGiven(about=CASE, to=LEAD, answers="k", since=START)
    record = land.seal(acting(POLICE)).complete(decided(letter, acting(POLICE), OTHER_CASE), None, 0, START)
    assert record.value.startswith(start)
    assert land.open(record.value, LEADING, case=OTHER_CASE) is not None
    assert land.open(record.value, acting(NGO), case=OTHER_CASE) is None
    assert dict(record.headers).get("intro") == (b"1" if start == envelope.START else None)


def test_a_member_who_may_read_no_section_finds_as_many_in_every_record(land: Land) -> None:
    """As many digests in the core, and as many locked sections of one length behind it: nothing tells which classes there are."""
    shown = set[tuple[tuple[str, ...], tuple[tuple[str, int], ...]]]()
    for event, case, author in said(OF_2):
        core, frames = framed(land, land.say(event, case, author))
        shown.add((tuple(core.digests), tuple((name, len(locked)) for name, locked in frames.items())))
    assert len(shown) == 1
    ((digests, frames_of_all),) = shown
    assert digests == CARRIED == tuple(name for name, _ in frames_of_all)


def framed(land: Land, value: bytes) -> tuple[Core, Mapping[str, bytes]]:
    """The core, and the sections as they lie locked in the body."""
    outer = envelope2._outer(value)  # pyright: ignore[reportPrivateUsage]
    found = envelope2._found(outer, CASE, land.rings[LEADING].openers)  # pyright: ignore[reportPrivateUsage]
    assert found is not None
    plain = primitives.unlocked(found[0], b64decode(outer["body"]), envelope2._bound(CASE, outer))  # pyright: ignore[reportPrivateUsage]
    inside = Framed.read(plain)
    return decode(inside.core), inside.sections
