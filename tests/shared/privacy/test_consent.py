"""What follows from bases on record: deny by default, the last word counts, a withdrawal wins, and what has ended grants nothing."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.privacy.consent import GRANTING, PERSONAL, Grant, LegalBasis, Months, Recipient, ends, granted, of_opening, refused, withdrawal
from shared.protocol.roster import may_see
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need

NEEDS = (Need.HOUSING, Need.LEGAL)
POLICE = Recipient("pol", AgencyKind.POLICE, frozenset({Need.LEGAL}))
HOUSE = Recipient("house", AgencyKind.SHELTER, frozenset({Need.HOUSING}))
NGO = Recipient("ngo", AgencyKind.NGO)
THOSE = (POLICE, HOUSE, NGO)
BOTH = frozenset({DataClass.D1, DataClass.D2})
moments = st.integers(0, 20)
classes = st.frozensets(st.sampled_from(sorted(PERSONAL)), max_size=4)
rows = st.lists(
    st.builds(
        LegalBasis, id=st.just(""), recipient=st.sampled_from(("", *(t.agency for t in THOSE))), purpose=st.sampled_from((None, *NEEDS)),
        classes=classes, basis=st.sampled_from(Basis), given_at=moments, until=st.none() | moments, ended_at=st.none() | moments,
        but=st.frozensets(st.sampled_from(("police", "ngo")), max_size=2), legible=st.sampled_from((True, True, True, False)),
    ),
    max_size=6, unique_by=lambda row: row.given_at,
)  # fmt: skip
recipients, needs = st.sampled_from(THOSE), st.sampled_from(NEEDS)


def yes(to: str, need: Need | None = Need.LEGAL, at: int = 0, until: int | None = None, **more: object) -> LegalBasis:
    return replace(LegalBasis("", to, need, BOTH, Basis.CONSENT, at, until=until), **more)  # type: ignore[arg-type]


def after(recorded: Sequence[LegalBasis], to: Recipient, taken: frozenset[DataClass], at: int) -> list[LegalBasis]:
    """The table once somebody has withdrawn."""
    said = withdrawal(recorded, to.agency, taken, at, "")
    return [*(replace(r, ended_at=at) if ends(r, said) else r for r in recorded), said]


@given(rows, recipients, needs, moments)
def test_nothing_is_granted_that_no_basis_in_force_covers(recorded: list[LegalBasis], to: Recipient, need: Need, at: int) -> None:
    found = granted(recorded, to, need, at)
    holding = [r for r in recorded if r.basis in GRANTING and r.covers(to, need) and r.holds(at)]
    covered = {c for r in holding for c in r.classes if c in may_see(to.kind, r.basis)} | {DataClass.D0}
    if found is None:
        return
    assert holding
    assert found.classes <= covered
    assert found.classes <= may_see(to.kind, found.basis)
    assert found.until is None or found.until > at


@given(rows, recipients, needs, moments)
def test_what_has_ended_expired_or_cannot_be_read_any_more_never_grants(
    recorded: list[LegalBasis], to: Recipient, need: Need, at: int
) -> None:
    assert granted([r for r in recorded if not r.holds(at)], to, need, at) is None


@given(rows, recipients, st.sampled_from((frozenset[DataClass](), frozenset({DataClass.D2}))), moments)
def test_a_withdrawal_takes_all_that_it_names_from_one_and_nothing_from_others(
    recorded: list[LegalBasis], to: Recipient, taken: frozenset[DataClass], at: int
) -> None:
    left = after(recorded, to, taken, at)
    for need in NEEDS:
        found = granted(left, to, need, at)
        assert found is None if not taken else found is None or not found.classes & taken
        for other in THOSE:
            if other is not to:
                assert granted(left, other, need, at) == granted(recorded, other, need, at)


@given(rows, recipients, needs, moments)
def test_after_a_withdrawal_a_new_consent_counts_as_it_was_given(recorded: list[LegalBasis], to: Recipient, need: Need, at: int) -> None:
    left = after(recorded, to, frozenset(), at)
    assert refused(left, to, at)
    again = [*left, yes(to.agency, need, at=30, until=40)]
    assert granted(again, to, need, 35) == Grant((BOTH & may_see(to.kind, Basis.CONSENT)) | {DataClass.D0}, Basis.CONSENT, 40)
    assert not refused(again, to, 35)
    assert granted(again, to, need, 40) is None


def test_the_last_word_counts_also_where_it_is_less() -> None:
    assert granted([yes(""), yes("pol", at=1, until=5)], POLICE, Need.LEGAL, 2) == Grant(BOTH | {DataClass.D0}, Basis.CONSENT, 5)
    assert granted([yes(""), yes("pol", at=1, until=5)], POLICE, Need.LEGAL, 6) is None, "an older one without end does not come back"
    assert granted([yes("pol", until=5), yes("pol", at=1, until=9)], POLICE, Need.LEGAL, 6) is not None, "renewed"


def test_a_general_consent_is_for_those_whom_policy_names_and_not_for_whom_it_leaves_out() -> None:
    general = yes("", but=frozenset({"police"}))
    assert granted([yes("")], POLICE, Need.LEGAL, 0)
    assert granted([yes("")], NGO, Need.LEGAL, 0) is None
    assert granted([general], POLICE, Need.LEGAL, 0) is None
    assert refused([general], POLICE, 0)
    assert granted([general, yes("pol", at=1)], POLICE, Need.LEGAL, 2), "asked for this one, the person agreed"
    assert not refused([general], NGO, 0)


def test_a_report_gives_what_its_mode_allows() -> None:
    told = {"agreed": ["D1"], "consent_until": 9, "withheld": ["police"]}
    consented = of_opening("lead", Basis.CONSENT, NEEDS, 0, told)
    assert [(r.recipient, r.purpose, r.until) for r in consented] == [
        ("lead", Need.IDENTIFICATION, 9),
        ("", NEEDS[0], 9),
        ("", NEEDS[1], 9),
    ]
    assert granted(consented, HOUSE, Need.HOUSING, 8) == Grant(frozenset({DataClass.D0, DataClass.D1}), Basis.CONSENT, 9)
    assert granted(consented, POLICE, Need.LEGAL, 8) is None
    child = granted(of_opening("lead", Basis.CHILD, NEEDS, 0, {}), NGO, Need.RESIDENCE, 0)
    assert child == Grant(BOTH | {DataClass.D0}, Basis.CHILD, None), "of a child whoever helps is told what the report tells"
    vital = granted(of_opening("lead", Basis.VITAL, NEEDS, 0, {}), POLICE, Need.LEGAL, 0)
    assert vital == Grant(may_see(AgencyKind.POLICE, Basis.VITAL), Basis.VITAL, None)
    assert granted(of_opening("lead", Basis.NONE, NEEDS, 0, {}), POLICE, Need.LEGAL, 0) is None


def test_no_consent_lasts_longer_than_its_months() -> None:
    assert [m.days for m in Months] == [90, 180, 365]


def test_a_no_to_all_of_a_kind_ends_what_was_agreed_before_and_nothing_that_names_the_agency_since() -> None:
    child = LegalBasis("", "", None, PERSONAL, Basis.CHILD, 0)
    no = LegalBasis("", "", None, frozenset(), Basis.NONE, 5, but=frozenset({AgencyKind.SHELTER.value}))
    named = yes("house", Need.HOUSING, at=3)
    assert granted([child, named, no], HOUSE, Need.HOUSING, 9) is None
    assert refused([child, named, no], HOUSE, 9)
    assert granted([child, no], POLICE, Need.LEGAL, 9) is not None, "of another kind"
    again = [child, no, replace(named, given_at=7)]
    assert (granted(again, HOUSE, Need.HOUSING, 9) is not None, refused(again, HOUSE, 9)) == (True, False)
