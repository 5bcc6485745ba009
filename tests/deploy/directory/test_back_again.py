"""Who could not read for a while has the picture of the others again as soon as it has keys, and nobody has to ask for that."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.directory import changes, listing
from deploy.directory.request import ListingRequest
from deploy.verify.command import verify
from services.assistance.handlers import handoffs as a
from shared.config.clock import wall
from shared.crypto import keyring
from shared.protocol.case import Case
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import Need
from tests.shared.crypto.instances import Instances, opened
from tests.shared.land import LEAD_ME, NGO_ME, POLICE_ME, decide, invite, report, rows, sure


@pytest.fixture
def instances(tmp_path: Path) -> Iterator[Instances]:
    with opened(tmp_path, POLICE_ME, NGO_ME) as made:
        yield made


def asked(instances: Instances, case: str, me: str) -> a.OfHandoff:
    """What an agency is asked in a case."""
    handoff = next(h.id for h in sure(instances.instances[LEAD_ME], case).handoffs.values() if h.to == me.partition(".")[2])
    return a.OfHandoff(case=case, handoff=handoff)


def missed(instances: Instances) -> str:
    """A case in which the police's keys are revoked, and who is in it changes while they read nothing of it."""
    case = report(instances.instances["intake.rs-insp"])
    instances.settle()
    instances.publish(changes.revoked(instances.first, POLICE_ME, wall()))
    decide(instances.instances[NGO_ME], a.accept, asked(instances, case, NGO_ME), "accept")
    invite(instances.instances[LEAD_ME], case, "rs-soc", Need.SAFETY, "add")
    instances.settle()
    assert picture(instances, POLICE_ME, case) != picture(instances, LEAD_ME, case)
    assert wrong(instances)
    return case


def wrong(instances: Instances) -> list[str]:
    """What the account of the databases finds wrong about the police's records and pictures."""
    return [line for line in verify(instances.folder).sentences() if POLICE_ME in line and "there is no database" not in line]


def back(instances: Instances) -> None:
    """The coordinator lists new keys of the police."""
    ring = instances.rings[POLICE_ME] = keyring.new(POLICE_ME)
    seal = instances.instances[POLICE_ME].seal
    assert seal is not None
    seal.ring = ring
    known = instances.listings[LEAD_ME].now
    assert known is not None
    agency = next(one for one in known.agencies if one.id == "rs-pol")
    instances.publish(changes.admitted(known, ListingRequest(agency=agency, instances=(listing.instance(ring, 1),), reads=NEWEST), wall()))


def picture(instances: Instances, me: str, case: str) -> Case:
    return sure(instances.instances[me], case)


def test_who_was_revoked_and_has_new_keys_is_given_its_cases_anew_by_their_lead(instances: Instances) -> None:
    case = missed(instances)
    back(instances)
    instances.settle()
    assert picture(instances, POLICE_ME, case) == picture(instances, LEAD_ME, case) == picture(instances, NGO_ME, case)
    decide(instances.instances[POLICE_ME], a.accept, asked(instances, case, POLICE_ME), "late")
    instances.settle()
    assert len(instances.instances[POLICE_ME].outgoing) == 0
    assert picture(instances, POLICE_ME, case) == picture(instances, LEAD_ME, case)
    assert wrong(instances) == [], "what it had not read is accounted for by the checkpoint"


def test_where_all_marks_are_gone_with_their_time_nothing_is_waited_for(instances: Instances) -> None:
    """As at a lead that began on a log of which they have gone: what is known is in force then, until the next mark."""
    instances.lay = lambda *_: []  # pyright: ignore[reportAttributeAccessIssue]
    case = missed(instances)
    lead = instances.instances[LEAD_ME]
    lead.positions.back_to({partition: replace(at, directory=0) for partition, at in lead.positions.now.items()})
    back(instances)
    instances.settle()
    assert lead.positions.directory(0) == 0
    assert picture(instances, POLICE_ME, case) == picture(instances, LEAD_ME, case)


def test_that_is_said_once_and_not_before_the_new_keys_are_in_force_everywhere(instances: Instances) -> None:
    missed(instances)
    lay, instances.lay = instances.lay, lambda *_: []  # pyright: ignore[reportAttributeAccessIssue]
    back(instances)
    before = len(instances.topic.logs[0])
    instances.settle()
    assert len(instances.topic.logs[0]) == before, "sealed now it would be for nobody"
    lay(3)
    instances.settle()
    rosters = "select count(*) from journal where type = 'roster.set.v1' and cause like 'anew:%'"
    assert rows(instances.instances[LEAD_ME], rosters) == [(1,)]
    instances.open(LEAD_ME)
    instances.settle()
    assert rows(instances.instances[LEAD_ME], rosters) == [(1,)]
