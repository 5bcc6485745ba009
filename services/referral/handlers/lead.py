"""The lead of a case passes to another agency: once that has agreed, the present lead sets the roster that is the fence.

Source: docs/domain.md, sections 3.2 and 3.3; docs/adr/0067.
"""

from shared.decisions.decide import DecisionContext
from shared.processing.follow_ups import PolicyQuestion
from shared.protocol import leading
from shared.protocol.events import RosterSet


def hand_over(due: PolicyQuestion, tx: DecisionContext) -> RosterSet | None:
    """The yes has come, and nothing stands against it: the roster by which the lead passes on."""
    asked = leading.to_hand_over(due.case)
    return None if asked is None or due.case.lead != tx.agency else leading.roster(due.case, asked.to, tx.at)
