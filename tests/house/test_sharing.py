"""`./nrm test` shares the tests between six processes: each folder in one of them, each test once, the longest folders first."""

import re
import subprocess
import sys
from pathlib import Path

from deploy.dev.sharing import APART, CLUSTER, LONGEST_FIRST, scope_of
from deploy.dev.testing import ROOT, SIDE_BY_SIDE
from tests.journeys.conftest import PAIRS

FOLDERS = ("services/intake", "house", "shared/processing", "deploy/demo")
TEST = """
import os
from pathlib import Path

def test_{half}(request):
    with Path({ran!r}).open("a") as ran:
        ran.write(f"{{request.node.nodeid}} {{os.getpid()}}\\n")
    assert {holds}
"""


ALONE = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Without the plugins of other packages, which each of the seven processes would import."""


def shared(folder: Path, holds: str, *more: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Four folders with two tests each: exit code and words, and which test ran in which process, in their order."""
    (folder / "pytest.ini").touch()
    for name in FOLDERS:
        (folder / "tests" / name).mkdir(parents=True)
        for half in ("one", "two"):
            (folder / "tests" / name / f"test_{name.replace('/', '_')}_{half}.py").write_text(
                TEST.format(half=half, ran=str(folder / "ran"), holds=holds)
            )
    command = [sys.executable, "-P", "-m", "pytest", "-p", "xdist.plugin", *SIDE_BY_SIDE, *more, "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=ALONE)
    ran = [(line.split()[0], line.split()[1]) for line in (folder / "ran").read_text().splitlines()]
    return done.returncode, done.stdout + done.stderr, ran


def test_each_folder_is_one_processes_and_each_test_runs_once(tmp_path: Path) -> None:
    code, said, ran = shared(tmp_path, "True")
    assert code == 0, said
    assert "8 passed" in said
    (told,) = [line for line in said.splitlines() if line.startswith("seconds by folder: ")]
    assert all(f"{name} 0" in told for name in FOLDERS)
    (cost,) = [line for line in said.splitlines() if line.startswith("processor seconds by folder: ")]
    assert all(name in cost for name in FOLDERS)
    assert re.search(r"^processor seconds in all: \d+$", said, re.MULTILINE)
    assert len({test for test, _ in ran}) == len(ran) == 8
    homes = {name: {process for test, process in ran if f"/{name}/" in test} for name in FOLDERS}
    assert all(len(processes) == 1 for processes in homes.values())
    assert len(set.union(*homes.values())) == 4
    firsts = {process: test.partition("tests/")[2].rpartition("/")[0] for test, process in reversed(ran)}
    assert {"deploy/demo", "shared/processing"} <= set(firsts.values()), "the longest come first"


def test_a_fault_in_either_process_is_a_fault(tmp_path: Path) -> None:
    code, said, _ = shared(tmp_path, "'processing' not in request.node.nodeid", "-n", "2")
    assert (code, "2 failed, 6 passed" in said) == (1, True), said


def test_what_stands_on_the_cluster_is_one_processes() -> None:
    """Each other process would start three brokers more."""
    tests = ROOT / "tests"
    asks = re.compile(r"\bcluster: Cluster\b|getfixturevalue\(\"cluster\"\)")
    asking = {file for file in tests.rglob("*.py") if file != tests / "conftest.py" and asks.search(file.read_text())}
    by_pairs = {tests / "journeys" / name for name in ("conftest.py", "parts.py")}
    assert {str(file.relative_to(tests)) for file in asking - by_pairs} == {file for file, scope in APART.items() if scope == CLUSTER}
    assert [scope_of(f"tests/journeys/test_x.py::test[{pair}]") for pair in PAIRS] == [CLUSTER, "journeys"]
    assert scope_of("tests/journeys/installation/test_x.py::test") == "journeys/installation"


def test_what_stands_on_the_cluster_comes_one_after_the_other_and_last_of_its_files(tmp_path: Path) -> None:
    """So that its brokers run no longer than they are asked."""
    for file, tests in {"deploy/doctor/test_doctor_bus.py": STANDING, "journeys/test_ways.py": STORIES}.items():
        (place := tmp_path / "tests" / file).parent.mkdir(parents=True)
        place.write_text(tests)
    (tmp_path / "tests" / "conftest.py").write_text("import pytest\n\n@pytest.fixture\ndef cluster():\n    return 3\n")
    (tmp_path / "pytest.ini").touch()
    plugins = ["-p", "xdist.plugin", "-p", "deploy.dev.sharing", "-p", "no:cacheprovider"]
    command = [sys.executable, "-P", "-m", "pytest", *plugins, "--collect-only", "-q", "tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=ALONE)
    found = [line.partition("::test_")[2] for line in done.stdout.splitlines() if "::" in line]
    assert found == ["alone", "asks", "ways[cluster-postgresql]", "told", "ways[kafka-sqlite]"], done.stdout


STANDING = """
def test_asks(cluster): ...
def test_alone(): ...
"""
STORIES = """
import pytest

@pytest.mark.parametrize("parts", ["cluster-postgresql", "kafka-sqlite"])
def test_ways(parts): ...
def test_told(): ...
"""


def test_what_is_taken_apart_and_what_is_longest_is_there() -> None:
    files = {file for file in APART if not (ROOT / "tests" / file).is_file()}
    assert files == set()
    assert {scope for scope in APART.values() if not (ROOT / "tests" / scope).is_dir()} == {CLUSTER}
    folders = [name for name in LONGEST_FIRST if name != CLUSTER]
    assert [name for name in folders if not any((ROOT / "tests" / name).glob("test_*.py"))] == []
