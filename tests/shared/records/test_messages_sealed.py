"""Who finds a message: for each kind of agency, purpose, ground and group who is to be given the keys, and on sealed records all keys of
all instances are tried.

What is expected is computed here, from the tables alone. For which purposes records are sealed goes by turns, as in
`test_statements_sealed`.
"""

from itertools import chain
from typing import Any

import pytest

from shared.protocol.case import Case, agency_of
from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.facts import Member
from shared.protocol.file_readers import READERS
from shared.protocol.message_readers import reached
from shared.protocol.messages import (
    HandoffMessage,
    MessageKind,
    MessageRead,
    MessageSent,
    MessageWords,
    classes_of,
    read_by,
    section_of,
    sent,
)
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, HandoffKind, Need
from shared.records.codec import kept
from tests.shared.crypto.land import AT, decided
from tests.shared.protocol.cases import START
from tests.shared.records.test_statements_sealed import AUTHOR, OF_KIND, Land, case_of, expected, members, sealed_today
from tests.turns import by_turns, today

PAIRS = [(one, other) for one in Group for other in Group if CLASS_OF[one] is not CLASS_OF[other]][::15]
"""Some words that speak of two groups."""
ABOUTS: list[tuple[Group, ...]] = [*((group,) for group in Group), *PAIRS]
EIGHTHS = [ABOUTS[n::8] for n in range(8)]


@pytest.fixture(scope="module")
def land() -> Land:
    return Land()


def message(about: tuple[Group, ...], purpose: Need) -> HandoffMessage:
    of: dict[str, Any] = {"id": "m1", "handoff": "h", "purpose": purpose, "about": about, "said_at": START}
    return HandoffMessage(kind=MessageKind.QUESTION, said=MessageWords(words="Canary"), **of)


def to_all(about: tuple[Group, ...], purpose: Need) -> MessageSent:
    """As somebody would send it who names every agency, so that entitlement alone decides."""
    return sent(message(about, purpose), [agency_of(me) for me in OF_KIND.values()])


def may(kind: AgencyKind, purpose: Need, said_for: Need, basis: Basis, about: tuple[Group, ...]) -> bool:
    whatever, besides = READERS[kind]
    needed = all(group in whatever or group in besides.get(said_for, ()) for group in about)
    return needed and all(expected(kind, purpose, basis, group) for group in about)


@pytest.mark.parametrize("basis", Basis)
def test_every_key_finds_exactly_what_the_tables_say(land: Land, basis: Basis, pytestconfig: pytest.Config) -> None:
    """For each purpose an eighth of the groups, so that each group is tried for some purposes; tomorrow the next one, with --long all."""
    assert len(Need) >= len(EIGHTHS)
    tried = sealed_today(basis, pytestconfig)
    for number, purpose in enumerate(Need):
        case = case_of(*members(purpose, basis))
        for about in chain(*by_turns(EIGHTHS, today() + number, pytestconfig.getoption("--long"))):
            event, said = to_all(about, purpose), {section_of(about)}
            reads = {me: said if may(kind, purpose, purpose, basis, about) else set[DataClass]() for kind, me in OF_KIND.items()}
            if basis in (Basis.NONE, Basis.CONSULTATION):
                assert not any(reads.values()), "without consent no words travel"
            reads |= dict.fromkeys((AUTHOR, "referral.rs-author"), said)  # an agency keeps its own words
            assert land.given(event, case) == {agency_of(me): classes for me, classes in reads.items()}, (purpose, about)
            if purpose in tried:
                value = land.sealed(event, case)
                assert b"Canary" not in value
                assert land.found(value) == reads, (purpose, about, "the core is for all members, and for nobody else")


def test_police_prosecution_and_migration_never_receive_words_about_health(land: Land, pytestconfig: pytest.Config) -> None:
    never = [OF_KIND[kind] for kind in (AgencyKind.POLICE, AgencyKind.PROSECUTION, AgencyKind.MIGRATION)]
    for basis in Basis:
        tried = sealed_today(basis, pytestconfig)
        for purpose in Need:
            case = case_of(*members(purpose, basis))
            for about in ((Group.HEALTH,), (Group.COMMUNICATION, Group.HEALTH)):
                event = to_all(about, purpose)
                given = land.given(event, case)
                assert [given[agency_of(me)] for me in never] == [set(), set(), set()]
                if purpose in tried:
                    there = land.found(land.sealed(event, case))
                    assert [there[me] for me in never] == [set(), set(), set()]


def test_words_for_another_purpose_are_read_as_far_as_that_purpose_needs(land: Land) -> None:
    case = case_of(*members(Need.INVESTIGATION, Basis.CHILD))
    there = land.found(land.sealed(to_all((Group.NAME,), Need.SAFETY), case))
    assert there[OF_KIND[AgencyKind.POLICE]] == {DataClass.D3}
    there = land.found(land.sealed(to_all((Group.BIRTH,), Need.SAFETY), case))
    assert there[OF_KIND[AgencyKind.POLICE]] == set(), "safety needs no date of birth"


def test_who_is_not_named_finds_nothing_and_a_receipt_is_for_one_alone(land: Land) -> None:
    case = case_of(*members(Need.HOUSING, Basis.CHILD))
    named = agency_of(OF_KIND[AgencyKind.SOCIAL_SERVICES])
    for event in (
        sent(message((Group.COMMUNICATION,), Need.HOUSING), [named]), read_by((MessageRead(id="m1", at=START),), named),
    ):  # fmt: skip
        there = land.found(land.sealed(event, case))
        assert {me for me, classes in there.items() if classes} == {f"assistance.{named}", AUTHOR, "referral.rs-author"}


def test_what_the_roster_does_not_grant_or_not_any_more_nobody_finds(land: Land) -> None:
    about = (Group.NAME, Group.MEETING_POINT)
    for more in ({"classes": (DataClass.D0, DataClass.D5)}, {"until": AT}):
        case = case_of(*members(Need.GUARDIANSHIP, Basis.CHILD, **more))
        there = land.found(land.sealed(to_all(about, Need.GUARDIANSHIP), case, AT))
        assert {me for me, classes in there.items() if classes} <= {AUTHOR, "referral.rs-author"}


def test_a_message_a_receipt_and_a_long_arrangement_look_alike(land: Land) -> None:
    case = case_of(*members(Need.HOUSING, Basis.CHILD))
    short = land.sealed(to_all((Group.COMMUNICATION,), Need.HOUSING), case)
    receipt = land.sealed(read_by((MessageRead(id="m1", at=START),), "rs-ngo"), case)
    assert len(short) == len(receipt)


def test_an_honest_reader_keeps_no_message_that_is_not_for_it(land: Land) -> None:
    case = case_of(*members(Need.INVESTIGATION, Basis.CHILD))
    about = (Group.HEALTH,)
    event = to_all(about, Need.INVESTIGATION)
    for kind, me in OF_KIND.items():
        opened = _given_all(event, case, me)
        parts = kept(opened, agency_of(me), case, START)
        assert (section_of(about) in parts) is may(kind, Need.INVESTIGATION, Need.INVESTIGATION, Basis.CHILD, about), kind


def _given_all(event: MessageSent, case: Case, me: str) -> Any:
    """The record as a dishonest sender would make it: addressed to an agency whatever it may read."""
    from shared.records.codec import complete, open_record

    value = complete(decided(event, AUTHOR), AUTHOR, case, START).value
    opened = open_record(value)
    names = [name for name in opened.sections]
    return opened.__class__(opened.event, opened.core, opened.sections, {agency_of(me): names})


@pytest.mark.parametrize("kind", AgencyKind)
def test_the_form_names_exactly_those_who_find_it(kind: AgencyKind) -> None:
    """What a sender sees first is what is sealed, and nobody can be named beside the two ends and the lead."""
    asked = agency_of(OF_KIND[kind])
    for basis in Basis:
        for purpose in Need:
            there: tuple[Member, ...] = members(purpose, basis)
            case = case_of(*there)
            handoff = case.handoffs["h0"] if "h0" in case.handoffs else next(iter(case.handoffs.values()))
            handoff = handoff.model_copy(update={"giver": "rs-author", "to": asked, "need": purpose, "kind": HandoffKind.REFERRAL})
            for about in ABOUTS[::3]:
                named = reached(case, handoff, about, "rs-author", START)
                assert named == ((asked,) if may(kind, purpose, purpose, basis, about) else ())
                assert set(classes_of(about)) <= set(DataClass)
