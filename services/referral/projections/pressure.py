"""After a mark of pressure has come: the lead holds back what is stated from then on.

It is a decision of a policy, with a name that only the lead can make: the core shows it to all members, and not what it follows from.
"""

from shared.casework.pressure import DURESS
from shared.decisions.change import Change
from shared.decisions.decide import DecisionContext, say
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.core import Core
from shared.protocol.events import RosterSet
from shared.protocol.statements import StatementMade, understood
from shared.protocol.vocabulary import DataClass
from shared.records.codec import Sections


def hold_back(work: UnitOfWork, change: Change) -> None:
    """Where the record marks pressure, and nothing is held back yet."""
    core, case = change.noted.core, change.noted.after
    if not change.counted or core.type != StatementMade.TYPE or case is None or work.instance.me != f"referral.{case.lead}":
        return
    if _marks(change.parts):
        pause(work, core, case)


def pause(work: UnitOfWork, core: Core, case: Case) -> None:
    """From here on what is stated goes to the lead alone."""
    now = work.picture(case.id) or case
    if now.paused or now.closed_at is not None:
        return
    at, simulated = (core.at, True) if core.simulated else work.instance.clock.now()
    cause = work.derived(f"paused\n{core.key}\n{core.case}").hex()[:32]
    tx = DecisionContext(work, f"paused:{cause}", at, simulated)
    say(tx, case.id, [RosterSet(members=now.members, paused=True)], strict=False, first=True)


def _marks(parts: Sections) -> bool:
    said, _ = understood(DataClass.D1, parts.get(DataClass.D1, {}))
    return any(one.field == DURESS and not one.withdrawn for one in said.statements)
