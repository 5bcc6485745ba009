"""Danger, and no consent: the one agency that goes there is told name, phone and place for some hours, and an officer looks at it again.

Source: docs/domain.md, section 3.1; docs/adr/0039.
"""

from sqlmodel import select

from services.referral import rules
from services.referral.handlers.consent import OfCase, Reason, allowed, main_case, noted, requested
from services.referral.models import DangerReview
from shared.casework.conflicts import WhyAsked, must_be_looked_at
from shared.casework.own_record import WriteNote, write_note
from shared.config.calendar import HOUR, working_day_after
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.privacy import legal_bases
from shared.privacy.consent import goes_there
from shared.protocol.case import HELD, Case
from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.facts import AgencyId, Event, Id
from shared.protocol.file_readers import reach
from shared.protocol.roster import CODES
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Basis, Ground, HandoffKind, Need, Urgency


class SendThere(OfCase):
    """One agency goes to somebody in danger who did not consent: for what, on which ground, and what the officer notes of that."""

    agency: AgencyId
    need: Need
    ground: Ground
    words: Reason
    conflict: WhyAsked = ""


class ReviewDanger(OfCase):
    """An officer has looked at it again. What they found stays with the agency, as a note."""

    review: Id
    reason: Reason


def send_there(command: SendThere, tx: DecisionContext) -> list[Event]:
    """An officer of the lead names the agency that goes there: it is told what of name, phone and place its task needs, and for how long
    is in the roster. Who was not asked yet is asked as in danger. Naming the same agency again sets the time anew.

    Raises RuleBroken for one that may not be asked, or has no use for any of it; while another one goes there; of a child, of whom more is
    told one by one; in a case without consent and danger; and under protocol 1, which tells nothing of it.
    """
    case = main_case(tx, command.case)
    _must_go(command, case, tx)
    must_be_looked_at(tx, case, command.agency, command.conflict)
    until = tx.at + int(tx.country.emergency.hours * HOUR)
    told = CODES | {CLASS_OF[group] for group in _reach(command, tx)}
    noted(tx, case, command.agency, command.need, Basis.VITAL, told, until=until, ground=command.ground, words=command.words)
    due = working_day_after(tx.at, tx.country.time_zone)
    tx.session.add(
        DangerReview(
            id=tx.fresh(), case=case.id, agency=command.agency, need=command.need, at=tx.at, until=until, due=due, officer=tx.officer
        )
    )
    member = allowed(tx, case, command.agency, command.need)
    joins = rules.brought_in(case, member, tx.at) if member else None
    asked = [] if _asked(case, command) else [requested(tx, command.need, command.agency, HandoffKind.EMERGENCY, Urgency.DANGER)]
    return [*([joins] if joins else []), *asked]


def review_danger(command: ReviewDanger, tx: DecisionContext) -> None:
    """An officer says what they found. Raises RuleBroken where it was looked at already."""
    row = tx.session.exec(select(DangerReview).where(DangerReview.id == command.review, DangerReview.case == command.case)).first()
    if row is None or row.looked_at is not None:
        raise RuleBroken("no-danger-review")
    write_note(WriteNote(case=command.case, note=command.reason), tx)
    row.looked_at, row.looked_by = tx.at, tx.officer
    tx.session.add(row)


def _must_go(command: SendThere, case: Case, tx: DecisionContext) -> None:
    if case.protocol == FIRST:
        raise RuleBroken("statements-later")
    if not tx.country.may_ask(command.agency):
        raise RuleBroken("unknown-agency", "agency")
    if case.basis is Basis.NONE:
        raise RuleBroken("anonymous-case", "agency")
    if case.basis is Basis.CHILD:
        raise RuleBroken("danger-of-a-child", "agency")
    if not tx.country.serves(command.agency, command.need):
        raise RuleBroken("not-its-mandate", "need")
    if not _reach(command, tx):
        raise RuleBroken("danger-needs-nothing", "need")
    there = goes_there(legal_bases.settled(tx.work, case), tx.at)
    if there is not None and there.recipient != command.agency:
        raise RuleBroken("danger-another-goes", "agency")


def _reach(command: SendThere, tx: DecisionContext) -> frozenset[Group]:
    kind = tx.country.agency(command.agency).kind
    return reach(kind, command.need) - tx.country.withheld(kind)


def _asked(case: Case, command: SendThere) -> bool:
    same = [
        h for h in case.handoffs.values() if (h.to, h.need) == (command.agency, command.need) and h.kind is not HandoffKind.CONSULTATION
    ]
    return any(h.state in HELD or (h.waiting and command.agency in case.agencies) for h in same)
