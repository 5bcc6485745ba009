"""Whether what code and documents cite is there: numbered sections of documents with what they are cited for, and documents."""

import re
from collections.abc import Iterator
from pathlib import Path

DOMAIN = "docs/domain.md"
FOLDERS = ("shared", "services", "deploy", "tests", "docs")
KINDS = frozenset({".py", ".md", ".toml", ".html", ".yaml", ".yml", ".css", ".js", ".json", ".sql"})
FORMER = "tests/deploy/contracts/previous"
"""Contracts of earlier releases, in the words of those releases."""

_NUMBER = r"\d+(?:\.\d+)?"
_GAP = r"\s+(?:#\s+)?"
"""Words of one citation may stand on two lines of a comment."""
HEADING = re.compile(rf"^##+ ({_NUMBER})\.? .*$", re.MULTILINE)
SECTION = re.compile(
    rf"\b(\w+)\.md\)?,?{_GAP}sections?{_GAP}({_NUMBER}(?:(?:,|{_GAP}(?:and|to)){_GAP}{_NUMBER})*)"
    rf"((?:,{_GAP}[A-Z]\d+(?:{_GAP}(?:and|to){_GAP}[A-Z]\d+)*)*)"
)
WITHOUT_SECTION = re.compile(rf"domain\.md,?{_GAP}\d")
CODE_NAME = re.compile(rf"\b([A-Z]{{5,}})(?:\.md)?{_GAP}(?:section )?(?:\d+\.\d+|R\d+)\b|(?<=\()([A-Z]{{5,}}): \"")
"""A document called by a word in capitals: "PEERS", then a number; or in brackets, with a heading in quotes."""
DOCUMENT = re.compile(r"(?<![\w/.-])(?:\.{0,2}/)?[\w./-]*\w\.md\b")


TAG = re.compile(r"\[([A-Z][A-Z0-9-]+(?:[,;] [A-Z][A-Z0-9-]+)*)\](?!\()")
"""Sources of what a page of the domain says, by the names that its list of sources gives them."""
LISTED = re.compile(r"^\| ([A-Z][A-Z0-9, -]+) \|", re.MULTILINE)


def unlisted(page: str) -> list[str]:
    """Sources that a page names and its section of that name does not list; the word TAG stands for any."""
    text, _, sources = page.rpartition(". Sources\n")
    listed = {name for names in LISTED.findall(sources) for name in names.split(", ")} | {"TAG"}
    return sorted({name for names in TAG.findall(text) for name in re.split("[,;] ", names)} - listed)


def sections(page: str) -> dict[str, str]:
    """The text of each numbered section, those below it included."""
    found = list(HEADING.finditer(page))
    ends = [
        next((later.start() for later in found[n + 1 :] if not later[1].startswith(f"{one[1]}.")), len(page)) for n, one in enumerate(found)
    ]
    return {one[1]: page[one.start() : end] for one, end in zip(found, ends, strict=True)}


def _sections_cited(text: str, pages: dict[str, dict[str, str]]) -> Iterator[tuple[int, str]]:
    for cited in SECTION.finditer(text):
        page, known = f"docs/{cited[1]}.md", pages.get(cited[1], {})
        numbers, codes = re.findall(_NUMBER, cited[2]), re.findall(r"[A-Z]\d+", cited[3])
        missing = [number for number in numbers if number not in known]
        yield from ((cited.start(), f"cites section {number} of {page}, which has no such section") for number in missing)
        there = " ".join(known.get(number, "") for number in numbers)
        for code in () if missing else codes:
            if not re.search(rf"\b{code}\b", there):
                yield cited.start(), f"cites {code} in {page}, which section {', '.join(numbers)} does not name"
    for cited in WITHOUT_SECTION.finditer(text):
        yield cited.start(), f'cites {DOMAIN} by a bare number: write "{DOMAIN}, section 3.5"'


def _documents_cited(root: Path, file: Path, text: str) -> Iterator[tuple[int, str]]:
    for cited in CODE_NAME.finditer(text):
        yield cited.start(), f"cites {cited[1] or cited[2]}, which is no document of this repository"
    names = [cited.start() for cited in CODE_NAME.finditer(text)]
    for cited in DOCUMENT.finditer(text) if ".md" in text else ():
        a_file_name = text[cited.start() - 1 : cited.start()] == '"' == text[cited.end() : cited.end() + 1]
        known = any((place / cited[0]).exists() for place in (root, root / "docs", file.parent))
        if not (known or a_file_name or cited.start() in names):
            yield cited.start(), f"cites {cited[0]}, which is not in the repository"


def _files(root: Path) -> Iterator[Path]:
    below = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*")))
    for path in (*sorted(root.glob("*.*")), *below):
        if path.suffix in KINDS and path.is_file() and not path.relative_to(root).as_posix().startswith(FORMER):
            yield path


def faults(root: Path) -> Iterator[str]:
    """One sentence for each citation that leads nowhere, with file and line."""
    pages = {page.stem: sections(page.read_text(encoding="utf-8")) for page in (root / "docs").glob("*.md")}
    for name in unlisted((root / DOMAIN).read_text(encoding="utf-8")):
        yield f"{DOMAIN}: names the source {name}, which its list of sources does not have"
    for file in _files(root):
        text = file.read_text(encoding="utf-8")
        sections_cited = _sections_cited(text, pages) if ".md" in text else ()
        for at, what in (*sections_cited, *_documents_cited(root, file, text)):
            yield f"{file.relative_to(root)}:{text.count(chr(10), 0, at) + 1}: {what}"
