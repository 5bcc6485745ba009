"""Requests that ended and leave a need with nobody: whose they are again, and by when something must happen. Pure functions.

Source: docs/domain.md, section 3.3: the requester stays responsible until somebody accepts.
"""

from shared.protocol.case import Case, Handoff, HandoffState
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import DeclineCode, HandoffKind, Outcome

WITHOUT_HELP = frozenset({HandoffState.DECLINED, HandoffState.RETURNED, HandoffState.EXPIRED, HandoffState.CALLED})
"""A request that became a call to joint action is among them until the lead has called: it may find nobody to call."""
SETTLED = frozenset({DeclineCode.PERSON_DECLINES, DeclineCode.DUPLICATE})
"""A no after which perhaps nobody else need be asked: who asked says so, or asks another."""


def leaves_need(case: Case, handoff: Handoff) -> bool:
    """Whether a request ended in such a way that the need is with nobody; of a consultation, that nobody answered the question."""
    if handoff.kind is HandoffKind.TRANSFER:
        return False  # the case is with its lead, as before
    without = handoff.state is HandoffState.COMPLETED and handoff.outcome is Outcome.NOT_POSSIBLE and not case.merely_advises(handoff)
    return handoff.state in WITHOUT_HELP or without


def asker(case: Case, handoff: Handoff) -> str:
    """Who must move when a request needs its requester: who asked; the lead once that has left the case, where the lead must call, and for
    what the desk of a former lead asked."""
    gone = handoff.giver not in case.agencies or handoff.state is HandoffState.CALLED or case.by_former_lead(handoff)
    return case.lead if gone else handoff.giver


def in_main(case: Case, handoff: Handoff) -> bool:
    """Whether what the lead says of a request that it made is said in the main case, and reaches this side case from there."""
    return case.is_side and asker(case, handoff) == case.lead


def came_back(case: Case, agency: str) -> tuple[Handoff, ...]:
    """Requests that are this agency's again: they ended without help, nobody has taken the need up since, and it has not given it up.

    Under protocol 1 a need cannot be given up: there a no of the person, or of a duplicate, is not among them.
    """
    return tuple(h for whose, h in all_back(case) if whose == agency)


def all_back(case: Case) -> tuple[tuple[str, Handoff], ...]:
    """The same of every agency in the case: whose it is again, and the request."""
    if case.closed_at is not None:
        return ()
    open_ones = [(asker(case, h), h) for h in case.handoffs.values() if _open(case, h) and not _taken_up(case, h)]
    here = {one for one in case.agencies if not (case.is_side and one == case.lead)}  # the lead has it back in the main case
    return tuple((agency, h) for agency, h in open_ones if agency in here)


def to_be_seen(case: Case) -> frozenset[str]:
    """The ended requests of an open case that nobody may overlook: those that are an agency's again, and the latest no."""
    refused = [h for h in case.handoffs.values() if h.state is HandoffState.DECLINED]
    latest = sorted(refused, key=back_since)[-1:] if case.closed_at is None else []
    return frozenset(h.id for h in (*latest, *(h for _, h in all_back(case))))


def due_back(handoff: Handoff) -> int:
    """By when who asked must move (ms): as long after the end as the asked agency had to answer."""
    return back_since(handoff) + time_to_answer(handoff)


def time_to_answer(handoff: Handoff) -> int:
    """How long the asked agency had to answer (ms): without the time in which its offer waited for who asked, which moved its deadlines."""
    offer, lapsed = handoff.offer, handoff.ended_at if handoff.state is HandoffState.EXPIRED else None
    ends = (offer.refused_at, handoff.answered_at, lapsed) if offer else ()
    stood = next((max(0, end - offer.at) for end in ends if offer and end is not None), 0)
    return handoff.answer_by - handoff.requested_at - stood


def back_since(handoff: Handoff) -> int:
    """Since when it is theirs again (ms)."""
    return handoff.ended_at if handoff.ended_at is not None else handoff.lapse_at


def _open(case: Case, handoff: Handoff) -> bool:
    old = case.protocol == FIRST and (handoff.code in SETTLED or handoff.state is HandoffState.COMPLETED)
    return leaves_need(case, handoff) and handoff.given_up_at is None and not old


def _taken_up(case: Case, handoff: Handoff) -> bool:
    order = list(case.handoffs)
    later = (case.handoffs[id] for id in order[order.index(handoff.id) + 1 :])
    advice = case.merely_advises(handoff)  # who is asked for advice takes nothing up but a question
    return any(h.need is handoff.need and (advice or not case.merely_advises(h)) for h in later)
