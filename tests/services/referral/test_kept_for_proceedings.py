"""Who keeps something by law for proceedings names them: it is asked on the day, kept at home, and goes when an officer says so."""

import asyncio
from pathlib import Path

import pytest
from sqlmodel import Session

from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, Withdraw, withdraw
from services.referral.handlers.erasure import AskErasure, ask_erasure
from services.referral.projections import receipts
from shared.casework.kept_for_proceedings import (
    EndKeeping,
    Keeping,
    NameProceedings,
    end_keeping,
    kept_of_case,
    name_proceedings,
    to_be_named,
)
from shared.config.calendar import DAY
from shared.config.country_tables import Keep
from shared.decisions.errors import RuleBroken
from shared.privacy.erasure_requests import ErasureRequest, HoldDecision, place_hold, request_erasure, request_release
from shared.protocol.vocabulary import AgencyKind, DataClass, KeepGround, Need
from tests.leaks import found
from tests.services.referral.street import LAND, Street, reported
from tests.services.referral.test_receipts import knows
from tests.shared.casework.test_account import do
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, agree, decide, rows

D1, D2 = DataClass.D1, DataClass.D2
LAW = Keep(kind=AgencyKind.POLICE, classes=frozenset({D1, D2}), ground=KeepGround.CRIMINAL_PROCEDURE)
POLICE = POLICE_ME.partition(".")[2]
NUMBER, COURT = "Canary KTI 7/26", "Canary Higher Court (invented)"


@pytest.fixture
def street(tmp_path: Path) -> Street:
    return Street(tmp_path, LAND.model_copy(update={"keeps": (LAW,), "retention": {D2: 10.0}}), keyed=True, played=withdrawn)


def withdrawn(street: Street) -> None:
    """The person agrees no more that the police know."""
    reported(street)
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=POLICE), "w")
    street.rest()


def kept(street: Street, me: str = POLICE_ME) -> list[Keeping]:
    return asyncio.run(street.instances[me].ask(lambda reader: kept_of_case(reader, street.main)))


def listed(street: Street) -> list[Keeping]:
    return asyncio.run(street.instances[POLICE_ME].ask(to_be_named))


def name(street: Street, form: str = "n", number: str = NUMBER) -> None:
    (one,) = kept(street)
    command = NameProceedings(case=street.main, kept=one.id, number=number, authority=COURT)
    decide(street.instances[POLICE_ME], name_proceedings, command, form)


def end(street: Street, form: str = "e") -> None:
    (one,) = kept(street)
    decide(street.instances[POLICE_ME], end_keeping, EndKeeping(case=street.main, kept=one.id), form)


def given(street: Street) -> list[tuple[set[str], tuple[str, ...], str]]:
    with Session(street.instances[LEAD_ME].engine) as session:
        owed = receipts.of_case(session, street.main)
    return [(set(one.dropped), one.kept, one.ground) for row in owed for one in row.given if one.instance == POLICE_ME]


def test_it_is_asked_when_the_withdrawal_arrives_and_by_when(street: Street) -> None:
    (one,) = listed(street)
    assert one == kept(street)[0]
    assert (one.classes, one.number) == (("D1", "D2"), "")
    assert one.due == LAND.in_days(one.at, LAND.proceedings_days)
    assert kept(street, LEAD_ME) == kept(street, INTAKE_ME) == [], "who stays keeps nothing by law alone"
    assert knows(street.instances[POLICE_ME], street.main) == {"D1", "D2"}


def test_what_is_named_stays_at_home_and_is_closed_there(street: Street) -> None:
    before = len(street.topic.all())
    name(street)
    street.rest()
    (one,) = kept(street)
    assert (one.number, one.authority) == (NUMBER, COURT)
    assert listed(street) == []
    assert len(street.topic.all()) == before, "nothing is said of it"
    street.instances[POLICE_ME].close()
    assert not found((NUMBER, COURT), b"".join(file.read_bytes() for file in street.folder.rglob("*") if file.is_file()))
    street.instances[POLICE_ME] = street.open(POLICE_ME)
    assert kept(street)[0].number == NUMBER
    name(street, "again", "K 8/26")
    assert kept(street)[0].number == "K 8/26"


def test_named_once_somebody_looks_again_whether_they_still_run(street: Street) -> None:
    name(street)
    (one,) = kept(street)
    assert one.due == LAND.in_days(street.clock.at, LAND.proceedings_review_days)
    street.clock.at = one.due - int((LAND.proceedings_days + 2) * DAY)
    assert listed(street) == []
    street.clock.at += 3 * DAY
    assert listed(street) == [one]
    name(street, "they do")
    assert listed(street) == []
    assert kept(street)[0].number == NUMBER


def test_once_they_are_over_it_goes_and_the_lead_hears_so(street: Street) -> None:
    name(street)
    assert given(street)[0][1:] == (("D1", "D2"), "criminal_procedure")
    end(street)
    assert kept(street) == []
    street.rest()
    assert knows(street.instances[POLICE_ME], street.main) == set()
    ((dropped, left, ground),) = given(street)
    assert (dropped >= {"D1", "D2"}, left, ground) == (True, (), "")
    street.instances[POLICE_ME].close()
    street.instances[POLICE_ME] = street.open(POLICE_ME)
    street.rest()
    assert kept(street) == []
    assert len(street.instances[POLICE_ME].outgoing) == 0


def test_that_there_are_none_is_an_answer_too(street: Street) -> None:
    end(street)
    street.rest()
    assert knows(street.instances[POLICE_ME], street.main) == set()
    with pytest.raises(RuleBroken, match="kept-no-more"):
        decide(street.instances[POLICE_ME], end_keeping, EndKeeping(case=street.main, kept="w"), "twice")


def test_unnamed_it_goes_with_its_time_and_named_it_does_not(street: Street) -> None:
    """What nobody names is kept as the law says, and no longer: the country's time erases it. Named proceedings outlive that."""
    police = street.instances[POLICE_ME]
    name(street)
    street.clock.at += 11 * DAY
    police.ages_at(0.0)
    street.rest()
    assert knows(police, street.main) == {"D1", "D2"}
    end(street)
    street.rest()
    assert knows(police, street.main) == set()


def test_unnamed_it_goes_with_its_time(street: Street) -> None:
    police = street.instances[POLICE_ME]
    street.clock.at += 9 * DAY
    police.ages_at(0.0)
    street.rest()
    assert knows(police, street.main) == {"D1", "D2"}
    street.clock.at += 2 * DAY
    police.ages_at(0.0)
    street.rest()
    assert knows(police, street.main) == {"D1"}
    (one,) = kept(street)
    assert one.classes == ("D1",), "this country has no time for it: it stays, and is asked for"
    assert listed(street) == [one]


def test_a_hold_stands_against_the_end(street: Street) -> None:
    with Session(street.instances[POLICE_ME].engine) as session, session.begin():
        place_hold(session, street.main, HoldDecision("o1", "a complaint", street.clock.at))
    with pytest.raises(RuleBroken, match="kept-held"):
        end(street)
    assert len(kept(street)) == 1


def test_asked_to_erase_it_is_not_asked_for_twice_and_erased_it_is_not_kept(street: Street) -> None:
    name(street)
    decide(street.instances[LEAD_ME], ask_erasure, AskErasure(case=street.main, reason="asked for it"), "erase")
    street.rest()
    (one,) = kept(street)
    assert one.number == NUMBER, "the same proceedings still keep it"
    with Session(street.instances[POLICE_ME].engine) as session, session.begin():
        request_erasure(session, street.main, ErasureRequest("o1", "by command", street.clock.at))
    street.rest()
    assert kept(street) == listed(street) == []
    assert len(given(street)) == 2
    assert all(left == () and law == "" for _, left, law in given(street)), "the lead hears so in answer to each of its decisions"


@pytest.mark.parametrize("way", ["an officer", "its time"])
def test_whoever_ends_it_the_lead_hears_it_for_each_decision_that_asked(street: Street, way: str) -> None:
    decide(street.instances[LEAD_ME], ask_erasure, AskErasure(case=street.main, reason="asked for it"), "erase")
    street.rest()
    assert [left for _, left, _ in given(street)] == [("D1", "D2")] * 2
    if way == "an officer":
        end(street)
    else:
        street.clock.at += 11 * DAY
        street.instances[POLICE_ME].ages_at(0.0)
    street.rest()
    gone = {"D1", "D2"} if way == "an officer" else {"D2"}
    assert all(dropped >= gone and not gone & set(left) for dropped, left, _ in given(street))
    before = len(street.topic.all())
    street.rest()
    assert len(street.topic.all()) == before, "and hears it once"


def test_what_was_erased_before_the_withdrawal_is_not_said_to_be_kept(tmp_path: Path) -> None:
    street = Street(tmp_path, LAND.model_copy(update={"keeps": (LAW,)}), keyed=True)
    with Session(street.instances[POLICE_ME].engine) as session, session.begin():
        request_erasure(session, street.main, ErasureRequest("o1", "by command", street.clock.at, ["D2"]))
    street.rest()
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=POLICE), "w")
    street.rest()
    assert [one.classes for one in kept(street)] == [("D1",)]
    assert [left for _, left, _ in given(street)] == [("D1",)]


def test_there_is_a_ground_again_and_nothing_is_said_of_it_as_gone(street: Street) -> None:
    agree(street.instances[LEAD_ME], street.main, POLICE, Need.INVESTIGATION, "again")
    decide(street.instances[LEAD_ME], add_agency, AddAgency(case=street.main, agency=POLICE, need=Need.INVESTIGATION), "again")
    street.rest()
    assert kept(street) == []
    assert rows(street.instances[POLICE_ME], "select * from receiptkept") == []


def test_an_account_that_is_held_stands_against_the_end(tmp_path: Path) -> None:
    law = LAW.model_copy(update={"classes": frozenset({D2, DataClass.D7})})
    accounts = LAND.accounts.model_copy(update={"held_by": frozenset(AgencyKind)})
    street = Street(tmp_path, LAND.model_copy(update={"keeps": (law,), "accounts": accounts}), keyed=True)
    police = street.instances[POLICE_ME]
    agree(street.instances[LEAD_ME], street.main, POLICE, Need.INVESTIGATION, "d7", classes=("D1", "D2", "D7"))
    street.rest()
    do(police, "write-account", street.main, words="Canary words", means="heard", day="2025-01-02")
    do(police, "hold-account", street.main, number=NUMBER, authority=COURT)
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=POLICE), "w")
    street.rest()
    assert [one.classes for one in kept(street)] == [("D2", "D7")]
    with pytest.raises(RuleBroken, match="account-held"):
        end(street)
    assert [one.classes for one in kept(street)] == [("D2", "D7")]


def test_a_hold_that_comes_after_the_end_only_delays_it(street: Street) -> None:
    police = street.instances[POLICE_ME]
    end(street)
    with Session(police.engine) as session, session.begin():
        place_hold(session, street.main, HoldDecision("o1", "a complaint", street.clock.at))
    street.rest()
    assert knows(police, street.main) == {"D1", "D2"}
    with Session(police.engine) as session, session.begin():
        request_release(session, street.main, HoldDecision("o1", "settled", street.clock.at))
    street.rest()
    assert knows(police, street.main) == set()
    assert [left for _, left, _ in given(street)] == [()]


def test_the_name_goes_with_the_class_under_which_it_lies_and_is_asked_anew(street: Street) -> None:
    name(street)
    with Session(street.instances[POLICE_ME].engine) as session, session.begin():
        request_erasure(session, street.main, ErasureRequest("o1", "by command", street.clock.at, ["D1"]))
    street.rest()
    (one,) = listed(street)
    assert (one.classes, one.number) == (("D2",), "")
    name(street, "anew")
    assert kept(street)[0].number == NUMBER


def test_what_a_name_kept_beyond_its_time_goes_once_the_name_has_gone(street: Street) -> None:
    """The look for what is too old has passed the case by while the name stood."""
    police = street.instances[POLICE_ME]
    name(street)
    street.clock.at += 11 * DAY
    police.ages_at(0.0)
    street.rest()
    assert knows(police, street.main) == {"D1", "D2"}
    with Session(police.engine) as session, session.begin():
        request_erasure(session, street.main, ErasureRequest("o1", "by command", street.clock.at, ["D1"]))
    street.rest()
    street.rest()
    assert knows(police, street.main) == set()
    assert [left for _, left, _ in given(street)] == [()]


def test_what_another_law_keeps_names_no_proceedings(tmp_path: Path) -> None:
    law = LAW.model_copy(update={"ground": KeepGround.HEALTH_RECORD})
    street = Street(tmp_path, LAND.model_copy(update={"keeps": (law,)}), keyed=True)
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=POLICE), "w")
    street.rest()
    assert kept(street) == []
    assert knows(street.instances[POLICE_ME], street.main) == {"D1", "D2"}
