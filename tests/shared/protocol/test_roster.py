"""Who sees what: entitlement over every kind, ground, class and grant; the readers of an event; shelters apart."""

from itertools import combinations, product

import pytest

from shared.protocol.case import Verdict
from shared.protocol.events import CaseReported, CheckpointSet, HandoffAccepted, RosterSet, StatusDecided
from shared.protocol.facts import Member
from shared.protocol.fold import fold
from shared.protocol.roster import POLICY, entitled, may_see, readers, recipients
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass
from tests.shared.protocol.cases import LEAD, LEADING, NGO, POLICE, REPORTER, SOCIAL, Story, core_of, member, members, opening

MAY = {
    AgencyKind.IDENTIFIER: "0123456 78", AgencyKind.POLICE: "01257 38", AgencyKind.LABOUR_INSPECTORATE: "012 3",
    AgencyKind.SOCIAL_SERVICES: "012346 5",
    AgencyKind.HEALTH: "016 3", AgencyKind.NGO: "0124 36", AgencyKind.SHELTER: "013456 ", AgencyKind.LEGAL_AID: "013 47",
    AgencyKind.MIGRATION: "018 2",
    AgencyKind.PROSECUTION: "017 3", AgencyKind.LOCAL_AUTHORITY: "012 35", AgencyKind.GOVERNMENT: "0128 3", AgencyKind.COORDINATOR: "0 ",
    AgencyKind.RAPPORTEUR: "0 ",
}  # fmt: skip
"""Kind → class digits always open, then those that need consent or a child's ground (docs/domain.md, sections 2.2 to 2.4 and 2.6)."""
GRANTS = [frozenset(c) for n in (0, 1, len(DataClass) - 1, len(DataClass)) for c in combinations(DataClass, n)]


def allowed(kind: AgencyKind, basis: Basis, *, ends: bool = False) -> set[DataClass]:
    """What the table above opens; of who did not consent, codes that name nobody; to who is consulted, the band. In danger name, phone and
    place until a moment that is named, where the kind may have them on a ground of law.

    Source: docs/domain.md, sections 3.1 and 3.2.
    """
    always, grounded = MAY[kind].split(" ")
    open_ = {Basis.CONSENT: always + grounded, Basis.CHILD: always + grounded, Basis.VITAL: always}
    if ends:
        open_[Basis.VITAL] = always + "".join(d for d in grounded if d in "345")
    open_[Basis.CONSULTATION] = "".join(d for d in always if d in "01")
    return {DataClass(f"D{d}") for d in open_.get(basis, "".join(d for d in always if d in "012"))}


@pytest.mark.parametrize("kind", AgencyKind)
def test_entitled_is_exactly_policy_and_roster(kind: AgencyKind) -> None:
    for basis, grant, section in product(Basis, GRANTS, DataClass):
        entry = Member(agency="a", kind=kind, classes=tuple(grant), basis=basis)
        granted = section in grant and section in allowed(kind, basis)
        assert entitled(entry, section, CheckpointSet.TYPE, "b", 0) == granted
        assert entitled(entry, section, StatusDecided.TYPE, "b", 0) == (granted and basis is not Basis.CONSULTATION)
        granted = section in grant and section in allowed(kind, basis, ends=True)
        for until, at in ((5, 4), (5, 5), (5, 6)):
            lasting = entry.model_copy(update={"until": until})
            assert entitled(lasting, section, CheckpointSet.TYPE, "b", at) == (granted and at < until)
            assert entitled(lasting, section, CheckpointSet.TYPE, "a", at) == granted, "its own words"


def test_every_kind_has_a_policy_and_nobody_reads_statistics_by_roster() -> None:
    assert set(POLICY) == set(AgencyKind)
    for kind, basis in product(AgencyKind, Basis):
        assert may_see(kind, basis) == allowed(kind, basis)
        assert may_see(kind, basis, ends=True) == allowed(kind, basis, ends=True)
        assert DataClass.D9 not in may_see(kind, basis)


def test_without_consent_or_childhood_only_the_first_column_is_open() -> None:
    for kind, (always, grounded) in POLICY.items():
        everything = Member(agency="a", kind=kind, classes=tuple(DataClass), basis=Basis.VITAL)
        assert {c for c in DataClass if entitled(everything, c, StatusDecided.TYPE, "b", 0)} == always
        assert not always & grounded


def test_without_any_ground_only_codes_that_name_nobody_are_open() -> None:
    for kind, (always, _) in POLICY.items():
        everything = Member(agency="a", kind=kind, classes=tuple(DataClass), basis=Basis.NONE)
        told = {c for c in DataClass if entitled(everything, c, StatusDecided.TYPE, "b", 0)}
        assert told == {c for c in always if c in (DataClass.D0, DataClass.D1, DataClass.D2)}


def test_an_entry_that_grants_nothing_opens_nothing() -> None:
    for kind, basis, section in product(AgencyKind, Basis, DataClass):
        assert not entitled(Member(agency="a", kind=kind, basis=basis), section, CheckpointSet.TYPE, "b", 0)


def test_the_core_goes_to_all_on_the_roster_and_a_roster_to_old_and_new_together() -> None:
    story = Story(SOCIAL)
    assert recipients(story.case, HandoffAccepted(handoff="h")) == {LEAD, REPORTER, SOCIAL}
    change = RosterSet(members=members(LEAD, SOCIAL, NGO))
    assert recipients(story.case, change) == {LEAD, REPORTER, SOCIAL, NGO}
    story.counts(LEADING, change)
    assert recipients(story.case, HandoffAccepted(handoff="h")) == {LEAD, SOCIAL, NGO}


def test_a_checkpoint_goes_to_all_and_its_sections_to_those_who_join() -> None:
    story = Story(SOCIAL, NGO)
    checkpoint = CheckpointSet(place=1, joiners=(NGO, POLICE), state={})
    assert recipients(story.case, checkpoint) == {LEAD, REPORTER, SOCIAL, NGO, POLICE}
    assert readers(story.case, checkpoint, DataClass.D1, LEAD, 0) == {NGO}, "the police are not on the roster yet"
    assert readers(story.case, checkpoint, DataClass.D2, LEAD, 0) == set()


def test_sections_are_read_only_by_members_entitled_to_them() -> None:
    story = Story(SOCIAL)
    granted = {
        LEAD: (DataClass.D1, DataClass.D2, DataClass.D7),
        SOCIAL: (DataClass.D1,),
        POLICE: (DataClass.D2, DataClass.D7),
        REPORTER: (),
    }
    story.counts(LEADING, RosterSet(members=tuple(member(a).model_copy(update={"classes": c}) for a, c in granted.items())))
    event = HandoffAccepted(handoff="h")
    assert {c: readers(story.case, event, c, SOCIAL, 0) for c in DataClass} == {
        **{c: frozenset[str]() for c in DataClass},
        DataClass.D1: {LEAD, SOCIAL}, DataClass.D2: {LEAD, POLICE}, DataClass.D7: {LEAD, POLICE},
    }  # fmt: skip
    joining = RosterSet(members=members(LEAD, NGO))
    assert NGO not in readers(story.case, joining, DataClass.D1, LEAD, 0), "a joiner reads sections only from its checkpoint on"


@pytest.mark.parametrize("others", [(), (SOCIAL,), (REPORTER,), (SOCIAL, NGO)])
def test_a_shelter_is_on_a_roster_with_the_lead_alone(others: tuple[str, ...]) -> None:
    story = Story()
    shelter = Member(agency="rs-prihv", kind=AgencyKind.SHELTER)
    verdict = story.say(LEADING, RosterSet(members=(*members(LEAD, *others), shelter)))
    assert verdict is (Verdict.REFUSED if others else Verdict.COUNTED)
    assert ("rs-prihv" in story.case.agencies) is not bool(others)


@pytest.mark.parametrize("names", [(), (SOCIAL,), (SOCIAL, NGO), (LEAD, SOCIAL, SOCIAL), (LEAD, LEAD)])
def test_a_roster_names_its_lead_and_nobody_twice(names: tuple[str, ...]) -> None:
    story = Story(SOCIAL)
    version, entries = story.case.version, story.case.members
    assert story.say(LEADING, RosterSet(members=members(*names))) is Verdict.REFUSED
    assert (story.case.version, story.case.members) == (version, entries)


def test_what_was_decided_under_another_roster_is_stale_until_sent_again() -> None:
    story = Story(SOCIAL, NGO)
    story.asks("h", LEADING, NGO)
    accept = core_of(story.case, f"assistance.{NGO}", HandoffAccepted(handoff="h"))
    story.counts(LEADING, RosterSet(members=members(LEAD, NGO)))
    stale = fold(story.case, accept)
    assert stale.verdict is Verdict.STALE
    assert stale.case is story.case
    again = fold(story.case, core_of(story.case, f"assistance.{NGO}", HandoffAccepted(handoff="h"), key=accept.key))
    assert again.verdict is Verdict.COUNTED


def test_only_the_opening_is_made_under_roster_nought() -> None:
    first = opening()
    assert isinstance(first, CaseReported)
    assert fold(None, core_of(None, f"intake.{REPORTER}", first, roster=1)).case is None
