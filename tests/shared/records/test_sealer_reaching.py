"""What is said must reach those without whom it would be said to nobody: else it waits, and others' cases go on meanwhile."""

from typing import Any

import pytest

from shared.crypto.directory import DAY, Directory, ListedInstance, issue
from shared.crypto.protocols_read import state
from shared.protocol.events import CheckpointSet
from shared.protocol.facts import Event
from shared.records.sealer import NotNow
from tests.deploy.contracts.verdict_samples import golden
from tests.shared.crypto.directories import ROOT, agencies_of
from tests.shared.crypto.land import ROSTER, Land, joined, keys, reported, supplied
from tests.shared.protocol.cases import HEALTH, LEAD, LEADING, NGO, OUTSIDER, POLICE, REPORTER, acting, request

ASKED = request("h1", OUTSIDER)


@pytest.fixture
def land() -> Land:
    return Land()


def unreachable(land: Land, instance: str) -> None:
    """From here on nobody can seal for this instance."""
    land.listed[instance] = keys(land.rings[instance], ended=land.listing.version + 1)
    land.publish()


def leaving(land: Land, *agencies: str) -> None:
    """The next version says that these are about to leave."""
    now = land.listing.now
    assert now is not None
    listed = tuple(agency.model_copy(update={"leaving": agency.id in agencies}) for agency in agencies_of(land.listed))
    instances = tuple(ListedInstance(id=id, keys=some) for id, some in land.listed.items())
    body = now.model_dump() | {"version": now.version + 1, "agencies": listed, "instances": instances}
    new = Directory.model_validate(body)
    assert land.listing.offer(issue(new, ROOT), state(new, ROOT))


def checkpoint(*joiners: str) -> CheckpointSet:
    """The lead tells these what the case is."""
    gold: Any = golden(CheckpointSet.TYPE)["core"]["facts"]
    return CheckpointSet.model_validate(gold | {"joiners": joiners})


@pytest.mark.parametrize(("event", "case"), [(reported(), None), (supplied(), ROSTER), (request("h1", POLICE), ROSTER)])
def test_what_the_lead_could_not_read_waits(land: Land, event: Event, case: Any) -> None:
    assert LEADING in land.readers(land.say(event, case))
    unreachable(land, LEADING)
    with pytest.raises(NotNow, match=f"nobody can seal for {LEADING} at present"):
        land.say(event, case)


def test_what_others_could_not_read_goes_out_to_those_who_can(land: Land) -> None:
    unreachable(land, acting(NGO))
    assert land.readers(land.say(supplied(), ROSTER)) >= {LEADING, acting(POLICE), acting(HEALTH)}
    assert acting(NGO) not in land.readers(land.say(request("h1", POLICE), ROSTER))


@pytest.mark.parametrize("event", [ASKED, checkpoint(OUTSIDER), checkpoint(POLICE, OUTSIDER)], ids=["asked", "joins", "joins with another"])
def test_what_says_something_to_an_agency_waits_until_it_can_be_told(land: Land, event: Event) -> None:
    case = joined(REPORTER, LEAD, POLICE, OUTSIDER)
    assert acting(OUTSIDER) in land.readers(land.say(event, case, LEADING))
    unreachable(land, acting(OUTSIDER))
    with pytest.raises(NotNow, match=f"nobody can seal for {acting(OUTSIDER)} at present"):
        land.say(event, case, LEADING)
    land.listed[acting(OUTSIDER)] += keys(land.rings[acting(OUTSIDER)], since=land.listing.version + 1)
    land.publish()
    assert acting(OUTSIDER) in land.readers(land.say(event, case, LEADING))


@pytest.mark.parametrize("event", [ASKED, checkpoint(OUTSIDER)], ids=["asked", "joins"])
def test_for_an_agency_that_leaves_or_is_not_listed_nothing_waits(land: Land, event: Event) -> None:
    case = joined(REPORTER, LEAD, POLICE, OUTSIDER)
    unreachable(land, acting(OUTSIDER))
    leaving(land, OUTSIDER)
    assert acting(OUTSIDER) not in land.readers(land.say(event, case, LEADING))
    for instance in [instance for instance in land.listed if instance.endswith(OUTSIDER)]:
        del land.listed[instance]
    land.publish()
    assert LEADING in land.readers(land.say(event, case, LEADING))


def test_in_the_grace_nothing_is_asked_of_who_is_newly_listed(land: Land) -> None:
    land.listed[acting(OUTSIDER)] = keys(land.rings[acting(OUTSIDER)], since=2)
    land.publish(left=-DAY)
    with pytest.raises(NotNow, match=f"nobody can seal for {acting(OUTSIDER)}"):
        land.say(ASKED, joined(REPORTER, LEAD, OUTSIDER), LEADING)
    assert LEADING in land.readers(land.say(supplied(), joined(REPORTER, LEAD, OUTSIDER)))
