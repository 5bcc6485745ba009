"""A confidential agency offers a part, or a later day: the lead repeats that in the main case, and answers there. Nothing else is offered,
and nothing sent on."""

import pytest

from services.assistance.handlers import answers, handoffs
from shared.decisions.decide import UseCase
from shared.decisions.errors import RuleBroken
from shared.protocol.came_back import came_back
from shared.protocol.case import HELD, HandoffState
from shared.protocol.next_moves import What, moves
from shared.protocol.vocabulary import DeclineCode, Need, OfferTerms
from tests.services.referral.street import SHELTER_ME, Street
from tests.shared.land import LEAD_ME, decide, send, sure

PART = {"terms": OfferTerms.PART}


def offers(street: Street, **terms: object) -> str:
    side = street.side
    mine = street.of(SHELTER_ME, side)
    decide(street.instances[SHELTER_ME], answers.offer, answers.Offer.model_validate(mine.model_dump() | terms), "offer")
    street.settle()
    return side


def states(street: Street, me: str, case: str) -> list[HandoffState]:
    return [h.state for h in sure(street.instances[me], case).handoffs.values() if h.need is Need.HOUSING]


@pytest.mark.usefixtures("side")
def test_a_part_is_agreed_to_in_both_cases(street: Street) -> None:
    side = offers(street, **PART)
    assert street.state() is HandoffState.OFFERED
    decide(street.instances[LEAD_ME], answers.agree_offer, street.of(LEAD_ME, street.main), "yes")
    street.settle()
    both = [HandoffState.ACCEPTED, HandoffState.RETURNED]
    assert states(street, LEAD_ME, street.main) == both
    assert states(street, SHELTER_ME, side) == both, "the shelter holds its part"
    main = sure(street.instances[LEAD_ME], street.main)
    assert [h.need for h in came_back(main, main.lead)] == [Need.HOUSING]
    assert came_back(sure(street.instances[LEAD_ME], side), main.lead) == (), "the lead has it back in the main case alone"
    ids = [{h.id for h in sure(street.instances[LEAD_ME], case).handoffs.values()} for case in (street.main, side)]
    assert not ids[0] & ids[1], "no id links the two"


@pytest.mark.usefixtures("side")
def test_a_no_in_the_main_case_has_the_shelter_answer_as_asked(street: Street) -> None:
    side = offers(street, terms=OfferTerms.LATER, days=3)
    decide(street.instances[LEAD_ME], answers.refuse_offer, street.of(LEAD_ME, street.main), "no")
    street.settle()
    assert states(street, SHELTER_ME, side) == states(street, LEAD_ME, street.main) == [HandoffState.ACKNOWLEDGED]


@pytest.mark.usefixtures("side")
@pytest.mark.parametrize("first", [SHELTER_ME, LEAD_ME])
def test_a_no_of_the_shelter_that_crosses_the_leads_yes_is_heard_in_the_main_case(street: Street, first: str) -> None:
    """Each decides before it has read the other; whoever comes first on the log, nobody is said to have the person who has not."""
    side = offers(street, **PART)
    lead, shelter = street.instances[LEAD_ME], street.instances[SHELTER_ME]
    decide(lead, answers.agree_offer, street.of(LEAD_ME, street.main), "yes")
    no = handoffs.Decline(**street.of(SHELTER_ME, side).model_dump(), code=DeclineCode.NO_CAPACITY)
    decide(shelter, handoffs.decline, no, "no")
    for me in (first, *({LEAD_ME, SHELTER_ME} - {first})):
        send(street.instances[me], street.topic)
    street.settle()
    main = sure(lead, street.main)
    assert not [h for h in main.handoffs.values() if h.need is Need.HOUSING and h.state in HELD]
    assert states(street, SHELTER_ME, side)[0] is HandoffState.DECLINED
    assert Need.HOUSING in [h.need for h in came_back(main, main.lead)], "it is the lead's again"


@pytest.mark.usefixtures("side")
@pytest.mark.parametrize("answer", [answers.agree_offer, answers.refuse_offer, handoffs.revoke])
def test_it_is_answered_in_the_main_case_alone(street: Street, answer: UseCase) -> None:
    side = offers(street, **PART)
    lead = street.instances[LEAD_ME]
    with pytest.raises(RuleBroken, match="in-the-main-case"):
        decide(lead, answer, street.of(LEAD_ME, side), "here")
    jobs = [(m.who, m.what) for case in (side, street.main) for m in moves(sure(lead, case)) if m.need is Need.HOUSING]
    assert jobs == [("rs-lead", What.AGREE)], "one yes or no, in the main case"


@pytest.mark.parametrize(
    ("use_case", "command", "why"),
    [
        (answers.offer, {"terms": OfferTerms.OTHER, "need": Need.HEALTH}, "say-what-else"),
        (answers.send_on, {"to": "rs-police", "code": DeclineCode.NO_CAPACITY}, "not-to-be-sent-on"),
    ],
)
def test_it_offers_nothing_else_and_sends_nothing_on(street: Street, side: str, use_case, command, why) -> None:
    mine = street.of(SHELTER_ME, side)
    kind = answers.Offer if use_case is answers.offer else answers.SendOn
    with pytest.raises(RuleBroken, match=why):
        decide(street.instances[SHELTER_ME], use_case, kind.model_validate(mine.model_dump() | command), "x")
