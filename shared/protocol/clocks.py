"""The clocks of a case: which deadline passes when, and at which instance it fires (DOMAIN.md 1.7).

A deadline fires at the requester's instance; where that is silent, a little later at the lead's. The state tables let one of them count.
"""

from dataclasses import dataclass

from shared.protocol.case import Case, Handoff
from shared.protocol.events import HandoffExpired, HandoffOverdue
from shared.protocol.facts import Event

SHORTEST_GRACE = 2_000
"""Milliseconds that the lead waits at least before it fires another's clock."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline at one instance: its name makes the decision key, so that it fires once."""

    name: str
    at: int
    event: Event


def clocks(case: Case, me: str) -> tuple[Clock, ...]:
    """The deadlines that this instance watches in this case."""
    if case.closed_at is not None:
        return ()
    return tuple(clock for h in case.handoffs.values() if h.waiting for clock in _of(case, h, me))


def _of(case: Case, handoff: Handoff, me: str) -> tuple[Clock, ...]:
    if me == handoff.by:
        grace = 0
    elif me == f"referral.{case.lead}":
        grace = max(SHORTEST_GRACE, (handoff.answer_by - handoff.requested_at) // 10)
    else:
        return ()
    overdue = Clock(f"clock:{handoff.id}:overdue", handoff.answer_by + grace, HandoffOverdue(handoff=handoff.id))
    expired = Clock(f"clock:{handoff.id}:expired", handoff.lapse_at + grace, HandoffExpired(handoff=handoff.id))
    return (expired,) if handoff.overdue else (overdue, expired)
