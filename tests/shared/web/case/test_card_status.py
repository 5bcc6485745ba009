"""What a person who asks is told of each need: a line for every state of a request, and never that somebody has what nobody has."""

import pytest

from shared.config.country import Country
from shared.protocol.case import HELD, Case, CounterOffer, Handoff, HandoffState
from shared.protocol.facts import Member
from shared.protocol.vocabulary import AgencyKind, Basis, HandoffKind, Need, OfferTerms, Outcome, Urgency
from shared.web.case.card_page import GONE, status_of
from shared.web.text.card_words import STATUS, STATUS_END
from shared.web.text.phrases import Speaker, Words
from tests.shared.land import COUNTRY

H = HandoffState
NOBODY = "Health care: nobody is dealing with it now. our-lead must find somebody."
REST = "Health care: nobody is dealing with the rest of it now. our-lead must find somebody."
CLINIC = "Health care: a-clinic is dealing with it."
ASKED = Handoff(
    id="h", giver="our-lead", by="referral.our-lead", to="a-clinic", need=Need.HEALTH, kind=HandoffKind.REFERRAL,
    state=H.REQUESTED, requested_at=1, answer_by=2, lapse_at=3,
)  # fmt: skip
OFFER = CounterOffer(terms=OfferTerms.PART, at=4, answer_by=5, lapse_at=6)
LATER = CounterOffer(terms=OfferTerms.LATER, starts_at=7, at=4, answer_by=5, lapse_at=6, agreed_at=6)


def one(state: HandoffState, **said: object) -> Handoff:
    return ASKED.model_copy(update={"state": state, **said})


def told_case(*handoffs: Handoff) -> Case:
    """A case with these requests."""
    return Case(
        id="c", protocol=2, trace="t", opened_at=0, opened_by="intake.rs-ir", lead="our-lead", urgency=Urgency.NORMAL,
        basis=Basis.CONSENT, pingpong=3, needs=(), version=1,
        members=(Member(agency="a-clinic", kind=AgencyKind.HEALTH, purpose=Need.HEALTH, basis=Basis.CONSENT),),
        handoffs={f"h{place}": handoff.model_copy(update={"id": f"h{place}"}) for place, handoff in enumerate(handoffs)},
    )  # fmt: skip


def with_phones() -> Country:
    """The country with telephones."""
    phones = {"a-clinic": "+999 1", "our-lead": "+999 2", "a-lawyer": "+999 3", "rs-house": "+999 4"}
    more = [{"id": id, "name": id, "kind": "health", "phone": phone, "confidential": id == "rs-house"} for id, phone in phones.items()]
    return Country.model_validate(COUNTRY.model_dump(mode="json") | {"agencies": (*COUNTRY.agencies, *more)})


def told(*handoffs: Handoff, **said: object) -> list[str]:
    """What is said of the needs."""
    case = told_case(*handoffs)
    lines = status_of(case.model_copy(update=said), Speaker(Words(), COUNTRY, 10, lambda at: f"[{at}]"))
    assert lines[-len(STATUS_END) :] == list(STATUS_END)
    return lines[: -len(STATUS_END)]


def test_every_state_has_words_or_nobody_is_at_work() -> None:
    assert STATUS.keys() | GONE == set(HandoffState)
    assert not STATUS.keys() & GONE


@pytest.mark.parametrize("state", list(HandoffState))
def test_every_state_can_be_shown(state: HandoffState) -> None:
    offer = OFFER if state is H.OFFERED else None
    lines = told(one(state, offer=offer))
    assert len(lines) == (0 if state in (H.REVOKED, H.ENDED) else 1)
    assert (lines == [NOBODY]) is (state in GONE and bool(lines))
    assert (lines == [CLINIC]) is (state in HELD)


def test_an_offer_waits_for_who_asked_by_its_own_time() -> None:
    assert told(one(H.OFFERED, offer=OFFER)) == [
        "Health care: a-clinic has offered something else, and waits for an answer. An answer is due by [5]."
    ]
    refused = OFFER.model_copy(update={"refused_at": 6})
    (asked_again,) = told(one(H.ACKNOWLEDGED, offer=refused))
    assert asked_again.endswith("An answer is due by [2].")


def test_a_part_is_somebodys_and_the_rest_is_nobodys() -> None:
    agreed = one(H.ACCEPTED, offer=OFFER.model_copy(update={"agreed_at": 6}), onward="h1")
    assert told(agreed, one(H.RETURNED, origin="h0")) == [CLINIC, REST]
    assert told(agreed, one(H.RETURNED, origin="h0", given_up_at=8)) == [CLINIC], "nothing more is asked for"
    both = told(agreed, one(H.RETURNED, origin="h0"), one(H.REQUESTED, to="a-doctor"))
    assert both == [CLINIC, "Health care: a-doctor was asked, and has not answered yet. An answer is due by [2]."]


def test_a_later_day_is_said() -> None:
    assert told(one(H.ACCEPTED, offer=LATER)) == ["Health care: a-clinic is dealing with it from [7] on."]
    assert told(one(H.ACTING, offer=LATER)) == [CLINIC], "it has begun"


@pytest.mark.parametrize("state", sorted(GONE - {H.REVOKED, H.ENDED}))
def test_what_came_back_last_is_nobodys_yet(state: HandoffState) -> None:
    assert told(one(H.COMPLETED, outcome=Outcome.DONE), one(state)) == [NOBODY]
    assert told(one(H.ACTING), one(state)) == [CLINIC, REST]
    assert told(one(state), one(H.ACTING)) == [CLINIC], "somebody has taken it up since"
    assert told(one(state), one(H.REVOKED)) == [NOBODY]
    assert told(one(state), closed_at=9) == [], "nobody looks for anybody once the case is closed"


def test_what_was_not_possible_is_not_done() -> None:
    assert told(one(H.COMPLETED, outcome=Outcome.NOT_POSSIBLE)) == [NOBODY]
    assert told(one(H.COMPLETED, outcome=Outcome.DONE)) == ["Health care: a-clinic has done it."]


def test_who_is_asked_for_advice_deals_with_nothing() -> None:
    advice = one(H.REQUESTED, to="a-doctor", kind=HandoffKind.CONSULTATION)
    assert told(advice) == []
    assert told(one(H.DECLINED), advice) == [NOBODY]


def test_whom_to_call_is_said_and_no_number_of_a_confidential_agency() -> None:
    speaker = Speaker(Words(), with_phones(), 10, lambda at: f"[{at}]")
    case = told_case(one(H.ACCEPTED), one(H.REQUESTED, need=Need.LEGAL, to="a-lawyer"), one(H.ACTING, need=Need.SAFETY, to="rs-house"))
    health, legal, safety, call, *end = status_of(case, speaker, "our-lead")
    assert health == f"{CLINIC} You can call there: +999 1."
    assert legal.endswith("An answer is due by [2]."), "whoever has not answered does not know the person yet"
    assert "call" not in safety
    assert call == "If you have a question, call: +999 2"
    assert end == list(STATUS_END)
