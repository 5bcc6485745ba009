"""What a person asked of their data at one agency, said to the others that were told the same: asked, answered, at an end.

It stands in sections of `message.sent.v1`, whose core says nothing: a type of its own would tell everybody in the case that the person
asked for something. Like the words of a message it is for those whom the section names and who may read all groups that it speaks of
(docs/adr/0046).
"""

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared.protocol.case_file import UNSEEN, Group
from shared.protocol.facts import Facts, MessageId, Moment, Written

_WORDS = re.compile(rf"[^{UNSEEN}]*")


def plain(text: str) -> str:
    """The same words. Raises ValueError where they hold control characters."""
    if not _WORDS.fullmatch(text):
        raise ValueError("control characters")
    return text


class Right(StrEnum):
    """What is asked."""

    CORRECTION = "correction"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


class RefusalReason(StrEnum):
    """Why an agency does not do it."""

    RIGHT = "right"
    """What stands there is right."""
    DUTY = "duty"
    """A law obliges it to keep and to use this."""
    PROCEEDINGS = "proceedings"
    """It is needed in proceedings, or for a legal claim."""
    PROTECTION = "protection"
    """Without it the person, or somebody else, would be in danger."""
    NOT_HELD = "not-held"
    """It has nothing of the kind any more."""


Told = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(plain), Written.STATED]
Law = Annotated[str, StringConstraints(max_length=200), AfterValidator(plain), Written.STATED]


class AskedOfOthers(Facts):
    """The person asked this, of these groups, at the agency that says so; by when that agency needs the answer."""

    id: MessageId
    right: Right
    about: Annotated[tuple[Group, ...], Field(min_length=1, max_length=len(Group))]
    asked_at: Moment
    answer_by: Moment
    words: Told = ""
    """What the person said to it, where whoever is asked may read all that it speaks of."""


class AnsweredAsker(Facts):
    """What an agency did of it: done, or refused for a reason and by a law. It says nothing of the person."""

    id: MessageId
    reason: RefusalReason | None = None
    """None where it was done."""
    law: Law = ""
    at: Moment

    @model_validator(mode="after")
    def _names_the_law(self) -> Self:
        if self.reason is not None and not self.law.strip():
            raise ValueError("a refusal names its law")
        return self


class AskingEnded(Facts):
    """Where the person asked it has ended: whoever did it, or has yet to answer, looks whether it ends there, too."""

    id: MessageId
    at: Moment
