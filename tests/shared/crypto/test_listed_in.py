"""A country's agencies under its directory: what both let an agency have, those that only the directory has, and those that it has not."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.config.country import Agency, Country
from shared.crypto.directory import ListedAgency
from shared.crypto.directory_state import listed_in
from shared.protocol.vocabulary import AgencyKind, DataClass
from tests.shared.crypto.directories import AGENCY, directory

D0, D1, D2 = DataClass.D0, DataClass.D1, DataClass.D2
OFFICERS = ({"id": "o1", "name": "Officer One"},)
CENTRE = {"id": "rs-lead", "name": "Centre", "kind": "identifier", "services": ("referral", "assistance"), "officers": OFFICERS}
NGO = {"id": "rs-ngo", "name": "Organisation", "kind": "ngo"}


def country(*agencies: dict[str, Any]) -> Country:
    """The file of a country with a centre and these."""
    return Country.model_validate({"id": "rs", "name": "Test", "lead": "rs-lead", "agencies": (CENTRE, *agencies)})


def under(listed: ListedAgency, **known: Any) -> Agency:
    """An agency of a country's file, under a directory that lists it so."""
    return listed_in(country(NGO | known), directory(agencies=(listed,))).agency("rs-ngo")


def ngo(**other: Any) -> ListedAgency:
    """How the directory lists the organisation."""
    return ListedAgency.model_validate({"services": ("intake", "assistance"), **NGO, **other})


def test_an_agency_that_is_listed_as_the_file_has_it_stays_as_it_is() -> None:
    file = country(NGO)
    listed = tuple(ListedAgency.model_validate(agency.model_dump(exclude={"officers", "names", "phone"})) for agency in file.agencies)
    assert listed_in(file, directory(agencies=listed)) == file


def test_an_agency_has_the_classes_that_both_let_it_have() -> None:
    assert under(ngo(classes=(D0,))).classes == (D0,)
    assert under(ngo(), classes=(D0, D1)).classes == (D0, D1)
    assert under(ngo(classes=(D2, D0)), classes=(D0, D1, D2)).classes == (D0, D2)
    assert under(ngo(classes=(D1,)), classes=(D0,)).classes == ()


def test_an_agency_is_confidential_if_either_says_so() -> None:
    for file, listed in ((False, False), (False, True), (True, False), (True, True)):
        assert under(ngo(confidential=listed), confidential=file).confidential is (file or listed)


def test_an_agency_is_of_the_kind_that_the_directory_says_and_leaves_when_it_says() -> None:
    assert under(ngo(kind="shelter")).kind is AgencyKind.SHELTER
    assert under(ngo(leaving=True)).leaving
    assert not under(ngo(), leaving=True).leaving, "who leaves is for the coordinator to say"


def test_a_name_services_and_officers_stay_as_the_countrys_file_has_them() -> None:
    lead = ListedAgency(id="rs-lead", name="Another name", kind="identifier", type="another", services=("assistance",))
    centre = listed_in(country(), directory(agencies=(lead,))).agencies[0]
    assert centre == country().agencies[0]
    assert [officer.id for officer in centre.officers] == ["o1"]


def test_agencies_that_the_directory_adds_stand_behind_the_files_own() -> None:
    legal = ListedAgency(id="rs-legal", name="Legal aid", kind="legal_aid", services=("assistance",), classes=(D0,), confidential=True)
    lead = ListedAgency(id="rs-lead", name="Centre", kind="identifier", services=("referral", "assistance"))
    now = listed_in(country(NGO), directory(agencies=(legal, AGENCY, lead, ngo())))
    assert [agency.id for agency in now.agencies] == ["rs-lead", "rs-ngo", "rs-legal", "rs-police"]
    assert now.agency("rs-legal") == legal.as_agency()
    assert not any(agency.leaving for agency in now.agencies)


def test_of_those_that_it_does_not_list_the_names_stay_and_nothing_is_asked() -> None:
    file = country(NGO)
    now = listed_in(file, directory(agencies=(AGENCY,)))
    assert now.agencies[:2] == tuple(agency.model_copy(update={"leaving": True}) for agency in file.agencies)


CLASSES = st.lists(st.sampled_from(DataClass), unique=True).map(tuple)


@given(file=CLASSES, listed=CLASSES, said=st.tuples(st.booleans(), st.booleans()), kinds=st.tuples(*[st.sampled_from(AgencyKind)] * 2))
def test_a_directory_never_lets_an_agency_have_more_than_the_file_does(
    file: tuple[DataClass, ...], listed: tuple[DataClass, ...], said: tuple[bool, bool], kinds: tuple[AgencyKind, AgencyKind]
) -> None:
    now = under(ngo(classes=listed, confidential=said[1], kind=kinds[1]), classes=file, confidential=said[0], kind=kinds[0])
    assert set(now.classes) == {*file} & {*listed}
    assert now.confidential is any(said)
    assert now.kind is kinds[1]
