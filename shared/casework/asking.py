"""Whether it makes sense to ask an agency for something: one rule for everybody who asks, on every page and for programs."""

from typing import Any

from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.case import HELD, Case
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import HandoffKind, Need, Question


def must_make_sense(tx: DecisionContext, case: Case, agency: str, need: Need, kind: HandoffKind, field: str) -> None:
    """Raises RuleBroken at `field`, which names the agency, or at `need`.

    The lead alone identifies; an agency helps with what its mandate covers, and may be asked for advice on anything; and who is asked
    already, or has taken it on, is not asked again for the same. A request of somebody else that has not reached the agency is none yet.
    """
    if need is Need.IDENTIFICATION:
        raise RuleBroken("identification-is-asked", "need")
    advice = kind is HandoffKind.CONSULTATION
    if not advice and not tx.country.serves(agency, need):
        raise RuleBroken("not-its-mandate", "need")
    same = [h for h in case.handoffs.values() if h.to == agency and h.need is need and (h.kind is HandoffKind.CONSULTATION) is advice]
    if any(h.state in HELD for h in same):
        raise RuleBroken("held-already", field)
    if any(h.waiting and (agency in case.agencies or h.giver == tx.agency) for h in same):
        raise RuleBroken("asked-already", field)


def question_of(case: Case, kind: HandoffKind, question: Question | None) -> dict[str, Any]:
    """What a request says of its question: a consultation one, anything else none; nothing in a case of protocol 1, which knows no such
    field. Raises RuleBroken at `question`."""
    if question is not None and kind is not HandoffKind.CONSULTATION:
        raise RuleBroken("question-of-advice", "question")
    if case.protocol == FIRST:
        if question is not None:
            raise RuleBroken("question-of-protocol-1", "question")
        return {}
    if kind is not HandoffKind.CONSULTATION:
        return {}
    if question is None:
        raise RuleBroken("say-question", "question")
    return {"question": question}
