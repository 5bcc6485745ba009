"""What this instance says outside of a case: its receipts, each as a record of its own for who asked (`protocol.letters`)."""

from dataclasses import asdict, dataclass, replace
from uuid import UUID

from shared.decisions.decide import DecisionContext, say
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.letters import Letter, ReceiptGiven
from shared.protocol.vocabulary import KeepGround
from shared.store.erasure_tables import KeptForProceedings


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
    """Say it, once for each decision that it answers; and once more when what was kept for proceedings has gone, too."""
    at, simulated = work.instance.clock.now()
    cause = f"receipt:{due.answers}"
    kept = work.session.get(KeptForProceedings, due.answers)
    if kept is not None and kept.gone and not due.kept and work.known_key(work.key(cause, 0)) is not None:
        cause += ":over"
    if work.known_key(work.key(cause, 0)) is None:
        given = ReceiptGiven.model_validate({"about": case, "since": at, **asdict(due)})
        say(DecisionContext(work, cause, at, simulated), name(work, cause, given), [given], strict=False)


def name(work: UnitOfWork, cause: str, letter: Letter) -> str:
    """The id under which a letter goes: nobody can link it to the case, and the same cause makes it again."""
    return str(UUID(bytes=work.derived(f"letter\n{cause}\n{letter.about}\n{letter.to}")[:16], version=4))
