"""PDFs, written anew without what they tell of their maker. One that could run, send or hold another file is refused."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from shared.privacy.cleaning.outcome import Cleaned, NotTaken
from shared.privacy.cleaning.pictures import without_tags
from shared.protocol.documents import Media

RUNS = frozenset({
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute",
})  # fmt: skip
"""Actions that run something, or lead out of the document. A link to a page of the web is none."""
HOLDS = frozenset({"/JS", "/XFA", "/EF", "/RichMediaContent", "/EmbeddedFiles"})
"""What is in an object that holds a program, or another file."""
MOST_OBJECTS = 200_000
DEEPEST = 50


def pdf(content: bytes) -> Cleaned:
    """The same document without metadata. Raises NotTaken."""
    try:
        with pikepdf.open(BytesIO(content)) as document:
            return _anew(document)
    except pikepdf.PasswordError:
        raise NotTaken("document-locked") from None
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError):
        raise NotTaken("document-damaged") from None


def _anew(document: pikepdf.Pdf) -> Cleaned:
    if len(document.objects) > MOST_OBJECTS:
        raise NotTaken("document-bomb")
    if len(document.pages) == 0:
        raise NotTaken("document-damaged")
    for one in document.objects:
        for inner in _inside(one, DEEPEST):
            _look_at(inner)
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    made = BytesIO()
    document.save(made, encryption=False)
    return Cleaned(Media.PDF, made.getvalue())


def _inside(one: Any, levels: int) -> Iterator[Any]:
    """All that is written in an object itself: what it only points to is an object of its own."""
    if levels == 0:
        raise NotTaken("document-bomb")
    if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
        yield one
        within: list[Any] = [one[name] for name in one.keys()]  # noqa: SIM118  it is no dict
    elif isinstance(one, pikepdf.Array):
        within = [*one]
    else:
        within = []
    for inner in within:
        if isinstance(inner, pikepdf.Object) and not inner.is_indirect:  # numbers and the like are none
            yield from _inside(inner, levels - 1)


def _look_at(one: Any) -> None:
    names = set(one.keys())
    if names & HOLDS or str(one.get("/S", "")) in RUNS or str(one.get("/Type", "")) == "/EmbeddedFile":
        raise NotTaken("document-runs")
    if "/Metadata" in names:
        del one["/Metadata"]
    if isinstance(one, pikepdf.Stream) and str(one.get("/Filter", "")) == "/DCTDecode":
        one.write(without_tags(one.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
