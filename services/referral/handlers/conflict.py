"""A suspect may be close to staff of an agency: whom the policy names is not invited by itself. An officer of the lead says whom.

Source: docs/domain.md, section 3.5 (conflict of interest); docs/adr/0056.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field
from sqlmodel import select

from services.referral import rules
from services.referral.handlers.consent import OfCase, Reason, invitations, main_case, named_by_policy
from shared.decisions import conflicts
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.decisions.own_record import WriteNote, write_note
from shared.decisions.profile import terms
from shared.privacy import legal_bases
from shared.protocol.case import Case
from shared.protocol.events import RosterSet
from shared.protocol.facts import Event, Member
from shared.protocol.vocabulary import Need
from shared.store.own_tables import ConflictCheck

Invited = Mapping[tuple[Need, str], Member]


class SettleConflict(OfCase):
    """For which needs whom the policy names is invited now, none or several, and why. The reason stays with the agency, as a note."""

    needs: Annotated[tuple[Need, ...], Field(max_length=len(Need))] = ()
    reason: Reason


def first_looked_at(tx: DecisionContext, case: Case, invited: Invited) -> Invited:
    """Whom the policy may invite by itself: nobody where the report or the case file says that staff of an agency are close to a suspect.
    Then it stands in the lead's list until an officer has looked."""
    said = conflicts.known(tx.work, case.id) or bool(terms(tx.work, case.id).get("conflict"))
    if not invited or not said:
        return invited
    id = tx.work.derived(f"conflict\n{tx.cause}\n{case.id}").hex()[:16]
    if tx.session.get(ConflictCheck, id) is None:
        tx.session.add(ConflictCheck(id=id, case=case.id, at=tx.at))
    return {}


def settle_conflict(command: SettleConflict, tx: DecisionContext) -> list[Event]:
    """An officer has looked, and says for which needs whom the policy names is invited. The others stand on the case's page, unasked.

    Raises RuleBroken where nothing waits, and for a need for which the policy, or the person, lets nobody be invited.
    """
    case = main_case(tx, command.case)
    rows = tx.session.exec(select(ConflictCheck).where(ConflictCheck.case == case.id, ConflictCheck.looked_at == None)).all()  # noqa: E711
    if not rows:
        raise RuleBroken("no-conflict")
    named = unhelped(case, named_by_policy(tx, case, legal_bases.settled(tx.work, case)))
    chosen = {asked: member for asked, member in named.items() if asked[0] in command.needs}
    if {need for need, _ in chosen} != {*command.needs}:
        raise RuleBroken("not-in-the-policy", "needs")
    write_note(WriteNote(case=case.id, note=command.reason), tx)
    for row in rows:
        row.looked_at, row.looked_by = tx.at, tx.officer
        tx.session.add(row)
    entries, requests = invitations(tx, case, chosen)
    members = rules.roster(case, entries.values(), tx.at)
    return [*([RosterSet(members=members)] if members != case.members else []), *requests]


def unhelped(case: Case, named: Invited) -> Invited:
    """Of those that the policy names, whoever would be asked for what nobody was ever asked for."""
    asked: Iterable[Need] = {handoff.need for handoff in case.handoffs.values()}
    return {pair: member for pair, member in named.items() if pair[0] not in asked}
