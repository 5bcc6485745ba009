"""Receipts: what the lead waits for once an agency's ground for disclosed data is gone, or erasure was asked of it.

The lead's roster takes effect when it is sealed; what others do about it their receipts say. Who has given none in time is listed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlmodel import Session, col, select

from services.referral.models import InstanceAnswer, Owed, Side
from shared.casework.case_reader import CaseReader
from shared.config.calendar import HOUR
from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, agency_of, service_of
from shared.protocol.classes import SECTIONS
from shared.protocol.core import Core
from shared.protocol.events import RosterSet
from shared.protocol.facts import Event, hidden
from shared.protocol.lead_record import ReceiptCame, ReceiptOwed
from shared.protocol.letters import ErasureAsked, ReceiptGiven
from shared.protocol.roster import lost
from shared.protocol.vocabulary import DataClass
from shared.records.codec import from_json, to_json
from shared.store.database import insert_new, upsert
from shared.store.tables import Journal


@dataclass(frozen=True, slots=True)
class ReceiptStanding:
    """One receipt that was or is waited for: of whom, for which classes, asked when and due when (ms UTC), what came, who still owes."""

    case: str
    agency: str
    classes: tuple[str, ...]
    at: int
    due: int
    erasure: bool
    given: list["Given"] = field(default_factory=list["Given"])
    missing: tuple[str, ...] = ()

    def late(self, now: int) -> bool:
        """Whether somebody should have answered by now."""
        return bool(self.missing) and now > self.due


@dataclass(frozen=True, slots=True)
class Given:
    """One instance's receipt: the classes that it erased, those that it keeps and by which law, when (ms UTC)."""

    instance: str
    dropped: tuple[str, ...]
    kept: tuple[str, ...]
    ground: str
    at: int

    @property
    def service(self) -> str:
        """Which of the agency's services it is."""
        return service_of(self.instance)


def owe(work: UnitOfWork, change: Change) -> None:
    """After a record of a case that we lead has counted: who must say what became of the data disclosed to it."""
    after, before, core = change.noted.after, change.noted.before, change.noted.core
    if not change.counted or after is None or before is None or not _leads(work, after):
        return
    event = core.event()
    if isinstance(event, RosterSet):
        gone = {agency: classes for agency in sorted(before.agencies) if (classes := lost(before, after, agency))}
        _wait(work, after, core, gone, core.at + int(work.instance.country.receipt_hours * HOUR), erasure=False)
    elif isinstance(event, ErasureAsked):
        asked = {m.agency: frozenset(event.classes or SECTIONS.values()) for m in after.members if not hidden(m.agency)}
        _wait(work, after, core, asked, event.answer_by, erasure=True)


def letter(work: UnitOfWork, core: Core, event: Event) -> bool:
    """A letter has come, or our own has come back. Whether it is about a case that we lead, from somebody who was asked."""
    if isinstance(event, ErasureAsked) and core.author == work.instance.me:
        case = work.view(event.about).case
        if case is not None and _leads(work, case):
            _wait(work, case, core, {event.to: frozenset(event.classes or SECTIONS.values())}, event.answer_by, erasure=True)
        return False  # to our own agency it is to be heeded too
    return isinstance(event, ReceiptGiven) and event.to == work.agency and _received(work, core, event)


def _leads(work: UnitOfWork, case: Case) -> bool:
    return work.instance.me == f"referral.{case.lead}"


def _wait(work: UnitOfWork, case: Case, core: Core, classes: dict[str, frozenset[DataClass]], due: int, *, erasure: bool) -> None:
    if work.instance.keystore is None:
        return  # in such a mechanism nobody can erase for certain
    rows = [
        {
            "answers": core.key, "agency": agency, "case": case.id, "classes": to_json(sorted(c.value for c in lost)), "at": core.at,
            "due": due, "erasure": erasure, "expects": to_json(_instances(work, case, agency)), "settled": False,
        }
        for agency, lost in classes.items()
    ]  # fmt: skip
    insert_new(work.session.connection(), Owed, rows)
    _settle(work.session, core.key)


def _instances(work: UnitOfWork, case: Case, agency: str) -> list[str]:
    """The instances of an agency to which something was disclosed, as the directory lists them."""
    directory = work.instance.seal.listing.now if work.instance.seal else None
    listed = [i.id for i in directory.instances if agency_of(i.id) == agency] if directory else [f"assistance.{agency}"]
    return [i for i in listed if service_of(i) in ("referral", "assistance") or i == case.opened_by]


def _received(work: UnitOfWork, core: Core, event: ReceiptGiven) -> bool:
    """A receipt may lie on the log before its reader has read what it answers: another partition. So all are taken down. Who kept something
    for proceedings gives another one once that has gone: whichever is read first, what has gone is not kept."""
    _write_down(work, event.answers, core.author, event.since, event.dropped, event.kept, event.ground)
    return True


def _write_down(
    work: UnitOfWork, answers: str, instance: str, at: int, gone: Iterable[DataClass], keeps: Iterable[DataClass], law: str | None
) -> None:  # fmt: skip
    known = work.session.get(InstanceAnswer, (answers, instance), populate_existing=True)
    dropped = {*(c.value for c in gone), *(from_json(known.dropped) if known else ())}
    kept = {*(c.value for c in keeps), *(from_json(known.kept) if known else ())} - dropped
    ground = (law or (known.ground if known else "")) if kept else ""
    row = {
        "answers": answers, "instance": instance, "at": max(at, known.at if known else 0),
        "dropped": to_json(sorted(dropped)), "kept": to_json(sorted(kept)), "ground": ground or "",
    }  # fmt: skip
    upsert(work.session.connection(), InstanceAnswer, [row], ("answers", "instance"))
    _settle(work.session, answers)


def note_owed(work: UnitOfWork, case: Case, owed: Sequence[ReceiptOwed]) -> None:
    """What a former lead waits for: it is waited for here, too."""
    rows = [
        {
            "answers": one.answers, "agency": one.agency, "case": case.id, "classes": to_json(sorted(c.value for c in one.classes)),
            "at": one.at, "due": one.due, "erasure": one.erasure, "expects": to_json([f"{name}.{one.agency}" for name in one.expects]),
            "settled": False,
        }
        for one in owed
    ]  # fmt: skip
    insert_new(work.session.connection(), Owed, rows)
    for one in owed:
        _settle(work.session, one.answers)


def note_came(work: UnitOfWork, case: Case, came: Iterable[ReceiptCame], *, by: str = "") -> None:
    """What came to a former lead: one that is waited for here has come. What this desk asked itself is answered to it alone; and after its
    record a former lead (`by`, an instance) says what came of its own questions, as far as it is known here who asked."""
    told = list(came)
    keys = [one.answers for one in told]
    awaited = set(work.session.exec(select(Owed.answers).where(Owed.case == case.id, col(Owed.answers).in_(keys))))
    not_its = Journal.author != by if by else Journal.author == work.instance.me
    left = awaited.difference(work.session.exec(select(Journal.key).where(col(Journal.key).in_(keys), not_its)).all())
    for one in told:
        if one.answers in left:
            instance = f"{one.service}.{one.agency}"
            _write_down(work, one.answers, instance, one.at, one.dropped, one.kept, one.ground)


def passed_on(work: UnitOfWork, answers: str) -> list[Case]:
    """The cases of which a receipt was asked here, and that another agency leads since."""
    cases = set(work.session.exec(select(Owed.case).where(Owed.answers == answers)))
    pictures = [picture for case in sorted(cases) if (picture := work.picture(case)) is not None]
    return [one for one in pictures if one.lead != work.agency and one.member(work.agency) is not None]


def _settle(session: Session, answers: str) -> None:
    there = {instance for instance in session.exec(select(InstanceAnswer.instance).where(InstanceAnswer.answers == answers))}
    for owed in session.exec(select(Owed).where(Owed.answers == answers, col(Owed.settled).is_(False))):
        owed.settled = set(from_json(owed.expects)) <= there


def of_case(session: Session, case: str) -> list[ReceiptStanding]:
    """All receipts of a case, those of its side cases among them, the oldest first."""
    cases = [case, *session.exec(select(Side.side).where(Side.case == case))]
    return _standings(session, list(session.exec(select(Owed).where(col(Owed.case).in_(cases)).order_by(col(Owed.at), Owed.agency))))


def late(session: Session, now: int, reader: CaseReader | None = None, most: int = 50) -> list[ReceiptStanding]:
    """The receipts that somebody should have given by now, the longest overdue first; of the cases that `reader` may list."""
    overdue = select(Owed).where(col(Owed.settled).is_(False), col(Owed.due) < now).order_by(col(Owed.due))
    overdue = overdue.where(reader.open(col(Owed.case))) if reader else overdue
    found = (row for row in session.exec(overdue) if reader is None or _led_here(reader, row.case))
    return _standings(session, list(islice(found, most)))


def _led_here(reader: CaseReader, case: str) -> bool:
    """Whether this agency leads the case still: else the one that does waits for its receipts."""
    shown = reader.shown(case)
    return shown is None or shown.case.lead == reader.agency


def _standings(session: Session, rows: list[Owed]) -> list[ReceiptStanding]:
    given: dict[str, list[InstanceAnswer]] = {}
    for answer in session.exec(select(InstanceAnswer).where(col(InstanceAnswer.answers).in_([row.answers for row in rows]))):
        given.setdefault(answer.answers, []).append(answer)
    return [_standing(row, [a for a in given.get(row.answers, []) if agency_of(a.instance) == row.agency]) for row in rows]


def _standing(row: Owed, answers: list[InstanceAnswer]) -> ReceiptStanding:
    missing = tuple(sorted(set(from_json(row.expects)) - {a.instance for a in answers}))
    given = [Given(a.instance, tuple(from_json(a.dropped)), tuple(from_json(a.kept)), a.ground, a.at) for a in answers]
    return ReceiptStanding(row.case, row.agency, tuple(from_json(row.classes)), row.at, row.due, row.erasure, given, missing)
