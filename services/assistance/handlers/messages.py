"""What an officer says to another agency on a hand-off. At a shelter no word of it may say where the house is."""

from collections.abc import Mapping

from services.assistance.handlers.meeting_points import keeps_points, points
from services.assistance.handlers.shelter_address import written_down
from services.assistance.rules import gives_away
from shared.casework import saying, support
from shared.casework.support import AskSupport
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.facts import Event, Id
from shared.protocol.messages import Spot

TYPED = ("words", "where", "who", "bring", "origin", "destination", "approved")


def ask_question(command: saying.AskQuestion, tx: DecisionContext) -> list[Event]:
    """An officer asks something (`saying.ask_question`). Raises RuleBroken for words that say where the house is."""
    _must_not_give_away(command, tx)
    return saying.ask_question(command, tx)


def answer_question(command: saying.AnswerQuestion, tx: DecisionContext) -> list[Event]:
    """An officer answers a question (`saying.answer_question`). Raises RuleBroken for words that say where the house is."""
    _must_not_give_away(command, tx)
    return saying.answer_question(command, tx)


class ArrangeAtPoint(saying.ArrangeMeeting):
    """An arrangement; at a shelter, which keeps a list of places to meet, a place elsewhere is one of the list."""

    point: Id | None = None
    """The place on the list; `where` says it in words then."""
    own_place: bool = False
    """The place is in words of one's own, and whoever wrote them has made sure that they say nothing of the house."""


def arrange(command: ArrangeAtPoint, tx: DecisionContext) -> list[Event]:
    """An officer arranges something (`saying.arrange`). Raises RuleBroken for words that say where the house is, for a place that is not on
    the shelter's list, and for one in words of one's own that nobody has looked at."""
    command = _at_a_point(command, tx)
    _must_not_give_away(command, tx)
    return saying.arrange(command, tx)


class AskSupportFromHere(AskSupport):
    """A request for support; at a shelter its places are of the list, or in words of which somebody has made sure that they say nothing of
    the house (`own_place`)."""

    origin_point: Id | None = None
    destination_point: Id | None = None
    """Places on the list; `origin` and `destination` say them in words then."""
    own_place: bool = False


def ask_support(command: AskSupportFromHere, tx: DecisionContext) -> list[Event]:
    """An officer asks for support (`support.ask_support`). Raises RuleBroken for words that say where the house is, and for a place at a
    shelter that is not on its list and that nobody has looked at, or that is both chosen and written."""
    known = _listed(tx)
    for name in ("origin", "destination"):
        command = _from_list(command, name, known)
        if known is not None and not command.own_place and getattr(command, name) not in ("", *known.values()):
            raise RuleBroken("place-of-own-words", name)
    _must_not_give_away(command, tx)
    return support.ask_support(command, tx)


def _listed(tx: DecisionContext) -> dict[str, str] | None:
    """The places on the list by their ids; None at an agency that keeps none."""
    if not keeps_points(tx.country, tx.agency):
        return None
    return {one.id: one.place for one in points(tx.work.instance.keystore, tx.session)}


def _from_list(command: AskSupportFromHere, name: str, known: Mapping[str, str] | None) -> AskSupportFromHere:
    """The request with the place that was chosen of the list, in words."""
    point: str | None = getattr(command, f"{name}_point")
    if point is None:
        return command
    if point not in (known or {}):
        raise RuleBroken("no-such-point", f"{name}_point")
    if getattr(command, name):
        raise RuleBroken("place-or-words", f"{name}_point")
    return command.model_copy(update={name: (known or {})[point]})


def _at_a_point(command: ArrangeAtPoint, tx: DecisionContext) -> ArrangeAtPoint:
    known = _listed(tx)
    if command.point is not None:
        if command.point not in (known or {}):
            raise RuleBroken("no-such-point", "point")
        if command.where or command.spot is not Spot.ELSEWHERE:
            raise RuleBroken("point-or-words", "point")
        return command.model_copy(update={"where": (known or {})[command.point]})
    if known is not None and command.where and not command.own_place:
        raise RuleBroken("place-of-own-words", "where")
    return command


def _must_not_give_away(command: saying.SaySomething, tx: DecisionContext) -> None:
    address = written_down(tx.work)
    for name in TYPED if address else ():
        if address and gives_away(getattr(command, name, ""), address):
            raise RuleBroken("statement-shelter-address", name)
