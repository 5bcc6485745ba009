"""What the lead may disclose to whom: rosters follow from the bases on record and nothing else. Its officers record consent and its end.

What an officer records for an agency that is in the case already reaches it at once; what is withdrawn leaves it out at once.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints

from services.referral import rules, side_cases
from services.referral.held_back import hold, unseen
from shared.casework.asking import must_make_sense, question_of
from shared.casework.conflicts import WhyAsked, must_be_looked_at
from shared.casework.profile import profile
from shared.config.codes import GivenLanguage, Text
from shared.config.country import Country
from shared.decisions.change import Change
from shared.decisions.decide import DecisionContext, say
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy import legal_bases
from shared.privacy.consent import (
    PERSONAL,
    LegalBasis,
    Months,
    Personal,
    best_interests,
    ends,
    granted,
    later,
    refused,
    unclear,
    withdrawal,
)
from shared.privacy.erasure import revive
from shared.processing.follow_ups import follow_up
from shared.protocol.case import Case
from shared.protocol.events import HandoffRequested, RosterSet
from shared.protocol.facts import HIDDEN, AgencyId, Event, Facts, Id, Member, hidden
from shared.protocol.fold import Follow, FollowUp
from shared.protocol.grants import without_classes
from shared.protocol.lead_record import BasisOnRecord
from shared.protocol.lead_record import later as later_on
from shared.protocol.messages import MessageSent, handed_on
from shared.protocol.roster import CODES
from shared.protocol.roster import told as disclosed
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, Ground, HandoffKind, Need, Question, Urgency
from shared.store import at_rest

Words = Annotated[Text, StringConstraints(max_length=1000)]
Reason = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class OfCase(Facts):
    """A command about a case."""

    case: Id


class AddAgency(OfCase):
    """Bring an agency in, for this need. With a ground, in an emergency: without consent, and the least that its kind may have."""

    agency: AgencyId
    need: Need
    ground: Ground | None = None
    words: Words = ""
    """What the officer notes of the ground, for this agency alone; without one there is nothing to note."""
    conflict: WhyAsked = ""


class RecordConsent(OfCase):
    """The person agrees to disclosure to this agency for this need: of what, in which language it was asked, and for how many months."""

    agency: AgencyId
    need: Need
    classes: Annotated[tuple[Personal, ...], Field(min_length=1)]
    language: Annotated[GivenLanguage, StringConstraints(min_length=1)]
    months: Months | None = None
    words: Words = ""


class Consult(OfCase):
    """Ask an agency for advice without saying who it is about."""

    agency: AgencyId
    need: Need
    question: Question | None = None
    """What is asked; in a case of protocol 1 it cannot be written down."""
    conflict: WhyAsked = ""


class Withdraw(OfCase):
    """Consent is withdrawn for this agency: for these classes, or wherever none is named for its part in the case."""

    agency: AgencyId
    classes: tuple[Personal, ...] = ()
    words: Words = ""
    """How and when the person said so, for this agency alone. Nobody needs a reason to withdraw consent (GDPR art. 7(3))."""


def main_case(tx: DecisionContext, case: str) -> Case:
    """An open case in which this agency leads, and may decide. Raises RuleBroken where another does since, and for a side case: what is
    decided in the main one reaches it."""
    return must_be_led(tx, must_be_main(tx.open_case(case)))


def must_be_led(tx: DecisionContext, case: Case) -> Case:
    """The case, where this agency leads it. Raises RuleBroken: a page that was open while the lead passed on decides nothing any more."""
    if case.lead != tx.agency:
        raise RuleBroken("not-the-lead")
    return case


def must_be_main(case: Case) -> Case:
    """The case, where it is no side case. Raises RuleBroken."""
    if case.is_side:
        raise RuleBroken("in-the-main-case")
    return case


def requested(tx: DecisionContext, need: Need, to: str, kind: HandoffKind, urgency: Urgency, **asks: Question) -> HandoffRequested:
    """A request of the lead, with the time that the country gives for it; `asks` is the question of a consultation."""
    answer_by, lapse_at = tx.country.deadline(need, urgency, tx.at)
    return HandoffRequested(handoff=tx.fresh(), to=to, need=need, kind=kind, answer_by=answer_by, lapse_at=lapse_at, **asks)


def allowed(tx: DecisionContext, case: Case, agency: str, need: Need) -> Member | None:
    """The roster entry that the bases on record give an agency for a need; None where they give it none."""
    return entry(tx, legal_bases.settled(tx.work, case), agency, need)


def entry(tx: DecisionContext, rows: list[LegalBasis], agency: str, need: Need) -> Member | None:
    """The same, of bases that are at hand."""
    grant = granted(rows, legal_bases.recipient(tx.country, agency), need, tx.at)
    return legal_bases.member(tx.country, agency, need, grant) if grant else None


def named_by_policy(tx: DecisionContext, case: Case, rows: list[LegalBasis]) -> dict[tuple[Need, str], Member]:
    """(need, agency) → the roster entry: whom the country's policy invites to the needs of a case, as far as these bases let them be
    told."""
    policy = [line for line in tx.country.invitations if tx.country.may_ask(line.agency)]
    entries = {(line.need, line.agency): entry(tx, rows, line.agency, line.need) for line in policy}
    told = {asked: member for asked, member in entries.items() if member}
    named = [line for line in policy if (line.need, line.agency) in told]
    invited = rules.whom_to_invite(named, case, profile(tx.work, case.id)[DataClass.D2].get("forms", ()))
    return {asked: told[asked] for asked in invited}


def invitations(
    tx: DecisionContext, case: Case, invited: Mapping[tuple[Need, str], Member]
) -> tuple[dict[str, Member], list[HandoffRequested]]:
    """Of these: the entry of each that is asked, and the requests. What danger calls for at once goes as an emergency."""
    at_once = tx.country.at_once(case.urgency)
    entries = rules.invited_with(invited, at_once)
    kinds = {need: HandoffKind.EMERGENCY if need in at_once else HandoffKind.REFERRAL for need, _ in invited}
    return entries, [requested(tx, need, agency, kinds[need], case.urgency) for need, agency in invited]


def may_join(tx: DecisionContext, case: Case, agency: str, need: Need, kind: HandoffKind) -> Member | None:
    """The entry with which an agency joins that is asked, whoever asks it and on whichever page: what the bases on record allow; of who is
    merely consulted the band, which is noted. None where nothing lets it be told."""
    if kind is not HandoffKind.CONSULTATION:
        return allowed(tx, case, agency, need)
    if barred(tx, legal_bases.settled(tx.work, case), agency):
        return None
    member = tx.country.member(agency, need, Basis.CONSULTATION)
    if case.basis is Basis.NONE:
        member = member.model_copy(update={"classes": (DataClass.D0,)})
    noted(tx, case, agency, need, Basis.CONSULTATION, frozenset(member.classes))
    return member


def barred(tx: DecisionContext, rows: list[LegalBasis], agency: str) -> bool:
    """Whether the person does not want this agency, or its kind, to be told."""
    return refused(rows, legal_bases.recipient(tx.country, agency), tx.at)


def must_be_allowed(command: AddAgency, case: Case, tx: DecisionContext) -> Member:
    """The same for an officer, who may say on which ground it must be without consent. Raises RuleBroken."""
    if case.basis is Basis.NONE:
        raise RuleBroken("anonymous-case", "agency")
    if command.ground is not None:
        noted(tx, case, command.agency, command.need, Basis.VITAL, ground=command.ground, words=command.words)
    elif command.words:
        raise RuleBroken("ground-of-words", "ground")
    member = may_join(tx, case, command.agency, command.need, kind_of(command))
    if member is None:
        raise RuleBroken("no-basis", "agency")
    return member


def kind_of(command: AddAgency) -> HandoffKind:
    """An emergency is asked as one."""
    return HandoffKind.EMERGENCY if command.ground else HandoffKind.REFERRAL


def urgency_of(command: AddAgency, case: Case) -> Urgency:
    """An emergency is answered as danger is."""
    return Urgency.DANGER if command.ground else case.urgency


def noted(
    tx: DecisionContext, case: Case, agency: str, need: Need, basis: Basis, classes: frozenset[DataClass] | None = None, *,
    language: str = "",
    until: int | None = None, ground: Ground | None = None, words: str = "",
) -> None:  # fmt: skip
    """A new basis. Where the case was erased here it is kept once more, with what it allows: else nobody could read it."""
    may = frozenset(tx.country.member(agency, need, basis, until).classes)
    agreed = may if classes is None else classes & may
    revive(tx.work, case.id, {at_rest.WHOLE, *agreed})
    rows = legal_bases.settled(tx.work, case)
    row = LegalBasis("", agency, need, agreed, basis, later(rows, tx.at), language, until, tx.officer, ground, words)
    legal_bases.record(tx.work, case.id, tx.cause, [row])


def record_consent(command: RecordConsent, tx: DecisionContext) -> RosterSet | None:
    """The person agrees to more: it is written down, and an agency that takes part, or waits to be let in, is given it at once.

    Of a child the note says why it is in their best interests that an agency is told more than a report tells; not of who guards and
    protects children, and who identifies.

    Raises RuleBroken for an agency that the directory does not list, in a case that was reported without consent, where the agency's
    mandate allows nothing of what is agreed, and of a child without that reason.
    """
    case, agency = main_case(tx, command.case), command.agency
    if not tx.country.may_ask(agency) and agency not in {a.id for a in tx.country.confidential()}:
        raise RuleBroken("unknown-agency", "agency")
    if case.basis is Basis.NONE:
        raise RuleBroken("anonymous-case", "agency")
    basis = Basis.CHILD if case.basis is Basis.CHILD else Basis.CONSENT
    may = PERSONAL.intersection(tx.country.member(agency, command.need, basis).classes)
    if may and not may.intersection(command.classes):
        raise RuleBroken("beyond-mandate", "classes")
    to = legal_bases.recipient(tx.country, agency)
    more = not CODES.issuperset(command.classes)
    if basis is Basis.CHILD and more and best_interests(to, command.need) and not command.words:
        raise RuleBroken("best-interests", "words")
    until = tx.country.in_days(tx.at, command.months.days) if command.months else None
    noted(tx, case, agency, command.need, basis, frozenset(command.classes), language=command.language, until=until, words=command.words)
    member = allowed(tx, case, agency, command.need)
    if member is None:
        return None
    for side in side_cases.behind(tx.work, case, tx.country.told_as(agency)):
        if agency in side.agencies and (changed := rules.brought_in(side, member, tx.at)):
            tx.elsewhere(side.id, [changed])
    asks = [h for h in case.handoffs.values() if h.to == agency and h.waiting]
    if agency not in case.agencies and asks and all(unseen(tx, case, h) for h in asks):
        return hold(tx, case)
    return rules.brought_in(case, member, tx.at) if agency in case.agencies or asks else None


def consult(command: Consult, tx: DecisionContext) -> list[Event]:
    """An officer of the lead asks for advice: who is not in the case learns who does what by when, age band and sex, and no more.

    Raises RuleBroken for one the directory does not list, and for one that the person objects to.
    """
    case, agency = main_case(tx, command.case), command.agency
    if not tx.country.may_ask(agency):
        raise RuleBroken("unknown-agency", "agency")
    must_make_sense(tx, case, agency, command.need, HandoffKind.CONSULTATION, "agency")
    must_be_looked_at(tx, case, agency, command.conflict)
    asks = question_of(case, HandoffKind.CONSULTATION, command.question)
    asked = requested(tx, command.need, agency, HandoffKind.CONSULTATION, case.urgency, **asks)
    if agency in case.agencies:
        return [asked]
    member = may_join(tx, case, agency, command.need, HandoffKind.CONSULTATION)
    if member is None:
        raise RuleBroken("whom-unknown" if unclear(legal_bases.settled(tx.work, case)) else "withheld", "agency")
    return [RosterSet(members=rules.roster(case, [member], tx.at)), asked]


def withdraw(command: Withdraw, tx: DecisionContext) -> RosterSet | MessageSent:
    """The person withdraws consent, for an agency or for some of what it may have. What is sealed from now on leaves that out,
    also what was decided before and still waits here; and who has left takes part again only on a new basis.

    A desk that led the case takes it down, too, and hands it to who leads, which carries it out by itself: nobody sends a person who
    withdraws consent to another desk. Raises RuleBroken for an agency that is not in the case, for the lead, without which there is no
    case, and at a desk that never led it.
    """
    case = must_be_main(tx.case(command.case))
    if not case.has_led(tx.agency):
        raise RuleBroken("not-the-lead")
    member = case.member(command.agency)
    if member is None:
        raise RuleBroken("not-in-the-case", "agency")
    if command.agency == case.lead == tx.agency:
        raise RuleBroken("lead-stays", "agency")
    if member.basis is Basis.NONE and member.agency == case.reporter:
        raise RuleBroken("nothing-to-withdraw", "agency")
    _end_beside(command, case, tx)
    if case.lead != tx.agency:
        return _heard_for_the_lead(command, case, tx)
    tx.first = True
    return rules.without(case, [command.agency], command.classes)


def _end_beside(command: Withdraw, case: Case, tx: DecisionContext) -> None:
    """It is on record here; and in the side cases of who stands for a confidential agency it is carried out by the desk that leads them.
    Where that is another desk nobody knows here which one it is: it is a no to all of its kind."""
    behind = side_cases.behind(tx.work, case, command.agency)
    told = [m.agency for side in behind for m in side.members if m.agency != side.lead]
    if hidden(command.agency) and not told:
        rows, but = legal_bases.settled(tx.work, case), frozenset({_kind_of(command.agency)})
        no = LegalBasis("", "", None, frozenset(), Basis.NONE, later(rows, tx.at), officer=tx.officer, words=command.words, but=but)
        legal_bases.record(tx.work, case.id, f"{tx.cause}\n{command.agency}", [no])
    for agency in told if hidden(command.agency) else [command.agency]:
        _ended(tx, case, agency, frozenset(command.classes), command.words)
    for side in behind:
        tx.elsewhere(side.id, [rules.without(side, told, command.classes)])


def _heard_for_the_lead(command: Withdraw, case: Case, tx: DecisionContext) -> MessageSent:
    """Another leads, or will once the roster lies on the log that waits here: that one is told; of a confidential agency as of all of its
    kind, since which one it was stays here. What waits here leaves the agency out at once, as far as that roster is not on its way yet."""
    before = tx.work.picture(case.id, as_lead=True)
    if before is not None and before.lead == tx.agency and command.agency != case.lead:
        ahead = DecisionContext(tx.work, f"ahead:{tx.work.derived(tx.cause).hex()[:32]}", tx.at, tx.simulated)
        say(ahead, case.id, [rules.without(before, [command.agency], command.classes)], strict=False, first=True, as_lead=True)
    rows, classes = legal_bases.recorded(tx.work, case), command.classes or tuple(sorted(PERSONAL | {DataClass.D0}))
    ours = [row.id for row in rows if row.basis is Basis.NONE and _is_of(row, command.agency, tx.country)]
    id, at = ours[-1] if ours else tx.fresh(), later(rows, tx.at)
    leaves = BasisOnRecord(id=id, recipient=command.agency, classes=classes, basis=Basis.NONE, given_at=at)
    if not hidden(command.agency):
        return handed_on(later_on([leaves]), case.lead)
    no = BasisOnRecord(id=id, basis=Basis.NONE, given_at=at, but=(AgencyKind(_kind_of(command.agency)),))
    return handed_on(later_on([leaves.model_copy(update={"id": tx.fresh()}), no]), case.lead)


def _kind_of(stands_for: str) -> str:
    return stands_for.removeprefix(HIDDEN)


def _is_of(row: LegalBasis, agency: str, country: Country) -> bool:
    """Whether a basis is about this agency, or about one that it stands for."""
    if hidden(agency) and not row.recipient:
        return row.but == frozenset({_kind_of(agency)})
    return bool(row.recipient) and agency in (row.recipient, country.told_as(row.recipient))


def _rosters(work: UnitOfWork, change: Change) -> tuple[Case | None, Case | None]:
    """The pictures before and after a roster of this lead that has counted; None and None for any other record."""
    after, core = change.noted.after, change.noted.core
    ours = change.counted and core.type == RosterSet.TYPE and after is not None and work.instance.me == f"referral.{after.lead}"
    return (change.noted.before, after) if ours else (None, None)


def relearn(work: UnitOfWork, change: Change) -> None:
    """After a record: a lead whose database came from a backup learns from its own rosters what had been withdrawn since. What had been
    agreed to since it cannot learn: it asks again."""
    core, (before, after) = change.noted.core, _rosters(work, change)
    if before is None or after is None:
        return
    for member in before.members if core.cause.startswith("form:") and not after.is_side else ():
        now = after.member(member.agency)
        taken = disclosed(member) - disclosed(now) if now else frozenset[DataClass]()
        only_less = now is not None and now != member and now == without_classes(member, taken)
        if not hidden(member.agency) and (now is None or only_less):
            _ended(DecisionContext(work, core.cause, core.at, core.simulated), after, member.agency, taken)


def tell(work: UnitOfWork, change: Change) -> None:
    """After a roster of this lead has counted: who may know more than before gets a checkpoint, and takes from it what it lacks."""
    core, (before, after) = change.noted.core, _rosters(work, change)
    if before is None or after is None:
        return
    both = [(m, after.member(m.agency)) for m in before.members if m.agency != after.lead and not hidden(m.agency)]
    more = sorted(old.agency for old, now in both if now is not None and rules.given_more(old, now, core.at))
    if more:
        follow_up(work, FollowUp(Follow.CHECKPOINT, work.instance.me, " ".join(more)), core, after, change.place, {})


def _ended(tx: DecisionContext, case: Case, agency: str, classes: frozenset[DataClass], words: str = "") -> None:
    rows = legal_bases.settled(tx.work, case)
    said = replace(withdrawal(rows, agency, classes, tx.at, tx.officer), words=words)
    if legal_bases.record(tx.work, case.id, f"{tx.cause}\n{agency}", [said]):
        legal_bases.end(tx.work, [row for row in rows if ends(row, said)], tx.at)
