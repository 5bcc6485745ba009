"""Who finds what was stated: for each kind of agency, purpose, ground and group who is to be given the keys, and on sealed records all keys
of all instances are tried.

What is expected is computed here, from the tables alone. Sealing is what costs: for whom a record is sealed is looked at for each purpose
on each ground on any day, and sealed records for a third of the purposes, on each ground another third, the next tomorrow; with --long for
all.
"""

from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from shared.config.clock import wall
from shared.crypto import envelope2, keyring, primitives
from shared.crypto.body_frame import Framed
from shared.crypto.directory import issue
from shared.crypto.directory_state import Listing
from shared.crypto.envelope2 import _found, _outer  # pyright: ignore[reportPrivateUsage]
from shared.crypto.protocols_read import state, with_reads
from shared.protocol.case import Case, agency_of
from shared.protocol.case_file import CLASS_OF, FIELDS, Group
from shared.protocol.facts import Member
from shared.protocol.file_readers import MINIMUM, READERS
from shared.protocol.messages import MessageSent
from shared.protocol.roster import POLICY
from shared.protocol.statements import Statement, StatementMade, group_of, place, stated
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need, Source
from shared.records.codec import completed, kept
from shared.records.sealer import Sealer
from tests.shared.crypto.directories import COUNTRY, PUBLIC_ROOT, ROOT, directory
from tests.shared.crypto.land import AT, CASE, decided, keys
from tests.shared.protocol.cases import START, Story
from tests.turns import by_turns, today

AUTHOR, AFTER = "assistance.rs-author", "assistance.rs-outside"
OF_KIND = {kind: f"assistance.rs-{kind.replace('_', '-')}" for kind in AgencyKind}
INSTANCES = (*OF_KIND.values(), AUTHOR, "referral.rs-author", AFTER)
ONE_OF: dict[Group, str] = {field.group: field.name for field in FIELDS.values()}
EVERYTHING = [
    Statement(id=f"s{n}", field=name, value=f"Canary {group}", source=Source.SAID, said_at=START)
    for n, (group, name) in enumerate(ONE_OF.items())
]


class Land:
    """Fifteen agencies with keys, and a directory that lists them."""

    def __init__(self) -> None:
        self.rings = {me: keyring.new(me) for me in INSTANCES}
        self.listing = Listing(COUNTRY, PUBLIC_ROOT)
        made = directory({me: keys(ring) for me, ring in self.rings.items()}, 1, wall())
        made = with_reads(made, dict.fromkeys(INSTANCES, 2))
        assert self.listing.offer(issue(made, ROOT), state(made, ROOT))

    def sealed(self, event: StatementMade | MessageSent, case: Case, now: int = START) -> bytes:
        return Sealer(self.rings[AUTHOR], self.listing).complete(decided(event, AUTHOR), case, 0, now).value

    def given(self, event: StatementMade | MessageSent, case: Case, now: int = START) -> dict[str, set[DataClass]]:
        """Agency → the classes whose keys the author gives it: for whom a record is sealed."""
        _, _, readers = completed(decided(event, AUTHOR), AUTHOR, case, now)
        return {agency: set(map(DataClass, classes)) for agency, classes in readers.items()}

    def found(self, value: bytes) -> dict[str, set[DataClass]]:
        """Instance → the classes whose key it finds; nothing where no part is for it."""
        outer, there = _outer(value), dict[str, set[DataClass]]()
        for me, ring in self.rings.items():
            found = _found(outer, CASE, ring.openers)
            if found is not None:
                there[me] = {DataClass(name) for name in found[1]}
        return there


@pytest.fixture(scope="module")
def land() -> Land:
    return Land()


def members(purpose: Need, basis: Basis, **more: Any) -> tuple[Member, ...]:
    """One agency of each kind, to which the roster grants everything, and the author, which is of a kind that may read nothing."""
    common: dict[str, Any] = {"classes": tuple(DataClass), "purpose": purpose, "basis": basis, **more}
    agencies = [Member(agency=agency_of(me), kind=kind, **common) for kind, me in OF_KIND.items()]
    return (*agencies, Member(agency="rs-author", kind=AgencyKind.COORDINATOR, **common))


def case_of(*there: Member) -> Case:
    return Story().case.model_copy(update={"id": CASE, "protocol": 2, "members": there, "lead": "rs-author"})


def expected(kind: AgencyKind, purpose: Need, basis: Basis, group: Group) -> bool:
    """As the tables say: the class on this ground, the group for this task; without consent nothing, in danger to life the least. What is
    released alone, nobody."""
    return group is not Group.ACCOUNT and could(kind, purpose, basis, group)


def could(kind: AgencyKind, purpose: Need, basis: Basis, group: Group) -> bool:
    """The same, where it is released to this agency for this purpose."""
    if basis in (Basis.NONE, Basis.CONSULTATION):
        return False
    always, grounded = POLICY[kind]
    classes = always | grounded if basis in (Basis.CONSENT, Basis.CHILD) else always
    whatever, besides = READERS[kind]
    needs = group in whatever or group in besides.get(purpose, ())
    least = basis is not Basis.VITAL or kind is AgencyKind.IDENTIFIER or group in MINIMUM  # without an end: see test_file_readers
    return CLASS_OF[group] in classes and needs and least


def groups(event: StatementMade) -> Iterator[Group]:
    for section in CLASS_OF.values():
        group = group_of(section, event.of(section))
        if group is not None:
            yield group


def test_all_groups_are_said_in_as_few_records_as_the_largest_class_has_groups() -> None:
    events = stated(EVERYTHING)
    assert {group for event in events for group in groups(event)} == set(Group)
    assert len(events) == max(sum(c is section for c in CLASS_OF.values()) for section in CLASS_OF.values())


THIRDS_OF_PURPOSES = [[*Need][n::3] for n in range(3)]


def sealed_today(basis: Basis, pytestconfig: pytest.Config) -> set[Need]:
    """The purposes for which records of this ground are sealed today: on any day each is some ground's."""
    turn = today() + [*Basis].index(basis)
    return {purpose for third in by_turns(THIRDS_OF_PURPOSES, turn, pytestconfig.getoption("--long")) for purpose in third}


@pytest.mark.parametrize("basis", Basis)
def test_every_key_finds_exactly_what_the_tables_say(land: Land, basis: Basis, pytestconfig: pytest.Config) -> None:
    tried = sealed_today(basis, pytestconfig)
    for purpose in Need:
        case = case_of(*members(purpose, basis))
        for event in stated(EVERYTHING):
            said = set(groups(event))
            may = {me: {CLASS_OF[g] for g in said if expected(kind, purpose, basis, g)} for kind, me in OF_KIND.items()}
            may |= dict.fromkeys((AUTHOR, "referral.rs-author"), {CLASS_OF[g] for g in said})  # an agency keeps its own words
            assert land.given(event, case) == {agency_of(me): classes for me, classes in may.items()}, purpose
            if purpose in tried:
                value = land.sealed(event, case)
                assert b"Canary" not in value
                assert land.found(value) == may, (purpose, "the core is for all members, and for nobody else")


def test_what_the_roster_does_not_grant_or_not_any_more_nobody_finds(land: Land) -> None:
    granted = {DataClass.D0, DataClass.D3}
    case = case_of(*members(Need.INVESTIGATION, Basis.CHILD, classes=tuple(granted)))
    over = case_of(*members(Need.INVESTIGATION, Basis.CHILD, until=AT))
    for event in stated(EVERYTHING):
        for me, classes in land.found(land.sealed(event, case)).items():
            assert classes <= granted or agency_of(me) == "rs-author"
        for me, classes in land.found(land.sealed(event, over, AT)).items():
            assert not classes or agency_of(me) == "rs-author"


def test_what_is_for_one_alone_nobody_else_finds(land: Land) -> None:
    to = OF_KIND[AgencyKind.POLICE]
    case = case_of(*members(Need.INVESTIGATION, Basis.CHILD))
    for event in stated(EVERYTHING, agency_of(to)):
        there = land.found(land.sealed(event, case))
        may = {CLASS_OF[g] for g in groups(event) if expected(AgencyKind.POLICE, Need.INVESTIGATION, Basis.CHILD, g)}
        assert there.pop(to) == may
        assert {me for me, classes in there.items() if classes} == {AUTHOR, "referral.rs-author"}


THIRDS = [[*AgencyKind][n::3] for n in range(3)]
ACCOUNT = [Statement(id="a1", field="account_words", about="account:1", value="Canary account", source=Source.SAID, said_at=START)]


@cache
def released(to: str, purpose: Need) -> StatementMade:
    [event] = stated(ACCOUNT, to, purpose)
    return event


def having(there: dict[str, set[DataClass]]) -> set[str]:
    """Who has the key of any class."""
    return {one for one, classes in there.items() if classes}


@pytest.mark.parametrize("basis", Basis)
def test_an_account_is_found_by_the_one_agency_for_the_one_purpose_it_is_released_for_and_by_its_owner(
    land: Land, basis: Basis, pytestconfig: pytest.Config
) -> None:
    """Every kind in the case for every purpose, released to each of them; to who may read it, for each purpose. Where records are sealed,
    all keys of all instances are tried: it is released to who may read it, and of the others to a third; tomorrow to the next one, with
    --long to all."""
    found, tried = set[tuple[AgencyKind, Need]](), sealed_today(basis, pytestconfig)
    for number, purpose in enumerate(Need):
        case = case_of(*members(purpose, basis))
        today_s = {kind for third in by_turns(THIRDS, today() + number, pytestconfig.getoption("--long")) for kind in third}
        for kind, me in OF_KIND.items():
            may = could(kind, purpose, basis, Group.ACCOUNT)
            for named in Need if may else (purpose,):
                event = released(agency_of(me), named)
                reads = {AUTHOR, "referral.rs-author"} | ({me} if may and named is purpose else set())
                assert having(land.given(event, case)) == {*map(agency_of, reads)}, (kind, purpose, named)
                if purpose in tried and (may or kind in today_s):
                    assert having(land.found(land.sealed(event, case))) == reads, (kind, purpose, named)
                found |= {(kind, purpose)} if me in reads else set()
    if basis not in (Basis.CONSENT, Basis.CHILD):
        assert found <= {(AgencyKind.PROSECUTION, Need.INVESTIGATION), (AgencyKind.POLICE, Need.INVESTIGATION)}
    else:
        named = {(AgencyKind.POLICE, Need.INVESTIGATION), (AgencyKind.PROSECUTION, Need.INVESTIGATION), (AgencyKind.LEGAL_AID, Need.LEGAL)}
        assert found == named | {(AgencyKind.IDENTIFIER, purpose) for purpose in Need}


def test_all_sections_of_a_record_are_of_one_length_and_all_classes_have_one(land: Land) -> None:
    case = case_of(*members(Need.INVESTIGATION, Basis.CHILD))
    for one in EVERYTHING:
        [event] = stated([one])
        outer = _outer(land.sealed(event, case))
        found = _found(outer, CASE, land.rings[OF_KIND[AgencyKind.RAPPORTEUR]].openers)
        assert found is not None
        bound = envelope2._bound(CASE, outer)  # pyright: ignore[reportPrivateUsage]
        framed = Framed.read(primitives.unlocked(found[0], b64decode(outer["body"]), bound))
        assert list(framed.sections) == [f"D{n}" for n in range(1, 9)]
        assert len({len(locked) for locked in framed.sections.values()}) == 1


def test_a_reader_leaves_out_what_an_author_should_not_have_sent_it(land: Land) -> None:
    """An author who seals all for all is not heeded: each reader keeps what is for it, section by section."""
    case = case_of(*members(Need.HEALTH, Basis.CHILD))
    for event in stated(EVERYTHING):
        value = land.sealed(event, case)
        opened = Sealer(land.rings[AUTHOR], land.listing).open(value, CASE, 0, AT)
        assert opened is not None
        for kind, me in OF_KIND.items():
            opened.readers.clear()
            opened.readers[agency_of(me)] = [f"D{n}" for n in range(1, 9)]
            may = {CLASS_OF[g] for g in groups(event) if expected(kind, Need.HEALTH, Basis.CHILD, g)}
            parts = kept(opened, agency_of(me), case, AT)
            assert parts.keys() - {"D0"} == may
            assert all(parts[section][place(section)]["statements"] for section in may)
