"""A pytest plugin (`-p deploy.sharing --share FOLDER`): several processes that collect the same tests share them, each test in one of them.

A folder of tests is taken whole, because its tests share what they set up (a played demo, a cluster of brokers). Whoever comes to a folder
first takes it, so neither waits for the other, and the longest come first, so that none ends up alone with them.
"""

from functools import cache
from pathlib import Path

import pytest

LONGEST_FIRST = ("deploy", "journeys", "agency", "runtime", "browser", "contracts", "simulation", "rights", "brokers")
"""Folders of `tests/`, by their measured times; the others follow."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The folder in which the processes note what is taken."""
    parser.addoption("--share", required=True, help="Folder in which processes that share the tests note what is taken.")


class Sharing:
    """What this process does with the tests that all have collected."""

    def __init__(self, taken: Path) -> None:
        self.taken = taken
        self.is_mine = cache(self._take)

    def _take(self, folder: str) -> bool:
        """Whether nobody came before us: a folder is made by one process alone."""
        try:
            (self.taken / folder.replace("/", "-")).mkdir()
        except FileExistsError:
            return False
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The longest folders first."""
        items.sort(key=_rank)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Leaves to others what they have taken."""
        return None if self.is_mine(_folder(item)) else True


def pytest_configure(config: pytest.Config) -> None:
    """The plugin proper, which knows where to look."""
    taken = Path(str(config.getoption("--share")))
    config.pluginmanager.register(Sharing(taken))


def _folder(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0].rpartition("/")[0]


def _rank(item: pytest.Item) -> int:
    name = _folder(item).rpartition("/")[2]
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)
