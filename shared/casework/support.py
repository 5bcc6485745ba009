"""Asking another agency on a hand-off for a ride, a bed or an interpreter, and saying who pays: it waits there until it is answered.

Who reads it follows from entitlement, as of all words between agencies (`saying`): a place is read by whoever may know where the person is
met, and by nobody else.
"""

from typing import Annotated, Any

from pydantic import Field

from shared.casework.saying import SaySomething, message_of, readers_of, speaks_on
from shared.config.codes import GivenLanguage
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.case_file import Group
from shared.protocol.facts import Event, Moment
from shared.protocol.file_codes import InterpreterSex
from shared.protocol.message_readers import must_answer
from shared.protocol.messages import MessageKind, MessageWords, Said
from shared.protocol.support import (
    MOST_LANGUAGES,
    MOST_NIGHTS,
    Approver,
    PayerCode,
    Place,
    SupportAsked,
    SupportKind,
    lacks,
    speaks_of,
)

MISSING = {
    "origin": "support-from", "destination": "support-to", "nights": "support-nights", "languages": "support-languages",
}  # fmt: skip
UNTOLD = {Group.MEETING_POINT: "message-meeting-point", Group.COMMUNICATION: "support-communication"}


class AskSupport(SaySomething):
    """What is asked for, from when, where, in which languages, and who pays."""

    support: SupportKind
    when: Moment
    nights: Annotated[int, Field(ge=1, le=MOST_NIGHTS)] | None = None
    origin: Place = ""
    destination: Place = ""
    languages: Annotated[tuple[GivenLanguage, ...], Field(max_length=MOST_LANGUAGES)] = ()
    interpreter: InterpreterSex | None = None
    payer: PayerCode
    approved: Approver = ""
    words: Said = ""


def ask_support(command: AskSupport, tx: DecisionContext) -> list[Event]:
    """An officer asks for it. Whoever must answer has it in its lists until it does; it is no question about the person, so the hand-off
    stays as it is.

    Raises RuleBroken for what is missing, for a payer that the country does not know, where a place or a language is not ticked among what
    the words tell, and where who must answer may not read it.
    """
    case, handoff = speaks_on(command, tx)
    asked = SupportAsked(**_fields(command))
    if field := next(lacks(asked), None):
        raise RuleBroken(MISSING[field], field)
    if command.payer not in tx.country.payer_codes:
        raise RuleBroken("support-payer", "payer")
    if untold := sorted(speaks_of(asked) - set(command.about)):
        raise RuleBroken(UNTOLD[untold[-1]], "about")
    to = readers_of(command, case, handoff, tx)
    if must_answer(case, handoff, tx.agency) not in to:
        raise RuleBroken("message-unanswerable", "about")
    said = MessageWords(words=command.words, support=asked)
    return [message_of(command, MessageKind.SUPPORT, to, tx, said=said)]


def _fields(command: AskSupport) -> dict[str, Any]:
    shared = SupportAsked.model_fields.keys() & type(command).model_fields.keys()
    return {name: getattr(command, name) for name in shared} | {"kind": command.support}
