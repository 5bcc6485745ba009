"""The access rules of whole countries, without a cluster: who has what, by service."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.brokers.access import LOOK, READ, TABLE, WRITE, Rule, rules
from deploy.brokers.topics import CAPACITY, CASE_EVENTS, CONFIGS, STATISTICS
from deploy.process.composition import ORDER
from deploy.process.country_file import COUNTRIES, country_of
from shared.config.country import Agency, Country

EVERY = [country_of(file) for file in sorted(COUNTRIES.glob("*.toml"))]
each = pytest.mark.parametrize("country", EVERY, ids=lambda c: c.id)
services = st.lists(st.sampled_from(ORDER), unique=True).map(tuple)


def of(*run: str) -> Agency:
    return Agency(id="some-agency", name="Some agency", kind="ngo", services=run)  # type: ignore[arg-type]


def who(country: Country, topic: str, operation: str) -> set[str]:
    return {r.agency for a in country.agencies for r in rules(a) if (r.kind, r.name, r.operation) == ("topic", topic, operation)}


def runs(country: Country, *names: str) -> set[str]:
    return {a.id for a in country.agencies if set(names) & set(a.services)}


def test_the_table_speaks_of_every_service_and_of_the_topics_that_there_are() -> None:
    assert set(TABLE) == set(ORDER)
    assert {topic for topics in TABLE.values() for topic in topics} == set(CONFIGS)


@each
def test_only_who_leads_cases_writes_statistics(country: Country) -> None:
    leading = runs(country, "referral")
    assert country.lead in leading
    assert who(country, STATISTICS, WRITE) == leading


@each
def test_case_events_are_for_agencies_that_run_a_service_of_cases_and_never_for_reporting_alone(country: Country) -> None:
    acting = runs(country, "intake", "referral", "assistance")
    assert who(country, CASE_EVENTS, READ) == who(country, CASE_EVENTS, WRITE) == acting
    assert runs(country, "reporting") - acting
    assert who(country, STATISTICS, READ) == runs(country, "reporting")


@each
def test_nobody_has_more_than_the_table_gives_a_look_at_the_settings_and_an_own_group(country: Country) -> None:
    for agency in country.agencies:
        own = {f"{service}.{agency.id}" for service in agency.services}
        found = rules(agency)
        assert {r.agency for r in found} == {agency.id}
        assert {(r.name, r.operation) for r in found if r.kind == "group"} == {(name, READ) for name in own}
        allowed = {(t, o) for s in agency.services for t, operations in TABLE[s].items() for o in (*operations, LOOK)}
        allowed -= {(CAPACITY, WRITE)} if agency.apart else set()
        assert {(r.name, r.operation) for r in found if r.kind != "group"} == allowed


@given(services)
def test_an_agency_may_what_its_services_may_and_no_more(run: tuple[str, ...]) -> None:
    together = rules(of(*run))
    assert together == frozenset[Rule]().union(*(rules(of(one)) for one in run))


@given(services, st.sampled_from(ORDER))
def test_one_more_service_takes_nothing_away(run: tuple[str, ...], more: str) -> None:
    assert rules(of(*run)) <= rules(of(*run, more))


def test_the_countries_were_found() -> None:
    assert {"rs", "uk"} <= {country.id for country in EVERY}
    assert all(isinstance(file, Path) for file in COUNTRIES.glob("*.toml"))
