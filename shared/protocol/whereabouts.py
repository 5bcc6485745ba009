"""The municipality of who is with a shelter: told to nobody any more, but to the lead and to shelters (docs/domain.md, section 2.6).

It follows from the picture alone, which all in the case have: that a shelter took the person in stands there already, by its kind. So
nothing is said when it goes blank, and who has no picture sees nothing change (docs/adr/0056).
"""

from shared.protocol.case import HELD, Case, Handoff, HandoffState
from shared.protocol.case_file import Group
from shared.protocol.facts import hidden
from shared.protocol.naming import check
from shared.protocol.vocabulary import AgencyKind, HandoffKind, Need

BLANK = frozenset({Group.MUNICIPALITY})
"""What is blank then."""
TAKES_IN = frozenset({Need.SAFETY, Need.HOUSING})
"""For what somebody is taken in by a shelter."""
IN = HELD | {HandoffState.COMPLETED}


def sheltered(case: Case) -> bool:
    """Whether a shelter has the person: it has accepted to house them, or to bring them to safety, and has not given that back. That the
    lead has closed the case moves nobody out. One that reported the case had the person when it did, and nothing says where they went."""
    return bool(case.handoffs) and (_shelter(case, case.reporter) or any(_in(handoff) for handoff in _taken_in(case)))


def ever_sheltered(case: Case) -> bool:
    """Whether one has, or had: where the person was meanwhile must not be passed on afterwards."""
    return sheltered(case) or any(_given_back(handoff) for handoff in _taken_in(case))


def blank_to(case: Case, agency: str) -> frozenset[Group]:
    """What this agency is told nothing of now, whatever its entry opens. Nothing where a picture knows of no hand-off yet, as that of who
    joins and waits for the checkpoint: its sender has known."""
    if not sheltered(case):
        return frozenset()
    member = case.member(agency)
    stays = agency == case.lead or (member is not None and member.kind is AgencyKind.SHELTER)
    return frozenset() if stays else BLANK


def _taken_in(case: Case) -> list[Handoff]:
    return [h for h in case.handoffs.values() if h.need in TAKES_IN and h.kind is not HandoffKind.CONSULTATION and _shelter(case, h.to)]


def _shelter(case: Case, agency: str) -> bool:
    """Whether somebody who is with this agency must not be found by it: a confidential one of any kind, that is why it is; a shelter by its
    own name; and one that has left, whose kind no roster says any more, where it is of those that the case may not name (`naming`)."""
    member = case.member(agency)
    return hidden(agency) or (member is not None and member.kind is AgencyKind.SHELTER) or check(case.id, agency) in case.apart


def _in(handoff: Handoff) -> bool:
    return handoff.state in IN or (handoff.state is HandoffState.ENDED and handoff.answered_at is not None)


def _given_back(handoff: Handoff) -> bool:
    """By the shelter, or by its leaving the case. What nobody had answered, and the rest of a part, came back from no house."""
    return handoff.state is HandoffState.RETURNED and handoff.answered_at is not None
