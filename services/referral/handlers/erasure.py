"""Asking for erasure: the lead asks everybody to whom something was disclosed, those who have left among them (GDPR art. 17 and 19)."""

from sqlmodel import col, select

from services.referral import side_cases
from services.referral.models import Owed
from shared.decisions.decide import DecisionContext
from shared.privacy.consent import Personal
from shared.privacy.receipts import name
from shared.protocol.case import Case
from shared.protocol.facts import Facts, Id
from shared.protocol.letters import ErasureAsked


class AskErasure(Facts):
    """Erase these classes, or all where none is named."""

    case: Id
    classes: tuple[Personal, ...] = ()


def ask_erasure(command: AskErasure, tx: DecisionContext) -> ErasureAsked:
    """An officer of the lead has found that what was disclosed of the person must go. It binds the lead's own instances too.

    Who must keep something by law says so in its receipt. Each agency has until `answer_by`.
    """
    case = tx.case(command.case)
    asked = ErasureAsked(about=case.id, to=case.lead, classes=command.classes, answer_by=tx.country.in_days(tx.at, tx.country.erasure_days))
    for side in side_cases.beside(tx.work, case):
        tx.elsewhere(side.id, [asked.model_copy(update={"about": side.id})])
        _ask_former(tx, side, asked)
    _ask_former(tx, case, asked)
    return asked


def _ask_former(tx: DecisionContext, case: Case, asked: ErasureAsked) -> None:
    """By letter: who has left the case may have kept something by law."""
    told = set(tx.session.exec(select(Owed.agency).where(col(Owed.case) == case.id)))
    for agency in sorted(told - case.agencies):
        letter = asked.model_copy(update={"about": case.id, "to": agency})
        tx.elsewhere(name(tx.work, tx.cause, letter), [letter])
