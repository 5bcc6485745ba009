"""Whose case it is inside the agency, and on what ground somebody may open one.

A case that comes in is nobody's: every officer of the service sees its row in the lists, and one takes it, or a supervisor assigns it. To
all others it then looks as if it were not there. Whoever must see it all the same breaks the glass: gives a reason, is let in for a while,
and a supervisor looks at it afterwards.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import case as sql_case
from sqlalchemy import delete, or_
from sqlmodel import Session, col, func, select

from shared.access.last_forms import WITHIN
from shared.casework.case_reader import CaseReader
from shared.decisions.audit import AuditLine, reasoned
from shared.decisions.errors import RuleBroken
from shared.decisions.notices import DESK, tell_of_cases
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.channel import own_digits
from shared.store import at_rest
from shared.store.database import insert, insert_new
from shared.store.tables import Assignment, BreakGlass, CaseView, Duty

LET_IN = 8 * 3_600_000
"""Milliseconds for which breaking the glass opens a case: a working day."""


class AccessGround(StrEnum):
    """Why somebody may see a case."""

    EVERYBODY = "everybody"
    """Assignment is not enforced here."""
    ASSIGNED = "assigned"
    BREAK_GLASS = "break-glass"
    UNASSIGNED = "unassigned"
    """Nobody has it: its row may be seen, and it may be taken; it may not be opened."""
    BESIDE = "beside"
    """They have it at another service of the agency alone. Where that led it before, what the person withdraws is taken down by whoever
    hears it; where it leads, what was asked for the person is settled by whose case it is there."""
    RIGHTS = "rights"
    """What the person asks of their data is dealt with by whoever the agency has for that; nothing else of the case is open."""


def ground(reader: CaseReader, officer: str, case: str, now: int) -> AccessGround | None:
    """On what ground this officer may see a case; None where it is to look as if it were not there."""
    whose = assigned(reader.session, case)
    if officer in whose:
        return AccessGround.ASSIGNED
    if whose:
        return AccessGround.BREAK_GLASS if _let_in(reader.session, officer, case, now) else None
    return AccessGround.UNASSIGNED if is_here(reader, case) else None


def led_before(reader: CaseReader, case: str) -> bool:
    """Whether this agency has led a case that another leads now."""
    shown = reader.shown(case)
    return shown is not None and shown.case.lead != reader.agency and shown.case.has_led(reader.agency)


def leads_now(reader: CaseReader, case: str) -> bool:
    """Whether this agency leads a case."""
    shown = reader.shown(case)
    return shown is not None and shown.case.lead == reader.agency


def is_here(reader: CaseReader, case: str) -> bool:
    """Whether this instance has anything of a case."""
    return case in reader.parked or reader.shown(case) is not None


def assigned(session: Session, case: str) -> list[str]:
    """The officers whose case it is."""
    return list(session.exec(select(Assignment.officer).where(Assignment.case == case).order_by(col(Assignment.at))))


def cases_of(session: Session, officer: str) -> list[str]:
    """The cases that an officer has."""
    return list(session.exec(select(Assignment.case).where(Assignment.officer == officer).order_by(Assignment.case)))


def _let_in(session: Session, officer: str, case: str, now: int) -> bool:
    still = select(BreakGlass.seq).where(BreakGlass.case == case, BreakGlass.officer == officer, col(BreakGlass.until) > now)
    return session.exec(still.limit(1)).first() is not None


def take(work: UnitOfWork, case: str, officer: str, at: int) -> None:
    """An officer takes a case that nobody has. Raises RuleBroken where somebody was quicker."""
    if whose := assigned(work.session, case):
        if officer not in whose:
            raise RuleBroken("no-such-case")
        return
    give(work, case, officer, officer, at, "taken")


def give(work: UnitOfWork, case: str, officer: str, by: str, at: int, act: str = "assigned") -> None:
    """Somebody gets a case; the audit says from whom."""
    new = insert_new(work.session.connection(), Assignment, [{"case": case, "officer": officer, "by": by, "at": at}])
    if new:
        work.audits.append(AuditLine(at, by, act, case, officer))
        if officer != by:
            tell_of_cases(work.session.connection(), work.instance, [case], officer, at)


def remove(work: UnitOfWork, case: str, officer: str, by: str, at: int) -> bool:
    """Somebody's case no more; where it was the only one, the case is to be assigned again. Whether they had it."""
    gone = delete(Assignment).where(col(Assignment.case) == case, col(Assignment.officer) == officer)
    had = bool(work.session.connection().execute(gone).rowcount)
    if had:
        work.audits.append(AuditLine(at, by, "unassigned", case, officer))
        _free(work, [case], at)
    return had


def release(work: UnitOfWork, officer: str, by: str, at: int, but: Collection[str] = ()) -> int:
    """Somebody has no case any more: they lost the role, or left. `by` is empty where nobody decided it. The cases are to be assigned.
    How many those are.

    `but`: cases that do not exist for whoever decides it."""
    cases = [case for case in cases_of(work.session, officer) if case not in but]
    gone = delete(Assignment).where(col(Assignment.officer) == officer, col(Assignment.case).in_(cases))
    work.session.connection().execute(gone)
    work.audits += [AuditLine(at, by, "released", case, officer) for case in cases]
    _free(work, cases, at)
    return len(cases)


def _free(work: UnitOfWork, cases: Collection[str], at: int) -> None:
    """The desk is told of those of them that nobody has now."""
    left = set(work.session.exec(select(Assignment.case).where(col(Assignment.case).in_(cases))))
    tell_of_cases(work.session.connection(), work.instance, [case for case in cases if case not in left], DESK, at)


def hand_over(work: UnitOfWork, officer: str, to: str, by: str, at: int, but: Collection[str] = ()) -> int:
    """Somebody is away: another officer has all their open cases from now on, so that nobody waits unseen. How many those are.

    `but`: cases that do not exist for whoever decides it, or of which is said elsewhere who has them."""
    still = select(CaseView.case).where(col(CaseView.closed).is_(False))
    rows = select(Assignment.case).where(Assignment.officer == officer, col(Assignment.case).in_(still)).order_by(Assignment.case)
    cases = [case for case in work.session.exec(rows) if case not in but]
    for case in cases:
        give(work, case, to, by, at)
        remove(work, case, officer, by, at)
    return len(cases)


def nobodys(reader: CaseReader, cases: Iterable[str]) -> set[str]:
    """Those of these cases that nobody has."""
    listed = set(cases)
    return listed - set(reader.session.exec(select(Assignment.case).where(col(Assignment.case).in_(listed))))


@dataclass(frozen=True, slots=True)
class Workload:
    """An officer's open cases, and in how many of them something of this agency is late."""

    officer: str
    open: int
    late: int


def workloads(reader: CaseReader, now: int) -> list[Workload]:
    """Who has how many open cases, whoever has most that is late first."""
    late = select(Duty.case).where(Duty.case == Assignment.case, col(Duty.open).is_(True), Duty.holder == reader.agency, Duty.due < now)
    counted = select(Assignment.officer, func.count(), func.sum(sql_case((late.exists(), 1), else_=0)))
    open_ones = counted.join(CaseView, col(CaseView.case) == col(Assignment.case)).where(col(CaseView.closed).is_(False))
    rows = [Workload(*row) for row in reader.session.exec(open_ones.group_by(Assignment.officer))]
    return sorted(rows, key=lambda row: (-row.late, -row.open, row.officer))


def named(reader: CaseReader, said: str) -> str:
    """The case that somebody means: by its id, or by the reference that pages show. Raises RuleBroken, the same for all not here."""
    code = "".join(said.lower().split())
    short = code.replace("-", "")
    found: set[str] = set()
    if len(short) == 8 and short.isalnum():
        alike = or_(col(CaseView.case).startswith(short, autoescape=True), col(CaseView.case).endswith(short, autoescape=True))
        unsent = reader.unsent  # reported here, and not on the log yet
        found = {one for one in (*reader.session.exec(select(CaseView.case).where(alike)), *unsent) if own_digits(one) == short}
    case = found.pop() if len(found) == 1 else code
    if not case.isprintable() or not is_here(reader, case):
        raise RuleBroken("no-such-case-to-open", "case")
    return case


def break_glass(work: UnitOfWork, case: str, officer: str, reason: str, at: int) -> None:
    """Somebody is let into a case that is not theirs, for a reason. The table holds its words, closed under the case's key, and the
    chain the digest of the row. The same reason within two minutes is one time that glass was broken, and one review; later it is a
    renewal, so that nobody whose time is nearly over is sent away with it."""
    said = reasoned(reason, "glass-reason-needed")
    if said in _reasons_just_given(work, case, officer, at):
        return
    words = at_rest.closed_text(work.instance.keystore, at_rest.GLASS, f"{officer}:{at}", case, said)
    row = {"case": case, "officer": officer, "reason": words, "at": at, "until": at + LET_IN, "reviewed_by": ""}
    insert(work.session.connection(), BreakGlass, [row])
    work.audits.append(AuditLine(at, officer, "break-glass", case, ""))


def _reasons_just_given(work: UnitOfWork, case: str, officer: str, at: int) -> Iterator[str]:
    """Why an officer broke the glass of a case just now."""
    lately = select(BreakGlass).where(BreakGlass.case == case, BreakGlass.officer == officer, col(BreakGlass.at) > at - WITHIN)
    for row in work.session.exec(lately):
        yield at_rest.opened_text(work.instance.keystore, at_rest.GLASS, f"{row.officer}:{row.at}", row.case, row.reason)


def unreviewed(reader: CaseReader) -> Iterator[BreakGlass]:
    """Broken glass that no supervisor has looked at, the oldest first, with its reason as long as the case is not erased."""
    for row in reader.session.exec(
        select(BreakGlass).where(col(BreakGlass.reviewed_at).is_(None)).order_by(col(BreakGlass.seq)).limit(200)
    ):
        reader.session.expunge(row)
        row.reason = at_rest.opened_text(reader.instance.keystore, at_rest.GLASS, f"{row.officer}:{row.at}", row.case, row.reason)
        yield row


def is_shown(reader: CaseReader, seq: int) -> bool:
    """Whether broken glass of this number is there for whoever asks."""
    return reader.session.get(BreakGlass, seq) is not None


def review(work: UnitOfWork, seq: int, by: str, in_order: bool, at: int) -> None:
    """A supervisor has looked at it. Nobody reviews themselves. Raises RuleBroken."""
    row = work.session.get(BreakGlass, seq)
    if row is None or row.reviewed_at is not None:
        raise RuleBroken("nothing-to-review")
    if row.officer == by:
        raise RuleBroken("not-by-oneself")
    row.reviewed_by, row.reviewed_at, row.in_order = by, at, in_order
    work.session.add(row)
    work.audits.append(AuditLine(at, by, f"reviewed:{'in-order' if in_order else 'not-in-order'}", row.case, row.officer))


def entitled(ground: AccessGround | None) -> AccessGround:
    """The ground on which a case may be seen. Raises RuleBroken, for a case of others the same as for one that is not there."""
    if ground is None:
        raise RuleBroken("no-such-case")
    if ground is AccessGround.UNASSIGNED:
        raise RuleBroken("case-unassigned")
    return ground
