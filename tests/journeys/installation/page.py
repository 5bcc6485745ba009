"""The shell commands of a page of the documents, in their order, each with the heading that it stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

RUN, STAYS = "sh", "sh background"
KINDS = (RUN, STAYS, "console", "crontab", "toml")
"""How a fenced block may be marked: run, run and left running, two that only a reader runs, and a file that a reader writes."""
LINE = re.compile(r"^(?:#+ (?P<heading>.+)|```(?P<kind>.*))$")


@dataclass(frozen=True)
class Block:
    """What stands between two fences."""

    heading: str
    kind: str
    line: int
    """Where it begins in the page."""
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """Every fenced block. A mark that means nothing fails."""
    heading, begun, kind, inside = "", 0, "", list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        found = LINE.match(line)
        if begun and line == "```":
            yield Block(heading, kind, begun, "\n".join(inside))
            begun = 0
        elif begun:
            inside.append(line)
        elif found and found["heading"]:
            heading = found["heading"]
        elif found:
            begun, kind, inside = number, found["kind"], []
            assert kind in KINDS, f"{page.name}:{number}: a block is marked {kind!r}; there are {KINDS}"
    assert not begun, f"{page.name}:{begun}: a block has no end"


def parts(page: Path) -> list[tuple[str, list[Block]]]:
    """The blocks that are run, by heading."""
    run = [block for block in blocks(page) if block.kind in (RUN, STAYS)]
    return [(heading, list(some)) for heading, some in groupby(run, lambda block: block.heading)]
