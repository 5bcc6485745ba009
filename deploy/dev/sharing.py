"""A pytest plugin (`-p deploy.dev.sharing`): processes of pytest-xdist share the tests folder by folder, the longest folders first.

A folder is taken whole, because its tests share what they set up: a played demo, a cluster of brokers. In the end it says how long they
took, so that the list of the longest can be kept true.
"""

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LONGEST_FIRST = (
    "deploy/demo", "deploy/proving/adversary", "journeys", "services/referral", "browser", "journeys/installation",
    "deploy/proving/simulation", "deploy/directory", "deploy/proving/soak", "services/assistance", "shared/access", "shared/processing",
    "shared/messaging", "services/reporting", "deploy/importers", "deploy/contracts", "shared/privacy", "deploy/brokers",
    "deploy/proving/explorer", "shared/store", "deploy/backup", "deploy/process",
)  # fmt: skip
"""Folders below `tests/`, as the line "seconds by folder" has them; the others follow, so that no process is left alone with a long one."""


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The folders that took longest, as LONGEST_FIRST should have them."""
    took = Counter[str]()
    for report in (report for reports in terminalreporter.stats.values() for report in reports if hasattr(report, "duration")):
        took[folder_of(report.nodeid).partition("tests/")[2]] += report.duration
    terminalreporter.write_line("seconds by folder: " + ", ".join(f"{name} {seconds:.0f}" for name, seconds in took.most_common(20)))


def folder_of(nodeid: str) -> str:
    """The folder of a test."""
    return nodeid.partition("::")[0].rpartition("/")[0]


def _rank(folder: str) -> int:
    name = folder.partition("tests/")[2]
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)
