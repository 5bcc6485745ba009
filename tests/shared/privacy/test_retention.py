"""What was told of a person is erased by itself once the country's time after closing is over; a hold keeps it."""

import pytest

from services.referral.handlers.ending import close_case
from shared.config.calendar import DAY
from shared.protocol.vocabulary import DataClass
from tests.shared.casework.test_account import account, do, write
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, POLICE_ME, closing, decide, pull
from tests.shared.rested import Canaries, Land, hold, note_of, profile_of, release, told

pytestmark = pytest.mark.usefixtures("nothing_by_hand")

AGES = COUNTRY.model_copy(update={"retention": {DataClass.D2: 100.0, DataClass.D8: 30.0}})


@pytest.fixture
def closed(files: Land) -> str:
    """A case that the lead has closed, with intake and lead that know how long things are kept; another case is still open."""
    case, _ = told(files, Canaries()), told(files, Canaries(), "f2")
    decide(files[LEAD_ME], close_case, closing(files[LEAD_ME], case), "close")
    files.settle()
    for me in (INTAKE_ME, LEAD_ME):
        files[me].country = AGES
    return case


def after(files: Land, days: float) -> None:
    """So many days later both have done what is to do between polls."""
    files.clock.at += int(days * DAY)
    for me in (INTAKE_ME, LEAD_ME):
        files[me].ages_due = 0.0
        for _ in range(2):
            files[me].idle(clocks=False)


def test_each_class_goes_when_its_time_is_over_and_no_sooner(files: Land, closed: str) -> None:
    after(files, 29)
    assert note_of(files[INTAKE_ME], closed)
    after(files, 1.1)
    assert note_of(files[INTAKE_ME], closed) == ""
    assert set(profile_of(files[LEAD_ME], closed)["D2"]) != set()
    after(files, 70)
    for me in (INTAKE_ME, LEAD_ME):
        profile = profile_of(files[me], closed)
        assert (profile["D2"], bool(profile["D1"])) == ({}, True), "D1 has no end here"
    keys = files[LEAD_ME].keystore
    assert keys
    assert [case for case in keys.known if case and keys.gone(case)] == [closed], "the open case is as it was"


def test_a_held_case_outlives_its_time_until_the_hold_ends(files: Land, closed: str) -> None:
    lead = files[LEAD_ME]
    hold(lead, closed)
    after(files, 101)
    assert profile_of(lead, closed)["D2"]
    release(lead, closed)
    after(files, 1)
    assert profile_of(lead, closed)["D2"] == {}


def test_an_account_outlives_its_time_until_proceedings_have_ended_and_nobody_has_to_ask(files: Land, closed: str) -> None:
    intake = files[INTAKE_ME]
    intake.country = AGES.model_copy(update={"retention": {DataClass.D7: 30.0}})
    write(intake, closed)
    do(intake, "hold-account", closed, number="KTI 7/26", authority="Court (invented)")
    after(files, 31)
    (version,) = account(intake, closed).versions
    assert version.told, "it is held"
    (named,) = account(intake, closed).proceedings
    do(intake, "end-hold", closed, proceedings=int(named.id))
    after(files, 1)
    assert not any(one.told for one in account(intake, closed).versions)
    keys = intake.keystore
    assert keys
    assert DataClass.D7 in keys.gone(closed)


def test_a_case_whose_checkpoint_is_awaited_is_no_closed_one(files: Land) -> None:
    """The police know that they are in it, and wait long for what it is."""
    case, police = told(files, Canaries()), files[POLICE_ME]
    log = files.topic.logs[0]
    named = next(n for n, record in enumerate(log) if b"roster.set.v1" in (record.value or b""))
    pull(police, files.topic, named + 1)
    assert police.view_of(case).since == named
    police.country = AGES
    files.clock.at += 101 * DAY
    for _ in range(2):
        police.ages_due = 0.0
        police.idle(clocks=False)
    files.settle()
    assert profile_of(police, case)["D2"] != {}
