"""Receipts of forms: what was recorded under the id of a form, or an idempotency key, and of which content.

The same content again is answered with the first receipt; other content is not recorded, and that is said. A receipt is kept as long as the
database. What was sent is kept as a digest alone, closed under the key of the case: once the case is erased nobody can compare any more,
and whatever comes under that form is not recorded either.
"""

import hmac
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row
from sqlmodel import Session, col, select

from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.records.codec import from_json, to_json
from shared.store import at_rest
from shared.store.database import insert
from shared.store.tables import FormReceipt

ANY: TypeAdapter[Any] = TypeAdapter(Any)
ANEW = "anew-"
"""What the id of a form begins with whose page has asked whether the same is meant twice: sent, it is recorded without another question."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a form recorded: which use case, in which case, when (ms UTC), under which decision keys."""

    use_case: str
    case: str
    at: int | None
    """None where only the log tells of it: the database is from a backup, or of before there were receipts."""
    keys: tuple[str, ...]
    officer: str = ""
    """Who sent it; empty where only the log tells of it."""


class FormUsed(RuleBroken):
    """Something else was recorded under this form, or it cannot be seen any more whether it was the same. Now nothing was."""

    def __init__(self, recorded: Recorded, *, comparable: bool) -> None:
        super().__init__("form-used" if comparable else "form-used-before")
        self.recorded = recorded


class SentLately(RuleBroken):
    """The same person recorded just this a short while ago, by another form. Now nothing was: they say first whether it is meant twice."""

    def __init__(self, recorded: Recorded) -> None:
        super().__init__("sent-lately")
        self.recorded = recorded


def content(work: UnitOfWork, use_case: str, command: Any, case: str | None) -> str:
    """The digest of what somebody sends: the decision, the case that it names, and all answers that were given."""
    said = ANY.dump_json(command, exclude_unset=True).decode()
    return work.derived(f"content\n{use_case}\n{case or ''}\n{said}").hex()


def recorded_by(work: UnitOfWork, form: str, key: str, sent: str) -> Recorded | None:
    """What this form recorded, of the same content; None where it recorded nothing. `key` is that of its first decision.

    Raises FormUsed where the content was another one, or cannot be compared.
    """
    row = work.receipt(form)
    if row is None:
        case = work.known_key(key)
        if case is None:
            return None
        raise FormUsed(Recorded("", case, None, (key,)), comparable=False)
    found = _recorded(row)
    held = _opened(work, row)
    if not hmac.compare_digest(held, sent):
        raise FormUsed(found, comparable=bool(held))
    return found


def recorded_under(session: Session, form: str) -> Recorded | None:
    """What this form recorded, for who comes back to its page; None where it recorded nothing."""
    row = session.get(FormReceipt, form)
    return _recorded(row) if row else None


def recorded_lately(work: UnitOfWork, officer: str, use_case: str, sent: str, since: int) -> Recorded | None:
    """What this person recorded since then (ms UTC) of the same content, by whichever form; None where there is nothing."""
    rows = select(FormReceipt).where(FormReceipt.officer == officer, col(FormReceipt.at) >= since, FormReceipt.use_case == use_case)
    same = (row for row in work.session.exec(rows.order_by(col(FormReceipt.at).desc())) if hmac.compare_digest(_opened(work, row), sent))
    return next((_recorded(row) for row in same), None)


def keep(work: UnitOfWork, form: str, sent: str, recorded: Recorded, officer: str) -> None:
    """Note what a form has recorded, in the transaction that records it."""
    closed = at_rest.closed_text(work.instance.keystore, at_rest.FORM, form, recorded.case, sent)
    row = {
        "form": form, "use_case": recorded.use_case, "case": recorded.case, "officer": officer, "at": recorded.at,
        "keys": to_json(list(recorded.keys)), "content": closed,
    }  # fmt: skip
    insert(work.session.connection(), FormReceipt, [row])
    work.receipts.pop(form, None)


def _recorded(row: FormReceipt | Row[Any]) -> Recorded:
    return Recorded(row.use_case, row.case, row.at, tuple(from_json(row.keys)), row.officer)


def _opened(work: UnitOfWork, row: FormReceipt | Row[Any]) -> str:
    return at_rest.opened_text(work.instance.keystore, at_rest.FORM, row.form, row.case, row.content)
