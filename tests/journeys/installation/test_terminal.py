"""Whoever follows the page stops where a command fails, and a block that is marked wrongly is no block."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.installation.page import RUN, Block, blocks
from tests.journeys.installation.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "log", os.environ["PATH"], {"NAME": "mine"}, {"/srv": tmp_path / "here"})
    yield made
    made.close()


def block(text: str) -> Block:
    return Block("somewhere", RUN, 7, text)


def test_what_one_block_sets_the_next_one_knows(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run(block("NAME=theirs\nOTHER=theirs"))
    assert terminal.run(block('echo "$NAME $OTHER /srv/x"')) == f"mine theirs {tmp_path}/here/x\n"


@pytest.mark.parametrize("text", ["true\nfalse\necho on", "./nrm agency no-such-command", "false | cat", 'echo "$NOBODY_SET_THIS"'])
def test_a_command_that_fails_ends_it(text: str, terminal: Terminal) -> None:
    with pytest.raises(AssertionError, match="line 7, somewhere"):
        terminal.run(block(text))


@pytest.mark.parametrize(("text", "said"), [("```bash\nx\n```\n", "marked 'bash'"), ("```sh\nx\n", "has no end")])
def test_a_block_that_nobody_would_run_is_named(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(text)
    with pytest.raises(AssertionError, match=said):
        list(blocks(tmp_path / "page.md"))
