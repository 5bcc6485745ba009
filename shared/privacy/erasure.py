"""Erasing at one instance what was disclosed of a person, all of it or some classes; the case's D0 stays, for accounts and figures.

An officer asks for it, or the lead, or there is no ground any more to keep it. Commands and the log only set flags in the database
(`ask:erase:CASE` and so on); the instance that owns it acts on them between polls, and audits. A legal hold counts from the moment it is
flagged. The keys are destroyed before the flag goes, so that after a crash it is done again, and a keystore that was put back from an
older copy is told once more when it is opened.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy import delete
from sqlmodel import Session, col, select

from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Away, Keystore
from shared.decisions.audit import proof
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, Work
from shared.privacy import receipts
from shared.protocol.classes import SECTIONS
from shared.records.codec import from_json, to_json
from shared.store import at_rest
from shared.store.database import table
from shared.store.tables import Note, Parked, Picture

logger: Any = structlog.get_logger("nrm.erasing")
ASK, HOLD, ERASED, REKEYED, KEYSTORE = "ask:", "hold:", "erased:", "rekeyed:", "keystore"
"""Notes: what somebody wants of a case; why one is held; when what of one was erased; which of its keys are not its first (their digests:
a keystore from an older copy has others); which keystore the database was written with."""
AGED = "aged:"
"""Note: up to which case a class was looked at for its age (`retention`)."""
KEEPS = "keeps"
"""Note: something of a case that was left may still be here."""
ERASE, KEEP, LIFT = "erase", "hold", "lift"
"""The requests that may be flagged."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks for it, why, and when (ms UTC). The reason names no person."""

    by: str
    reason: str
    at: int
    classes: list[str] = field(default_factory=lambda: list(SECTIONS))
    """What is to be erased."""
    answers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Whom a receipt goes to once it is done, for which decision, and what is kept by law (`receipts.receipt`)."""

    def beside(self, other: "Wish") -> "Wish":
        """Both in one."""
        return replace(self, classes=sorted({*self.classes, *other.classes}), answers=[*other.answers, *self.answers])


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands at one instance: whether it is known, held, about to be erased, erased when (ms UTC) in which classes."""

    here: bool
    hold: Wish | None
    asked: bool
    erased_at: int | None
    erased: frozenset[str] = frozenset()
    parked: bool = False
    """Whether records of it are parked: they must be applied or set aside before anything is erased."""


def standing(session: Session, case: str) -> Standing:
    """How a case stands, by its instance's database."""
    held, gone = session.get(Note, HOLD + case), session.get(Note, ERASED + case)
    at, classes = _erased(gone) if gone else (None, frozenset[str]())
    return Standing(
        here=session.get(Picture, case) is not None, hold=Wish(**from_json(held.value)) if held else None,
        asked=session.get(Note, f"{ASK}{ERASE}:{case}") is not None, erased_at=at, erased=classes,
        parked=session.exec(select(Parked.seq).where(Parked.case == case).limit(1)).first() is not None,
    )  # fmt: skip


def _erased(note: Note) -> tuple[int, frozenset[str]]:
    """When a case was erased, and which classes of it; a note of before says when alone."""
    said: Any = from_json(note.value)
    return (said, frozenset(SECTIONS)) if isinstance(said, int) else (said["at"], frozenset(said["classes"]))


def ask(session: Session, what: str, case: str, wish: Wish) -> None:
    """Flag it; the instance that owns the database acts on it. A hold counts at once."""
    asked = session.get(Note, f"{ASK}{what}:{case}") if what == ERASE else None
    value = to_json(asdict(wish.beside(Wish(**from_json(asked.value))) if asked else wish))
    if what == KEEP:
        session.merge(Note(name=HOLD + case, value=value))
        unanswered = session.get(Note, f"{ASK}{ERASE}:{case}")
        waits = bool(unanswered and Wish(**from_json(unanswered.value)).answers)  # who waits for a receipt shall hear of the hold
        _drop(session, f"{ASK}{LIFT}:{case}", *(() if waits else (f"{ASK}{ERASE}:{case}",)))
    session.merge(Note(name=f"{ASK}{what}:{case}", value=value))
    session.flush()


def tend(door: State, transact: Transact) -> None:
    """Do what was flagged. A keystore that cannot be written is no reason to stop: the flag stays, and so does the case until then."""
    keys = door.keystore
    if keys is None:
        return
    gone = transact(_decide)
    try:
        keys.erase({case: wish.classes for case, wish in gone.items()})
    except (OSError, Unusable) as error:
        if not keys.trouble:
            logger.error("a case cannot be erased yet", instance=door.me, error=type(error).__name__)
        keys.trouble = f"a case cannot be erased: {error}" if isinstance(error, Unusable) else "a case cannot be erased: the disk"
        return
    keys.trouble = ""
    for case, wish in gone.items():
        door.outgoing.strip(case, frozenset(wish.classes))
    if gone:
        transact(lambda work: _done(work, gone))


def _done(work: Work, gone: dict[str, Wish]) -> None:
    for case, wish in gone.items():
        for answer in wish.answers:
            receipts.receipt(work, case, answer)
        flagged = work.session.get(Note, f"{ASK}{ERASE}:{case}")
        if flagged and Wish(**from_json(flagged.value)) == wish:  # what was asked meanwhile comes next
            _drop(work.session, flagged.name)


def fits(door: State, session: Session) -> None:
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
    held, erased = noted(session, HOLD), noted(session, ERASED)
    again = {case: _erased(note)[1] for case, note in erased.items() if case not in held}  # a hold that came before that counts
    for case, note in noted(session, REKEYED).items():
        older = {name for name, proven in from_json(note.value).items() if (key := keys.key(case, name)) and proof(key.hex()) != proven}
        again[case] = again.get(case, frozenset()) | older
    keys.erase(again)


def noted(session: Session, of: str) -> dict[str, Note]:
    """Case → its note of this kind."""
    return {note.name.removeprefix(of): note for note in session.exec(select(Note).where(col(Note.name).startswith(of)))}


def revive(work: Work, case: str, classes: Collection[str]) -> None:
    """There is a ground again for these classes: what comes of them from now on is kept. What was erased stays so, and what is flagged
    goes first. What this database does not know to be erased was erased after it was copied, and stays so too. Raises Away."""
    keys = work.door.keystore
    if keys is None or not classes:
        return
    _ahead(work, keys, case, classes)
    gone, anew = work.session.get(Note, ERASED + case), work.session.get(Note, REKEYED + case)
    at, were = _erased(gone) if gone else (0, frozenset[str]())
    back = frozenset(name for name in were if name in classes)
    if not back:
        return
    keys.revive(case, back)
    work.session.merge(Note(name=ERASED + case, value=to_json({"at": at, "classes": sorted(were - back)})))
    proven = {name: proof(key.hex()) for name in back if (key := keys.key(case, name))}
    work.session.merge(Note(name=REKEYED + case, value=to_json({**(from_json(anew.value) if anew else {}), **proven})))
    work.audits.append((work.door.clock.now()[0], "", f"told-again:{'+'.join(sorted(back))}", case, ""))


def _ahead(work: Work, keys: Keystore, case: str, classes: Collection[str]) -> None:
    """What is flagged of classes that come anew is erased at once: later it would take along what was disclosed since."""
    flagged = work.session.get(Note, f"{ASK}{ERASE}:{case}")
    wish = Wish(**from_json(flagged.value)) if flagged and work.session.get(Note, HOLD + case) is None else None
    if wish is None or frozenset(classes).isdisjoint(wish.classes):
        return
    waiting = _waiting(work, case, wish.classes)
    now = replace(wish, classes=sorted(frozenset(wish.classes) - waiting))
    try:
        keys.erase({case: now.classes})
    except (OSError, Unusable) as error:
        raise Away(type(error).__name__) from None
    _note_erased(work, now, case)
    left = replace(wish, classes=sorted(waiting))  # the receipts are owed until all of it is gone
    work.session.merge(Note(name=f"{ASK}{ERASE}:{case}", value=to_json(asdict(left))))


def _waiting(work: Work, case: str, classes: Collection[str]) -> frozenset[str]:
    """What of these classes cannot be destroyed yet: parked records lie under that key. Without it they could never be read again, and the
    case would stand still for ever."""
    return frozenset(classes) & {at_rest.WHOLE} if case in work.parked_cases else frozenset()


def _decide(work: Work) -> dict[str, Wish]:
    """Note and audit what was asked; the cases of which keys go. A case that is held is kept, and the receipt says so."""
    gone: dict[str, Wish] = {}
    order = (KEEP, LIFT, ERASE)
    notes = work.session.exec(select(Note).where(col(Note.name).startswith(ASK))).all()
    for note in sorted(notes, key=lambda note: order.index(note.name.split(":")[1])):
        _, what, case = note.name.split(":", 2)
        wish = Wish(**from_json(note.value))
        held = work.session.get(Note, HOLD + case) is not None
        if what == ERASE and not held and _waiting(work, case, wish.classes):
            continue
        if what == ERASE and not held:
            gone[case] = wish
            _note_erased(work, wish, case)
            continue  # the flag goes once the keys are gone
        for answer in wish.answers:
            receipts.receipt(work, case, receipts.held(answer))
        if what == LIFT:
            _drop(work.session, HOLD + case, *(AGED + name for name in SECTIONS))  # what grew too old meanwhile is looked for again
            work.door.ages_at(0.0)
        _audit(work, wish, {KEEP: "held", LIFT: "hold-lifted", ERASE: "erasing-refused"}[what], case)
        _drop(work.session, note.name)
    return gone


def keep(work: Work) -> None:
    """We have left a case, and a letter may ask to erase what is left of it: an intake looks for such letters from now on."""
    work.door.keeps_something()
    work.session.merge(Note(name=KEEPS, value="1"))


def _note_erased(work: Work, wish: Wish, case: str) -> None:
    note = work.session.get(Note, ERASED + case)
    were = _erased(note)[1] if note else frozenset[str]()
    if note is None or not frozenset(wish.classes) <= were:
        value = to_json({"at": work.door.clock.now()[0], "classes": sorted({*were, *wish.classes})})
        work.session.merge(Note(name=ERASED + case, value=value))
        part = frozenset(wish.classes) != SECTIONS.keys()
        _audit(work, wish, f"erased-{'+'.join(sorted(wish.classes))}" if part else "erased", case)


def _audit(work: Work, wish: Wish, act: str, case: str) -> None:
    work.audits.append((work.door.clock.now()[0], wish.by, f"{act}:{proof(wish.reason)}", case, ""))


def _drop(session: Session, *names: str) -> None:
    session.connection().execute(delete(table(Note)).where(table(Note).c.name.in_(names)))
