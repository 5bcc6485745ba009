"""Who reads which group of a case file: never beyond the table of the domain but for listed reasons, on every ground, for every purpose."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from shared.protocol.case_file import CLASS_OF, DOCUMENTS, FIELDS, RELEASED, Group, Kind
from shared.protocol.facts import Member
from shared.protocol.file_readers import MINIMUM, REACH, READERS, classes_needed, may_read
from shared.protocol.roster import may_see
from shared.protocol.statement_readers import opens, scope
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need

DOMAIN = Path(__file__).parents[3] / "docs" / "domain.md"
K, N, G = AgencyKind, Need, Group

EXCEPTIONS = {
    (K.POLICE, G.MEETING_POINT): "who is called to danger must know where to go",
    (K.LABOUR_INSPECTORATE, G.NAME): "nobody claims wages for somebody without a name",
    (K.LABOUR_INSPECTORATE, G.EMPLOYMENT_PAPERS): "a wage claim is made of contracts and payslips, and a name stands on them",
    (K.HEALTH, G.NAME): "an appointment is made in a name",
    (K.LEGAL_AID, G.PHONE): "a lawyer must reach a client, before terms end",
    (K.LOCAL_AUTHORITY, G.MUNICIPALITY): "which municipality is competent depends on it",
}
"""What the table of the domain does not give this kind, and one need does; why. Section 2.6 of docs/domain.md lists the same."""

Every = tuple[AgencyKind, Need, Basis, Group]


def every() -> Iterator[Every]:
    return product(AgencyKind, Need, Basis, Group)


def reads(kind: AgencyKind, need: Need, basis: Basis, group: Group, until: int | None = None) -> bool:
    return may_read(Member(agency="a", kind=kind, purpose=need, basis=basis, until=until), group)


@cache
def everything_read() -> tuple[Every, ...]:
    return tuple(one for one in every() if reads(*one))


@cache
def domain() -> dict[str, dict[str, bool]]:
    """Kind → class → whether always (else with consent or a statutory ground), by sections 2.2 and 2.3: the union of a kind's agencies."""
    found: dict[str, dict[str, bool]] = {}
    for part in re.findall(r"^### 2\.[23] .*?(?=^<a id)", DOMAIN.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in part.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) != 6 or not re.match(r"(RS|FI)-", cells[0]):
                continue
            for kind, (section, plus) in product(cells[2].split(", "), re.findall(r"(D\d)(\+?)", cells[4])):
                found.setdefault(kind, {})
                found[kind][section] = found[kind].get(section, False) or not plus
    return found


def test_a_roster_entry_that_grants_all_opens_what_its_kind_reads() -> None:
    read = set(everything_read())
    for kind, need, basis in product(AgencyKind, Need, Basis):
        entry = Member(agency="a", kind=kind, purpose=need, basis=basis, classes=tuple(DataClass))
        open_to_it = scope(entry, 0)
        assert open_to_it == {group for group in Group if (kind, need, basis, group) in read} - RELEASED
        if basis in (Basis.CHILD, Basis.VITAL):
            assert {group for group in Group if opens(entry, group, 0)} == open_to_it
            ends = entry.model_copy(update={"until": 1})
            assert {group for group in Group if opens(ends, group, 0)} == scope(ends, 0) == {
                group for group in Group if may_read(ends, group)
            } - RELEASED  # fmt: skip
            assert not scope(ends, 1)
            assert not any(opens(ends, group, 1) for group in Group)


def test_the_table_of_the_domain_is_read() -> None:
    assert set(domain()) == set(AgencyKind) - {K.GOVERNMENT}, "of central government section 2.4 speaks"
    assert domain()["legal_aid"] == {"D0": True, "D1": True, "D3": True, "D7": False}
    assert domain()["police"]["D3"] is False


def test_nobody_reads_beyond_the_table_of_the_domain_but_for_a_listed_reason() -> None:
    beyond = set[tuple[AgencyKind, Group]]()
    for kind, _, basis, group in everything_read():
        if kind is K.GOVERNMENT:
            assert CLASS_OF[group] in {DataClass.D1, DataClass.D2, DataClass.D8}
            continue
        always = domain()[kind].get(CLASS_OF[group])
        if always is None or (not always and basis not in (Basis.CONSENT, Basis.CHILD)):
            beyond.add((kind, group))
    assert beyond == set(EXCEPTIONS)


def test_the_domain_lists_the_same_exceptions() -> None:
    page = DOMAIN.read_text(encoding="utf-8")
    listed = page[page.index("### 2.6 ") : page.index("## 3. ")]
    for kind, group in EXCEPTIONS:
        assert f"`{group}`" in listed, (kind, group)


def test_no_group_is_read_whose_class_the_kind_may_not_have_on_this_ground() -> None:
    for kind, need, basis, group in everything_read():
        assert CLASS_OF[group] in may_see(kind, basis), (kind, need, basis, group)
        assert CLASS_OF[group] in classes_needed(kind, need), (kind, need, group)


def test_every_group_that_a_need_names_is_read_on_consent() -> None:
    """A group whose class the ceiling withholds would stand in the table and never be read."""
    for kind, (always, besides) in READERS.items():
        for need in besides:
            for group in always | besides[need]:
                assert reads(kind, need, Basis.CONSENT, group), (kind, need, group)


def test_police_prosecution_and_migration_never_read_of_health() -> None:
    of_health = {G.HEALTH, G.MEDICAL_PAPERS, G.INJURY_PICTURES}
    assert {kind for kind, _, _, group in everything_read() if group in of_health}.isdisjoint({K.POLICE, K.PROSECUTION, K.MIGRATION})
    needed = {kind for kind, _, _, group in everything_read() if group is G.HEALTH_NEED}
    assert K.POLICE in needed, "that a doctor is needed, the police must know"
    assert not needed & {K.PROSECUTION, K.MIGRATION, K.LABOUR_INSPECTORATE}


def test_migration_never_reads_what_was_collected_for_assistance() -> None:
    read = {group for kind, _, _, group in everything_read() if kind is K.MIGRATION}
    assert read == {G.COMMUNICATION, G.SAFETY_ALERT, G.RESIDENCE, G.EXPLOITATION}
    assert not any(reads(K.MIGRATION, need, basis, G.RESIDENCE) for need in N if need is not N.RESIDENCE for basis in Basis)


def test_without_consent_nothing_that_was_stated_travels() -> None:
    assert not any(basis is Basis.NONE for _, _, basis, _ in everything_read())


def test_who_is_consulted_reads_nothing_that_was_stated() -> None:
    assert not any(basis is Basis.CONSULTATION for _, _, basis, _ in everything_read())


def test_in_danger_to_life_others_than_the_lead_read_codes() -> None:
    for kind, need, basis, group in everything_read():
        if basis is Basis.VITAL and kind is not K.IDENTIFIER:
            assert group in MINIMUM
            assert reads(kind, need, Basis.CONSENT, group), "never more than with consent"
    written = {field.kind for field in FIELDS.values() if field.group in MINIMUM}
    assert written <= {Kind.CODE, Kind.NUMBER, Kind.LANGUAGE}, "codes, and no words"


def test_whoever_goes_there_reads_name_phone_and_place_as_far_as_its_task_needs_them() -> None:
    read = {(kind, need, group) for kind in K for need in N for group in G if reads(kind, need, Basis.VITAL, group, until=1)}
    for kind, need, group in read:
        if kind is not K.IDENTIFIER:
            assert group in MINIMUM | {G.NAME, G.PHONE, G.SAFE_CONTACT, G.MEETING_POINT}
            assert reads(kind, need, Basis.CONSENT, group), "never more than with consent"
            assert group is not G.SAFE_CONTACT or (kind, need, G.PHONE) in read, "the safe use of a number is told with the number"
    there = {group for kind, need, group in read if (kind, need) == (K.POLICE, N.SAFETY)}
    assert there == {G.NAME, G.MEETING_POINT, *(group for group in MINIMUM if reads(K.POLICE, N.SAFETY, Basis.VITAL, group))}
    assert (K.NGO, N.SAFETY, G.PHONE) in read
    assert (K.HEALTH, N.HEALTH, G.NAME) in read
    going = {(kind, need) for kind, need, group in read if group in REACH and kind is not K.IDENTIFIER}
    assert {need for _, need in going} == {N.SAFETY, N.HEALTH, N.HOUSING}, "nobody goes there to investigate, or to give advice"
    assert {kind for kind, _ in going} == {K.POLICE, K.SOCIAL_SERVICES, K.HEALTH, K.NGO, K.SHELTER}


@pytest.mark.parametrize(
    ("kind", "need", "group"),
    [
        (K.LEGAL_AID, N.LEGAL, G.PHONE), (K.LEGAL_AID, N.WAGE_CLAIM, G.NAME), (K.LABOUR_INSPECTORATE, N.WAGE_CLAIM, G.NAME),
        (K.HEALTH, N.HEALTH, G.NAME), (K.HEALTH, N.PSYCHOLOGICAL, G.HEALTH), (K.POLICE, N.INVESTIGATION, G.SUSPECTS),
        (K.SOCIAL_SERVICES, N.GUARDIANSHIP, G.DEPENDANT_NAMES), (K.SHELTER, N.HOUSING, G.DEPENDANTS),
    ],
)  # fmt: skip
def test_a_task_is_given_what_it_needs_for_this_need(kind: AgencyKind, need: Need, group: Group) -> None:
    assert reads(kind, need, Basis.CONSENT, group)


@pytest.mark.parametrize(
    ("kind", "need", "group"),
    [
        (K.LEGAL_AID, N.LEGAL, G.POST), (K.LABOUR_INSPECTORATE, N.INVESTIGATION, G.NAME), (K.LABOUR_INSPECTORATE, N.WAGE_CLAIM, G.BIRTH),
        (K.HEALTH, N.HEALTH, G.BIRTH), (K.POLICE, N.INVESTIGATION, G.MEETING_POINT), (K.POLICE, N.SAFETY, G.MUNICIPALITY),
        (K.LOCAL_AUTHORITY, N.HOUSING, G.NAME), (K.NGO, N.HOUSING, G.HEALTH), (K.PROSECUTION, N.INVESTIGATION, G.RESIDENCE),
    ],
)  # fmt: skip
def test_a_task_is_given_no_more(kind: AgencyKind, need: Need, group: Group) -> None:
    assert not reads(kind, need, Basis.CONSENT, group)


PAPERS: dict[Group, set[tuple[AgencyKind, Need]]] = {
    G.IDENTITY_PAPERS: {(K.SOCIAL_SERVICES, N.GUARDIANSHIP), (K.LEGAL_AID, N.RESIDENCE)},
    G.EMPLOYMENT_PAPERS: {(K.LABOUR_INSPECTORATE, N.WAGE_CLAIM), (K.NGO, N.WAGE_CLAIM), (K.POLICE, N.INVESTIGATION)},
    G.MEDICAL_PAPERS: {
        (K.HEALTH, N.HEALTH), (K.HEALTH, N.PSYCHOLOGICAL), (K.SOCIAL_SERVICES, N.HEALTH), (K.SOCIAL_SERVICES, N.PSYCHOLOGICAL),
        (K.SOCIAL_SERVICES, N.GUARDIANSHIP),
    },
    G.INJURY_PICTURES: {(K.HEALTH, N.HEALTH)},
    G.PROCEEDINGS_PAPERS: {(K.LEGAL_AID, N.LEGAL), (K.POLICE, N.INVESTIGATION), (K.PROSECUTION, N.INVESTIGATION)},
}  # fmt: skip
"""Documents → who reads them on consent, beside the authority that identifies."""
SHOWS = {
    G.IDENTITY_PAPERS: {G.NAME, G.BIRTH, G.NATIONALITIES},
    G.EMPLOYMENT_PAPERS: {G.NAME, G.EMPLOYMENT},
    G.MEDICAL_PAPERS: {G.NAME, G.HEALTH},
    G.INJURY_PICTURES: {G.HEALTH},
    G.PROCEEDINGS_PAPERS: {G.NAME, G.PROCEEDINGS},
}
"""What stands on them."""


@pytest.mark.parametrize("papers", sorted(DOCUMENTS))
def test_documents_go_to_few_and_to_nobody_who_may_not_read_what_stands_on_them(papers: Group) -> None:
    found = {(kind, need) for kind, need, basis, group in everything_read() if group is papers and basis is Basis.CONSENT}
    assert {one for one in found if one[0] is not K.IDENTIFIER} == PAPERS[papers]
    assert papers not in MINIMUM
    for kind, need in found:
        assert all(reads(kind, need, Basis.CONSENT, group) for group in SHOWS[papers]), (kind, need)


def test_who_only_met_the_person_reads_no_identity() -> None:
    identity = {DataClass.D3, DataClass.D4, DataClass.D5, DataClass.D7, DataClass.D8}
    for kind, need, _, group in everything_read():
        if need is N.IDENTIFICATION and kind not in (K.IDENTIFIER, K.SHELTER):
            assert CLASS_OF[group] not in identity, (kind, group)


def test_pressure_is_for_those_who_identify_alone() -> None:
    assert {kind for kind, _, _, group in everything_read() if group is G.DURESS} == {K.IDENTIFIER}


def test_coordinators_and_rapporteurs_read_nothing() -> None:
    assert not {kind for kind, *_ in everything_read()} & {K.COORDINATOR, K.RAPPORTEUR}
