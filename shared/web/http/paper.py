"""Documents on paper: PDF with a watermark on each page, in any language of the pages, readable by a screen reader (PDF/UA-1).

Typst sets it (https://typst.app): it brings its own fonts, Latin, Greek and Cyrillic, and reads what is to be printed as data. Letters of
other scripts are printed where the machine has a font for them, so a document says so and the copy for programs holds them in any case.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("paper.typ")
PRINTED = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts of the fonts that are always there."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """Something that is named, and what is said of it, line by line."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A part under a heading."""

    heading: str
    lines: tuple[str, ...] = ()
    rows: tuple[PaperRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `language` is a language's tag, `mark` stands across each page, `foot` below it."""

    title: str
    language: str
    mark: str
    foot: str
    intro: tuple[str, ...] = ()
    parts: Sequence[PaperPart] = field(default_factory=tuple[PaperPart, ...])


def pdf(paper: Paper) -> bytes:
    """The document as a file."""
    said = asdict(paper) | {"language": paper.language.partition("-")[0]}
    return typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs={"paper": json.dumps(said)}, pdf_standards=["ua-1"])


def other_scripts(paper: Paper) -> bool:
    """Whether something is written in a script of which the document brings no letters."""
    return any(letter.isalpha() and not unicodedata.name(letter, "").startswith(PRINTED) for letter in _letters(paper))


def _letters(paper: Paper) -> set[str]:
    said = [*paper.intro, *(line for part in paper.parts for row in part.rows for line in (row.label, *row.lines))]
    return {letter for line in said for letter in line if ord(letter) > 127}
