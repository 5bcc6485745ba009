"""A mark of pressure at the lead: disclosure is held back by itself as soon as it comes, until an officer has looked at it and says why."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from services.referral.queries.pressure import marks_of
from shared.casework.own_record import WriteNote, write_note
from shared.casework.pressure import DURESS
from shared.config.codes import plain_text
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.events import RosterSet
from shared.protocol.facts import Event, Facts, Id
from shared.protocol.statements import Statement, stated
from shared.protocol.vocabulary import Source


class ReviewPressure(Facts):
    """Somebody of the lead has looked at the marks of a case. The reason stays with the lead, as a note of its own."""

    case: Id
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(plain_text)]


def review_pressure(command: ReviewPressure, tx: DecisionContext) -> list[Event]:
    """Take the marks back, and let everybody be told again who may be. Raises RuleBroken where there is neither mark nor pause."""
    case, found = tx.open_case(command.case), marks_of(tx.session, command.case)
    if not found and not case.paused:
        raise RuleBroken("no-pressure")
    write_note(WriteNote(case=command.case, note=command.reason), tx)
    taken_back = [
        Statement(
            id=tx.work.derived(f"statement\n{tx.cause}\n{n}").hex()[:16], field=DURESS, source=Source.SEEN, said_at=tx.at, supersedes=id,
            withdrawn=True,
        )
        for n, id in enumerate(found)
    ]  # fmt: skip
    lifted = [RosterSet(members=case.members, paused=False)] if case.paused else []
    return [*stated(taken_back), *lifted]
