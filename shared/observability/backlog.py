"""What waits or stands still at an instance in main cases, as operators may know it: of a side case even a number and a moment would tell
when a shelter acts (docs/adr/0061). Its own officers find all of it on their pages, its administrators by `./nrm doctor`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from shared.protocol.case import agency_of
from shared.records.codec import from_json
from shared.store.instance_tables import LostDecision, RecoveryReport
from shared.store.tables import ASIDE, CaseView, Journal, Outbox, Parked

if TYPE_CHECKING:
    from shared.processing.instance import Instance

UNKNOWN = "unknown"
"""In place of the trace of a case of which nothing is known yet, and which is no side case."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many, and since when the oldest of them is (ms UTC); 0 where there is none."""

    number: int = 0
    since: int = 0


def remember(session: Session, cases: set[str], traces: dict[str, str]) -> None:
    """Add the traces of cases that were not asked for before; empty for a side case, of which nothing is told."""
    wanted = sorted(cases)
    for some in (wanted[n : n + AT_ONCE] for n in range(0, len(wanted), AT_ONCE)):
        for case, view in session.exec(select(CaseView.case, CaseView.view).where(col(CaseView.case).in_(some))):
            told: dict[str, Any] | None = from_json(view).get("case")
            if told is not None:  # else nothing is known of it yet
                traces[case] = "" if told["opened_by"] == f"referral.{told['lead']}" else str(told["trace"])


def unsent(instance: "Instance", session: Session, traces: dict[str, str]) -> Backlog:
    """Decisions that are not on the log yet."""
    by_case = select(Outbox.case, func.count(), func.min(Outbox.decided_at)).where(Outbox.state == "waiting").group_by(Outbox.case)
    return _decided_here(instance, session, traces, session.exec(by_case).all())


def lost(instance: "Instance", session: Session, traces: dict[str, str]) -> Backlog:
    """Decisions that went with a database, and with which nobody has dealt yet."""
    unseen = select(RecoveryReport.id).where(RecoveryReport.seen_by == "")
    by_case = select(LostDecision.case, func.count(), func.min(LostDecision.at)).where(col(LostDecision.report).in_(unseen))
    return _decided_here(instance, session, traces, session.exec(by_case.group_by(LostDecision.case)).all())


def parked(instance: "Instance", session: Session, traces: dict[str, str]) -> Backlog:
    """Records that could not be applied."""
    by_case = select(Parked.case, Parked.author, func.count(), func.min(Parked.parked_at)).group_by(Parked.case, Parked.author)
    return _read_here(instance, session, traces, session.exec(by_case).all())


def taken_in(session: Session, traces: dict[str, str], after: int) -> int:
    """Records of main cases that lie in the journal after this number. What is of no known case is not counted: it may be cover."""
    by_case = select(Journal.case, func.count()).where(col(Journal.seq) > after).group_by(Journal.case)
    found = session.exec(by_case).all()
    remember(session, {case for case, _ in found} - traces.keys(), traces)
    return sum(number for case, number in found if traces.get(case))


def set_aside(instance: "Instance", session: Session, traces: dict[str, str]) -> Backlog:
    """Records that the instance went on without."""
    by_case = select(Journal.case, Journal.author, func.count(), func.min(Journal.applied_at)).where(text(ASIDE))
    return _read_here(instance, session, traces, session.exec(by_case.group_by(Journal.case, Journal.author)).all())


def awaiting(instance: "Instance", session: Session, traces: dict[str, str]) -> Backlog:
    """Cases whose lead has not put them on this log yet."""
    return _decided_here(instance, session, traces, [(case, 1, 0) for case in tuple(instance.outgoing.awaiting)])


def _decided_here(
    instance: "Instance", session: Session, traces: dict[str, str], found: Collection[tuple[str, int, int | None]]
) -> Backlog:
    """Of a case of which nothing is known yet: what the lead itself opens is a side case, and has no picture before its echo."""
    remember(session, {case for case, *_ in found} - traces.keys(), traces)
    unknown = "" if instance.service.name == "referral" else UNKNOWN
    return _sum((number, since) for case, number, since in found if traces.get(case, unknown))


def _read_here(
    instance: "Instance", session: Session, traces: dict[str, str], found: Collection[tuple[str, str, int, int | None]]
) -> Backlog:
    """Of a case of which nothing is known yet: one in which the lead itself or a confidential agency has written is a side case, with all
    that others wrote in it, which stands behind."""
    remember(session, {case for case, *_ in found} - traces.keys(), traces)
    sides = {case for case, author, *_ in found if author == f"referral.{instance.agency}" or _apart(instance, author)}
    return _sum((number, since) for case, _, number, since in found if traces.get(case, "" if case in sides else UNKNOWN))


def _apart(instance: "Instance", author: str) -> bool:
    agency, country = agency_of(author), instance.country
    return country.knows(agency) and country.agency(agency).apart


def _sum(found: Iterable[tuple[int, int | None]]) -> Backlog:
    told = tuple(found)
    return Backlog(sum(number for number, _ in told), min((since for _, since in told if since), default=0))
