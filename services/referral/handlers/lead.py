"""The lead of a case passes to another agency: it is asked as a hand-off, agrees or says why not, and the present lead sets the roster that
is the fence.

Source: docs/domain.md, sections 3.2 and 3.3; docs/adr/0067 and 0073.
"""

from sqlmodel import select

from services.referral.handlers.consent import OfCase, allowed, main_case, must_be_main, requested
from services.referral.models import WAITS, Proposal
from shared.casework.conflicts import WhyAsked, must_be_looked_at
from shared.casework.opened_requests import opened
from shared.config.country import Country
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.privacy import legal_bases
from shared.privacy.consent import withdrawn
from shared.processing.follow_ups import PolicyQuestion
from shared.protocol import leading, standing
from shared.protocol.case import Case, Handoff
from shared.protocol.events import (
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffDeclined,
    HandoffRequested,
    HandoffRevoked,
    RosterSet,
)
from shared.protocol.facts import AgencyId, Id
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import MUST_NAME_COMPETENT, DataClass, DeclineCode, HandoffKind, Need

GROUNDS = (DeclineCode.NOT_COMPETENT, DeclineCode.WRONG_TERRITORY, DeclineCode.NO_CAPACITY, DeclineCode.SAFETY_CONFLICT)
"""Why an agency does not lead a case; whether somebody is a victim it says once it leads."""


class AskToLead(OfCase):
    """Whom the lead asks to lead the case from now on."""

    agency: AgencyId
    conflict: WhyAsked = ""


class OfTransfer(OfCase):
    """A command about the request to lead a case."""

    handoff: Id


class DeclineLead(OfTransfer):
    """Why this agency does not lead it, and who is competent where that is the reason."""

    code: DeclineCode
    competent: AgencyId | None = None


# --- by itself --------------------------------------------------------------------------------------------------------------------------


def hand_over(due: PolicyQuestion, tx: DecisionContext) -> RosterSet | None:
    """The yes has come, and nothing stands against it: the roster by which the lead passes on, but for what the person has withdrawn from
    who leads by it. None where that one may not be told of the person any more: the lead asks the person, and an officer hands over."""
    asked = leading.to_hand_over(due.case)
    if asked is None or due.case.lead != tx.agency or not _may_lead(tx, due.case, asked.to):
        return None
    return leading.roster(due.case, asked.to, tx.at, withdrawn(legal_bases.settled(tx.work, due.case), asked.to))


def _may_lead(tx: DecisionContext, case: Case, agency: str) -> bool:
    """Whether this agency leads cases, and what is on record lets it be told who the person is, to lead this one."""
    if not can_lead(tx.country, agency):
        return False
    member = allowed(tx, case, agency, Need.IDENTIFICATION)
    return member is not None and DataClass.D1 in member.classes


# --- officers ---------------------------------------------------------------------------------------------------------------------------


def can_lead(country: Country, agency: str) -> bool:
    """Whether an agency of the directory runs a desk that leads cases."""
    return country.may_ask(agency) and "referral" in country.agency(agency).services


def may_be_asked(country: Country, case: Case, agency: str) -> bool:
    """Whether this agency can be asked to lead this case: it runs such a desk, does not lead already, and has not opened the case at it."""
    return can_lead(country, agency) and agency != case.lead and case.opened_by != f"referral.{agency}"


def ask_to_lead(command: AskToLead, tx: DecisionContext) -> HandoffRequested:
    """An officer of the lead asks another agency to lead the case. Until it has said yes this agency leads, and silence is no yes.

    Raises RuleBroken for one that leads no cases, while the lead must stay where it is, while an erasure waits for a second officer, and
    where nothing on record lets that agency be told of the person: to hand a case over needs the person's consent, or another ground
    (docs/domain.md, section 3.2).
    """
    case = main_case(tx, command.case)
    if case.protocol == FIRST:
        raise RuleBroken("lead-of-protocol-1")
    if not may_be_asked(tx.country, case, command.agency):
        raise RuleBroken("cannot-lead", "agency")
    if leading.open_transfer(case) is not None or leading.stands_against(case) or legal_bases.awaited(tx.work, case):
        raise RuleBroken("lead-stays-for-now")
    if tx.session.exec(select(Proposal).where(Proposal.case == case.id, Proposal.outcome == WAITS)).first() is not None:
        raise RuleBroken("act-waits")
    must_be_looked_at(tx, case, command.agency, command.conflict)
    if not _may_lead(tx, case, command.agency):
        raise RuleBroken("no-basis", "agency")
    return requested(tx, Need.IDENTIFICATION, command.agency, HandoffKind.TRANSFER, case.urgency)


def take_back_lead(command: OfTransfer, tx: DecisionContext) -> HandoffRevoked:
    """The lead takes the request back while it has no answer, and leads on. Raises RuleBroken that says what has become of it."""
    main_case(tx, command.case)
    handoff = _request(command, tx)
    if not handoff.waiting:
        raise RuleBroken(standing.of_handoff(handoff))
    return HandoffRevoked(handoff=handoff.id)


def hand_over_lead(command: OfCase, tx: DecisionContext) -> RosterSet:
    """An officer hands the lead over, where it could not follow by itself. Raises RuleBroken while something stands against it, and where
    who said yes leads no cases any more, or nothing on record lets it be told of the person."""
    case = main_case(tx, command.case)
    asked = leading.to_hand_over(case)
    if asked is None:
        raise RuleBroken("lead-stays-for-now")
    roster = hand_over(PolicyQuestion(case, ""), tx)
    if roster is None:
        raise RuleBroken("no-basis" if can_lead(tx.country, asked.to) else "cannot-lead")
    return roster


def see_lead(command: OfTransfer, tx: DecisionContext) -> HandoffAcknowledged | None:
    """An officer of the asked agency opens the request: from here the human time runs. Opening it again says nothing new."""
    return opened(tx, command.case, _asked(command, tx))


def take_lead(command: OfTransfer, tx: DecisionContext) -> HandoffAccepted:
    """The asked agency agrees to lead. It does once the present lead's roster has come. Raises RuleBroken."""
    return HandoffAccepted(handoff=_asked(command, tx).id)


def decline_lead(command: DeclineLead, tx: DecisionContext) -> HandoffDeclined:
    """It does not, with the reason, and who is competent where the reason asks for that. Raises RuleBroken."""
    handoff, competent = _asked(command, tx), command.competent
    if command.code not in GROUNDS:
        raise RuleBroken("never-a-ground", "code")
    if command.code in MUST_NAME_COMPETENT and competent in (None, "", tx.agency):
        raise RuleBroken("name-competent", "competent")
    if competent and not tx.country.knows(competent):
        raise RuleBroken("unknown-agency", "competent")
    return HandoffDeclined(handoff=handoff.id, code=command.code, competent=tx.country.told_as(competent) if competent else None)


def _asked(command: OfTransfer, tx: DecisionContext) -> Handoff:
    handoff = _request(command, tx)
    if handoff.to != tx.agency:
        raise RuleBroken("not-asked")
    if not handoff.waiting:
        raise RuleBroken(standing.of_handoff(handoff))
    return handoff


def _request(command: OfTransfer, tx: DecisionContext) -> Handoff:
    handoff = must_be_main(tx.open_case(command.case)).handoffs.get(command.handoff)
    if handoff is None or handoff.kind is not HandoffKind.TRANSFER:
        raise RuleBroken("no-such-handoff")
    return handoff
