"""The documents that go along with the copy for the person: one ZIP, made as it is sent, whose names say nothing."""

from collections.abc import Iterator, Sequence
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from shared.privacy.account_documents import DocumentHeld
from shared.privacy.document_intake import piece_of
from shared.privacy.document_names import ENDINGS
from shared.store.document_folder import DocumentFolder


def name_in_set(one: DocumentHeld, mark: str) -> str:
    """What a document is called in the set; the copy names it so, too."""
    return f"document-{mark}-{one.number}.{ENDINGS.get(one.ref.media, one.ref.media.value)}"


def document_set(folder: DocumentFolder, documents: Sequence[DocumentHeld], mark: str) -> Iterator[bytes]:
    """The ZIP, a piece at a time; its entries have no time of their own. Raises PieceMissing."""
    out = _Out()
    with ZipFile(out, "w", ZIP_STORED) as made:
        for one in (held for held in documents if held.goes_along):
            with made.open(ZipInfo(name_in_set(one, mark)), "w") as entry:
                for n in range(one.ref.pieces):
                    entry.write(piece_of(folder, one.ref, n))
                    yield out.taken()
    yield out.taken()


class _Out:
    """What was written and not yet sent."""

    def __init__(self) -> None:
        self._waits = bytearray()

    def write(self, data: bytes) -> int:
        self._waits += data
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what was written can be taken at once."""

    def close(self) -> None:
        """Nothing to do: no file is open."""

    def taken(self) -> bytes:
        """What was written since it was last taken."""
        found = bytes(self._waits)
        self._waits.clear()
        return found
