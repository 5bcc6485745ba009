"""What a person asks of what this agency keeps of them: access, correction, restriction, objection; and the erasure of one statement.

A request is written down with who did it and when, stands in a list until it is answered, and is never deleted. What it says in words, and
of which fields it speaks, is closed under the case's key and goes with the case; that it was made and answered stays for the accounts
(GDPR art. 5(2)). It lies at one instance, as what an agency keeps for itself does; other agencies are asked for theirs (`asking_others`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from shared.casework.case_reader import CaseReader
from shared.crypto.keystore import Keystore
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.facts import Facts, Id
from shared.records.codec import from_json, to_json
from shared.store import at_rest
from shared.store.database import insert
from shared.store.rights_tables import PersonRequest

LISTED_AT_MOST = 100


class RequestKind(StrEnum):
    """What is asked."""

    ACCESS = "access"
    """A copy of all that is held (GDPR art. 15)."""
    CORRECTION = "correction"
    """Something is wrong (art. 16)."""
    RESTRICTION = "restriction"
    """What is held is kept, and not used any further (art. 18)."""
    OBJECTION = "objection"
    """It should not be used at all (art. 21); it is restricted until that is decided."""
    ERASURE = "erasure"
    """One statement goes for good (art. 17); a second officer confirms it where the country asks for one."""
    EXPORT = "export"
    """Nothing that a person asks: a copy of the file was taken out of the system, and why."""


class RequestState(StrEnum):
    """How a request stands."""

    STOPPED = "stopped"
    """Somebody may have been made to ask: another officer speaks with the person alone first."""
    WAITS = "waits"
    RELEASED = "released"
    """A second officer has released the copy; it is handed over in person."""
    IN_FORCE = "in-force"
    """A restriction, or an objection that was upheld."""
    CONFIRMED = "confirmed"
    """An erasure that the instance carries out."""
    DONE = "done"
    REFUSED = "refused"
    LIFTED = "lifted"
    HELD = "held"
    """Not erased, because of a legal hold."""
    ENDED = "ended"
    """The person took it back."""


S = RequestState
OPEN = (S.STOPPED, S.WAITS, S.RELEASED, S.CONFIRMED)
"""States in which somebody must still do something by a day."""


class OfRight(Facts):
    """A command about the rights of the person of a case."""

    case: Id


class OfRequest(OfRight):
    """A command about one request."""

    request: Id


@dataclass(frozen=True, slots=True)
class RightAsked:
    """A request as it is read: `told` and `reply` are empty once nobody can open them any more."""

    id: str
    case: str
    kind: RequestKind
    officer: str
    at: int
    due: int
    state: RequestState
    second: str
    decided_at: int | None
    answer: str
    taken: frozenset[str]
    told: dict[str, Any] = field(default_factory=dict[str, Any])
    reply: dict[str, Any] = field(default_factory=dict[str, Any])
    legible: bool = True
    asker: str = ""
    """The agency at which the person asked, where that is not written down here."""
    ended_at: int | None = None
    """When that agency said that it has ended there."""

    @property
    def open(self) -> bool:
        """Whether somebody must still do something."""
        return self.state in OPEN or (self.state is S.IN_FORCE and self.ended_at is not None)


def must_be_here(case: str, tx: DecisionContext) -> None:
    """Raises RuleBroken where the case is not here: a right does not end with the case, nor with one's part in it."""
    if tx.work.picture(case) is None and tx.work.view(case).case is None:
        raise RuleBroken("no-such-case")


def write(tx: DecisionContext, case: str, kind: RequestKind, state: RequestState, due: int, **told: Any) -> str:
    """A new request; its id. Raises RuleBroken where nothing is kept any more, since nobody could read it then."""
    keys = tx.work.instance.keystore
    if keys and at_rest.WHOLE in keys.gone(case):
        raise RuleBroken("nothing-is-kept")
    id = tx.fresh()
    row: dict[str, Any] = {
        "id": id, "case": case, "kind": kind.value, "officer": tx.officer, "at": tx.at, "due": due,
        "told": closed_told(keys, id, case, told), "state": state.value,
        "second": "", "decided_at": None, "answer": "", "reply": "", "taken": "", "unaudited": "",
        "asker": "", "ended_at": None,
    }  # fmt: skip
    insert(tx.session.connection(), PersonRequest, [row])
    return id


def closed_told(keys: Keystore | None, id: str, case: str, told: dict[str, Any]) -> str:
    """What was asked, as the table keeps it."""
    return at_rest.closed_text(keys, at_rest.RIGHTS, id, case, to_json(told))


def decided(tx: DecisionContext, row: PersonRequest, state: RequestState, answer: str = "", **reply: Any) -> None:
    """What comes of a request, by whom and when."""
    row.state, row.second, row.decided_at = state.value, tx.officer, tx.at
    row.answer = answer or row.answer
    if reply:
        row.reply = at_rest.closed_text(tx.work.instance.keystore, at_rest.REPLY, row.id, row.case, to_json(reply))
    tx.session.add(row)
    tx.session.flush()


def the_row(tx: DecisionContext, command: OfRequest, kinds: Collection[RequestKind], states: Collection[RequestState]) -> PersonRequest:
    """The row of a request that is of such a kind and stands so. Raises RuleBroken."""
    row = tx.session.exec(select(PersonRequest).where(PersonRequest.id == command.request)).first()
    if row is None or row.case != command.case or RequestKind(row.kind) not in kinds:
        raise RuleBroken("no-such-request")
    if RequestState(row.state) not in states:
        raise RuleBroken("request-answered")
    return row


def read(keys: Keystore | None, row: PersonRequest) -> RightAsked:
    """A row with its words."""
    told = at_rest.opened_text(keys, at_rest.RIGHTS, row.id, row.case, row.told)
    reply = at_rest.opened_text(keys, at_rest.REPLY, row.id, row.case, row.reply)
    return RightAsked(
        row.id, row.case, RequestKind(row.kind), row.officer, row.at, row.due, RequestState(row.state), row.second, row.decided_at,
        row.answer, frozenset(row.taken.split()), from_json(told) if told else {}, from_json(reply) if reply else {}, bool(told),
        row.asker, row.ended_at,
    )  # fmt: skip


def requests_of(keys: Keystore | None, session: Session, case: str) -> list[RightAsked]:
    """All requests of a case, the newest first."""
    rows = select(PersonRequest).where(PersonRequest.case == case).order_by(col(PersonRequest.seq).desc())
    return [read(keys, row) for row in session.exec(rows)]


def waiting_requests(reader: CaseReader) -> Sequence[RightAsked]:
    """What waits for an answer here, or has ended where the person asked it, in the cases that whoever asks may list; what is due first
    comes first."""
    waits = col(PersonRequest.state).in_([state.value for state in OPEN])
    lasts = and_(col(PersonRequest.state) == S.IN_FORCE.value, col(PersonRequest.ended_at).is_not(None))
    rows = select(PersonRequest).where(or_(waits, lasts), reader.open(col(PersonRequest.case)))
    return [read(reader.instance.keystore, row) for row in reader.session.exec(rows.order_by(col(PersonRequest.due)).limit(LISTED_AT_MOST))]
