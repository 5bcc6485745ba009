"""What waits in a case: whoever must move says why. It gives no more time, and decides nothing."""

from shared.decisions.decide import Decision, DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.case import Case
from shared.protocol.delays import must_move
from shared.protocol.events import DelayExplained
from shared.protocol.facts import Facts, Id
from shared.protocol.states import may_say
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import ClockName, StallCode


class OfWait(Facts):
    """A command about what waits in a case."""

    case: Id


class ExplainDelay(OfWait):
    """Why one hand-off, task or clock waits."""

    code: StallCode
    handoff: Id | None = None
    task: Id | None = None
    clock: ClockName | None = None


def explain_delay(command: ExplainDelay, tx: DecisionContext) -> DelayExplained:
    """Whoever must move says why they have not. Raises RuleBroken for what is not theirs to do now."""
    case = of_2(tx.open_case(command.case), "delay-of-protocol-1")
    said = DelayExplained(code=command.code, handoff=command.handoff, task=command.task, clock=command.clock)
    if sum(about is not None for about in (said.handoff, said.task, said.clock)) != 1:
        raise RuleBroken("delay-about-one")
    if must_move(case, said) != tx.agency or not may_say(case, tx.me, said):
        raise RuleBroken("delay-not-ours")
    return said


def of_2(case: Case, otherwise: str) -> Case:
    """The case. Raises RuleBroken for one of protocol 1, whose members would refuse what is said."""
    if case.protocol == FIRST:
        raise RuleBroken(otherwise)
    return case


WAITING: dict[str, Decision] = {"explain-delay": Decision(explain_delay, ExplainDelay)}
"""What every service with cases lets one decide about what waits."""
