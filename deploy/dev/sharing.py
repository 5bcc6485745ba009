"""A pytest plugin (`-p deploy.dev.sharing`): processes of pytest-xdist share the tests folder by folder, the longest folders first.

A folder is taken whole, because its tests share what they set up: a played demo, a cluster of brokers. In the end it says how long they
took, and how much processor time, what they started counted in, so that the list of the longest can be kept true.
"""

import resource
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LONGEST_FIRST = (
    "browser", "journeys", "deploy/demo", "services/reporting", "deploy/proving/adversary", "services/referral",
    "deploy/proving/simulation", "shared/access", "journeys/installation", "deploy/contracts", "shared/protocol", "shared/web/admin",
    "shared/casework", "shared/processing", "shared/records", "deploy/directory", "services/assistance", "shared/web/case",
    "deploy/proving/soak", "shared/store", "deploy/importers", "journeys/disclosure", "deploy/verify", "deploy/process", "shared/decisions",
    "shared/web/drawing", "deploy/proving/explorer", "shared/privacy", "services/intake", "shared/crypto", "house",
)  # fmt: skip
"""Folders below `tests/`, as the line "seconds by folder" has them; the others follow, so that no process is left alone with a long one."""
TOGETHER = frozenset({"journeys", "shared/messaging", "deploy/brokers", "deploy/backup", "deploy/doctor", "deploy/installation"})
"""Folders that one process takes, since they share the cluster: three brokers, which each process would start anew."""
SINCE, SPENT = pytest.StashKey[float](), "processor seconds"


class ByFolder(LoadScopeScheduling):
    """Hands out folders."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """How the tests are handed out."""
    return ByFolder(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest folders first; of those that share the cluster first what does without it, since three brokers at rest take a tenth of a
    core for as long as they run. In each folder what stands on the one broker comes last: it takes a hundredth."""
    items.sort(key=lambda item: (_rank(folder_of(item.nodeid)), on_the_cluster(item), "kafka" in getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """From here on processor time is this test's."""
    item.stash[SINCE] = spent()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Set up, call and end of a test each say what they spent."""
    report, now = (yield), spent()
    report.user_properties = [*report.user_properties, (SPENT, now - item.stash[SINCE])]
    item.stash[SINCE] = now
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The folders that took longest, as LONGEST_FIRST should have them."""
    took, cost = Counter[str](), Counter[str]()
    for report in (report for reports in terminalreporter.stats.values() for report in reports if hasattr(report, "duration")):
        name = folder_of(report.nodeid).partition("tests/")[2]
        took[name] += report.duration
        cost[name] += dict(report.user_properties).get(SPENT, 0)
    for what, found in {"seconds": took, SPENT: cost}.items():
        terminalreporter.write_line(f"{what} by folder: " + ", ".join(f"{name} {many:.0f}" for name, many in found.most_common(20)))
    terminalreporter.write_line(f"{SPENT} in all: {sum(cost.values()):.0f}")


def spent() -> float:
    """Processor seconds of this process, and of those that it started and that have ended."""
    ours, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime


def scope_of(nodeid: str) -> str:
    """What one process takes whole."""
    return "the cluster" if _together(nodeid) else folder_of(nodeid)


def on_the_cluster(item: pytest.Item) -> bool:
    """Whether a test stands on it: by a fixture, or by the name of the parts that it is given."""
    return _together(item.nodeid) and ("cluster" in getattr(item, "fixturenames", ()) or "cluster" in item.nodeid.partition("[")[2])


def _together(nodeid: str) -> bool:
    return folder_of(nodeid).partition("tests/")[2] in TOGETHER


def folder_of(nodeid: str) -> str:
    """The folder of a test."""
    return nodeid.partition("::")[0].rpartition("/")[0]


def _rank(folder: str) -> int:
    name = folder.partition("tests/")[2]
    name = "journeys" if name in TOGETHER else name
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)
