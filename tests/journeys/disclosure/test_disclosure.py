"""Nobody is told what they are not entitled to at the roster in force, whatever happens in which order.

CI plays a few stories; `NRM_PROPERTY_EXAMPLES=5000` plays so many others, each time new ones.
"""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from shared.config.country import Country
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import DataClass, Need, Stage
from shared.records.sealer import Sealer
from tests.journeys.disclosure.controls import INDISCREET, Clinging, Everywhere, Generous, Open
from tests.journeys.disclosure.land import COUNTRY, HOUSES
from tests.journeys.disclosure.stories import Disclosure
from tests.shared.protocol.profiles import searching

BEYOND = '{"D2": {"forms_printed": "worked-0-for-nothing"}}'

TestDisclosure = Disclosure.TestCase
TestDisclosure.settings = searching(8, steps=30)


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
    ],
)
def test_a_land_without_one_of_the_rules_is_found_out(sealing: type[Sealer], said: str) -> None:
    with pytest.raises(AssertionError, match=said), told(sealing):
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
