"""Asking for erasure: the lead asks everybody to whom something was disclosed, those who have left among them (GDPR art. 17 and 19).

It cannot be undone. So it has a reason, and where the country file says so a second officer of the agency confirms it.
"""

from typing import Annotated

from pydantic import StringConstraints
from sqlmodel import col, select

from services.referral import side_cases
from services.referral.models import CONFIRMED, REFUSED, WAITS, Owed, Proposal
from shared.config.codes import Text
from shared.decisions.audit import AuditLine
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.privacy.consent import Personal
from shared.privacy.receipts import name
from shared.protocol.case import Case
from shared.protocol.facts import Facts, Id
from shared.protocol.letters import ErasureAsked
from shared.protocol.vocabulary import DataClass
from shared.records.codec import from_json, to_json

ACT = "ask-erasure"


class AskErasure(Facts):
    """Erase these classes, or all where none is named; and why. The reason names no person."""

    case: Id
    classes: tuple[Personal, ...] = ()
    reason: Annotated[Text, StringConstraints(min_length=1, max_length=500)]


class OfProposal(Facts):
    """A command about an act that waits for a second officer."""

    case: Id
    proposal: Id


def ask_erasure(command: AskErasure, tx: DecisionContext) -> ErasureAsked | None:
    """An officer of the lead has found that what was disclosed of the person must go. It binds the lead's own instances too.

    Who must keep something by law says so in its receipt. Each agency has until `answer_by`. Where a second officer must confirm it, it
    waits for them and nothing goes out yet. Raises RuleBroken where such an act waits already.
    """
    case, row = tx.case(command.case), _proposal(command, tx)
    waiting = tx.session.exec(select(Proposal).where(Proposal.case == case.id, Proposal.outcome == WAITS)).first()
    if waiting is not None and waiting.id != row.id:
        raise RuleBroken("act-waits")
    if tx.session.get(Proposal, row.id) is not None:  # the same form once more
        return None
    if ACT in tx.country.second_officer.acts:
        tx.session.add(row)
        return None
    tx.session.add(_decided(row, tx, CONFIRMED))
    return _asked(case, command.classes, tx)


def confirm_act(command: OfProposal, tx: DecisionContext) -> ErasureAsked:
    """The second officer has looked and agrees: it happens now.

    Raises RuleBroken where nothing waits, and for whoever asked, until others had their time; the audit says that they did it alone.
    """
    case, row = tx.case(command.case), _waiting(command, tx)
    if not tx.country.second_officer.may_confirm(row.officer, tx.officer, row.at, tx.at):
        raise RuleBroken("second-officer-needed")
    if row.officer == tx.officer:
        tx.work.audits.append(AuditLine(tx.at, tx.officer, "confirmed_alone", case.id, ""))
    _decided(row, tx, CONFIRMED)
    return _asked(case, tuple(DataClass(code) for code in from_json(row.classes)), tx)


def refuse_act(command: OfProposal, tx: DecisionContext) -> None:
    """Somebody of the agency, or whoever asked, says that it must not happen. Raises RuleBroken where nothing waits."""
    _decided(_waiting(command, tx), tx, REFUSED)


def _proposal(command: AskErasure, tx: DecisionContext) -> Proposal:
    classes = to_json([code.value for code in command.classes])
    return Proposal(
        id=tx.fresh(), case=command.case, act=ACT, classes=classes, reason=command.reason, officer=tx.officer, at=tx.at, second="",
        outcome=WAITS,
    )  # fmt: skip


def _waiting(command: OfProposal, tx: DecisionContext) -> Proposal:
    row = tx.session.get(Proposal, command.proposal)
    if row is None or row.case != command.case:
        raise RuleBroken("no-such-act")
    if row.outcome != WAITS:
        raise RuleBroken("act-decided")
    return row


def _decided(row: Proposal, tx: DecisionContext, outcome: str) -> Proposal:
    row.second, row.decided_at, row.outcome = tx.officer, tx.at, outcome
    return row


def _asked(case: Case, classes: tuple[DataClass, ...], tx: DecisionContext) -> ErasureAsked:
    asked = ErasureAsked(about=case.id, to=case.lead, classes=classes, answer_by=tx.country.in_days(tx.at, tx.country.erasure_days))
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
