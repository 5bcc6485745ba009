"""A suspect may be close to staff of an agency: whom the policy names is not invited by itself. An officer of the lead says whom.

Source: docs/domain.md, section 3.5 (conflict of interest); docs/adr/0056.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field
from sqlmodel import select

from services.referral import rules
from services.referral.handlers.consent import OfCase, Reason, invitations, main_case, may_join, named_by_policy
from services.referral.held_back import hold, said, waiting_requests
from shared.casework.own_record import WriteNote, write_note
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.privacy import legal_bases
from shared.protocol.case import Case
from shared.protocol.events import HandoffRevoked, RosterSet
from shared.protocol.facts import Event, Id, Member
from shared.protocol.grants import SILENT, each, together
from shared.protocol.vocabulary import Need
from shared.store.own_tables import ConflictCheck

Invited = Mapping[tuple[Need, str], Member]


class SettleConflict(OfCase):
    """For which needs whom the policy names is invited now, none or several, which requests of others reach whom they ask, and why. The
    reason stays with the agency, as a note."""

    needs: Annotated[tuple[Need, ...], Field(max_length=len(Need))] = ()
    requests: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    reason: Reason


def first_looked_at(tx: DecisionContext, case: Case, invited: Invited) -> Invited:
    """Whom the policy may invite by itself: nobody where the report or the case file says that staff of an agency are close to a suspect.
    Then it stands in the lead's list until an officer has looked."""
    if not invited or not said(tx, case):
        return invited
    hold(tx, case)
    return {}


def settle_conflict(command: SettleConflict, tx: DecisionContext) -> list[Event]:
    """An officer has looked, and says for which needs whom the policy names is invited, and whom that others ask their requests reach. The
    others stand on the case's page, unasked, and a request that reaches nobody goes back at once to who asked.

    Raises RuleBroken where nothing waits, for a need for which the policy, or the person, lets nobody be invited, and for a request that
    does not wait for this.
    """
    case = main_case(tx, command.case)
    rows = tx.session.exec(select(ConflictCheck).where(ConflictCheck.case == case.id, ConflictCheck.looked_at == None)).all()  # noqa: E711
    if not rows:
        raise RuleBroken("no-conflict")
    bases = legal_bases.settled(tx.work, case)
    named = unhelped(case, named_by_policy(tx, case, bases))
    chosen = {asked: member for asked, member in named.items() if asked[0] in command.needs}
    if {need for need, _ in chosen} != {*command.needs}:
        raise RuleBroken("not-in-the-policy", "needs")
    waiting = {asked.id: asked for asked in waiting_requests(case, bases, tx.country, tx.at)}
    if not waiting.keys() >= {*command.requests}:
        raise RuleBroken("waits-no-more", "requests")
    write_note(WriteNote(case=case.id, note=command.reason), tx)
    for row in rows:
        row.looked_at, row.looked_by = tx.at, tx.officer
        tx.session.add(row)
    reached = [waiting[id] for id in command.requests]
    let_in = [member for h in reached if (member := may_join(tx, case, h.to, h.need, h.kind))]
    entries, requests = invitations(tx, case, chosen)
    members = rules.roster(case, _each_once([*entries.values(), *let_in]), tx.at)
    back = [HandoffRevoked(handoff=id) for id in waiting if id not in command.requests]
    return [*back, *([RosterSet(members=members)] if members != case.members else []), *requests]


def _each_once(entries: Iterable[Member]) -> list[Member]:
    """One entry of each agency, for all that it is asked for; beside what tells it more, advice alone is no purpose of its own."""
    found = dict[str, dict[Need, Member]]()
    for one in (one for entry in entries for one in each(entry)):
        found.setdefault(one.agency, {})[one.purpose] = one
    telling = {agency: [m for m in mine.values() if m.basis not in SILENT] or [*mine.values()] for agency, mine in found.items()}
    return [together(mine) for mine in telling.values()]


def unhelped(case: Case, named: Invited) -> Invited:
    """Of those that the policy names, whoever would be asked for what nobody helps with."""
    helped = rules.helped(case)
    return {pair: member for pair, member in named.items() if pair[0] not in helped}
