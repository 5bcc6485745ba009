"""What an agency calls a case, and what others answered to what the person asked: texts that somebody typed and that are no statement, note
or message. Each may speak of somebody else, so a second officer looks at each before a copy for the person is released.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from shared.casework.asking_others import OtherAsked, others_of
from shared.casework.case_reader import CaseReader
from shared.casework.own_record import OwnNames

SEPARATOR = "\x1f"


class TextKind(StrEnum):
    """What was typed."""

    REFERENCE = "reference"
    LABEL = "label"
    ANSWER = "answer"
    """How another agency says that it answered, and by which law."""


@dataclass(frozen=True, slots=True)
class TypedText:
    """A text that somebody typed."""

    kind: TextKind
    words: str
    agency: str = ""
    """Whose answer it is."""
    request: str = ""
    """To which request of the person."""

    @property
    def id(self) -> str:
        """Another one once the words are others: whoever released it has seen these."""
        return f"{self.kind}-{sha256(SEPARATOR.join((self.request, self.agency, self.words)).encode()).hexdigest()[:32]}"


def answer_of(one: OtherAsked) -> TypedText:
    """What another agency's officer typed; without words where nobody did."""
    typed = (str(one.reply.get(name, "")) for name in ("law", "words"))
    return TypedText(TextKind.ANSWER, "\n".join(filter(None, typed)), one.agency, one.request)


def typed_texts(names: OwnNames, others: Iterable[OtherAsked]) -> list[TypedText]:
    """Those that say something."""
    own = (TypedText(TextKind.REFERENCE, names.reference), TypedText(TextKind.LABEL, names.label))
    return [one for one in (*own, *map(answer_of, others)) if one.words]


def typed_texts_of(reader: CaseReader, case: str, names: OwnNames) -> list[TypedText]:
    """Those that are held of a case, which this agency calls so."""
    asked = others_of(reader.instance.keystore, reader.session, case)
    return typed_texts(names, (one for each in asked.values() for one in each))
