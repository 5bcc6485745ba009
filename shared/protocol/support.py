"""What one agency asks another for so that help can happen: a ride, a bed for some nights, an interpreter; and who pays for it.

It is said in a message on a hand-off (`messages`), and read by whom that reaches. That nobody has agreed to pay ends no hand-off: it is
settled beside the help (docs/domain.md, section 3.5, C7 and C11).
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared.protocol.case_file import Group
from shared.protocol.facts import Facts, LanguageTag, Moment, Written
from shared.protocol.file_codes import InterpreterSex
from shared.protocol.rights import plain

MOST_NIGHTS = 60
MOST_LANGUAGES = 3
Place = Annotated[str, StringConstraints(max_length=200), AfterValidator(plain), Written.STATED]
Approver = Annotated[str, StringConstraints(max_length=120), AfterValidator(plain), Written.STATED]
PayerCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$"), Written.FIELD]
"""Who pays: a code of the country file, or of `OwnPayer`."""


class SupportKind(StrEnum):
    """What is asked for."""

    TRANSPORT = "transport"
    STAY = "stay"
    """A room for some nights: a hotel, where no shelter has room yet."""
    INTERPRETER = "interpreter"


class OwnPayer(StrEnum):
    """Who pays in any country."""

    ASKS = "asks"
    """The agency that asks for it."""
    ASKED = "asked"
    """The agency that is asked."""
    OPEN = "open"
    """Nobody has said so yet."""


class SupportAsked(Facts):
    """The fields of such a request."""

    kind: SupportKind
    when: Moment
    """When it begins."""
    nights: Annotated[int, Field(ge=1, le=MOST_NIGHTS)] | None = None
    origin: Place = ""
    """From where somebody is brought; never a shelter."""
    destination: Place = ""
    """Where to, or where it is; never a shelter."""
    languages: Annotated[tuple[LanguageTag, ...], Field(max_length=MOST_LANGUAGES)] = ()
    interpreter: InterpreterSex | None = None
    payer: PayerCode
    approved: Approver = ""
    """Who at the agency that asks has approved the cost: an office or a function."""


def lacks(asked: SupportAsked) -> Iterator[str]:
    """The fields without which nobody could arrange it, of its kind."""
    match asked.kind:
        case SupportKind.TRANSPORT:
            yield from (name for name in ("origin", "destination") if not getattr(asked, name))
        case SupportKind.STAY:
            yield from () if asked.nights else ("nights",)
        case SupportKind.INTERPRETER:
            yield from () if asked.languages else ("languages",)


def speaks_of(asked: SupportAsked) -> frozenset[Group]:
    """What it says of the person, whatever else its words speak of: where they will be, and what they understand."""
    place = {Group.MEETING_POINT} if asked.origin or asked.destination else set[Group]()
    return frozenset(place | ({Group.COMMUNICATION} if asked.languages or asked.interpreter else set[Group]()))
