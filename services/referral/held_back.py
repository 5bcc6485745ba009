"""Whom a member asks while a suspect may be close to staff of an agency: it waits for an officer of the lead, who sees it in the list.

A member is warned by what it may read (`shared/casework/conflicts.py`). Where it may not read that, or nobody has looked at the case yet,
its request tells nobody of the person before somebody who knows has looked. Source: docs/domain.md, section 3.5; docs/adr/0056.
"""

from sqlmodel import col, select

from shared.casework import conflicts
from shared.casework.profile import terms
from shared.config.country import Country
from shared.decisions.decide import DecisionContext
from shared.privacy import legal_bases
from shared.privacy.consent import LegalBasis, granted, refused
from shared.protocol.case import Case, Handoff
from shared.protocol.case_file import Group
from shared.protocol.facts import hidden
from shared.protocol.leading import handed_over_by
from shared.protocol.statement_readers import scope
from shared.protocol.vocabulary import HandoffKind
from shared.store.own_tables import ConflictCheck


def said(tx: DecisionContext, case: Case) -> bool:
    """Whether the report or the case file says that staff of an agency are close to a suspect."""
    return conflicts.known(tx.work, case.id) or bool(terms(tx.work, case.id).get("conflict")) or _handed_on(tx, case)


def _handed_on(tx: DecisionContext, case: Case) -> bool:
    """Whether a former lead has noted it, to whom alone the report may have said so."""
    noted = select(ConflictCheck).where(ConflictCheck.case == case.id).limit(1)
    return handed_over_by(case) is not None and tx.session.exec(noted).first() is not None


def hold(tx: DecisionContext, case: Case) -> None:
    """It stands in the lead's list from now on, until an officer has looked."""
    id = tx.work.derived(f"conflict\n{tx.cause}\n{case.id}").hex()[:16]
    if tx.session.get(ConflictCheck, id) is None:
        tx.session.add(ConflictCheck(id=id, case=case.id, at=tx.at))


def unseen(tx: DecisionContext, case: Case, asked: Handoff) -> bool:
    """Whether nobody who knows of a conflict has looked at whom another agency asks. What the lead asks its officers have looked at."""
    if asked.giver == case.lead or case.is_side:
        return False
    open_ones = select(ConflictCheck).where(ConflictCheck.case == case.id, col(ConflictCheck.looked_at).is_(None))
    if tx.session.exec(open_ones).first() is not None:
        return True
    return Group.SAFETY_ALERT not in scope(case.member(asked.giver), tx.at) and said(tx, case)


def waiting_requests(case: Case, rows: list[LegalBasis], country: Country, at: int) -> list[Handoff]:
    """The requests of other agencies that keep waiting for nothing but that: the bases on record let who is asked be told."""
    outside = [h for h in case.handoffs.values() if h.waiting and h.to not in case.agencies and h.giver != case.lead and not hidden(h.to)]
    return [h for h in outside if country.may_ask(h.to) and _may_be_told(h, rows, country, at)]


def _may_be_told(asked: Handoff, rows: list[LegalBasis], country: Country, at: int) -> bool:
    to = legal_bases.recipient(country, asked.to)
    if asked.kind is HandoffKind.CONSULTATION:
        return not refused(rows, to, at)
    return granted(rows, to, asked.need, at) is not None
