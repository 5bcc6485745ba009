"""What an officer states of the person: names, numbers, needs, whereabouts; corrected and taken back, never overwritten."""

from shared.casework import stating
from shared.decisions.decide import DecisionContext
from shared.protocol.statements import StatementMade


def state_facts(command: stating.StateFacts, tx: DecisionContext) -> list[StatementMade]:
    """An officer states something of the person of an open case, corrects it, or takes it back.

    Raises RuleBroken for a field or a value that there is not, and where what is corrected is not on file here, or is corrected already.
    """
    return stating.made(command, tx)
