"""What an officer's opening of a request says: by an agency that helps, and by one that is asked to lead."""

from shared.decisions.decide import DecisionContext
from shared.protocol.case import Handoff
from shared.protocol.events import HandoffAcknowledged
from shared.store.tables import Duty


def opened(tx: DecisionContext, case: str, handoff: Handoff) -> HandoffAcknowledged | None:
    """A request that waits for our answer is opened: from here the human time runs. Opening it again says nothing new."""
    if handoff.seen_at is not None:
        return None
    duty = tx.session.get(Duty, (case, handoff.id))
    applied = duty.applied_at if duty and not tx.simulated else handoff.requested_at
    return HandoffAcknowledged(handoff=handoff.id, applied_at=min(max(applied, 0), tx.at), seen_at=tx.at)
