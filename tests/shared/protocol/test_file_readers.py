"""Who reads which group of a case file: never beyond the table of the domain but for listed reasons, on every ground, for every purpose."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.facts import Member
from shared.protocol.file_readers import MINIMUM, READERS, classes_needed, may_read
from shared.protocol.roster import may_see
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Need

DOMAIN = Path(__file__).parents[3] / "docs" / "domain.md"
K, N, G = AgencyKind, Need, Group

EXCEPTIONS = {
    (K.POLICE, G.MEETING_POINT): "who is called to danger must know where to go",
    (K.LABOUR_INSPECTORATE, G.NAME): "nobody claims wages for somebody without a name",
    (K.HEALTH, G.NAME): "an appointment is made in a name",
    (K.LEGAL_AID, G.PHONE): "a lawyer must reach a client, before terms end",
    (K.LOCAL_AUTHORITY, G.MUNICIPALITY): "which municipality is competent depends on it",
}
"""What the table of the domain does not give this kind, and one need does; why. Section 2.6 of docs/domain.md lists the same."""

Every = tuple[AgencyKind, Need, Basis, Group]


def every() -> Iterator[Every]:
    return product(AgencyKind, Need, Basis, Group)


def reads(kind: AgencyKind, need: Need, basis: Basis, group: Group) -> bool:
    return may_read(Member(agency="a", kind=kind, purpose=need, basis=basis), group)


def everything_read() -> list[Every]:
    return [one for one in every() if reads(*one)]


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
    assert {kind for kind, _, _, group in everything_read() if group is G.HEALTH}.isdisjoint({K.POLICE, K.PROSECUTION, K.MIGRATION})
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


def test_in_danger_to_life_others_than_the_lead_read_the_minimum() -> None:
    for kind, need, basis, group in everything_read():
        if basis is Basis.VITAL and kind is not K.IDENTIFIER:
            assert group in MINIMUM
            assert reads(kind, need, Basis.CONSENT, group), "never more than with consent"
    assert reads(K.POLICE, N.SAFETY, Basis.VITAL, G.MEETING_POINT)
    assert not reads(K.POLICE, N.SAFETY, Basis.VITAL, G.NAME), "a name needs consent, or a ground of law"


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


def test_who_only_met_the_person_reads_no_identity() -> None:
    identity = {DataClass.D3, DataClass.D4, DataClass.D5, DataClass.D7, DataClass.D8}
    for kind, need, _, group in everything_read():
        if need is N.IDENTIFICATION and kind not in (K.IDENTIFIER, K.SHELTER):
            assert CLASS_OF[group] not in identity, (kind, group)


def test_pressure_is_for_those_who_identify_alone() -> None:
    assert {kind for kind, _, _, group in everything_read() if group is G.DURESS} == {K.IDENTIFIER}


def test_coordinators_and_rapporteurs_read_nothing() -> None:
    assert not {kind for kind, *_ in everything_read()} & {K.COORDINATOR, K.RAPPORTEUR}
