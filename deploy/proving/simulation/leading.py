"""What officers decide of the lead of a case: another agency is asked to lead, and says yes or no. No page and no program offers it yet:
what the new lead must be handed beside the picture is not sealed for it so far (docs/adr/0067).

Source: docs/domain.md, sections 3.2 and 3.3.
"""

from services.referral.handlers.consent import OfCase, allowed, main_case, requested
from services.referral.handlers.lead import hand_over
from shared.casework.conflicts import WhyAsked, must_be_looked_at
from shared.config.country import Country
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.processing.follow_ups import PolicyQuestion
from shared.protocol import leading, standing
from shared.protocol.case import Handoff
from shared.protocol.events import HandoffAccepted, HandoffDeclined, HandoffRequested, RosterSet
from shared.protocol.facts import AgencyId, Id
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import DeclineCode, HandoffKind, Need

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


def can_lead(country: Country, agency: str) -> bool:
    """Whether an agency of the directory runs a desk that leads cases."""
    return country.may_ask(agency) and "referral" in country.agency(agency).services


def ask_to_lead(command: AskToLead, tx: DecisionContext) -> HandoffRequested:
    """An officer of the lead asks another agency to lead the case. Until it has said yes this agency leads, and silence is no yes.

    Raises RuleBroken for one that leads no cases, while the lead must stay where it is, and where nothing on record lets that agency be
    told of the person: to hand a case over needs the person's consent, or another ground (docs/domain.md, section 3.2).
    """
    case = main_case(tx, command.case)
    if case.protocol == FIRST:
        raise RuleBroken("lead-of-protocol-1")
    if not can_lead(tx.country, command.agency) or command.agency == case.lead:
        raise RuleBroken("cannot-lead", "agency")
    if leading.open_transfer(case) is not None or leading.stands_against(case):
        raise RuleBroken("lead-stays-for-now")
    must_be_looked_at(tx, case, command.agency, command.conflict)
    if allowed(tx, case, command.agency, Need.IDENTIFICATION) is None:
        raise RuleBroken("no-basis", "agency")
    return requested(tx, Need.IDENTIFICATION, command.agency, HandoffKind.TRANSFER, case.urgency)


def take_lead(command: OfTransfer, tx: DecisionContext) -> HandoffAccepted:
    """The asked agency agrees to lead. It does once the present lead's roster has come. Raises RuleBroken."""
    return HandoffAccepted(handoff=_asked(command, tx).id)


def decline_lead(command: DeclineLead, tx: DecisionContext) -> HandoffDeclined:
    """It does not, with the reason. Raises RuleBroken."""
    if command.code not in GROUNDS:
        raise RuleBroken("never-a-ground", "code")
    return HandoffDeclined(handoff=_asked(command, tx).id, code=command.code, competent=command.competent)


def _asked(command: OfTransfer, tx: DecisionContext) -> Handoff:
    handoff = tx.open_case(command.case).handoffs.get(command.handoff)
    if handoff is None or handoff.kind is not HandoffKind.TRANSFER or handoff.to != tx.agency:
        raise RuleBroken("not-asked")
    if not handoff.waiting:
        raise RuleBroken(standing.of_handoff(handoff))
    return handoff


def carry_out(command: OfCase, tx: DecisionContext) -> RosterSet:
    """An officer does the same, where it could not follow by itself. Raises RuleBroken while something stands against it."""
    roster = hand_over(PolicyQuestion(main_case(tx, command.case), ""), tx)
    if roster is None:
        raise RuleBroken("lead-stays-for-now")
    return roster
