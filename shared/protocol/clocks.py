"""The clocks of a case: which deadline passes when, and at which instance it fires (docs/domain.md, section 1.7).

A deadline fires at the requester's instance; where that is silent, a little later at the lead's. The state tables let one of them count.
"""

from dataclasses import dataclass

from shared.protocol.case import Case, Handoff, HandoffState
from shared.protocol.events import HandoffExpired, HandoffOverdue, RosterSet
from shared.protocol.facts import Event, Member
from shared.protocol.grants import each, ended
from shared.protocol.roster import told

SHORTEST_GRACE = 2_000
"""Milliseconds that the lead waits at least before it fires another's clock."""


@dataclass(frozen=True, slots=True)
class CaseDeadline:
    """A deadline at one instance: its name makes the decision key, so that it fires once."""

    name: str
    at: int
    event: Event


def clocks(case: Case, me: str) -> tuple[CaseDeadline, ...]:
    """The deadlines that this instance watches in this case."""
    ends = _ends(case) if me == f"referral.{case.lead}" else ()
    if case.closed_at is not None:
        return ends
    return ends + tuple(clock for h in case.handoffs.values() if h.waiting for clock in _of(case, h, me))


def _ends(case: Case) -> tuple[CaseDeadline, ...]:
    """When the ground for disclosure to members ends by itself, the lead's roster says so: then they drop what they have. The lead and the
    reporter keep what they have noted themselves; nothing more is sealed for them either."""
    entries = [one for m in case.members if m.agency not in (case.lead, case.reporter) for one in each(m)]
    moments = sorted({one.until for one in entries if one.until is not None and told(one)})
    return tuple(CaseDeadline(f"clock:basis:{until}", until, RosterSet(members=_without(case, until))) for until in moments)


def _without(case: Case, until: int) -> tuple[Member, ...]:
    stay = (case.lead, case.reporter)
    return tuple(m if m.agency in stay or not told(m) else ended(m, until) for m in case.members)


def _of(case: Case, handoff: Handoff, me: str) -> tuple[CaseDeadline, ...]:
    lead = me == f"referral.{case.lead}"
    if me == handoff.by if not case.by_former_lead(handoff) else lead:
        grace = 0
    elif lead:
        grace = max(SHORTEST_GRACE, (handoff.answer_by - handoff.requested_at) // 10)
    else:
        return ()
    if handoff.state is HandoffState.OFFERED and handoff.offer is not None:
        return (CaseDeadline(f"clock:{handoff.id}:offer", handoff.offer.lapse_at + grace, HandoffExpired(handoff=handoff.id)),)
    again = ":again" if handoff.offer else ""  # after a no to an offer the same deadlines come later: what was said of them counts no more
    overdue = CaseDeadline(f"clock:{handoff.id}:overdue{again}", handoff.answer_by + grace, HandoffOverdue(handoff=handoff.id))
    expired = CaseDeadline(f"clock:{handoff.id}:expired{again}", handoff.lapse_at + grace, HandoffExpired(handoff=handoff.id))
    return (expired,) if handoff.overdue else (overdue, expired)
