"""The lead stops a clock of the country for a time, where its rules allow it."""

from typing import Annotated

from pydantic import Field

from shared.casework.waiting import OfWait, of_2
from shared.config.legal_clocks import ClockState
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.events import ClockPaused
from shared.protocol.vocabulary import ClockName, Pause, Urgency


class PauseClock(OfWait):
    """Which clock stands still, why, and for how many days from now; none: it runs on now."""

    clock: ClockName
    reason: Pause
    days: Annotated[int, Field(ge=0, le=366)]


def pause_clock(command: PauseClock, tx: DecisionContext) -> ClockPaused:
    """The lead pauses a clock. Raises RuleBroken where the country does not let it, in danger, and where the clock does not run."""
    case = of_2(tx.open_case(command.case), "pause-of-protocol-1")
    if case.urgency is Urgency.DANGER:
        raise RuleBroken("pause-in-danger")
    one = next((one for one in tx.country.clocks_in(case, tx.at) if one.rule.name is command.clock), None)
    if one is None or one.state is not ClockState.RUNS:
        raise RuleBroken("clock-not-running")
    rule = one.rule.pause
    if rule is None or command.reason not in rule.reasons:
        raise RuleBroken("pause-not-allowed", "reason")
    if command.days > rule.days:
        raise RuleBroken("pause-too-long", "days")
    return ClockPaused(clock=command.clock, reason=command.reason, until=tx.country.in_days(tx.at, command.days) if command.days else tx.at)
