"""`./nrm test` shares the tests between two processes: each test runs once, and a fault in the half that is not seen running is a fault."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("runtime", "deploy", "intake", "house")
TEST = """
import os, sys, time
from pathlib import Path

RAN = Path({ran!r})

def test_{half}(request):
    with RAN.open("a") as ran:
        ran.write(f"{{request.node.nodeid}} {{os.getpid()}}\\n")
    until = time.monotonic() + 30
    while len({{line.split()[1] for line in RAN.read_text().splitlines()}}) < 2:  # so that both halves have something to do
        assert time.monotonic() < until
        time.sleep(0.01)
    assert {holds}
"""
START = """
import sys
from rich.console import Console
from deploy.testing import side_by_side
sys.exit(side_by_side(sys.argv[1:], Console()))
"""
IN_THE_FIRST = "'deploy.testing' in sys.modules"


def shared(folder: Path, holds: str) -> tuple[int, str, list[str]]:
    """Four folders with two tests each: exit code and words of both halves together, and which tests ran, in their order."""
    (folder / "pytest.ini").touch()
    for name in FOLDERS:
        (folder / "tests" / name).mkdir(parents=True)
        for half in ("one", "two"):
            text = TEST.format(half=half, ran=str(folder / "ran"), holds=holds)
            (folder / "tests" / name / f"test_{name}_{half}.py").write_text(text)
    arguments = ["--rootdir", str(folder), "-c", str(folder / "pytest.ini"), "-p", "no:cacheprovider", "-q", "-rA", str(folder / "tests")]
    command = [sys.executable, "-P", "-c", START, *arguments]
    done = subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=90)
    return done.returncode, done.stdout + done.stderr, [line.split()[0] for line in (folder / "ran").read_text().splitlines()]


def test_each_test_runs_in_one_half_and_the_longest_folders_first(tmp_path: Path) -> None:
    code, said, ran = shared(tmp_path, "True")
    assert (code, sorted(ran)) == (0, sorted(f"tests/{n}/test_{n}_{half}.py::test_{half}" for n in FOLDERS for half in ("one", "two"))), (
        said
    )
    assert {test.split("/")[1] for test in ran[:2]} == {"deploy", "runtime"}
    assert sum(int(n) for n in re.findall(r"(\d+) passed", said)) == 8, "both halves are told"


def test_a_fault_in_the_other_half_is_a_fault_and_is_told(tmp_path: Path) -> None:
    code, said, ran = shared(tmp_path, IN_THE_FIRST)
    assert (code, len(ran)) == (1, 8), said
    assert re.search(r"^FAILED tests/\w+/test_\w+_one.py::test_one", said, re.MULTILINE)
