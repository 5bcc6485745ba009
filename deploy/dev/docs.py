"""Whether the documents are true: commands in the README, links and citations that lead somewhere, tables as the code has them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.dev import citations, code_names, packages

LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?[^)]*\)")
ANCHOR = re.compile(r'<a id="([^"]+)">')
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PROTOCOL = "docs/protocol.md"
PLACE = re.compile(r"`((?:shared|services|deploy|tests|docs)/[\w/.-]+)(?:::(\w+))?`")
ELSEWHERE = ("http:", "https:", "mailto:")


def _unmentioned(readme: str, commands: Iterable[str]) -> Iterator[str]:
    for command in commands:
        if not re.search(rf"\bnrm {re.escape(command)}\b", readme):
            yield f"README.md does not mention `./nrm {command}`"


def _anchors(text: str) -> set[str]:
    """What a link to a page may lead to: anchors that are written out, and headings as a reader of Markdown names them."""
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(CODE_BLOCK.sub("", text)))
    return {*ANCHOR.findall(text), *headings}


def broken_links(root: Path, document: Path) -> Iterator[str]:
    """One sentence for each link of a document to a file, or a heading of a page, that is not there."""
    text = CODE_BLOCK.sub("", document.read_text(encoding="utf-8"))
    for target, anchor in LINK.findall(text):
        if target.startswith(ELSEWHERE):
            continue
        page = document.parent / target if target else document
        if not page.exists():
            yield f"{document.relative_to(root)} links to {target}, which is not there"
        elif anchor and page.suffix == ".md" and anchor not in _anchors(page.read_text(encoding="utf-8")):
            yield f"{document.relative_to(root)} links to {target}#{anchor}, a heading which is not there"


def lost_places(root: Path, document: Path) -> Iterator[str]:
    """One sentence for each file or folder of the project, or test in a file, that a document names and that is not there."""
    for place, test in PLACE.findall(document.read_text(encoding="utf-8")):
        file = root / place
        if not file.exists():
            yield f"{document.relative_to(root)} names {place}, which is not there"
        elif test and f"def {test}(" not in file.read_text(encoding="utf-8"):
            yield f"{document.relative_to(root)} names {test} in {place}, which has no such test"


def _tables(root: Path) -> Iterator[str]:
    from deploy.contracts.tables import filled

    text = (root / PROTOCOL).read_text(encoding="utf-8")
    if filled(text) != text:
        yield f"the tables of {PROTOCOL} are not those of the code: ./nrm contract keep writes them anew"


def faults(root: Path, commands: Iterable[str]) -> Iterator[str]:
    """One sentence for each thing that is out of step; `commands`: those that `./nrm` has."""
    readme = root / "README.md"
    for needed in (readme, root / "CHANGELOG.md"):
        if not needed.exists():
            yield f"{needed.name} is missing"
    if readme.exists():
        yield from _unmentioned(readme.read_text(encoding="utf-8"), commands)
    for document in (*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))):
        yield from broken_links(root, document)
        yield from lost_places(root, document)
    yield from citations.faults(root)
    yield from packages.faults(root)
    yield from code_names.faults(root)
    yield from _tables(root)
