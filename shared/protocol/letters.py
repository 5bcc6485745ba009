"""Letters: what one agency says to another about a case, outside of it.

Who has left a case follows it no more, and need not know who came later. So it answers in a record of its own, under an id that nobody can
link to the case, readable by the two agencies alone. A letter changes no picture; who gets it judges it by what it has.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.protocol.facts import AgencyId, CaseId, DecisionKey, Event, Moment
from shared.protocol.vocabulary import DataClass, KeepGround

D0 = DataClass.D0


class Letter(Event):
    """About which case, to which agency."""

    about: Annotated[CaseId, D0]
    to: Annotated[AgencyId, D0]


class ErasureAsked(Letter):
    """The lead asks to erase what was disclosed of the person: these classes, all where none is named (GDPR art. 17 and 19).

    Said in the case itself it is for all who are in it; as a letter for an agency that has left and may have kept something.
    """

    TYPE: ClassVar[str] = "erasure.asked.v1"
    classes: Annotated[tuple[DataClass, ...], D0] = ()
    answer_by: Annotated[Moment, D0]


class ReceiptGiven(Letter):
    """An instance says what became of the data disclosed to it, once the ground was gone or erasure was asked."""

    TYPE: ClassVar[str] = "receipt.given.v1"
    answers: Annotated[DecisionKey, D0]
    """The decision that took the ground away, or asked for erasure."""
    dropped: Annotated[tuple[DataClass, ...], D0] = ()
    """Nobody can read these any more there."""
    kept: Annotated[tuple[DataClass, ...], D0] = ()
    ground: Annotated[KeepGround | None, D0] = None
    """By which law the others are kept; never without it."""
    since: Annotated[Moment, Field(description="when it was done"), D0]


class CoverSent(Letter):
    """Nothing happened. A letter of its author to itself in a lead's channel, so that a record there tells nothing of side cases.

    It says nothing of what it covers; `about` is the channel.
    """

    TYPE: ClassVar[str] = "cover.sent.v1"


LETTERS = frozenset({ErasureAsked.TYPE, ReceiptGiven.TYPE, CoverSent.TYPE})


def is_letter(case: str, event: Event | None) -> bool:
    """Whether an event that lies under this id is outside of the case that it is about."""
    return isinstance(event, Letter) and event.about != case
