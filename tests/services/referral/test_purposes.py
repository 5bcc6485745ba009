"""An agency that is asked for several needs: each purpose lets it see what it needs, on its own ground, and none takes another's place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral import rules
from shared.protocol.case_file import Group
from shared.protocol.classes import of_protocol_1
from shared.protocol.events import RosterSet
from shared.protocol.facts import Member
from shared.protocol.grants import each, ended, joined, purposes, together, without_classes
from shared.protocol.roster import entitled, told
from shared.protocol.statement_readers import scope
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need

D = DataClass
AT = 1_000
NGO = "rs-ngo-person"
HOUSING = Member(agency=NGO, kind=AgencyKind.NGO, classes=(D.D0, D.D1, D.D3), purpose=Need.HOUSING, basis=Basis.CONSENT, until=AT + 10)
LEGAL = Member(agency=NGO, kind=AgencyKind.NGO, classes=(D.D0, D.D1, D.D2, D.D3), purpose=Need.LEGAL, basis=Basis.CONSENT)

MEMBERS = st.builds(
    Member, agency=st.just(NGO), kind=st.just(AgencyKind.NGO), classes=st.sets(st.sampled_from(sorted(D))).map(lambda s: tuple(sorted(s))),
    purpose=st.sampled_from(Need), basis=st.sampled_from((Basis.CONSENT, Basis.CHILD, Basis.VITAL)),
    until=st.none() | st.integers(AT - 5, AT + 20),
)  # fmt: skip


def test_each_purpose_opens_its_own_groups_and_both_stand():
    both = joined(HOUSING, LEGAL, AT)
    assert purposes(both) == (Need.HOUSING, Need.LEGAL)
    assert scope(both, AT) == scope(HOUSING, AT) | scope(LEGAL, AT)
    assert {Group.BIRTH, Group.DEPENDANTS} <= scope(both, AT), "birth for legal help, dependants for housing"
    assert told(both) == told(HOUSING) | told(LEGAL)


def test_what_ends_for_one_purpose_goes_on_for_another():
    both = joined(HOUSING, LEGAL, AT)
    assert scope(both, AT + 10) == scope(LEGAL, AT)
    assert entitled(both, D.D3, "case.reported.v1", "x", AT + 10)
    assert ended(both, AT + 10) == LEGAL
    assert ended(HOUSING, AT + 10).classes == (D.D0,)


@given(MEMBERS, MEMBERS, MEMBERS)
def test_nothing_is_lost_and_nothing_is_widened(one, two, three):
    """Whoever joins in which order: what may be read is what each purpose gives by itself, the last word on a purpose counts."""
    whole = joined(joined(one, two, AT), three, AT)
    last = {m.purpose: m for m in (one, two, three)}
    assert sorted(purposes(whole)) == sorted({*purposes(whole)}), "each purpose once"
    for at in (AT, AT + 9, AT + 30):
        assert scope(whole, at) == frozenset[Group]().union(*(scope(m, at) for m in last.values()))
    assert joined(whole, three, AT) == whole, "said twice changes nothing"
    assert together(each(whole)) == whole


@given(MEMBERS, MEMBERS, st.sets(st.sampled_from(sorted(D))))
def test_what_is_withdrawn_goes_from_each_purpose(one, two, classes):
    less = without_classes(joined(one, two, AT), classes)
    assert told(less).isdisjoint(classes)
    assert told(less) == told(joined(one, two, AT)) - classes


@pytest.mark.parametrize("silent", [Basis.CONSULTATION, Basis.NONE])
def test_who_was_merely_consulted_is_so_no_more(silent):
    asked = Member(agency=NGO, kind=AgencyKind.NGO, classes=(D.D0,), purpose=Need.HEALTH, basis=silent)
    assert joined(asked, LEGAL, AT) == LEGAL


def test_an_entry_with_one_purpose_is_written_as_it_always_was():
    assert HOUSING.model_dump(mode="json").keys() == {"agency", "kind", "classes", "purpose", "basis", "until"}
    assert of_protocol_1(RosterSet(members=(HOUSING,)))
    assert not of_protocol_1(RosterSet(members=(joined(HOUSING, LEGAL, AT),))), "who never knew it refuses it"


def test_the_policy_invites_an_agency_for_all_that_it_is_asked():
    invited = rules.invited_with({(Need.HOUSING, NGO): HOUSING, (Need.LEGAL, NGO): LEGAL}, ())
    assert purposes(invited[NGO]) == (Need.HOUSING, Need.LEGAL)
