"""A pytest plugin (`-p deploy.dev.sharing`): processes of pytest-xdist share the tests folder by folder, the longest folders first.

A folder is taken whole, because its tests share what they set up: a played demo, a cluster of brokers.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LONGEST_FIRST = (
    "deploy/demo", "journeys", "deploy/importers", "shared/processing", "journeys/installation", "deploy/proving/soak", "browser",
    "deploy/backup", "deploy/contracts", "deploy/proving/simulation", "deploy/directory", "shared/access", "deploy/brokers",
)  # fmt: skip
"""Folders below `tests/`, by their measured times; the others follow, so that no process is left alone with a long one."""


class ByFolder(LoadScopeScheduling):
    """Hands out folders."""

    def _split_scope(self, nodeid: str) -> str:
        return folder_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """How the tests are handed out."""
    return ByFolder(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest folders first."""
    items.sort(key=lambda item: _rank(folder_of(item.nodeid)))


def folder_of(nodeid: str) -> str:
    """The folder of a test."""
    return nodeid.partition("::")[0].rpartition("/")[0]


def _rank(folder: str) -> int:
    name = folder.partition("tests/")[2]
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)
