"""A request is sent on, and what is offered instead meets a no on its way: on real parts, and everybody is told the same."""

import asyncio

from services.assistance.handlers import answers
from services.assistance.handlers import handoffs as assistance
from shared.decisions.errors import RuleBroken
from shared.protocol.came_back import came_back
from shared.protocol.case import Case, HandoffState, Verdict
from shared.protocol.vocabulary import DeclineCode, Need, OfferTerms
from tests.journeys.land import Land

BOTH = ("assistance.health", "assistance.ngo", "assistance.centre", "referral.centre")


def of_health(case: Case) -> list[HandoffState]:
    return [h.state for h in case.handoffs.values() if h.need is Need.HEALTH]


async def test_a_request_is_sent_on_and_an_offer_crosses_a_no_and_all_are_told_the_same(land: Land) -> None:
    case = await land.report(needs=(Need.INVESTIGATION,))
    await land.asked("police", Need.INVESTIGATION, case)
    for agency in ("health", "ngo"):
        await land.agree(agency, Need.HEALTH, case)
    await land.request("centre", "health", Need.HEALTH, case)
    asked = await land.asked("health", Need.HEALTH, case)
    on = answers.SendOn(case=case, handoff=asked.id, to=land.id("ngo"), code=DeclineCode.NO_CAPACITY)
    await land.decide("assistance.health", answers.send_on, on)

    onward = await land.asked("ngo", Need.HEALTH, case)
    assert (onward.giver, onward.origin) == (land.id("health"), asked.id)
    offer = answers.Offer(case=case, handoff=onward.id, terms=OfferTerms.PART)
    await land.decide("assistance.ngo", answers.offer, offer)
    waits = [HandoffState.FORWARDED, HandoffState.OFFERED]
    await land.everywhere(case, lambda c: of_health(c) == waits, *BOTH)

    said = await asyncio.gather(
        land.decide("assistance.health", answers.agree_offer, assistance.OfHandoff(case=case, handoff=onward.id)),
        land.decide("assistance.ngo", assistance.decline, assistance.Decline(case=case, handoff=onward.id, code=DeclineCode.NO_CAPACITY)),
        return_exceptions=True,
    )
    ended = await land.everywhere(case, lambda c: of_health(c) != waits, *BOTH)
    agreed = [HandoffState.FORWARDED, HandoffState.ACCEPTED, HandoffState.RETURNED]
    assert of_health(ended) in (agreed, [HandoffState.FORWARDED, HandoffState.DECLINED]), "what lay first on the log"
    (back,) = came_back(ended, land.id("health"))
    assert back.to == land.id("ngo"), "whichever came first, what is left is with who sent it on"
    at_once = [one for one in said if isinstance(one, RuleBroken)]
    superseded = [*ended.settled.values()].count(Verdict.SUPERSEDED)
    assert superseded + len(at_once) == 1, "who came second is told, at once or by the verdict, which is the same everywhere"
