"""Finding a case again: among an officer's own cases as they like, beyond those with a reason that a supervisor can read.

What was searched for is written down nowhere in clear, because it may be a name: the chain holds a digest of it. Whoever searches beyond
their own cases and opens nothing of what was found is listed to the supervisor.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints
from sqlmodel import col, func, select

from shared.access.assignments import assigned, cases_of
from shared.casework import search_terms
from shared.casework.case_reader import CaseReader
from shared.casework.own_record import OwnNames, names
from shared.casework.search_person import by_words_or_person
from shared.config.calendar import DAY
from shared.config.codes import Line
from shared.crypto.keystore import OWN
from shared.decisions.audit import LONGEST_REASON, AuditLine, reasoned
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.vocabulary import Need
from shared.store import at_rest
from shared.store.database import insert
from shared.store.own_tables import SearchMade
from shared.store.tables import CaseView, Duty

SHOWN_AT_MOST = 50
"""Cases of one search; whoever gets so many says more of what they look for."""
LISTED_FOR = 90 * DAY
"""How long supervisors see that somebody searched and opened nothing (ms)."""
SEARCHED_FOR, SAME = "search", "same-person"
"""The kinds of what is written down."""


class CaseState(StrEnum):
    """How what is asked in a case stands."""

    WAITS = "waits"
    """Something waits for an answer."""
    HELD = "held"
    """Somebody has accepted, and is not done."""
    CLOSED = "closed"


class Query(BaseModel):
    """What somebody looks for. Never shown by `repr`: it may be a name."""

    words: Annotated[Line, StringConstraints(max_length=120)] = ""
    need: Need | None = None
    state: CaseState | None = None
    due_by: Annotated[Line, StringConstraints(max_length=10)] = ""
    """A day, `2026-01-31`."""
    beyond: bool = False
    """Beyond the cases of whoever asks."""
    reason: Annotated[str, StringConstraints(max_length=20 * LONGEST_REASON)] = ""

    def __repr__(self) -> str:
        return "Query()"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found: what is asked in it by when, whose it is, and what the agency calls it where it is open to who asks."""

    case: str
    closed: bool
    duties: list[Duty]
    whose: list[str]
    names: OwnNames = field(default_factory=OwnNames)


def must_make_sense(query: Query) -> None:
    """Raises RuleBroken where nothing is looked for, where a word is too short to, or where the reason is missing."""
    typed = search_terms.words(query.words)
    if query.words.strip() and not typed:
        raise RuleBroken("search-no-words", "words")
    if not (typed or query.need or query.state or query.due_by):
        raise RuleBroken("search-for-something", "words")
    if query.beyond:
        reasoned(query.reason, "search-reason-needed")


def find(reader: CaseReader, query: Query, officer: str, due_before: int | None, everybodys: bool) -> list[str]:
    """The cases that fit, the one that is due first before the others. `everybodys`: cases are not assigned here, so all are one's own."""
    cases = all_cases(reader) if query.beyond or everybodys else cases_of(reader.session, officer)
    if search_terms.words(query.words):
        cases = by_words_or_person(reader, cases, query.words)
    return _in_order(reader, cases, query, due_before)[: SHOWN_AT_MOST + 1]


def hits(reader: CaseReader, cases: Iterable[str], officer: str, everybodys: bool) -> list[Hit]:
    """What the page shows of these cases now."""
    listed = list(cases)
    called = names(reader, listed, "" if everybodys else officer)
    found: list[Hit] = []
    for case in filter(reader.sees, listed):
        duties = reader.session.exec(select(Duty).where(Duty.case == case, col(Duty.open).is_(True)).order_by(col(Duty.due)).limit(6))
        view = reader.session.get(CaseView, case)
        found.append(Hit(case, bool(view and view.closed), list(duties), assigned(reader.session, case), called.get(case, OwnNames())))
    return found


def write_down(work: UnitOfWork, officer: str, at: int, kind: str, words: str, reason: str, found: int) -> str:
    """Somebody searched beyond their own cases. Gives the id under which it is kept."""
    id = secrets.token_hex(16)
    digest = work.derived(f"searched\n{' '.join(search_terms.words(words))}").hex()[:32]
    closed = at_rest.closed_text(work.instance.keystore, at_rest.SEARCH, id, OWN, reason)
    row: dict[str, Any] = {"id": id, "officer": officer, "at": at, "kind": kind, "words": digest, "reason": closed, "found": found}
    insert(work.session.connection(), SearchMade, [row])
    work.audits.append(AuditLine(at, officer, "searched" if kind == SEARCHED_FOR else "looked-for-same", "", id))
    return id


def opened_one(work: UnitOfWork, id: str, at: int) -> None:
    """The officer opens something of what was found."""
    row = work.session.get(SearchMade, id)
    if row is not None and row.opened_at is None:
        row.opened_at = at
        work.session.add(row)


def unopened(reader: CaseReader, now: int) -> Iterator[SearchMade]:
    """Searches after which nothing was opened, the latest first, with their reasons; the duplicate check opens none."""
    rows = select(SearchMade).where(col(SearchMade.opened_at).is_(None), SearchMade.at > now - LISTED_FOR)
    for row in reader.session.exec(rows.order_by(col(SearchMade.at).desc()).limit(200)):
        reader.session.expunge(row)
        row.reason = at_rest.opened_text(reader.instance.keystore, at_rest.SEARCH, row.id, OWN, row.reason)
        yield row


def all_cases(reader: CaseReader) -> list[str]:
    """All that this instance has, with what is not on the log yet."""
    return list(dict.fromkeys([*reader.session.exec(select(CaseView.case)), *reader.unsent]))


def _in_order(reader: CaseReader, cases: list[str], query: Query, due_before: int | None) -> list[str]:
    """Those of these cases in which that is asked, in that state, by then; what is due first comes first, what nothing is asked in last."""
    due: dict[str, int] = {}
    wanted = set(cases)
    asked = select(Duty.case, func.min(Duty.due)).group_by(Duty.case)
    if query.need:
        asked = asked.where(Duty.need == query.need.value)
    if query.state in (CaseState.WAITS, CaseState.HELD):
        asked = asked.where(col(Duty.open).is_(True), col(Duty.waiting).is_(query.state is CaseState.WAITS))
    elif query.state is CaseState.CLOSED:
        asked = asked.where(col(Duty.case).in_(select(CaseView.case).where(col(CaseView.closed).is_(True))))
    if due_before is not None:
        asked = asked.where(col(Duty.open).is_(True), col(Duty.due) < due_before)
    due = {case: at for case, at in reader.session.exec(asked) if case in wanted}
    filtered = bool(query.need or query.state or due_before is not None)
    left = [case for case in cases if case in due] if filtered else cases
    return sorted(left, key=lambda case: (case not in due, due.get(case, 0), case))
