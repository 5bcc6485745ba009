"""Who could not read for a while has the picture of the others again as soon as it has keys, and nobody has to ask for that."""

from collections.abc import Iterator
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
from tests.shared.crypto.doors import Doors, opened
from tests.shared.land import LEAD_ME, NGO_ME, POLICE_ME, decide, invite, report, rows, sure


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    with opened(tmp_path, POLICE_ME, NGO_ME) as made:
        yield made


def asked(doors: Doors, case: str, me: str) -> a.OfHandoff:
    """What an agency is asked in a case."""
    handoff = next(h.id for h in sure(doors.doors[LEAD_ME], case).handoffs.values() if h.to == me.partition(".")[2])
    return a.OfHandoff(case=case, handoff=handoff)


def missed(doors: Doors) -> str:
    """A case in which the police's keys are revoked, and who is in it changes while they read nothing of it."""
    case = report(doors.doors["intake.rs-insp"])
    doors.settle()
    doors.publish(changes.revoked(doors.first, POLICE_ME, wall()))
    decide(doors.doors[NGO_ME], a.accept, asked(doors, case, NGO_ME), "accept")
    invite(doors.doors[LEAD_ME], case, "rs-soc", Need.SAFETY, "add")
    doors.settle()
    assert picture(doors, POLICE_ME, case) != picture(doors, LEAD_ME, case)
    assert wrong(doors)
    return case


def wrong(doors: Doors) -> list[str]:
    """What the account of the databases finds wrong about the police's records and pictures."""
    return [line for line in verify(doors.folder).sentences() if POLICE_ME in line and "there is no database" not in line]


def back(doors: Doors) -> None:
    """The coordinator lists new keys of the police."""
    ring = doors.rings[POLICE_ME] = keyring.new(POLICE_ME)
    seal = doors.doors[POLICE_ME].seal
    assert seal is not None
    seal.ring = ring
    known = doors.listings[LEAD_ME].now
    assert known is not None
    agency = next(one for one in known.agencies if one.id == "rs-pol")
    doors.publish(changes.admitted(known, ListingRequest(agency=agency, instances=(listing.instance(ring, 1),), reads=NEWEST), wall()))


def picture(doors: Doors, me: str, case: str) -> Case:
    return sure(doors.doors[me], case)


def test_who_was_revoked_and_has_new_keys_is_given_its_cases_anew_by_their_lead(doors: Doors) -> None:
    case = missed(doors)
    back(doors)
    doors.settle()
    assert picture(doors, POLICE_ME, case) == picture(doors, LEAD_ME, case) == picture(doors, NGO_ME, case)
    decide(doors.doors[POLICE_ME], a.accept, asked(doors, case, POLICE_ME), "late")
    doors.settle()
    assert len(doors.doors[POLICE_ME].outgoing) == 0
    assert picture(doors, POLICE_ME, case) == picture(doors, LEAD_ME, case)
    assert wrong(doors) == [], "what it had not read is accounted for by the checkpoint"


def test_that_is_said_once_and_not_before_the_new_keys_are_in_force_everywhere(doors: Doors) -> None:
    missed(doors)
    lay, doors.lay = doors.lay, lambda *_: []  # pyright: ignore[reportAttributeAccessIssue]
    back(doors)
    before = len(doors.topic.logs[0])
    doors.settle()
    assert len(doors.topic.logs[0]) == before, "sealed now it would be for nobody"
    lay(3)
    doors.settle()
    rosters = "select count(*) from journal where type = 'roster.set.v1' and cause like 'anew:%'"
    assert rows(doors.doors[LEAD_ME], rosters) == [(1,)]
    doors.open(LEAD_ME)
    doors.settle()
    assert rows(doors.doors[LEAD_ME], rosters) == [(1,)]
