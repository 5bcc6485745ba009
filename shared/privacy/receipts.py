"""What this instance says outside of a case: its receipts, each as a record of its own for who asked (`protocol.letters`)."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from sqlmodel import select

from shared.decisions.decide import DecisionContext, say
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.letters import Letter, ReceiptGiven
from shared.protocol.vocabulary import KeepGround
from shared.records.codec import from_json, to_json
from shared.store.database import insert_new
from shared.store.erasure_tables import ReceiptKept


@dataclass(frozen=True, slots=True)
class ReceiptDue:
    """What a receipt will say."""

    to: str
    """The agency that it goes to."""
    answers: str
    """The decision key that it answers."""
    dropped: list[str]
    """The data classes that go."""
    kept: list[str]
    """The data classes that are kept by law."""
    ground: KeepGround | None
    """By which law; with `kept` alone."""

    def held(self) -> "ReceiptDue":
        """The same once somebody of the agency holds the case: all of it is kept."""
        return replace(self, dropped=[], kept=sorted({*self.kept, *self.dropped}), ground=self.ground or KeepGround.LEGAL_HOLD)


def receipt(work: UnitOfWork, case: str, due: ReceiptDue) -> None:
    """Say it, once for each decision that it answers. What it says is kept is owed another word once that has gone, too."""
    cause = f"receipt:{due.answers}"
    if work.known_key(work.key(cause, 0)) is None:
        _say(work, cause, case, due)
        if due.kept:
            row = {"answers": due.answers, "case": case, "to": due.to, "kept": to_json(due.kept), "ground": due.ground}
            insert_new(work.session.connection(), ReceiptKept, [row])


def over(work: UnitOfWork, case: str, erased: Collection[str]) -> None:
    """Of what receipts of a case said is kept this has gone, whoever had it erased: whoever has them hears so."""
    for row, left in _less(work, case, erased):
        went = sorted(set(from_json(row.kept)) - set(left))
        due = ReceiptDue(row.to, row.answers, went, left, KeepGround(row.ground) if left and row.ground else None)
        _say(work, f"receipt:{row.answers}:over:{'+'.join(went)}", case, due)
        _leave(work, row, left)


def told_anew(work: UnitOfWork, case: str, classes: Collection[str]) -> None:
    """There is a ground again for these: nobody hears of them as gone before it is taken away once more."""
    for row, left in _less(work, case, classes):
        _leave(work, row, left)


def _less(work: UnitOfWork, case: str, gone: Collection[str]) -> list[tuple[ReceiptKept, list[str]]]:
    """The receipts of a case of whose kept classes some are among these, with those that are left."""
    rows = work.session.exec(select(ReceiptKept).where(ReceiptKept.case == case).order_by(ReceiptKept.answers)).all()
    kept = [(row, from_json(row.kept)) for row in rows]
    return [(row, [name for name in names if name not in gone]) for row, names in kept if not set(names).isdisjoint(gone)]


def _leave(work: UnitOfWork, row: ReceiptKept, left: list[str]) -> None:
    row.kept = to_json(left)
    if not left:
        work.session.delete(row)
    work.session.flush()


def _say(work: UnitOfWork, cause: str, case: str, due: ReceiptDue) -> None:
    at, simulated = work.instance.clock.now()
    given = ReceiptGiven.model_validate({"about": case, "since": at, **asdict(due)})
    say(DecisionContext(work, cause, at, simulated), name(work, cause, given), [given], strict=False)


def name(work: UnitOfWork, cause: str, letter: Letter) -> str:
    """The id under which a letter goes: nobody can link it to the case, and the same cause makes it again."""
    return str(UUID(bytes=work.derived(f"letter\n{cause}\n{letter.about}\n{letter.to}")[:16], version=4))
