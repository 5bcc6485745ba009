"""Documents in the account for the person: which are held, who looked at each and who took a copy, and which go along. Pure functions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from shared.casework.person_file import Said
from shared.protocol.case_file import DOCUMENTS
from shared.protocol.documents import DocumentRef, document_in

LOOKED_AT, TAKEN = "looked-at-document", "took-document"
"""Acts of the audit: somebody looked at a document, or took a copy of it."""


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """A line of the audit about a document: when, whether a copy was taken, and on what ground whoever did it read the case."""

    at: int
    statement: str
    copied: bool
    ground: str


@dataclass(frozen=True, slots=True)
class DocumentHeld:
    """A document that is held of the person."""

    said: Said
    """With the value as it is held, key and all: whoever shows it says `said.shown`."""
    ref: DocumentRef
    number: int
    """By which the copy and the set that goes along call it."""
    whole: bool
    """Whether all of it has come here."""
    uses: tuple[DocumentUse, ...]
    released: bool = True
    """Whether whoever released the copy could look at it."""

    @property
    def goes_along(self) -> bool:
        """Whether it is in the set. What was taken back is held until it is erased, so it is named; nobody can look at it any more to see
        whether it speaks of somebody else, so it does not go along. Nor does what has not come here whole, or only since the release."""
        return self.said.stands and self.whole and self.released


def documents_held(
    statements: Sequence[Said], whole: Collection[str], uses: Iterable[DocumentUse], along: Collection[str] | None = None
) -> tuple[DocumentHeld, ...]:
    """The documents among these statements, in the order in which they came; `along` are those that a second officer could look at."""
    used = list(uses)
    found = [(said, ref) for said in statements if said.group in DOCUMENTS and (ref := document_in(said.value))]
    return tuple(
        DocumentHeld(
            said, ref, n, ref.id in whole, tuple(one for one in used if one.statement == said.id), along is None or said.id in along
        )
        for n, (said, ref) in enumerate(found, 1)
    )


def uses_of(lines: Sequence[tuple[int, str, str, str]]) -> list[DocumentUse]:
    """The uses among (at, officer, act, key) of the audit of a case, in its order: the reading that the same request is follows each."""
    found, grounds = list[DocumentUse](), dict[str, str]()
    for at, officer, act, key in reversed(lines):
        if act in (LOOKED_AT, TAKEN):
            found.append(DocumentUse(at, key, act == TAKEN, grounds.get(officer, "")))
        elif act.startswith("read:"):
            grounds[officer] = key
    return found[::-1]
