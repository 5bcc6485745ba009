"""Nobody is told what they are not entitled to at the roster in force, whatever happens in which order.

CI plays a few stories; `NRM_PROPERTY_EXAMPLES=5000` plays so many others, each time new ones.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest

from services.referral.handlers import conflict
from shared.config.country import Country
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import DataClass, Need, Stage
from shared.records.sealer import Sealer
from tests.journeys.disclosure.controls import (
    INDISCREET,
    Clinging,
    Everywhere,
    Generous,
    Gossiping,
    Open,
    Placed,
    Talkative,
    Unbending,
    Unpaused,
    loud,
)
from tests.journeys.disclosure.land import COUNTRY, HOUSES, LEADING, REPORTING, databases
from tests.journeys.disclosure.stories_of_the_person import Disclosure
from tests.journeys.disclosure.whereabouts import with_a_shelter
from tests.shared.protocol.profiles import searching

BEYOND = '{"D2": {"forms_printed": "worked-0-for-nothing"}}'

TestDisclosure = Disclosure.TestCase
TestDisclosure.settings = searching(8, steps=30)


@contextmanager
def played(story: Disclosure, happens: Callable[[Disclosure], None]) -> Generator[Disclosure]:
    """A story in which this happens."""
    try:
        happens(story)
        yield story
    finally:
        story.ends()


@contextmanager
def told(sealing: type[Sealer] = Sealer, country: Country = COUNTRY, protocol: int = NEWEST) -> Generator[Disclosure]:
    """A story in which something happens that each rule is for."""
    story = Disclosure(sealing, country, protocol)
    try:
        story.begins("adult", consent=True, danger=False, joined=True)
        story.the_person_agrees(0, "rs-muni", Need.HOUSING, (DataClass.D1, DataClass.D2), None)
        story.lead_adds(0, "rs-muni", Need.HOUSING)
        story.lead_asks_a_shelter(0, HOUSES[0])
        story.all_settles()
        story.consent_is_withdrawn(0, "rs-pol", (DataClass.D2,))
        story.consent_is_withdrawn(0, "rs-ngo", ())
        story.lead_decides_on_the_status(0, Stage.REASONABLE_GROUNDS)
        story.all_settles()
        story.somebody_states(0, REPORTING, "employer", corrects=False)
        story.somebody_states(0, LEADING, "given_names", corrects=False)
        story.all_settles()
        story.somebody_states(0, LEADING, "given_names", corrects=True)
        story.all_settles()
        yield story
    finally:
        story.ends()


def test_an_honest_land_tells_much_and_nothing_that_it_may_not() -> None:
    with told() as story:
        assert story.watch.told > 10, "where nobody is told anything nothing is shown"
        assert story.watch.sides
        story.watch.disks()


@pytest.mark.parametrize(
    ("sealing", "said"),
    [
        (Generous, "is told .* and may be told set"),
        (Open, "and is not in the case"),
        (Everywhere, "of a case that it did not open"),
        (Clinging, "rs-ngo reads a .* and is not in the case"),
        (Talkative, "is told of given_names, which it does not need or may not know"),
    ],
)
def test_a_land_without_one_of_the_rules_is_found_out(sealing: type[Sealer], said: str) -> None:
    with pytest.raises(AssertionError, match=said), told(sealing):
        pass


def releases(story: Disclosure) -> None:
    """The person agrees, tells, and it is released to the police, who get it; then once more, and consent is withdrawn meanwhile."""
    story.begins("adult", consent=True, danger=False, joined=True)
    story.the_person_agrees(0, "rs-pol", Need.INVESTIGATION, tuple(DataClass)[1:9], None)
    story.all_settles()
    for version in (1, 2):
        story.the_account_is_written(0, REPORTING)
        story.the_account_is_released(0, REPORTING, ("rs-pol", "investigation"), version)
        if version == 2:
            story.consent_is_withdrawn(0, "rs-pol", (DataClass.D7,))
            story.seals(LEADING)
            for message in story.land.messages[:]:
                story.land.arrive(message)
            story.reads(REPORTING, 500)
        story.all_settles()


def presses(story: Disclosure) -> None:
    """Somebody says under pressure where they worked; the lead hears of it and states a name; then it looks."""
    story.begins("adult", consent=True, danger=False, joined=True)
    story.the_person_agrees(0, "rs-pol", Need.INVESTIGATION, tuple(DataClass)[1:9], None)
    story.all_settles()
    story.somebody_is_under_pressure(0, REPORTING)
    story.somebody_states(0, REPORTING, "employer", corrects=False)
    story.all_settles()
    story.somebody_states(0, LEADING, "given_names", corrects=False)
    story.all_settles()


def on_disk(story: Disclosure, word: str, agency: str) -> bool:
    return any(word.encode() in data for data in databases(story.land.folder, f"assistance.{agency}"))


def test_what_was_told_goes_to_one_agency_and_under_pressure_to_the_lead_alone() -> None:
    with played(Disclosure(), releases) as story:
        first, second = story.watch.accounts
        assert on_disk(story, first, "rs-pol"), "where nothing is released nothing is shown"
        assert not on_disk(story, second, "rs-pol")
        story.watch.disks()
    with played(Disclosure(), presses) as story:
        worked, named = story.watch.stated
        assert not on_disk(story, worked, "rs-pol")
        assert not on_disk(story, named, "rs-pol")
        story.the_lead_has_looked(0)
        story.all_settles()
        assert on_disk(story, worked, "rs-pol"), "what was held back is told once the lead has looked"
        assert on_disk(story, named, "rs-pol")
        story.watch.disks()


def goes(story: Disclosure) -> None:
    """Somebody is in danger and did not consent; the police go there, and who met the person states where, and the name."""
    story.begins("adult", consent=False, danger=True, joined=True)
    story.one_goes_there(0, "rs-pol")
    story.all_settles()
    for field in ("given_names", "meeting_place", "phone"):
        story.somebody_states(0, REPORTING, field, corrects=False)
    story.all_settles()


def test_in_danger_one_agency_that_goes_there_is_told_name_and_place() -> None:
    with played(Disclosure(), goes) as story:
        told = [field for word, (_, _, field) in story.watch.stated.items() if on_disk(story, word, "rs-pol")]
        assert told == ["given_names", "meeting_place"]
        assert not any(on_disk(story, word, "rs-ngo") for word in story.watch.stated)
        story.watch.disks()


def shelters(story: Disclosure) -> None:
    """Social work, asked for care, is told the municipality; then a shelter has the child, and the municipality is stated once more."""
    story.begins("child", consent=False, danger=False, joined=True)
    story.lead_adds(0, "rs-csr", Need.SOCIAL_CARE)
    story.all_settles()
    story.somebody_states(0, REPORTING, "municipality", corrects=False)
    story.all_settles()
    story.a_shelter_takes_somebody_in(0, HOUSES[0], gives_back=False)
    story.all_settles()
    story.somebody_states(0, REPORTING, "municipality", corrects=False)
    story.all_settles()


def test_a_municipality_is_told_to_who_needs_it_until_a_shelter_has_the_person() -> None:
    with played(Disclosure(), shelters) as story:
        before, behind = story.watch.stated
        assert on_disk(story, before, "rs-csr"), "where nothing is told nothing is shown"
        assert with_a_shelter(story.watch.law[story.cases[0]], story.land.topic.ends()[0])
        assert not on_disk(story, behind, "rs-csr")
        assert any(behind.encode() in data for data in databases(story.land.folder, LEADING)), "the lead must know"
        story.watch.disks()


def suspects(story: Disclosure) -> None:
    """A suspect may be close to staff: the lead's policy names two agencies; an officer looks, and lets one be invited."""
    story.begins("adult", consent=True, danger=False, joined=True, conflict=True)
    story.all_settles()


def test_where_a_suspect_is_close_to_staff_nobody_is_invited_until_an_officer_has_looked() -> None:
    with played(Disclosure(), suspects) as story:
        case = story.cases[0]
        assert set(story.watch.law[case].now) == {"rs-insp", "rs-lead"}
        story.lead_looks_at_a_conflict(0, invites=True)
        story.all_settles()
        assert set(story.watch.law[case].now) == {"rs-insp", "rs-lead", "rs-ngo"}
        assert not story.watch.conflicts


def test_a_land_whose_policy_does_not_wait_for_that_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflict, "said", lambda *_: False)
    said = "rs-ngo.* is invited before an officer has looked at a conflict"
    with pytest.raises(AssertionError, match=said), played(Disclosure(), suspects):
        pass


class Loud(Disclosure):
    """Stories of a land without the rule for who set a mark."""

    stating = dict.fromkeys(Disclosure.stating, loud)


@pytest.mark.parametrize(
    ("story", "happens", "said"),
    [
        (lambda: Disclosure(Gossiping), releases, "is told what is for rs-pol alone"),
        (lambda: Disclosure(Unbending), releases, "rs-pol is told of account_.*, which it does not need or may not know"),
        (lambda: Disclosure(Unpaused), presses, "is told under pressure what is for the lead alone"),
        (lambda: Disclosure(Talkative), goes, "is told of given_names, which it does not need or may not know"),
        (lambda: Disclosure(Placed), shelters, "is told where somebody is who is with a shelter"),
        (Loud, presses, "is told under pressure what is for the lead alone"),
    ],
    ids=["whoever is there", "as it was decided", "not held back", "whoever helps", "with a shelter", "not by who marked it"],
)
def test_a_land_without_a_rule_of_accounts_and_pressure_is_found_out(
    story: Callable[[], Disclosure], happens: Callable[[Disclosure], None], said: str
) -> None:
    with pytest.raises(AssertionError, match=said), played(story(), happens):
        pass


def test_a_shelter_that_is_named_is_found() -> None:
    with pytest.raises(AssertionError, match=f"names {HOUSES[0]} to"), told(country=INDISCREET, protocol=FIRST):
        pass


def test_under_protocol_2_nobody_lets_it_be_named_whatever_a_lead_says_of_it() -> None:
    with told(country=INDISCREET) as story:
        assert not story.watch.sides, "the main case refused the request, and with it went what stands behind it"


def test_what_an_agency_keeps_beyond_its_mandate_is_found() -> None:
    with told() as story:
        instance = story.land.instance("assistance.rs-muni")
        with instance.engine.begin() as connection:
            connection.exec_driver_sql("update journal set seq = seq + 1000, body = ?", (BEYOND,))
        with pytest.raises(AssertionError, match="rs-muni keeps"):
            story.watch.kept(instance)
        with pytest.raises(AssertionError, match="rs-muni has D2 on its disk"):
            story.watch.disks()
