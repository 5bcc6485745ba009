"""The basis of a case changes: a person consents later, an age is settled, danger arises. The case goes on, for everybody at once.

What was agreed before counts no more: who has a basis now stays and learns what it may, who has none leaves, and whom the policy names for
what nobody helps with is asked.
"""

from collections.abc import Iterable
from typing import Any, Literal

from services.referral import rules, side_cases
from services.referral.handlers.conflict import first_looked_at
from services.referral.handlers.consent import OfCase, Words, entry, invitations, named_by_policy
from services.referral.held_back import said
from shared.config.codes import GivenLanguage
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.privacy import answers, legal_bases
from shared.privacy.consent import PERSONAL, LegalBasis, Months, later, of_opening, refused
from shared.privacy.erasure import revive
from shared.protocol.case import Case
from shared.protocol.events import BasisChanged, RosterSet
from shared.protocol.facts import Event, Member, hidden
from shared.protocol.grants import purposes, together
from shared.protocol.roster import lost
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import AgeBand, AgencyKind, Basis, DataClass, Ground, HandoffKind, Need
from shared.store import at_rest


class ChangeBasis(OfCase):
    """What is known now: the age, of an adult whether the person consents and to what, or on which ground it goes without.

    The answers are those of a report, and the same rule says which of them apply.
    """

    age: Literal[AgeBand.ADULT, AgeBand.CHILD]
    consent: bool | None = None
    """Of an adult, who must have been asked, or be beyond asking."""
    told: Literal["all", "profile", "nothing"] = "all"
    withheld: tuple[AgencyKind, ...] = ()
    months: Months | None = None
    consent_language: GivenLanguage = ""
    ground: Ground | None = None
    ground_words: Words = ""

    @property
    def agreed(self) -> tuple[DataClass, ...]:
        """What may be disclosed, as the person agrees."""
        return answers.TOLD[self.told]


def change_basis(command: ChangeBasis, tx: DecisionContext) -> list[Event]:
    """An officer of the lead records on which basis the case goes from now on, and what follows from it for everybody.

    Raises RuleBroken in a case of protocol 1, whose members know no such event; in a side case, whose basis is the main one's; where
    nothing would change; for answers that do not apply; and at a new lead until the former one's record has come (docs/adr/0073).
    """
    case = tx.open_case(command.case)
    basis = answers.basis(command.age, bool(command.consent), command.ground is not None)
    _must_fit(command, case, basis, tx)
    if legal_bases.awaited(tx.work, case):
        raise RuleBroken("record-awaited")  # whom the person leaves out is not known yet
    if basis is case.basis:
        return [BasisChanged(basis=basis, needs=case.needs, age=command.age)]
    changed = BasisChanged(basis=basis, needs=rules.needs_on(case.needs, basis), age=command.age)
    rows = _written_down(command, case, changed, tx)
    now = case.model_copy(update={"basis": basis, "needs": changed.needs})
    invited = named_by_policy(tx, now, rows)
    gone = _beside(case, changed, rows, tx)
    by_itself = () if said(tx, case) else invited  # else an officer looks first, also at who is here for something else
    members = tuple(m for old in case.members if old.agency not in gone and (m := _entry(old, now, rows, by_itself, tx)))
    after = now.model_copy(update={"members": members})
    if after.agencies < case.agencies or any(lost(case, after, agency) for agency in case.agencies - {case.lead, case.reporter}):
        tx.first = True  # it goes out before all that waits, and so brings nobody in
        return [changed, RosterSet(members=members)]
    helped = rules.helped(case)
    wanted = {asked: member for asked, member in invited.items() if asked[0] not in helped}
    entries, requests = invitations(tx, case, first_looked_at(tx, case, wanted))
    return [changed, RosterSet(members=rules.roster(after, entries.values(), tx.at)), *requests]


def _must_fit(command: ChangeBasis, case: Case, basis: Basis, tx: DecisionContext) -> None:
    if case.protocol == FIRST:
        raise RuleBroken("basis-of-protocol-1")
    if case.is_side:
        raise RuleBroken("basis-of-the-main-case")
    if command.consent is None and command.age is AgeBand.ADULT:
        raise RuleBroken("say-consent", "consent")
    if command.consent is not None and command.age is AgeBand.CHILD:
        raise RuleBroken("not-asked-of-a-child", "consent")
    if stray := answers.stray(command, basis):
        code, field = stray
        raise RuleBroken(code, "told" if field == "agreed" else field)
    if basis is Basis.CONSENT and not command.consent_language:
        raise RuleBroken("language-needed", "consent_language")
    if broken := answers.not_without(command.withheld, basis, tx.country):
        raise RuleBroken(*broken)
    if basis is case.basis and (basis is not Basis.CHILD or command.withheld):
        raise RuleBroken("basis-as-it-is", "withheld" if basis is Basis.CHILD else "consent")


def _written_down(command: ChangeBasis, case: Case, changed: BasisChanged, tx: DecisionContext) -> list[LegalBasis]:
    """The bases with the new ones. What was on record ends; whom the person ever left out stays left out until consent names it."""
    rows = legal_bases.settled(tx.work, case)
    at = later(rows, tx.at)
    terms: dict[str, Any] = {"withheld": sorted({*(kind for row in rows for kind in row.but), *command.withheld})}
    if changed.basis is Basis.CONSENT:
        until = {"consent_until": tx.country.in_days(tx.at, command.months.days)} if command.months else {}
        terms |= {"agreed": command.agreed, "consent_language": command.consent_language, **until}
    why: dict[str, Any] = {"ground": command.ground, "words": command.ground_words} if changed.basis is Basis.VITAL else {}
    ends = LegalBasis("", "", None, PERSONAL | {DataClass.D0}, Basis.NONE, at, officer=tx.officer)
    new = of_opening(
        case.lead, changed.basis, changed.needs, at + 1, terms, place=DataClass.D1 in command.agreed, officer=tx.officer, **why
    )
    revive(tx.work, case.id, {at_rest.WHOLE, *(section for row in new for section in row.classes)})
    legal_bases.record(tx.work, case.id, tx.cause, [ends, *new])
    return legal_bases.settled(tx.work, case)


def _entry(old: Member, now: Case, rows: list[LegalBasis], invited: Iterable[tuple[Need, str]], tx: DecisionContext) -> Member | None:
    """The entry of a member on the new basis; None where nothing lets it be told any more."""
    agency = old.agency
    if hidden(agency):
        return old
    if agency == now.lead or not tx.country.knows(agency):
        return _of_its_own(old, now, rows, tx) if agency in (now.lead, now.reporter) else None
    own = [_of_its_own(old, now, rows, tx)] if agency == now.reporter else []
    needs = [need for need, named in invited if named == agency]
    needs += [h.need for h in now.handoffs.values() if h.to == agency and h.kind is not HandoffKind.CONSULTATION]
    found = [e for need in dict.fromkeys((*needs, *purposes(old))) if (e := entry(tx, rows, agency, need))]
    advises = old.basis is Basis.CONSULTATION and not refused(rows, legal_bases.recipient(tx.country, agency), tx.at)
    if own or found:
        return together({m.purpose: m for m in (*found, *own)}.values())
    return old if advises else None


def _of_its_own(old: Member, now: Case, rows: list[LegalBasis], tx: DecisionContext) -> Member:
    """The lead, and who met the person: they are in the case on every basis, the lead with what was agreed."""
    if not tx.country.knows(old.agency):
        return old
    member = tx.country.member(old.agency, Need.IDENTIFICATION, now.basis)
    if now.basis is not Basis.CONSENT:
        return member
    lead = entry(tx, rows, now.lead, Need.IDENTIFICATION)  # the terms are one consent's, so it says how long it holds
    if old.agency == now.lead:
        return lead or member.model_copy(update={"classes": (DataClass.D0,)})
    return member.model_copy(update={"until": lead.until if lead else None})


def _beside(case: Case, changed: BasisChanged, rows: list[LegalBasis], tx: DecisionContext) -> set[str]:
    """The side cases go on the same basis. A shelter that may not be told any more leaves; who stands in this case for those that left."""
    gone = set[str]()
    for side in side_cases.beside(tx.work, case):
        house = next((m.agency for m in side.members if m.agency != side.lead), "")
        if side.closed_at is not None or not house:
            continue
        asked = [h.need for h in side.handoffs.values() if h.to == house]
        found = [e for need in dict.fromkeys(asked) if (e := entry(tx, rows, house, need))]
        may = together(found) if found else None
        lead = tx.country.member(side.lead, Need.IDENTIFICATION, changed.basis)
        tx.first = may is None
        tx.elsewhere(side.id, [changed.model_copy(update={"needs": side.needs}), RosterSet(members=(lead, *([may] if may else ())))])
        gone |= set[str]() if may else {tx.country.told_as(house)}
    tx.first = False
    return gone
