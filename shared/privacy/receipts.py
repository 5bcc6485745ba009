"""What this instance says outside of a case: its receipts, each as a record of its own for who asked (`protocol.letters`)."""

from typing import Any
from uuid import UUID

from shared.decisions.decide import Tx, say
from shared.decisions.unit_of_work import Work
from shared.protocol.letters import Letter, ReceiptGiven
from shared.protocol.vocabulary import KeepGround


def owed(to: str, answers: str, dropped: list[str], kept: list[str], ground: KeepGround | None) -> dict[str, Any]:
    """What a receipt will say, as a note may keep it: to which agency, for which decision, what goes, and what is kept by which law."""
    return {"to": to, "answers": answers, "dropped": dropped, "kept": kept, "ground": ground}


def held(answer: dict[str, Any]) -> dict[str, Any]:
    """The same once somebody of the agency holds the case: all of it is kept."""
    kept = sorted({*answer["kept"], *answer["dropped"]})
    return {**answer, "dropped": [], "kept": kept, "ground": answer["ground"] or KeepGround.LEGAL_HOLD}


def receipt(work: Work, case: str, answer: dict[str, Any]) -> None:
    """Say it, once for each decision that it answers."""
    at, simulated = work.door.clock.now()
    cause = f"receipt:{answer['answers']}"
    if work.known_key(work.key(cause, 0)) is None:
        given = ReceiptGiven(about=case, since=at, **answer)
        say(Tx(work, cause, at, simulated), name(work, cause, given), [given], strict=False)


def name(work: Work, cause: str, letter: Letter) -> str:
    """The id under which a letter goes: nobody can link it to the case, and the same cause makes it again."""
    return str(UUID(bytes=work.derived(f"letter\n{cause}\n{letter.about}\n{letter.to}")[:16], version=4))
