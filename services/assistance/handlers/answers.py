"""The use cases beside yes and no: a request is sent on, or something else is offered, to which who asked says yes or no.

Source: docs/domain.md, section 3.3.
"""

from typing import Annotated

from pydantic import Field

from services.assistance import rules
from services.assistance.handlers.handoffs import OfHandoff, asked, known
from shared.casework.asking import must_make_sense
from shared.casework.conflicts import WhyAsked, must_be_looked_at
from shared.casework.waiting import of_2
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol import standing
from shared.protocol.came_back import asker, in_main
from shared.protocol.case import CounterOffer, Handoff, HandoffState
from shared.protocol.events import HandoffForwarded, HandoffOfferAgreed, HandoffOffered, HandoffOfferRefused
from shared.protocol.facts import AgencyId
from shared.protocol.vocabulary import SENT_ON, DeclineCode, HandoffKind, Need, OfferTerms, Urgency

OLD = "answer-of-protocol-1"


class SendOn(OfHandoff):
    """To whom it is sent on, and why this agency does not take it."""

    to: AgencyId
    code: DeclineCode
    conflict: WhyAsked = ""


class Offer(OfHandoff):
    """What this agency can do instead: a part, the same from a later day, or something else."""

    terms: OfferTerms
    days: Annotated[int, Field(ge=1, le=365)] | None = None
    """In how many days it can begin."""
    need: Need | None = None


def send_on(command: SendOn, tx: DecisionContext) -> HandoffForwarded:
    """An officer sends a request on: the next agency is asked by this one, which answers for it until somebody accepts.

    Whether that agency may be told is the lead's to say, by its bases on record, as of any request. Raises RuleBroken for what must go back
    to who asked first, for whom it makes no sense to ask, and without a reason where a suspect may be close to staff of an agency.
    """
    handoff, case = asked(tx, command), of_2(tx.case(command.case), OLD)
    if command.code not in SENT_ON:
        raise RuleBroken("not-sent-on", "code")
    if handoff.state is HandoffState.OFFERED:
        raise RuleBroken(standing.of_handoff(handoff))
    if not rules.can_be_sent_on(case, handoff):
        raise RuleBroken("not-to-be-sent-on")
    if not tx.country.may_ask(command.to):
        raise RuleBroken("unknown-agency", "to")
    if command.to in (tx.agency, handoff.giver):
        raise RuleBroken("to-oneself" if command.to == tx.agency else "back-to-who-asked", "to")
    must_make_sense(tx, case, command.to, handoff.need, handoff.kind, "to")
    must_be_looked_at(tx, case, command.to, command.conflict)
    return HandoffForwarded(handoff=handoff.id, to=command.to, code=command.code, onward=tx.fresh())


def offer(command: Offer, tx: DecisionContext) -> HandoffOffered:
    """An officer says what the agency can do instead. Raises RuleBroken where the terms and the rest do not fit, in danger for a later day,
    and after an offer that was refused."""
    handoff, case = asked(tx, command), of_2(tx.case(command.case), OLD)
    if case.merely_advises(handoff) or handoff.need is Need.IDENTIFICATION:
        raise RuleBroken("not-to-be-offered")
    _not_offered(handoff)
    later, other = command.terms is OfferTerms.LATER, command.terms is OfferTerms.OTHER
    if later and (case.urgency is Urgency.DANGER or handoff.kind is HandoffKind.EMERGENCY):
        raise RuleBroken("nothing-put-off", "terms")
    if later and command.days is None:
        raise RuleBroken("say-day", "days")
    if other and (command.need in (None, handoff.need, Need.IDENTIFICATION) or case.is_side):
        raise RuleBroken("say-what-else", "need")
    if (command.days is not None and not later) or (command.need is not None and not other):
        raise RuleBroken("offer-says-more", "terms")
    if command.need is not None and not tx.country.serves(tx.agency, command.need):
        raise RuleBroken("not-its-mandate", "need")
    starts_at = tx.country.in_days(tx.at, command.days) if command.days is not None else None
    return HandoffOffered(handoff=handoff.id, terms=command.terms, starts_at=starts_at, need=command.need)


def _not_offered(handoff: Handoff) -> None:
    if handoff.offer is not None:
        raise RuleBroken("offered-already" if handoff.offer.refused_at is not None else standing.of_handoff(handoff))


def agree_offer(command: OfHandoff, tx: DecisionContext) -> HandoffOfferAgreed:
    """An officer of who asked says yes: the other agency is responsible for what it offered, and the rest is back with this one."""
    handoff, offered = _offered(command, tx)
    return HandoffOfferAgreed(handoff=handoff.id, onward=None if offered.terms is OfferTerms.LATER else tx.fresh())


def refuse_offer(command: OfHandoff, tx: DecisionContext) -> HandoffOfferRefused:
    """An officer of who asked says no: the asked agency answers to what it was asked, in the time it had left."""
    handoff, _ = _offered(command, tx)
    return HandoffOfferRefused(handoff=handoff.id)


def _offered(command: OfHandoff, tx: DecisionContext) -> tuple[Handoff, CounterOffer]:
    """The hand-off and the offer that waits for this agency. Raises RuleBroken, also in a side case, which the main one answers for."""
    handoff, case = known(tx, command), tx.case(command.case)
    if in_main(case, handoff):
        raise RuleBroken("in-the-main-case")
    if handoff.state is not HandoffState.OFFERED or handoff.offer is None:
        raise RuleBroken("no-offer")
    if asker(case, handoff) != tx.agency:
        raise RuleBroken("offer-not-to-you")
    return handoff, handoff.offer
