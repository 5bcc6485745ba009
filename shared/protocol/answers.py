"""Answers to a request beside yes and no: it is sent on, or something else is offered; and what who asked says to that. Pure effects.

None of them leaves the need with nobody: who sends on asks the next agency in the same decision, and what an offer leaves is with who
asked again, as a request of its own that came back. Source: docs/domain.md, section 3.3.
"""

from shared.protocol.came_back import time_to_answer
from shared.protocol.case import Case, CounterOffer, Handoff, HandoffState
from shared.protocol.core import Core
from shared.protocol.events import HandoffForwarded, HandoffOfferAgreed, HandoffOffered, HandoffOfferRefused
from shared.protocol.facts import hidden
from shared.protocol.joint import REFUSED, SUPERSEDED, Effect, put
from shared.protocol.moving import asked, joined, moved
from shared.protocol.vocabulary import PASSED_ON, SENT_ON, Basis, HandoffKind, Need, OfferTerms, Urgency

FURTHEST_BEGINNING = 366 * 86_400_000
"""How far ahead the day may be from which an agency offers to begin (ms)."""


def forwarded(case: Case, core: Core, event: HandoffForwarded) -> Effect:
    """It ends as sent on, and the next agency is asked for the same in as much time; who sent it on is who asks."""
    before = case.handoffs[event.handoff]
    if not _may_go_on(case, before, event):
        return REFUSED
    after = moved(case, core, event)
    if not isinstance(after, Case) or event.onward in case.handoffs:
        return SUPERSEDED
    after = put(after, after.handoffs[before.id], code=event.code, competent=event.to, onward=event.onward)
    return asked(after, _new(event.onward, before, core, giver=before.to, to=event.to))


def _may_go_on(case: Case, handoff: Handoff, event: HandoffForwarded) -> bool:
    """Whether this may be sent on to this agency: not what the lead alone does, nor for a reason that who asked must hear first, nor back
    to who asked; and nobody but the lead asks who must not be named, or speaks of it."""
    may = handoff.kind in PASSED_ON and handoff.need is not Need.IDENTIFICATION and event.code in SENT_ON
    told = case.basis is not Basis.NONE and not case.is_side and not hidden(handoff.to) and not hidden(event.to)
    return may and told and event.to not in (handoff.to, handoff.giver)


def offered(case: Case, core: Core, event: HandoffOffered) -> Effect:
    """Who asked must say yes or no, in as much time as the asked agency had. One offer for each hand-off: after a no it is yes or no."""
    before = case.handoffs[event.handoff]
    if not _fits(case, before, event, core.at):
        return REFUSED
    after = moved(case, core, event)
    if not isinstance(after, Case) or before.offer is not None:
        return SUPERSEDED
    offer = CounterOffer(
        terms=event.terms, starts_at=event.starts_at, need=event.need, at=core.at,
        answer_by=core.at + before.answer_by - before.requested_at, lapse_at=core.at + before.lapse_at - before.requested_at,
    )  # fmt: skip
    return put(after, after.handoffs[before.id], offer=offer)


def _fits(case: Case, handoff: Handoff, event: HandoffOffered, at: int) -> bool:
    """Whether an offer says what its terms ask for and no more. In danger nothing is put off."""
    if handoff.need is Need.IDENTIFICATION:
        return False
    match event.terms:
        case OfferTerms.PART:
            return event.starts_at is None and event.need is None
        case OfferTerms.LATER:
            urgent = case.urgency is Urgency.DANGER or handoff.kind is HandoffKind.EMERGENCY
            return not urgent and event.need is None and event.starts_at is not None and at < event.starts_at <= at + FURTHEST_BEGINNING
        case OfferTerms.OTHER:  # a side case is about one thing
            other = event.need not in (None, handoff.need, Need.IDENTIFICATION)
            return other and event.starts_at is None and not case.is_side and not hidden(handoff.to)


def agreed(case: Case, core: Core, event: HandoffOfferAgreed) -> Effect:
    """The asked agency holds what it offered. What that leaves of the need came back, with a hand-off of its own."""
    before, after = case.handoffs[event.handoff], moved(case, core, event)
    if not isinstance(after, Case) or before.offer is None:
        return SUPERSEDED
    if (event.onward is None) is not (before.offer.terms is OfferTerms.LATER):
        return REFUSED
    if event.onward in case.handoffs:
        return SUPERSEDED
    offer = before.offer.model_copy(update={"agreed_at": core.at})
    after = put(after, after.handoffs[before.id], offer=offer, onward=event.onward)
    if event.onward is None:
        return joined(after, before.id)
    beside = _new(event.onward, before, core, giver=before.giver, to=before.to)
    if before.offer.terms is OfferTerms.PART:
        return joined(put(after, beside, state=HandoffState.RETURNED, ended_at=core.at), before.id)
    after = put(after, after.handoffs[before.id], state=HandoffState.RETURNED, ended_at=core.at)
    return joined(put(after, beside, need=before.offer.need, state=HandoffState.ACCEPTED, answered_at=core.at), event.onward)


def refused(case: Case, core: Core, event: HandoffOfferRefused) -> Effect:
    """It is with the asked agency again, which has as much time left as when it made its offer."""
    before, after = case.handoffs[event.handoff], moved(case, core, event)
    if not isinstance(after, Case) or before.offer is None:
        return SUPERSEDED
    return put(after, after.handoffs[before.id], offer=before.offer.model_copy(update={"refused_at": core.at}))


def _new(id: str, before: Handoff, core: Core, *, giver: str, to: str) -> Handoff:
    """A hand-off that comes of another: for the same need, in as much time as that had to answer, without what an offer stood."""
    span = time_to_answer(before)
    return Handoff(
        id=id, giver=giver, by=core.author, to=to, need=before.need, kind=before.kind, state=HandoffState.REQUESTED, requested_at=core.at,
        answer_by=core.at + span, lapse_at=core.at + span + before.lapse_at - before.answer_by,
        simulated=core.simulated, origin=before.id,
    )  # fmt: skip
