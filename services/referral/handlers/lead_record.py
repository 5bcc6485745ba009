"""What a former lead hands to who leads now, sealed for that one alone: bases and whom the person leaves out, receipts, what an officer
must still look at; and afterwards a withdrawal that it was told, or a receipt that came. Whoever leads takes it, and acts on it by itself.

Until all of it has come a new lead tells nobody anything on what was agreed before (`legal_bases.awaited`). Source: docs/adr/0073.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from sqlmodel import col, select

from services.referral import rules, side_cases
from services.referral.handlers.cases import FOLLOW_UPS
from services.referral.models import REFUSED, WAITS, DangerReview, InstanceAnswer, Owed, Proposal
from services.referral.projections.receipts import letter, note_came, note_owed, passed_on
from shared.casework.profile import terms
from shared.config.country import Country
from shared.decisions.change import Change
from shared.decisions.decide import DecisionContext, say
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy import legal_bases
from shared.privacy.consent import LegalBasis, withdrawn
from shared.processing.follow_ups import follow_up
from shared.protocol.case import Case, agency_of, service_of
from shared.protocol.core import Core
from shared.protocol.events import RosterSet
from shared.protocol.facts import HIDDEN, Event, hidden
from shared.protocol.fold import taken_over
from shared.protocol.lead_record import (
    BasisOnRecord,
    ConflictNoted,
    DangerOpen,
    Item,
    LeadRecord,
    ReceiptCame,
    ReceiptOwed,
    in_parts,
    later,
)
from shared.protocol.leading import handed_over_by
from shared.protocol.letters import ReceiptGiven
from shared.protocol.messages import MessageSent, handed_on, spoken_in
from shared.protocol.vocabulary import AgencyKind, Basis, DataClass, KeepGround, Need
from shared.records.codec import from_json
from shared.store.database import insert_new
from shared.store.own_tables import ConflictCheck

# --- the former lead ----------------------------------------------------------------------------------------------------------------------


def hand_on(work: UnitOfWork, change: Change) -> None:
    """After the roster by which this desk handed the lead over: what the new lead needs, in records for that one alone."""
    before, after, core = change.noted.before, change.noted.after, change.noted.core
    if not change.counted or core.type != RosterSet.TYPE or before is None or after is None or after.lead == before.lead:
        return
    handed = handed_over_by(after)
    if handed is None or work.instance.me != f"referral.{before.lead}":
        return
    parts = in_parts(handed.id, _on_record(work, before))
    _say(work, core, after, [handed_on(part, after.lead) for part in parts], handed.id)
    _leave(work, after.id, core.at)


def _leave(work: UnitOfWork, case: str, at: int) -> None:
    """What waited for an officer here waits for one of the new lead: no list of this desk has it any more. An erasure that waits for a
    second officer ends: it is the new lead's to ask for."""
    for kind in (ConflictCheck, DangerReview):
        for row in work.session.exec(select(kind).where(kind.case == case, col(kind.looked_at).is_(None))).all():
            row.looked_at = at
            work.session.add(row)
    for act in work.session.exec(select(Proposal).where(Proposal.case == case, Proposal.outcome == WAITS)).all():
        act.outcome, act.decided_at = REFUSED, at
        work.session.add(act)


def pass_on(work: UnitOfWork, core: Core, case: Case, items: Iterable[Item]) -> None:
    """What came to a former lead of this case and is for who leads: said to that one."""
    _say(work, core, case, [handed_on(later(items), case.lead)], "later")


def heard_by_letter(work: UnitOfWork, core: Core, event: Event) -> bool:
    """A letter has come. Whether it is about a case that we lead, or led, from somebody who was asked; the receipt goes to who leads."""
    heard = letter(work, core, event)
    if heard and isinstance(event, ReceiptGiven):
        for case in passed_on(work, event.answers):
            row = work.session.get(InstanceAnswer, (event.answers, core.author), populate_existing=True)
            if row is not None:
                pass_on(work, core, case, [came(row)])
    return heard


def _say(work: UnitOfWork, core: Core, case: Case, events: list[MessageSent], what: str) -> None:
    """Under a cause of which nobody can tell what it is about: the core shows it to all members."""
    cause = work.derived(f"handed on\n{core.key}\n{case.id}\n{what}").hex()[:32]
    say(DecisionContext(work, f"stated:{cause}", core.at, core.simulated), case.id, [*events], strict=False)


def _on_record(work: UnitOfWork, case: Case) -> Iterator[Item]:
    for row in legal_bases.settled(work, case):
        if (told := on_record(work.instance.country, row)) is not None:
            yield told
    owed = work.session.exec(select(Owed).where(Owed.case == case.id).order_by(col(Owed.at), Owed.agency)).all()
    yield from (_owed(row) for row in owed)
    for row in work.session.exec(select(InstanceAnswer).where(col(InstanceAnswer.answers).in_([one.answers for one in owed]))).all():
        yield came(row)
    checks = work.session.exec(select(ConflictCheck).where(ConflictCheck.case == case.id)).all()
    yield from (ConflictNoted(id=row.id, at=row.at, looked_at=row.looked_at) for row in checks)
    if not checks and terms(work, case.id).get("conflict"):
        yield ConflictNoted(id=work.derived(f"conflict\n{case.id}").hex()[:16], at=case.opened_at, looked_at=case.opened_at)
    open_ones = select(DangerReview).where(DangerReview.case == case.id, col(DangerReview.looked_at).is_(None))
    for row in work.session.exec(open_ones):
        yield DangerOpen(id=row.id, agency=row.agency, need=Need(row.need), at=row.at, until=row.until, due=row.due)


def on_record(country: Country, row: LegalBasis) -> BasisOnRecord | None:
    """A basis as it is told to who leads: without officer and note. Which confidential agency it names is told to nobody, also when
    it has left: what allows one stays behind, and a refusal of one is told as one of all of its kind, until the person says otherwise."""
    apart = _apart(country, row.recipient)
    if apart and row.basis is not Basis.NONE:
        return None
    kinds = {AgencyKind(kind) for kind in (*row.but, *([apart] if apart else []))}
    return BasisOnRecord(
        id=row.id, recipient=None if apart else row.recipient or None, purpose=row.purpose,
        classes=() if apart else tuple(sorted(row.classes)), basis=row.basis, given_at=row.given_at, until=row.until,
        ended_at=row.ended_at, language=row.language, ground=row.ground, but=tuple(sorted(kinds)), legible=row.legible,
    )  # fmt: skip


def _apart(country: Country, agency: str) -> AgencyKind | None:
    """Of which kind a confidential agency is; None for any other. One that the directory does not know any more may have been a shelter."""
    if not agency:
        return None
    told = country.told_as(agency)
    if hidden(told):
        return AgencyKind(told.removeprefix(HIDDEN))
    return None if country.knows(agency) else AgencyKind.SHELTER


def _owed(row: Owed) -> ReceiptOwed:
    expects = tuple(service_of(one) for one in from_json(row.expects))
    return ReceiptOwed.model_validate({
        "answers": row.answers, "agency": row.agency, "classes": from_json(row.classes), "at": row.at, "due": row.due,
        "erasure": row.erasure, "expects": expects,
    })  # fmt: skip


def came(row: InstanceAnswer) -> ReceiptCame:
    """An answer as it is told to who leads."""
    return ReceiptCame.model_validate({
        "answers": row.answers, "agency": agency_of(row.instance), "service": service_of(row.instance), "at": row.at,
        "dropped": from_json(row.dropped), "kept": from_json(row.kept), "ground": KeepGround(row.ground) if row.ground else None,
    })  # fmt: skip


# --- who leads ----------------------------------------------------------------------------------------------------------------------------


def take(work: UnitOfWork, change: Change) -> None:
    """After a record of a former lead: what it hands over is on record here, and what follows from it is done."""
    after, core = change.noted.after, change.noted.core
    if not change.counted or core.type != MessageSent.TYPE or after is None or work.instance.me != f"referral.{after.lead}":
        return
    section = DataClass.D1
    for record in spoken_in(section, change.parts[section.value])[0].led if section.value in change.parts else ():
        if core.author == f"referral.{agency_of(core.author)}" and after.has_led(agency_of(core.author)):
            _take(work, change, after, record)


def _take(work: UnitOfWork, change: Change, case: Case, record: LeadRecord) -> None:
    part = _of_the_hand_over(work, change, case, record)
    if part:
        _take_part(work, case, record)
    else:
        legal_bases.take_back(work, case, [_basis(one) for one in record.bases if one.basis is Basis.NONE and one.ended_at is None])
    note_came(work, case, record.came, by="" if part else change.noted.core.author)
    last = part and not legal_bases.awaited(work, case)
    if last or not part:  # a part alone may say less than the next one
        bring_in_line(work, change.noted.core, case)
    if last:
        _catch_up(work, change, case)


def _of_the_hand_over(work: UnitOfWork, change: Change, case: Case, record: LeadRecord) -> bool:
    """Whether this is a part that is missing of what the lead was handed over with: once that is whole nobody adds to it."""
    handed = handed_over_by(case)
    if handed is None or record.handoff != handed.id or agency_of(change.noted.core.author) != handed.giver:
        return False
    come = legal_bases.parts_come(work, case)
    missing = record.part <= record.parts and record.part not in come
    return missing and {*come.values()} <= {record.parts} and legal_bases.awaited(work, case)


def _take_part(work: UnitOfWork, case: Case, record: LeadRecord) -> None:
    legal_bases.take(work, case, [_basis(one) for one in record.bases])
    connection = work.session.connection()
    note_owed(work, case, record.owed)
    insert_new(connection, ConflictCheck, [{**one.model_dump(), "case": case.id} for one in record.conflicts])
    told_of = [{**one.model_dump(mode="json"), "case": case.id, "officer": "", "looked_at": None} for one in record.dangers]
    insert_new(connection, DangerReview, told_of)
    _look_again(work, case, [one.id for one in record.conflicts if one.looked_at is None], [one.id for one in record.dangers])
    part = {"handoff": record.handoff, "part": record.part, "parts": record.parts, "case": case.id}
    insert_new(connection, legal_bases.LeadRecordPart, [part])


def _look_again(work: UnitOfWork, case: Case, conflicts: Collection[str], dangers: Collection[str]) -> None:
    """What this desk had handed over unseen, and comes back so, waits here again."""
    for kind, ids in ((ConflictCheck, conflicts), (DangerReview, dangers)):
        for row in work.session.exec(select(kind).where(kind.case == case.id, col(kind.id).in_(ids), kind.looked_by == "")).all():
            row.looked_at = None
            work.session.add(row)


def _basis(one: BasisOnRecord) -> LegalBasis:
    return LegalBasis(
        one.id, one.recipient or "", one.purpose, frozenset(one.classes), one.basis, one.given_at, one.language, one.until, "", one.ground,
        but=frozenset(one.but), ended_at=one.ended_at, legible=one.legible,
    )  # fmt: skip


def bring_in_line(work: UnitOfWork, core: Core, case: Case) -> None:
    """Nobody is told any more what the person has withdrawn, whichever desk heard it: the roster follows, where it is not so already."""
    picture = work.picture(case.id)
    if picture is None or picture.lead != work.agency or picture.is_side:
        return
    told_as, found = work.instance.country.told_as, legal_bases.stored(work, case.id)
    rows, members = [replace(row, recipient=told_as(row.recipient)) for row in found], picture.members
    for member in picture.members:
        mine = member.agency in (picture.lead, work.agency) or (member.basis is Basis.NONE and member.agency == picture.reporter)
        gone = frozenset[DataClass]() if mine else withdrawn(rows, member.agency)
        if hidden(member.agency):
            _beside(work, core, picture, member.agency, found)
        if gone:
            left = picture.model_copy(update={"members": members})
            members = rules.without(left, [member.agency], () if DataClass.D0 in gone else gone).members
    if members != picture.members:
        tx = DecisionContext(work, f"{core.key}:withdrawn:{case.id}", core.at, core.simulated)
        say(tx, case.id, [RosterSet(members=members)], strict=False, first=True)


def _beside(work: UnitOfWork, core: Core, case: Case, stands_for: str, rows: Sequence[LegalBasis]) -> None:
    """The same in the side cases of this desk: what the person said of whoever stands for a confidential agency is of that one."""
    for side in side_cases.behind(work, case, stands_for):
        for agency in side.agencies - {side.lead}:
            gone = withdrawn([replace(row, recipient=agency) if row.recipient == stands_for else row for row in rows], agency)
            less = rules.without(side, [agency], () if DataClass.D0 in gone else gone)
            if gone and less.members != side.members:
                cause = work.derived(f"withdrawn beside\n{core.key}\n{side.id}").hex()[:32]
                say(DecisionContext(work, f"side:{cause}", core.at, core.simulated), side.id, [less], strict=False, first=True)


def _catch_up(work: UnitOfWork, change: Change, case: Case) -> None:
    """The record has come whole: what follows for a new lead follows now, since before it nobody was told anything: whoever
    was asked joins, or is in the case for that, too, as far as the person agreed, or it goes back; who passes a need round is called."""
    now = work.picture(case.id) or case
    waiting = (due for due in taken_over(now) if due.about not in now.handoffs or not hidden(now.handoffs[due.about].to))
    for due in waiting:
        follow_up(work, due, change.noted.core, case, change.place, FOLLOW_UPS)
