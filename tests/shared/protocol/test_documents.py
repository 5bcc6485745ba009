"""What is stated of a document can be read again, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.case_file import DOCUMENTS, FIELDS, fits
from shared.protocol.documents import LONGEST_NAME, MOST_BYTES, PIECE, STEPS, DocumentRef, Media, document_in, name_of

REF = DocumentRef("ab" * 16, "cd" * 32, "ef" * 32, 300_000, Media.PDF, "Invented passport.pdf")
HEX = st.binary


@given(
    HEX(min_size=16, max_size=16), HEX(min_size=32, max_size=32), st.integers(1, MOST_BYTES), st.sampled_from(Media),
    st.text("Aя . é", min_size=1, max_size=LONGEST_NAME).map(str.strip).filter(bool),
)  # fmt: skip
def test_what_is_written_is_read_again(id: bytes, key: bytes, size: int, media: Media, name: str) -> None:
    ref = DocumentRef(id.hex(), key.hex(), key.hex(), size, media, name)
    assert document_in(ref.written()) == ref
    assert name_of(ref.written()) == name
    for group in DOCUMENTS:
        (field,) = (one for one in FIELDS.values() if one.group is group)
        assert fits(field, ref.written())


@pytest.mark.parametrize(
    "value",
    [
        "", "Invented", REF.written().upper(), REF.written().replace("pdf ", "exe ", 1), REF.written().replace(" 300000 ", " 0 "),
        REF.written().replace(" 300000 ", f" {MOST_BYTES + 1} "), REF.written() + "x" * LONGEST_NAME, REF.written()[1:],
        REF.written() + "\n", REF.written() + "\x00",
    ],
)  # fmt: skip
def test_anything_else_is_no_document(value: str) -> None:
    assert not any(fits(field, value) for field in FIELDS.values() if field.group in DOCUMENTS)


def test_pieces_hold_it_and_their_number_tells_its_size_in_steps_alone() -> None:
    for size in (1, PIECE, PIECE + 1, 5 * PIECE + 1, MOST_BYTES):
        ref = DocumentRef("a" * 32, "b" * 64, "c" * 64, size, Media.PNG, "x")
        assert (ref.pieces - 1) * PIECE < size <= ref.pieces * PIECE
        assert ref.sent in STEPS
        assert ref.pieces <= ref.sent <= max(2 * ref.pieces, 1)
