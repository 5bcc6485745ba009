"""Whether the documents still say what is there: commands in the README, links that lead to files, tables as the code has them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PROTOCOL = "docs/protocol.md"
ELSEWHERE = ("http:", "https:", "mailto:")


def _unmentioned(readme: str, commands: Iterable[str]) -> Iterator[str]:
    for command in commands:
        if not re.search(rf"\bnrm {re.escape(command)}\b", readme):
            yield f"README.md does not mention `./nrm {command}`"


def _broken_links(root: Path, document: Path) -> Iterator[str]:
    text = CODE_BLOCK.sub("", document.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if not target.startswith(ELSEWHERE) and not (document.parent / target).exists():
            yield f"{document.relative_to(root)} links to {target}, which is not there"


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
        yield from _broken_links(root, document)
    yield from _tables(root)
