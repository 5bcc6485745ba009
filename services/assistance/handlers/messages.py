"""What an officer says to another agency on a hand-off. At a shelter no word of it may say where the house is."""

from services.assistance.handlers.shelter_address import written_down
from services.assistance.rules import gives_away
from shared.decisions import saying
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.facts import Event

TYPED = ("words", "where", "who", "bring")


def ask_question(command: saying.AskQuestion, tx: DecisionContext) -> list[Event]:
    """An officer asks something (`saying.ask_question`). Raises RuleBroken for words that say where the house is."""
    _must_not_give_away(command, tx)
    return saying.ask_question(command, tx)


def answer_question(command: saying.AnswerQuestion, tx: DecisionContext) -> list[Event]:
    """An officer answers a question (`saying.answer_question`). Raises RuleBroken for words that say where the house is."""
    _must_not_give_away(command, tx)
    return saying.answer_question(command, tx)


def arrange(command: saying.ArrangeMeeting, tx: DecisionContext) -> list[Event]:
    """An officer arranges something (`saying.arrange`). Raises RuleBroken for words that say where the house is."""
    _must_not_give_away(command, tx)
    return saying.arrange(command, tx)


def _must_not_give_away(command: saying.SaySomething, tx: DecisionContext) -> None:
    address = written_down(tx.work)
    for name in TYPED if address else ():
        if address and gives_away(getattr(command, name, ""), address):
            raise RuleBroken("statement-shelter-address", name)
