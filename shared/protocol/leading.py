"""The lead of a case passes to another agency: asked as a hand-off, carried out by one roster, which is the fence. Pure functions.

Exactly one agency leads at any place of the log (docs/domain.md, section 3.3): that roster is the old lead's last word as such, and what
was made before it and lands behind it is stale for everybody (docs/adr/0067).
"""

from collections.abc import Collection

from shared.protocol.case import HELD, Case, Handoff, HandoffState
from shared.protocol.events import HandoffRequested, RosterSet
from shared.protocol.facts import Member, hidden
from shared.protocol.grants import each, joined, together, without_classes
from shared.protocol.joint import REFUSED, SUPERSEDED, Effect, put
from shared.protocol.roster import may_see
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import DataClass, HandoffKind, Need, Outcome


def open_transfer(case: Case) -> Handoff | None:
    """The hand-off of the lead that is asked, or accepted and not carried out yet; there is one at a time."""
    transfers = (h for h in case.handoffs.values() if h.kind is HandoffKind.TRANSFER and h.to != case.lead)
    return next((h for h in transfers if h.waiting or h.state is HandoffState.ACCEPTED), None)


def handed_over_by(case: Case) -> Handoff | None:
    """The request by which the lead came to who leads now; None where that is who led from the beginning."""
    taken = HELD | {HandoffState.COMPLETED}
    found = [h for h in case.handoffs.values() if h.kind is HandoffKind.TRANSFER and h.to == case.lead and h.state in taken]
    return found[-1] if found else None


def to_hand_over(case: Case) -> Handoff | None:
    """The hand-off of the lead that is accepted, where nothing stands against carrying it out now."""
    asked = open_transfer(case)
    accepted = asked is not None and asked.state is HandoffState.ACCEPTED and asked.to in case.agencies
    return asked if accepted and not stands_against(case) else None


def stands_against(case: Case) -> bool:
    """Whether the lead must stay where it is for now: the case is closed, or paused because somebody may have spoken under pressure, or a
    confidential agency has something open, which acts with this lead alone."""
    sheltered = any(hidden(h.to) and (h.waiting or h.state in HELD) for h in case.handoffs.values())
    return case.closed_at is not None or case.paused or case.is_side or sheltered


def asks_rightly(case: Case, author: str, event: HandoffRequested) -> bool:
    """Whether a request for the lead of a case is one: the lead's own, for what a lead does, to somebody who is named; not to the desk that
    opened it, since a case that its lead's desk opened is a side case."""
    lead = author == f"referral.{case.lead}" and event.need is Need.IDENTIFICATION
    opener = case.opened_by == f"referral.{event.to}"
    return case.protocol != FIRST and lead and not hidden(event.to) and not opener and not case.is_side


def crosses(case: Case, event: HandoffRequested) -> bool:
    """Whether a request cannot stand beside what there is: a second one for the lead, or one for the lead while that must stay; or one to a
    confidential agency while the lead is asked to pass to another."""
    if event.kind is HandoffKind.TRANSFER:
        return open_transfer(case) is not None or stands_against(case)
    return hidden(event.to) and open_transfer(case) is not None


def roster(case: Case, to: str, at: int, but: Collection[DataClass] = ()) -> RosterSet:
    """The roster by which the lead passes to this member at this moment (ms UTC): the same agencies, and the new one's entry with what the
    lead's opens, as far as its kind may have that, `but` these classes, which the person has withdrawn from it."""
    grown = {m.agency: without_classes(_as_lead(case, m, at), but) if m.agency == to else m for m in case.members}
    return RosterSet(members=tuple(grown.values()), lead=to)


def _as_lead(case: Case, member: Member, at: int) -> Member:
    led = case.member(case.lead)
    assert led is not None
    opens = [one.model_copy(update={"agency": member.agency, "kind": member.kind, "without": member.without}) for one in each(led)]
    return joined(member, together(_within(one) for one in opens), at)


def _within(one: Member) -> Member:
    may = may_see(one.kind, one.basis, ends=one.until is not None)
    return one.model_copy(update={"classes": tuple(c for c in one.classes if c in may)})


def handed_over(case: Case, event: RosterSet, at: int) -> Effect:
    """The case with the lead that a roster names. What the old one held for identification ends there, partly done."""
    agencies = frozenset(m.agency for m in event.members)
    if event.lead is None or event.lead == case.lead or agencies != case.agencies or event.anew or case.protocol == FIRST:
        return REFUSED
    asked = to_hand_over(case)
    if asked is None or asked.to != event.lead:
        return SUPERSEDED
    for handoff in case.handoffs.values():
        if handoff.need is Need.IDENTIFICATION and handoff.to == case.lead and (handoff.waiting or handoff.state in HELD):
            case = put(case, handoff, state=HandoffState.COMPLETED, ended_at=at, outcome=Outcome.PARTLY)
    return case.model_copy(update={"lead": event.lead})
