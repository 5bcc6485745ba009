"""A file on its way in: never on a disk in the clear, scanned, bounded, called what it may be called; and gone with its key."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto.document_pieces import opened_piece, piece_name, sealed_piece
from shared.crypto.primitives import NotForUs
from shared.privacy.cleaning.outcome import NotTaken
from shared.privacy.document_intake import PieceMissing, read, taken_in
from shared.privacy.document_names import document_name
from shared.privacy.virus_scanner import answers
from shared.protocol.documents import PIECE, DocumentRef, Media, document_in
from shared.store.document_folder import DocumentFolder
from tests.shared.privacy.files import MAKER, pdf, picture


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 70_000):
        yield content[at : at + 70_000]


def files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


async def content_of(folder: DocumentFolder, ref: DocumentRef) -> bytes:
    return b"".join([piece async for piece in read(folder, ref)])


async def test_a_file_is_taken_in_sealed_and_nothing_else_of_it_stays(tmp_path: Path) -> None:
    folder = DocumentFolder(tmp_path / "documents")
    ref = await taken_in(folder, pieces(pdf()), "C:\\evil\\..\\Invented report.exe", "")
    assert ref.name == "Invented report.pdf"
    assert list(folder.all()) == [ref.id]
    assert folder.here(ref.id) == set(range(ref.sent))
    kept = await content_of(folder, ref)
    assert kept.startswith(b"%PDF-")
    assert len(kept) == ref.size
    for file in files(tmp_path):
        sealed = file.read_bytes()
        assert b"%PDF" not in sealed
        assert MAKER.encode() not in sealed
        assert file.stat().st_mode & 0o077 == 0
    again = await taken_in(folder, pieces(pdf()), "x", "")
    assert again.size == ref.size
    assert again.proof != ref.proof, "a proof is no hash by which the same file is known elsewhere"
    (folder.folder / ref.id / "000").unlink()
    with pytest.raises(PieceMissing):
        await content_of(folder, ref)
    folder.drop(again.id)
    folder.drop(ref.id)
    assert folder.pieces() == 0
    with pytest.raises(ValueError, match="no document has such a name"):
        folder.piece("../../x", 0)


async def test_what_is_refused_leaves_nothing(tmp_path: Path) -> None:
    folder = DocumentFolder(tmp_path)
    for content in (b"", b"<svg/>", bytes(300_000)):
        with pytest.raises(NotTaken):
            await taken_in(folder, pieces(content), "x", "")

    async def broken() -> AsyncIterator[bytes]:
        yield picture()
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await taken_in(folder, broken(), "x", "")
    assert files(tmp_path) == []


class Scanner:
    """Speaks clamd's INSTREAM: finds what has EICAR in it."""

    def __init__(self, path: Path) -> None:
        self.path, self.seen = str(path), b""

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_unix_server(self._answer, self.path)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readuntil(b"\0")
        if command == b"zPING\0":
            writer.write(b"PONG\0")
        else:
            self.seen = b""
            while length := int.from_bytes(await reader.readexactly(4), "big"):
                self.seen += await reader.readexactly(length)
            writer.write(b"stream: Invented-EICAR FOUND\0" if b"EICAR" in self.seen else b"stream: OK\0")
        await writer.drain()
        writer.close()


async def test_a_scanner_looks_first_and_nothing_is_taken_without_its_answer(tmp_path: Path) -> None:
    folder, scanner = DocumentFolder(tmp_path / "documents"), Scanner(tmp_path / "clamd.sock")
    assert not await answers(scanner.path)
    for away in (scanner.path, "127.0.0.1:1", "nonsense"):
        with pytest.raises(NotTaken, match="document-scanner-away"):
            await taken_in(folder, pieces(picture()), "x", away)
    server = await scanner.serve()
    async with server:
        assert await answers(scanner.path)
        await taken_in(folder, pieces(picture()), "x", scanner.path)
        assert scanner.seen == picture(), "what came is scanned, not what is left of it"
        with pytest.raises(NotTaken, match="document-infected"):
            await taken_in(folder, pieces(picture() + b"EICAR"), "x", scanner.path)
    assert len(list(folder.all())) == 1


@given(st.text(max_size=300), st.sampled_from(Media))
def test_whatever_a_file_is_called_its_document_has_a_name_that_is_no_path(typed: str, media: Media) -> None:
    name = document_name(typed, media)
    assert not set(name) & set("/\\\n")
    assert not name.startswith(".")
    ref = DocumentRef("a" * 32, "b" * 64, "c" * 64, 1, media, name)
    assert document_in(ref.written()) == ref


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("../../x", "x.jpg"), ("..", "document.jpg"), ("", "document.jpg"), ("Пасош 2.JPEG", "Пасош 2.jpg"), ("a\u202egpj.exe", "agpj.jpg"),
        ("photo.php.jpg", "photo.php.jpg"), ("x" * 200, "x" * 76 + ".jpg"),
    ],
)  # fmt: skip
def test_names(typed: str, name: str) -> None:
    assert document_name(typed, Media.JPEG) == name


def test_a_piece_opens_in_its_place_alone() -> None:
    key, id = bytes(32), "a" * 32
    ref = DocumentRef(id, key.hex(), "c" * 64, PIECE + 5, Media.PDF, "x.pdf")
    first, second, filling = (sealed_piece(key, id, n, plain) for n, plain in enumerate((b"1" * PIECE, b"2" * 5, b"")))
    assert len({len(first), len(second), len(filling)}) == 1, "their length tells nothing"
    assert opened_piece(ref, 0, first) == b"1" * PIECE
    assert opened_piece(ref, 1, second) == b"22222"
    assert opened_piece(ref, 2, filling) == b""
    assert len({piece_name(ref, n) for n in range(3)}) == 3
    other = DocumentRef("b" * 32, ref.key, ref.proof, ref.size, ref.media, ref.name)
    for of, n, sealed in ((ref, 1, first), (other, 0, first), (ref, 0, first[:-1]), (ref, 0, first[:-1] + b"x")):
        with pytest.raises(NotForUs):
            opened_piece(of, n, sealed)
