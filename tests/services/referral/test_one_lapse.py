"""Of the two cases of a confidential agency one says when a request lapses, and the other repeats it: that in which the one lies who must
answer. So an answer and a lapse stand in one order, both cases end alike, and for the true reason."""

import pytest

from services.assistance.handlers import answers, handoffs
from services.referral.side_cases import lapses_elsewhere
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.follow_ups import fire_clocks
from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import DeclineCode, Need, OfferTerms
from tests.services.referral.street import SHELTER_ME, TOLD, Street
from tests.shared.land import INTAKE_ME, LEAD_ME, Hand, decide, noted, pull, report, rows, send, sure

MINUTE, HOUR = 60_000, 3_600_000


def housing(street: Street, me: str, case: str):
    """The housing hand-off of a case."""
    return sure(street.instances[me], case).handoffs[street.of(me, case).handoff]


def states(street: Street) -> tuple[HandoffState, HandoffState]:
    """How the housing stands at the shelter, and in the main case."""
    return housing(street, SHELTER_ME, street.side).state, housing(street, LEAD_ME, street.main).state


def offers(street: Street, later: int = 5 * MINUTE) -> str:
    """The shelter offers a part; the lead, which was away, repeats it later (ms)."""
    side = street.side
    mine = street.of(SHELTER_ME, side)
    decide(street.instances[SHELTER_ME], answers.offer, answers.Offer(**mine.model_dump(), terms=OfferTerms.PART), "offer")
    send(street.instances[SHELTER_ME], street.topic)
    street.clock.at += later
    street.settle()
    assert states(street) == (HandoffState.OFFERED, HandoffState.OFFERED)
    return side


def tick(street: Street) -> None:
    """The lead looks at its clocks."""
    street.instances[LEAD_ME].idle(clocks=True)


def lapse(street: Street, me: str, case: str) -> int:
    """When the time of whoever must answer ends there."""
    one = housing(street, me, case)
    return one.offer.lapse_at if one.state is HandoffState.OFFERED and one.offer else one.lapse_at


@pytest.mark.usefixtures("side")
def test_a_yes_before_the_offer_lapses_in_the_main_case_is_a_yes(street: Street) -> None:
    """It used to lapse in the side case before, and the main one then said that the shelter had no room."""
    side = offers(street)
    street.clock.at = lapse(street, SHELTER_ME, side) + MINUTE
    tick(street)
    decide(street.instances[LEAD_ME], answers.agree_offer, street.of(LEAD_ME, street.main), "yes")
    street.settle()
    assert states(street) == (HandoffState.ACCEPTED, HandoffState.ACCEPTED)


@pytest.mark.usefixtures("side")
@pytest.mark.parametrize("ahead", [0, HOUR])
def test_an_offer_that_nobody_answers_lapses_in_both_cases_and_the_main_one_says_so(street: Street, ahead: int) -> None:
    """Also where the shelter's clock is ahead, so that its offer would stand longer there."""
    street.instances[SHELTER_ME].clock = Hand(street.clock.at + ahead)  # pyright: ignore[reportAttributeAccessIssue]
    offers(street)
    street.clock.at = lapse(street, LEAD_ME, street.main)
    tick(street)
    street.settle()
    assert states(street) == (HandoffState.EXPIRED, HandoffState.EXPIRED)
    assert housing(street, LEAD_ME, street.main).code is None
    assert not street.told().bounces(Need.HOUSING), "it had answered"


@pytest.mark.usefixtures("side")
def test_who_offered_something_takes_the_whole_once_the_lead_has_answered(street: Street) -> None:
    """Its offer lapses in the main case, and a yes in its own would cross that: then it had the person, and the lead asked elsewhere."""
    side = offers(street)
    shelter, mine = street.instances[SHELTER_ME], street.of(SHELTER_ME, side)
    with pytest.raises(RuleBroken, match="offer-waits-for-the-lead"):
        decide(shelter, handoffs.accept, mine, "all of it")
    decide(street.instances[LEAD_ME], answers.refuse_offer, street.of(LEAD_ME, street.main), "no")
    street.settle()
    decide(shelter, handoffs.accept, mine, "all of it, then")
    street.settle()
    assert states(street) == (HandoffState.ACCEPTED, HandoffState.ACCEPTED)


@pytest.mark.usefixtures("side")
def test_a_yes_that_waits_for_the_bus_while_the_offer_would_lapse_is_a_yes(street: Street) -> None:
    side = offers(street)
    lead = street.instances[LEAD_ME]
    decide(lead, answers.agree_offer, street.of(LEAD_ME, street.main), "yes")
    street.clock.at = lapse(street, SHELTER_ME, side) + 24 * HOUR
    tick(street)
    street.settle()
    assert states(street) == (HandoffState.ACCEPTED, HandoffState.ACCEPTED)


def test_who_took_the_person_before_its_time_was_over_has_them_in_the_main_case_too(street: Street, side: str) -> None:
    """The shelter's yes lies on the log, and the lead has not read it when the time is over."""
    decide(street.instances[SHELTER_ME], handoffs.accept, street.of(SHELTER_ME, side), "yes")
    send(street.instances[SHELTER_ME], street.topic)
    street.clock.at = lapse(street, LEAD_ME, street.main) + MINUTE
    tick(street)
    street.settle()
    assert states(street) == (HandoffState.ACCEPTED, HandoffState.ACCEPTED)


def test_the_main_case_waits_for_what_the_log_says_of_a_lapse_in_the_side_case(street: Street, side: str) -> None:
    """Whichever of the two the lead looks at first: that its own clock has spoken there may come behind the shelter's yes."""
    lead = street.instances[LEAD_ME]
    decide(street.instances[SHELTER_ME], handoffs.accept, street.of(SHELTER_ME, side), "yes")
    send(street.instances[SHELTER_ME], street.topic)
    street.clock.at = lapse(street, LEAD_ME, street.main) + MINUTE
    for case in (side, street.main):
        lead.transact(lambda work, case=case: fire_clocks(work, case, lapses_elsewhere))
    street.settle()
    assert states(street) == (HandoffState.ACCEPTED, HandoffState.ACCEPTED)


def test_a_lead_that_comes_from_an_empty_database_waits_for_the_shelter_too(street: Street, side: str) -> None:
    """It learns the link under one of two ids, and behind one of them there is nothing."""
    lead = street.instances.pop(LEAD_ME)
    new, secret = street.open(LEAD_ME, "lead again"), lead.secret
    lead.close()
    street.instances[LEAD_ME], new.secret = new, secret
    street.settle()
    known = rows(new, f"select side from side where \"case\" = '{street.main}'")
    assert len(known) == 2
    assert (side,) in known
    decide(street.instances[SHELTER_ME], handoffs.accept, street.of(SHELTER_ME, side), "yes")
    send(street.instances[SHELTER_ME], street.topic)
    street.clock.at = lapse(street, LEAD_ME, street.main) + MINUTE
    tick(street)
    street.settle()
    assert states(street) == (HandoffState.ACCEPTED, HandoffState.ACCEPTED)


def test_a_request_that_a_shelter_does_not_answer_lapses_in_both_cases(street: Street, side: str) -> None:
    street.clock.at = lapse(street, SHELTER_ME, side)
    for _ in range(2):
        tick(street)
        street.settle()
    assert states(street) == (HandoffState.EXPIRED, HandoffState.EXPIRED)
    said = [v for t, v in noted(street.instances[LEAD_ME], side) if t == "handoff.expired.v1"]
    assert said == ["counted"], "and said once in each"


@pytest.mark.usefixtures("side")
def test_a_no_to_an_offer_leaves_one_lapse_too(street: Street) -> None:
    side = offers(street)
    decide(street.instances[LEAD_ME], answers.refuse_offer, street.of(LEAD_ME, street.main), "no")
    street.settle()
    street.clock.at = max(lapse(street, SHELTER_ME, side), lapse(street, LEAD_ME, street.main)) - MINUTE
    assert states(street) == (HandoffState.ACKNOWLEDGED, HandoffState.ACKNOWLEDGED)
    street.clock.at += 2 * MINUTE
    tick(street)
    street.settle()
    assert states(street) == (HandoffState.EXPIRED, HandoffState.EXPIRED)


def test_an_offer_that_the_lead_reads_once_its_time_is_over_does_not_hang(street: Street, side: str) -> None:
    """From tomorrow on, it said, and the lead was away for two days: the main case cannot repeat that, and ends as the side case does."""
    later = answers.Offer(**street.of(SHELTER_ME, side).model_dump(), terms=OfferTerms.LATER, days=1)
    decide(street.instances[SHELTER_ME], answers.offer, later, "offer")
    send(street.instances[SHELTER_ME], street.topic)
    street.clock.at += 14 * 24 * HOUR
    for _ in range(3):
        pull(street.instances[LEAD_ME], street.topic)
        tick(street)
        street.settle()
    assert states(street) == (HandoffState.EXPIRED, HandoffState.EXPIRED)


@pytest.mark.usefixtures("side")
def test_where_the_link_is_parked_the_main_case_lapses_by_itself(street: Street) -> None:
    lead = street.instances[LEAD_ME]
    assert rows(lead, f"select count(*) from side where \"case\" = '{street.main}'") == [(1,)]
    lead.parked.add(street.side)
    street.clock.at = lapse(street, LEAD_ME, street.main) + MINUTE
    tick(street)
    lead.parked.discard(street.side)
    street.settle()
    assert housing(street, LEAD_ME, street.main).state is HandoffState.EXPIRED


def test_a_lapse_in_the_main_case_is_followed_by_one_record_of_the_channel_whoever_was_asked(street: Street, side: str) -> None:
    """Else whoever sees the bus could tell in which case somebody stands for a shelter."""
    no = handoffs.Decline(**street.of(SHELTER_ME, side).model_dump(), code=DeclineCode.NO_CAPACITY)
    decide(street.instances[SHELTER_ME], handoffs.decline, no, "no")
    street.settle()
    asked = next(h for h in street.told().handoffs.values() if h.waiting and h.to != TOLD)
    before = _covers(street)
    street.clock.at = asked.lapse_at + 2 * 24 * HOUR
    tick(street)
    street.settle()
    lapsed = [h for h in street.told().handoffs.values() if h.state is HandoffState.EXPIRED]
    assert lapsed
    assert _covers(street) - before == 1 + len(lapsed), "one before what was decided at once, and one after each"


def test_a_lapse_in_a_side_case_is_no_cover_of_what_another_case_says_in_the_same_moment(street: Street, side: str) -> None:
    """It has its own in the main case, which the lead says behind it: used twice, there would be one record of the channel too few."""
    lead = street.instances[LEAD_ME]
    street.clock.at = lapse(street, SHELTER_ME, side) - MINUTE
    tick(street)
    street.settle()
    other = report(street.instances[INTAKE_ME], "another", needs=("investigation",))
    street.settle()
    street.clock.at = max(lapse(street, SHELTER_ME, side), *(h.answer_by for h in sure(lead, other).handoffs.values())) + MINUTE
    before = _covers(street)

    def both(work: UnitOfWork) -> None:
        for case in (side, other):
            fire_clocks(work, case, lapses_elsewhere)

    lead.transact(both)
    send(lead, street.topic)
    pull(lead, street.topic)
    assert [t for t, _ in noted(lead, side)][-1] == "handoff.expired.v1"
    assert _covers(street) - before == 1
    send(lead, street.topic)
    pull(lead, street.topic)
    assert "handoff.overdue.v1" in [t for t, _ in noted(lead, other)]


def _covers(street: Street) -> int:
    return int(rows(street.instances[LEAD_ME], "select count(*) from journal where type = 'cover.sent.v1'")[0][0])
