"""The person takes consent back: what is sealed afterwards leaves the agency out, whatever was decided before."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.proving.simulation.land import OTHER_LEAD, with_two_desks
from services.assistance.handlers import handoffs as a
from services.referral.handlers.cases import add_agency, ask_confidential
from services.referral.handlers.consent import AddAgency, OfCase, RecordConsent, Withdraw, record_consent, withdraw
from services.referral.handlers.lead import AskToLead, OfTransfer, ask_to_lead, hand_over_lead, take_lead
from services.referral.handlers.status import DecideStatus, decide_status
from services.referral.queries.consent import on_record
from shared.decisions.errors import RuleBroken
from shared.privacy import legal_bases
from shared.protocol.case import HandoffState
from shared.protocol.events import CheckpointSet, RosterSet
from shared.protocol.vocabulary import DataClass, Need, Outcome, Stage
from shared.web.case.rights_copy import held_here
from tests.services.referral.street import HOUSE, LAND, SHELTER_ME, TOLD, Street
from tests.services.referral.two_desks import EVERYBODY, Desks, asked, broken, led_by, transfer
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, decide, invite, pull, report, rows, send, sure
from tests.shared.land import seen as pictured

POLICE = "rs-pol"


def kept(street: Street, me: str) -> str:
    """All that an instance keeps of what it was told."""
    return "".join(body for (body,) in rows(street.instances[me], "select body from journal"))


def decided(street: Street) -> None:
    """The lead decides on the person's status, which the police may see."""
    told = DecideStatus(case=street.main, stage=Stage.REASONABLE_GROUNDS, positive=True)
    decide(street.instances[LEAD_ME], decide_status, told, "status")


def test_without_a_withdrawal_the_police_are_told(street: Street) -> None:
    decided(street)
    street.settle()
    assert '"positive":true' in kept(street, POLICE_ME)


def test_what_was_decided_before_the_withdrawal_and_waits_is_not_sealed_for_the_agency(street: Street) -> None:
    decided(street)
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=POLICE), "no more")
    street.settle()
    assert '"positive":true' not in kept(street, POLICE_ME)
    assert pictured(street.instances[POLICE_ME], street.main) is None
    assert POLICE not in sure(street.instances[LEAD_ME], street.main).agencies


def test_some_classes_alone_are_withdrawn_and_the_agency_stays(street: Street) -> None:
    decided(street)
    less = Withdraw(case=street.main, agency=POLICE, classes=(DataClass.D2,))
    decide(street.instances[LEAD_ME], withdraw, less, "not what was done to me")
    street.settle()
    assert '"positive":true' not in kept(street, POLICE_ME)
    picture = sure(street.instances[POLICE_ME], street.main)
    assert Stage.REASONABLE_GROUNDS in picture.statuses, "that something was decided is D0"
    member = picture.member(POLICE)
    assert member is not None
    assert DataClass.D2 not in member.classes
    assert DataClass.D0 in member.classes


def test_what_the_agency_had_taken_on_comes_back_and_it_can_be_asked_again(street: Street) -> None:
    police, lead = street.instances[POLICE_ME], street.instances[LEAD_ME]
    asked = next(h for h in sure(police, street.main).handoffs.values() if h.to == POLICE)
    decide(police, a.accept, a.OfHandoff(case=street.main, handoff=asked.id), "yes")
    street.settle()
    decide(lead, withdraw, Withdraw(case=street.main, agency=POLICE), "no more")
    street.settle()
    assert sure(lead, street.main).handoffs[asked.id].state is HandoffState.RETURNED
    again = AddAgency(case=street.main, agency=POLICE, need=Need.INVESTIGATION)
    with pytest.raises(RuleBroken, match="no-basis"):
        decide(lead, add_agency, again, "without asking")
    street.agree(POLICE, Need.INVESTIGATION)
    decide(lead, add_agency, again, "yes again")
    decided(street)
    street.settle()
    assert '"positive":true' in kept(street, POLICE_ME)
    assert sure(police, street.main) == sure(lead, street.main)


def test_a_shelter_leaves_both_cases(street: Street, side: str) -> None:
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=TOLD), "I go to my sister")
    street.settle()
    assert TOLD not in street.told().agencies
    assert sure(street.instances[LEAD_ME], side).member(HOUSE.id) is None
    assert pictured(street.instances[f"assistance.{HOUSE.id}"], side) is None


@pytest.mark.parametrize(("agency", "code"), [("rs-lead", "lead-stays"), ("rs-ngo", "not-in-the-case")])
def test_the_lead_stays_and_who_is_not_there_cannot_leave(street: Street, agency: str, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=agency), "no")


def test_a_request_that_was_decided_before_brings_nobody_back(street: Street) -> None:
    lead = street.instances[LEAD_ME]
    invite(lead, street.main, POLICE, Need.SAFETY, "one thing more")
    decide(lead, withdraw, Withdraw(case=street.main, agency=POLICE), "no more")
    street.settle()
    assert POLICE not in sure(lead, street.main).agencies
    assert pictured(street.instances[POLICE_ME], street.main) is None


def test_another_agencys_request_brings_nobody_back_and_returns_at_once_an_officer_of_the_lead_brings_them(street: Street) -> None:
    lead = street.instances[LEAD_ME]
    invite(lead, street.main, "rs-ngo", Need.LEGAL, "ask them")
    street.settle()
    decide(lead, withdraw, Withdraw(case=street.main, agency="rs-ngo"), "not them")
    again = a.RequestHandoff(case=street.main, to="rs-ngo", need=Need.PSYCHOLOGICAL)
    decide(street.instances[POLICE_ME], a.request_handoff, again, "the police have not heard")
    street.settle()
    (asked,) = (h.id for h in street.told().handoffs.values() if h.need is Need.PSYCHOLOGICAL)
    assert "rs-ngo" not in sure(lead, street.main).agencies
    assert street.told().handoffs[asked].state is HandoffState.RETURNED, "nobody can receive it"
    street.agree("rs-ngo", Need.PSYCHOLOGICAL, "she says yes")
    invite(lead, street.main, "rs-ngo", Need.PSYCHOLOGICAL, "ask them again")
    street.settle()
    assert "rs-ngo" in sure(lead, street.main).agencies


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("classes", [(), (DataClass.D2,)])
def test_a_roster_that_the_withdrawal_overtakes_gives_nothing_back(street: Street, classes: tuple[DataClass, ...], restarted: bool) -> None:
    invite(street.instances[LEAD_ME], street.main, "rs-health", Need.HEALTH, "a doctor")
    decided(street)
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=POLICE, classes=classes), "no more")
    if restarted:
        street.instances.pop(LEAD_ME).close()
        street.instances[LEAD_ME] = street.open(LEAD_ME)
    street.settle()
    now = sure(street.instances[LEAD_ME], street.main)
    police = now.member(POLICE)
    assert police is None if not classes else police is not None and DataClass.D2 not in police.classes
    assert "rs-health" in now.agencies
    assert '"positive":true' not in kept(street, POLICE_ME)


@pytest.mark.parametrize("restarted", [False, True])
def test_of_two_withdrawals_that_wait_both_hold(street: Street, restarted: bool) -> None:
    for agency in (POLICE, "rs-insp"):
        decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=agency), f"not {agency}")
    if restarted:
        street.instances.pop(LEAD_ME).close()
        street.instances[LEAD_ME] = street.open(LEAD_ME)
    street.settle()
    assert sure(street.instances[LEAD_ME], street.main).agencies == {"rs-lead"}


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("late", [False, True], ids=["the checkpoint waits already", "the checkpoint comes while the withdrawal waits"])
def test_a_checkpoint_tells_a_joiner_nothing_of_what_was_withdrawn_meanwhile(street: Street, late: bool, restarted: bool) -> None:
    """The agency has been put on the roster, which has come back to the lead; what it is told of the case waits."""
    lead = street.instances[LEAD_ME]
    invite(lead, street.main, "rs-ngo", Need.LEGAL, "ask them")
    send(lead, street.topic)
    pull(lead, street.topic)  # it goes behind its cover
    send(lead, street.topic)
    no_more = Withdraw(case=street.main, agency="rs-ngo", classes=(DataClass.D1, DataClass.D2))
    for step in ((withdraw, no_more), None)[:: 1 if late else -1]:
        if step:
            decide(lead, *step, "nothing of me")
        else:
            pull(lead, street.topic)
    if restarted:
        street.instances.pop(LEAD_ME).close()
        street.instances[LEAD_ME] = street.open(LEAD_ME)
    waiting = [row.type for row in street.instances[LEAD_ME].outgoing.of(street.main)]
    assert waiting[:2] == [RosterSet.TYPE, CheckpointSet.TYPE]


@pytest.fixture
def sheltered(tmp_path: Path, templates: Path) -> Iterator[Desks]:
    """Two desks that can lead, in a country with a shelter."""
    made = Desks(tmp_path, templates, with_two_desks(LAND))
    for me in (*EVERYBODY, SHELTER_ME):
        made.opened(me)
    yield made
    for one in made.instances.values():
        one.close()


def handed_over_after_a_shelter(desks: Desks) -> str:
    """A child's case: the shelter has helped, and another desk leads since."""
    case = report(desks[INTAKE_ME], age="child", needs=("housing",))
    desks.settle()
    decide(desks[LEAD_ME], ask_confidential, AddAgency(case=case, agency=HOUSE.id, need=Need.HOUSING), "ask the shelter")
    desks.settle()
    ((side,),) = rows(desks[SHELTER_ME], 'select "case" from picture')
    asked = next(h.id for h in sure(desks[SHELTER_ME], side).handoffs.values() if h.need is Need.HOUSING)
    decide(desks[SHELTER_ME], a.accept, a.OfHandoff(case=side, handoff=asked), "yes")
    desks.settle()
    decide(desks[SHELTER_ME], a.complete, a.Complete(case=side, handoff=asked, outcome=Outcome.DONE), "moved on")
    desks.settle()
    decide(desks[LEAD_ME], ask_to_lead, AskToLead(case=case, agency="rs-west"), "asks")
    desks.settle()
    decide(desks[OTHER_LEAD], take_lead, OfTransfer(case=case, handoff=transfer(sure(desks[OTHER_LEAD], case))), "yes")
    desks.settle()
    assert TOLD in sure(desks[OTHER_LEAD], case).agencies
    return case


@pytest.mark.parametrize("told", [LEAD_ME, OTHER_LEAD])
def test_a_shelter_that_the_person_wants_no_more_is_not_asked_by_the_new_lead_whichever_desk_was_told(sheltered: Desks, told: str) -> None:
    """The new lead does not know which shelter it was: it asks none until the person agrees to one by name."""
    case = handed_over_after_a_shelter(sheltered)
    decide(sheltered[told], withdraw, Withdraw(case=case, agency=TOLD, words="not there again"), "withdrawn")
    sheltered.settle()
    new = sheltered[OTHER_LEAD]
    assert TOLD not in sure(new, case).agencies
    shelter = AddAgency(case=case, agency=HOUSE.id, need=Need.HOUSING)
    assert broken(new, ask_confidential, shelter, "again") == "no-basis"
    wants = RecordConsent(case=case, agency=HOUSE.id, need=Need.HOUSING, classes=(DataClass.D1,), language="sr", words="wants to go back")
    decide(new, record_consent, wants, "agreed")
    decide(new, ask_confidential, shelter, "wanted")
    sheltered.settle()
    decide(sheltered[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-insp", classes=(DataClass.D2,)), "something else")
    sheltered.settle()
    assert TOLD in sure(new, case).agencies, "what the person has agreed to since stands"


def test_a_former_desk_that_is_told_takes_the_shelter_off_that_the_new_lead_asked(sheltered: Desks) -> None:
    case = handed_over_after_a_shelter(sheltered)
    decide(sheltered[OTHER_LEAD], ask_confidential, AddAgency(case=case, agency=HOUSE.id, need=Need.HOUSING), "asks again")
    sheltered.settle()
    (new,) = [side for (side,) in rows(sheltered[OTHER_LEAD], "select side from side")]
    assert HOUSE.id in sure(sheltered[OTHER_LEAD], new).agencies
    decide(sheltered[LEAD_ME], withdraw, Withdraw(case=case, agency=TOLD), "withdrawn")
    sheltered.settle()
    assert TOLD not in sure(sheltered[OTHER_LEAD], case).agencies
    assert HOUSE.id not in sure(sheltered[OTHER_LEAD], new).agencies


def test_what_was_withdrawn_from_the_agency_that_is_asked_to_lead_is_not_opened_to_it_by_its_yes(sheltered: Desks) -> None:
    case, command = asked(sheltered)
    decide(sheltered[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-west", classes=(DataClass.D4,)), "not my health")
    sheltered.settle()
    decide(sheltered[OTHER_LEAD], take_lead, command, "yes")
    send(sheltered[OTHER_LEAD], sheltered.topic)
    pull(sheltered[LEAD_ME], sheltered.topic)
    decide(sheltered[LEAD_ME], withdraw, Withdraw(case=case, agency=POLICE), "overtakes the change, which is restated")
    sheltered.settle()
    after = sure(sheltered[INTAKE_ME], case)
    leads, led = after.member("rs-west"), after.member("rs-lead")
    assert leads is not None
    assert led is not None
    assert (after.lead, set(led.classes) - set(leads.classes)) == ("rs-west", {DataClass.D4})


def test_an_agency_that_may_not_be_told_of_the_person_any_more_does_not_lead_though_it_says_yes(sheltered: Desks) -> None:
    case, command = asked(sheltered)
    decide(sheltered[LEAD_ME], withdraw, Withdraw(case=case, agency="rs-west", classes=(DataClass.D1,)), "not who I am")
    decide(sheltered[OTHER_LEAD], take_lead, command, "yes")
    sheltered.settle()
    lead = sheltered[LEAD_ME]
    assert led_by(sheltered, case) == {"rs-lead"}
    assert broken(lead, hand_over_lead, OfCase(case=case), "hands over") == "no-basis"
    told = RecordConsent(case=case, agency="rs-west", need=Need.IDENTIFICATION, classes=(DataClass.D1,), language="sr")
    decide(lead, record_consent, told, "agreed after all")
    decide(lead, hand_over_lead, OfCase(case=case), "hands over then")
    sheltered.settle()
    assert led_by(sheltered, case) == {"rs-west"}


def test_while_the_record_is_awaited_the_page_shows_no_basis_that_nobody_recorded(sheltered: Desks) -> None:
    case, command = asked(sheltered)
    decide(sheltered[OTHER_LEAD], take_lead, command, "yes")
    for me in (OTHER_LEAD, LEAD_ME):
        send(sheltered[me], sheltered.topic)
        pull(sheltered[LEAD_ME if me == OTHER_LEAD else OTHER_LEAD], sheltered.topic)
    new = sheltered[OTHER_LEAD]
    assert new.transact(lambda work: legal_bases.awaited(work, sure(new, case)))
    shown = asyncio.run(new.ask(lambda reader: on_record(reader, sure(new, case), new.clock.now()[0])))
    assert shown.rows == []
    assert [one for one in shown.unasked if one.withheld] == [], "whether the person objects to anybody is not known yet"
    copy = asyncio.run(new.ask(lambda reader: held_here(reader, case)))
    assert copy.bases == []


def test_an_agency_that_has_left_the_directory_since_it_was_asked_does_not_lead(sheltered: Desks) -> None:
    case, command = asked(sheltered)
    decide(sheltered[OTHER_LEAD], take_lead, command, "yes")
    lead = sheltered[LEAD_ME]
    lead.country = lead.country.model_copy(update={"agencies": tuple(one for one in lead.country.agencies if one.id != "rs-west")})
    send(sheltered[OTHER_LEAD], sheltered.topic)
    pull(lead, sheltered.topic)
    assert broken(lead, hand_over_lead, OfCase(case=case), "hands over") == "cannot-lead"
