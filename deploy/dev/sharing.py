"""A pytest plugin (`-p deploy.dev.sharing`): processes of pytest-xdist share the tests folder by folder, the longest folders first.

A folder is taken whole, because its tests share what they set up: a played demo, a broker. Of some it is not: what stands on the cluster of
brokers, wherever it lies, is taken together, and so is what goes through all pictures of a case.
In the end it says how long they took, and how much processor time, what they started counted in, so that the list of the longest can be
kept true.
"""

import resource
from collections import Counter
from collections.abc import Generator, Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

CLUSTER = "the cluster"
LONGEST_FIRST = (
    "browser", CLUSTER, "deploy/demo", "journeys", "deploy/proving/adversary", "shared/access", "services/referral",
    "journeys/installation", "deploy/contracts", "deploy/proving/simulation", "services/reporting", "shared/protocol",
    "deploy/proving/soak", "shared/processing", "shared/casework", "deploy/proving/explorer", "shared/web/case", "shared/web/admin",
    "journeys/disclosure", "shared/messaging", "shared/records", "services/assistance", "deploy/directory", "shared/store",
    "deploy/importers", "deploy/verify", "deploy/process", "deploy/backup", "deploy/doctor", "deploy/installation", "shared/decisions",
    "shared/web/drawing", "shared/privacy", "services/intake", "shared/crypto", "house",
)  # fmt: skip
"""Folders below `tests/`, as the line "seconds by folder" has them; the others follow, so that no process is left alone with a long one."""
APART = {
    "deploy/backup/test_prune_keys.py": CLUSTER,
    "deploy/brokers/test_access.py": CLUSTER,
    "deploy/brokers/test_doorstep.py": CLUSTER,
    "deploy/doctor/test_doctor_bus.py": CLUSTER,
    "deploy/installation/test_admission.py": CLUSTER,
    "shared/messaging/test_health_at_the_cluster.py": CLUSTER,
    "shared/web/admin/test_each_job_can_be_done.py": "shared/protocol",  # which has gone through the same pictures
}
"""Files that are not taken with their folder. One process takes all that stand on the cluster, three brokers that each other process would
start anew, and with them the journeys whose turn on the cluster it is."""
BROKERS = frozenset({"kafka", "parts"})
"""The fixtures of who stands on one broker: the journeys have one of their own."""
SINCE, SPENT = pytest.StashKey[float](), "processor seconds"


class ByFolder(LoadScopeScheduling):
    """Hands out folders."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """How the tests are handed out."""
    return ByFolder(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest folders first; of the files that stand on the cluster first what does without it, since three brokers at rest take a
    tenth of a core for as long as they run. In each folder what stands on the one broker comes last, with which it ends: it takes a
    hundredth."""
    items.sort(key=lambda item: (_rank(scope_of(item.nodeid)), on_the_cluster(item), not BROKERS.isdisjoint(_fixtures(item))))


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
        name = scope_of(report.nodeid)
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
    """What one process takes whole: a folder below `tests/`, or one of the two others."""
    file = nodeid.partition("::")[0].rpartition("tests/")[2]
    folder = file.rpartition("/")[0]
    return CLUSTER if folder == "journeys" and _named_so(nodeid) else APART.get(file, folder)


def on_the_cluster(item: pytest.Item) -> bool:
    """Whether a test stands on it: by a fixture, or by the name of the parts that it is given."""
    return scope_of(item.nodeid) == CLUSTER and ("cluster" in _fixtures(item) or _named_so(item.nodeid))


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())


def _named_so(nodeid: str) -> bool:
    return "cluster" in nodeid.partition("[")[2]


def _rank(scope: str) -> int:
    return LONGEST_FIRST.index(scope) if scope in LONGEST_FIRST else len(LONGEST_FIRST)
