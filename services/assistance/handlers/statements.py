"""What an officer states of the person: names, numbers, needs, whereabouts; corrected and taken back, never overwritten."""

from services.assistance.handlers.shelter_address import written_down
from services.assistance.rules import gives_away
from shared.casework import stating
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.statements import StatementMade


def state_facts(command: stating.StateFacts, tx: DecisionContext) -> list[StatementMade]:
    """An officer states something of the person of an open case, corrects it, or takes it back.

    Raises RuleBroken for a field or a value that there is not, and where what is corrected is not on file here, or is corrected already;
    at a shelter for words that say where it is, which is in no event.
    """
    address = written_down(tx.work)
    for n, one in enumerate(command.statements):
        if address and gives_away(one.value, address):
            raise RuleBroken("statement-shelter-address", f"statements.{n}.value")
    return stating.made(command, tx)
