"""Whatever command a document names in passing is there, with the options that it is given."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from deploy.cli import app
from tests.journeys.installation.page import blocks
from tests.journeys.installation.terminal import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
SPAN = re.compile(r"`(?:NRM_\w+=\S+ )?\./nrm ([^`]+)`")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def named(page: Path) -> Iterator[str]:
    """What stands behind `./nrm`: in the text, and in blocks that only a reader runs."""
    text = page.read_text(encoding="utf-8")
    yield from SPAN.findall(re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    if page.name == "operations.md":
        for block in blocks(page):
            yield from re.findall(r"\./nrm ([^\n&|;]+)", block.text.replace("\\\n", " "))


@cache
def nrm() -> Any:
    """`./nrm` with all its commands: to put them together takes longer than to look for all that documents name."""
    return get_command(app)


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words name, and what is left of them."""
    found = nrm()
    while words and words[0] in getattr(found, "commands", {}):
        found, words = found.commands[words[0]], words[1:]
    return found, words


def wrong(said: str) -> Iterator[str]:
    """What is not there of a command that a document names."""
    found, rest = command_of(said.split())
    if getattr(found, "commands", {}) and rest and re.fullmatch(r"[a-z-]+", rest[0]) and not rest[0].startswith("-"):
        yield f"{rest[0]} is no command of {found.name}"
    known = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    if found.name != "test":
        yield from (f"{option} is no option of {found.name}" for option in OPTION.findall(" ".join(rest)) if option not in known)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_that_is_named_is_there_with_its_options(page: Path) -> None:
    assert [f"./nrm {said}: {fault}" for said in named(page) for fault in wrong(said)] == []


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("agency backup --too DIR", "--too is no option of backup"),
        ("agency copy", "copy is no command of agency"),
        ("doctor --all", "--all"),
    ],
)
def test_a_command_that_is_not_there_is_found(said: str, fault: str) -> None:
    assert any(fault in one for one in wrong(said))
