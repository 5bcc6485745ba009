"""What a person asks of their data at one agency is asked of the others that were told the same (GDPR art. 19): each does it, or refuses it
for a reason and by a law. It stands in the list of who must answer, and of who asked, until it is answered.

Whoever is asked restricts at once what it was asked to restrict, and decides afterwards: but not what protects the person, which whoever
comes into the case must know at once. So nobody can hide from others, by asking, how to call the person without harm.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlmodel import Session, col, select

from shared.casework.case_reader import CaseReader
from shared.casework.person_file import statements_of
from shared.casework.person_requests import RequestKind, RequestState, closed_told
from shared.casework.restrictions import RESTRICTABLE, freed, readers_of
from shared.crypto.keystore import Keystore
from shared.decisions.decide import DecisionContext
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case, agency_of
from shared.protocol.case_file import CLASS_OF, Group
from shared.protocol.classes import SECTIONS
from shared.protocol.core import Core
from shared.protocol.messages import MessageSent, SpokenSection, answered_to, asked_of, ended_at, section_of, spoken_in
from shared.protocol.rights import AnsweredAsker, AskedOfOthers, AskingEnded, RefusalReason, Right
from shared.protocol.statement_readers import scope
from shared.protocol.versions import FIRST
from shared.records.codec import Sections, from_json, to_json
from shared.store import at_rest
from shared.store.database import insert, insert_new
from shared.store.rights_tables import AskedAgency, PersonRequest

LISTED_AT_MOST = 100
DONE, REFUSED = "done", "refused"
OF = {right.value: RequestKind(right.value) for right in Right}
AFTER = {
    RequestKind.CORRECTION: RequestState.DONE, RequestKind.OBJECTION: RequestState.IN_FORCE, RequestKind.RESTRICTION: RequestState.IN_FORCE,
}  # fmt: skip
"""What a request becomes where it is done."""


@dataclass(frozen=True, slots=True)
class OtherAsked:
    """Another agency that was asked, and what it answered; `reply` is empty once nobody can open it any more."""

    request: str
    case: str
    agency: str
    at: int
    due: int
    answered_at: int | None
    answer: str
    ended_at: int | None
    told: dict[str, Any] = field(default_factory=dict[str, Any])
    reply: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def open(self) -> bool:
        """Whether its answer is awaited."""
        return self.answered_at is None and self.ended_at is None


# --- asking -----------------------------------------------------------------------------------------------------------------------


def can_be_told(work: UnitOfWork, case: str) -> Case | None:
    """The case, where something can still be said in it: it is open, ours, and of a protocol that knows messages."""
    picture = work.picture(case)
    if picture is None or picture.closed_at is not None or picture.protocol == FIRST or case in work.instance.parked:
        return None
    return picture if picture.member(work.agency) is not None else None


def is_asked_by_hand(work: UnitOfWork, case: str) -> Case | None:
    """The case, where it is closed and this agency is still in it: nothing can be said in it, so others are asked by telephone or letter,
    and stand in the list until somebody has written down what they answered."""
    picture = work.picture(case)
    if picture is None or picture.closed_at is None or picture.protocol == FIRST or case in work.instance.parked:
        return None
    return picture if picture.member(work.agency) is not None else None


def who_holds(case: Case, groups: Collection[Group], me: str, at: int) -> dict[tuple[Group, ...], list[str]]:
    """The other agencies that read any of these groups, by those that they read."""
    found: dict[tuple[Group, ...], list[str]] = {}
    for member in case.members:
        theirs = tuple(sorted(scope(member, at) & frozenset(groups)))
        if theirs and member.agency != me:
            found.setdefault(theirs, []).append(member.agency)
    return found


def kept(work: UnitOfWork, case: str, groups: Collection[Group]) -> frozenset[Group]:
    """Those of these groups of which something can still be said: what was erased here is spoken of no more."""
    keys = work.instance.keystore
    gone = keys.gone(case) if keys else frozenset[str]()
    return frozenset(group for group in set(groups) & RESTRICTABLE if CLASS_OF[group] not in gone)


def on_file(work: UnitOfWork, case: str, groups: Collection[Group]) -> frozenset[Group]:
    """Those of these groups of which something stands here, that others can be asked about."""
    return kept(work, case, groups) & {said.group for said in statements_of(work, case) if said.stands}


def has_another_service(tx: DecisionContext, case: Case) -> bool:
    """Whether another service of this agency has the case, too: intake has those alone that it opened."""
    run, me = tx.country.agency(tx.agency).services, tx.work.instance.me
    there = {f"{name}.{tx.agency}" for name in run if name in ("referral", "assistance")} | {case.opened_by}
    return any(one != me and agency_of(one) == tx.agency for one in there)


def ask_others(
    tx: DecisionContext, case: str, request: str, kind: RequestKind, groups: Collection[Group], words: str, *, others: bool
) -> list[MessageSent]:
    """Ask whoever else was told, where the person wants that. What the person said goes to those alone who may read all of what it speaks
    of. What is asked of an agency is asked of all that it runs: another service of this one hears all of it in any case. In a closed case
    nothing can be sent: whom an officer must ask by telephone or letter is written down."""
    about, due = on_file(tx.work, case, groups), tx.country.in_days(tx.at, tx.country.subject_access.others_days)
    if others and (closed := is_asked_by_hand(tx.work, case)) is not None:
        held = who_holds(closed, about, tx.agency, tx.at).items()
        there = [_row(tx, case, request, agency, theirs, due) for theirs, agencies in sorted(held) for agency in agencies]
        insert(tx.session.connection(), AskedAgency, there)
    picture = can_be_told(tx.work, case)
    if picture is None:
        return []

    def asked(about: Sequence[Group], words: str, to: Sequence[str]) -> MessageSent:
        one = AskedOfOthers(id=request, right=Right(kind.value), about=tuple(about), asked_at=tx.at, answer_by=due, words=words)
        return asked_of(one, to)

    events: list[MessageSent] = []
    for theirs, agencies in sorted(who_holds(picture, about, tx.agency, tx.at).items()) if others else ():
        said = words if about.issubset(theirs) else ""
        insert(tx.session.connection(), AskedAgency, [_row(tx, case, request, agency, theirs, due) for agency in agencies])
        events.append(asked(theirs, said, agencies))
    all_of_it = sorted(kept(tx.work, case, groups))
    if all_of_it and has_another_service(tx, picture):
        events.append(asked(all_of_it, words, [tx.agency]))
    return events


def _row(tx: DecisionContext, case: str, request: str, agency: str, groups: Sequence[Group], due: int) -> dict[str, Any]:
    told = to_json({"groups": list(groups)})
    return {
        "request": request, "case": case, "agency": agency, "at": tx.at, "due": due,
        "told": at_rest.closed_text(tx.work.instance.keystore, at_rest.RIGHTS, f"{request}:{agency}", case, told),
        "answered_at": None, "answer": "", "noted_by": "", "reply": "", "ended_at": None,
    }  # fmt: skip


def tell_ended(tx: DecisionContext, row: PersonRequest) -> list[MessageSent]:
    """A request has ended here: nobody's answer is awaited any more, and whoever was asked looks whether it ends there, too."""
    asked = [one for one in _rows(tx.session, row.id) if one.ended_at is None]
    for one in asked:
        one.ended_at = tx.at
        tx.session.add(one)
    picture = can_be_told(tx.work, row.case)
    if picture is None:
        return []
    to = [one.agency for one in asked if picture.member(one.agency) is not None and one.answer != REFUSED]
    if RequestKind(row.kind).value in OF and not row.asker and has_another_service(tx, picture):
        to.append(tx.agency)
    return [ended_at(AskingEnded(id=row.id, at=tx.at), to)] if to else []


def tell_asker(tx: DecisionContext, row: PersonRequest, reason: RefusalReason | None, law: str) -> list[MessageSent]:
    """Whoever asked is told what became of it; another service of this agency sees it on its own page."""
    picture = can_be_told(tx.work, row.case)
    if picture is None or row.asker == tx.agency or picture.member(row.asker) is None:
        return []
    return [answered_to(AnsweredAsker(id=row.id, reason=reason, law=law, at=tx.at), row.asker)]


def noted(tx: DecisionContext, row: AskedAgency, outcome: Literal["done", "refused"], words: str) -> None:
    """What an agency answered by another way: it has left the case, or the case is closed."""
    row.noted_by = tx.officer
    _answered(tx.work, row, tx.at, outcome, {"words": words})


# --- records ----------------------------------------------------------------------------------------------------------------------


def take(work: UnitOfWork, case: Case, core: Core, parts: Sections) -> frozenset[Group]:
    """A record of messages has counted: what it asks of this agency, and answers it, is written down. The groups that nothing restricts any
    more, since another service has answered for this one, too: whoever came meanwhile is to be told what stands in them."""
    free = frozenset[Group]()
    if core.author == work.instance.me:
        return free
    by = agency_of(core.author)
    for name, section in SECTIONS.items():
        said, _ = spoken_in(section, parts[name]) if name in parts else (SpokenSection(), 0)
        ours = work.agency in said.to or by == work.agency
        for asked in said.asked if work.agency in said.to else ():  # what a service of this agency asks of others is not all that it asks
            if section_of(asked.about) is section:
                _asked(work, case, core, by, asked)
        for answer in said.answered if ours else ():
            free |= _answer(work, case, by, answer)
        for ended in said.ended if ours else ():
            _ended(work, case, by, ended)
    return free


def _asked(work: UnitOfWork, case: Case, core: Core, by: str, asked: AskedOfOthers) -> None:
    country = work.instance.country
    latest = country.in_days(core.at, country.subject_access.days)
    told = {
        "groups": [group.value for group in asked.about], "told": readers_of(case, asked.about, core.at), "words": asked.words,
        **({"group": asked.about[0].value} if asked.right is Right.CORRECTION else {}),
    }  # fmt: skip
    row: dict[str, Any] = {
        "id": asked.id, "case": case.id, "kind": OF[asked.right].value, "officer": "", "at": asked.asked_at,
        "due": min(asked.answer_by, latest), "told": closed_told(work.instance.keystore, asked.id, case.id, told),
        "state": RequestState.WAITS.value, "second": "", "decided_at": None, "answer": "", "reply": "", "taken": "", "unaudited": "",
        "asker": by, "ended_at": None,
    }  # fmt: skip
    insert_new(work.session.connection(), PersonRequest, [row])


def _answer(work: UnitOfWork, case: Case, by: str, answer: AnsweredAsker) -> frozenset[Group]:
    """Of another agency: to what this instance asked it. Of another service of this one: what that answered for both; the groups that this
    frees."""
    outcome = DONE if answer.reason is None else REFUSED
    reply = {"reason": answer.reason or "", "law": answer.law}
    for row in _rows(work.session, answer.id):
        if row.case == case.id and row.agency == by and row.answered_at is None:
            _answered(work, row, answer.at, outcome, reply)
    own = _request(work.session, case.id, answer.id)
    if own is None or by != work.agency or not own.asker or own.state != RequestState.WAITS.value:
        return frozenset()
    free = freed(work, own) if outcome == REFUSED else frozenset[Group]()
    own.state = (AFTER[RequestKind(own.kind)] if outcome == DONE else RequestState.REFUSED).value
    own.answer, own.decided_at = outcome, answer.at
    own.reply = at_rest.closed_text(work.instance.keystore, at_rest.REPLY, own.id, own.case, to_json(reply))
    work.session.add(own)
    return free


def _ended(work: UnitOfWork, case: Case, by: str, ended: AskingEnded) -> None:
    row = _request(work.session, case.id, ended.id)
    if row is not None and row.asker == by and row.ended_at is None:
        row.ended_at = ended.at
        work.session.add(row)


def _answered(work: UnitOfWork, row: AskedAgency, at: int, outcome: str, reply: dict[str, Any]) -> None:
    row.answered_at, row.answer = at, outcome
    name = f"{row.request}:{row.agency}"
    row.reply = at_rest.closed_text(work.instance.keystore, at_rest.REPLY, name, row.case, to_json(reply))
    work.session.add(row)


def _rows(session: Session, request: str) -> Sequence[AskedAgency]:
    return session.exec(select(AskedAgency).where(AskedAgency.request == request).order_by(col(AskedAgency.seq))).all()


def _request(session: Session, case: str, id: str) -> PersonRequest | None:
    return session.exec(select(PersonRequest).where(PersonRequest.id == id, PersonRequest.case == case)).first()


# --- reading ----------------------------------------------------------------------------------------------------------------------


def others_of(keys: Keystore | None, session: Session, case: str) -> dict[str, list[OtherAsked]]:
    """Request → the other agencies that were asked, in order."""
    found: dict[str, list[OtherAsked]] = {}
    for row in session.exec(select(AskedAgency).where(AskedAgency.case == case).order_by(col(AskedAgency.agency))):
        found.setdefault(row.request, []).append(_read(keys, row))
    return found


def awaited(reader: CaseReader) -> list[OtherAsked]:
    """Which agencies have yet to answer, in the cases that whoever asks may list; what is due first comes first."""
    rows = select(AskedAgency).where(col(AskedAgency.answered_at).is_(None), col(AskedAgency.ended_at).is_(None))
    rows = rows.where(reader.open(col(AskedAgency.case))).order_by(col(AskedAgency.due)).limit(LISTED_AT_MOST)
    return [_read(reader.instance.keystore, row) for row in reader.session.exec(rows)]


def _read(keys: Keystore | None, row: AskedAgency) -> OtherAsked:
    name = f"{row.request}:{row.agency}"
    told = at_rest.opened_text(keys, at_rest.RIGHTS, name, row.case, row.told)
    reply = at_rest.opened_text(keys, at_rest.REPLY, name, row.case, row.reply)
    return OtherAsked(
        row.request, row.case, row.agency, row.at, row.due, row.answered_at, row.answer, row.ended_at,
        from_json(told) if told else {}, from_json(reply) if reply else {},
    )  # fmt: skip
