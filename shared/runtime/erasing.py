"""Erasing a case here: nobody can read any more what this instance kept of the person; its bare course stays, for accounts and figures.

Commands only set flags in the database (`ask:erase:CASE` and so on); the instance that owns it acts on them between polls, and audits. A
legal hold counts from the moment it is flagged. The keys are destroyed before the flag goes, so that after a crash it is done again, and a
keystore that was put back from an older copy is told once more when it is opened.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import delete
from sqlmodel import Session, col, select

from shared.runtime.asides import proof
from shared.runtime.codec import from_json, to_json
from shared.runtime.database import table
from shared.runtime.sealed.keyring import Unusable
from shared.runtime.tables import Note, Picture
from shared.runtime.work import Work

if TYPE_CHECKING:
    from shared.runtime.door import Transactions

logger: Any = structlog.get_logger("nrm.erasing")
ASK, HOLD, ERASED, KEYSTORE = "ask:", "hold:", "erased:", "keystore"
"""Notes: what somebody wants of a case; why one is held; when one was erased; which keystore the database was written with."""
ERASE, KEEP, LIFT = "erase", "hold", "lift"
"""What may be asked."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks for it, why, and when (ms UTC). The reason names no person."""

    by: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands at one instance: whether it is known, held, about to be erased, erased (ms UTC)."""

    here: bool
    hold: Wish | None
    asked: bool
    erased_at: int | None


def standing(session: Session, case: str) -> Standing:
    """How a case stands, by its instance's database."""
    held, gone = session.get(Note, HOLD + case), session.get(Note, ERASED + case)
    return Standing(
        here=session.get(Picture, case) is not None, hold=Wish(**from_json(held.value)) if held else None,
        asked=session.get(Note, f"{ASK}{ERASE}:{case}") is not None, erased_at=int(gone.value) if gone else None,
    )  # fmt: skip


def ask(session: Session, what: str, case: str, wish: Wish) -> None:
    """Flag it; the instance that owns the database acts on it. A hold counts at once."""
    value = to_json(asdict(wish))
    if what == KEEP:
        session.merge(Note(name=HOLD + case, value=value))
        _drop(session, f"{ASK}{ERASE}:{case}", f"{ASK}{LIFT}:{case}")
    session.merge(Note(name=f"{ASK}{what}:{case}", value=value))


def tend(door: "Transactions") -> None:
    """Do what was flagged. A keystore that cannot be written is no reason to stop: the flag stays, and so does the case until then."""
    keys = door.keystore
    if keys is None:
        return
    gone = door.transact(_decide)
    try:
        keys.erase(gone)
    except (OSError, Unusable) as error:
        if not keys.trouble:
            logger.error("a case cannot be erased yet", instance=door.me, error=type(error).__name__)
        keys.trouble = f"a case cannot be erased: {error}" if isinstance(error, Unusable) else "a case cannot be erased: the disk"
        return
    keys.trouble = ""
    for case in gone:
        door.outgoing.strip(case)
    if gone:
        door.transact(lambda work: _drop(work.session, *(f"{ASK}{ERASE}:{case}" for case in gone)))


def fits(door: "Transactions", session: Session) -> None:
    """At the start: database and keystore belong together, and what was erased here is erased there. Raises Unusable."""
    keys = door.keystore
    if keys is None:
        return
    note = session.get(Note, KEYSTORE)
    if note and note.value != keys.name:
        raise Unusable(
            f"The database of {door.me} was written with another keystore than {keys.file}: put that one back. If it is lost for good, "
            "`./nrm agency keystore --lost` goes on without what it opened."
        )
    if note is None:
        session.add(Note(name=KEYSTORE, value=keys.name))
    held, erased = _cases(session, HOLD), _cases(session, ERASED)
    keys.erase(sorted(erased - held))  # a hold that came before the keys could be destroyed counts


def _cases(session: Session, of: str) -> set[str]:
    """The cases that have this note."""
    return {name.removeprefix(of) for name in session.exec(select(Note.name).where(col(Note.name).startswith(of)))}


def _decide(work: Work) -> list[str]:
    """Note and audit what was asked; the cases whose keys go."""
    gone: list[str] = []
    order = (KEEP, LIFT, ERASE)
    notes = work.session.exec(select(Note).where(col(Note.name).startswith(ASK))).all()
    for note in sorted(notes, key=lambda note: order.index(note.name.split(":")[1])):
        _, what, case = note.name.split(":", 2)
        wish = Wish(**from_json(note.value))
        held = work.session.get(Note, HOLD + case) is not None
        if what == ERASE and not held:
            gone.append(case)
            if work.session.get(Note, ERASED + case) is None:
                work.session.add(Note(name=ERASED + case, value=str(work.door.clock.now()[0])))
                _audit(work, wish, "erased", case)
            continue  # the flag goes once the keys are gone
        if what == LIFT:
            _drop(work.session, HOLD + case)
        _audit(work, wish, {KEEP: "held", LIFT: "hold-lifted", ERASE: "erasing-refused"}[what], case)
        _drop(work.session, note.name)
    return gone


def _audit(work: Work, wish: Wish, act: str, case: str) -> None:
    work.audits.append((work.door.clock.now()[0], wish.by, f"{act}:{proof(wish.reason)}", case, ""))


def _drop(session: Session, *names: str) -> None:
    session.connection().execute(delete(table(Note)).where(table(Note).c.name.in_(names)))
