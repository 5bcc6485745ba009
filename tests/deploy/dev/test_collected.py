"""The processes of pytest-xdist are forked from one that has read the tests, and are what they would be if they had been started."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deploy.dev.collected import UNREAD, WORKER, Collected
from deploy.dev.testing import ROOT

READ = """
import os

def look(*words):
    with open({seen!r}, "a") as seen:
        seen.write(" ".join(map(str, words)) + "\\n")

look("read", os.getpid())
"""
ALIKE = """
import random, signal, sys, threading, uuid

def test_alike():
    look("ran", os.getpid(), random.random(), uuid.uuid4(), *sys.argv, os.path.basename(os.getcwd()), os.environ["GIVEN"])
    assert [thread for thread in threading.enumerate() if not thread.daemon] == [threading.main_thread()]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

def test_wrong(capfd):
    os.system("echo what a child says")
    assert sorted("ab") == ["a", "c"]
"""
DIES = """
def test_dies():
    os.kill(os.getppid(), 2)  # as Ctrl-C does; another is forked in our place
    os.kill(os.getpid(), 9)
"""
RUN = """
import signal, sys, pytest
from deploy.dev.collected import Collected
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs us in the background has had it ignored
with Collected(sys.argv[1:], print) as collected:
    sys.exit(pytest.main([*sys.argv[1:], "-n", "2"], plugins=[collected]))
"""
GIVEN = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "GIVEN": "by-the-caller"}


def run(folder: Path, **files: str) -> tuple[int, str, list[list[str]], list[list[str]]]:
    """Exit code, words, by whom each file was read, and what each test saw that looked around."""
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    (folder / "tests").mkdir()
    for name, text in files.items():
        (folder / "tests" / f"test_{name}.py").write_text(READ.format(seen=str(folder / "seen")) + text)
    command = [sys.executable, "-P", "-c", RUN, "-p", "xdist.plugin", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=GIVEN, timeout=120)
    seen = [line.split() for line in (folder / "seen").read_text().splitlines()]
    return done.returncode, done.stdout + done.stderr, *([words[1:] for words in seen if words[0] == what] for what in ("read", "ran"))


def test_each_is_forked_and_is_what_it_would_be_if_it_had_been_started(tmp_path: Path) -> None:
    code, said, read, ran = run(tmp_path, a=ALIKE, b=ALIKE, dies=DIES)
    assert (code, len(read), len({who for (who,) in read})) == (1, 3, 1), said
    assert len({who for who, *_ in ran} | {read[0][0]}) == 3, "two tests, in two processes, neither of them the one that has read them"
    assert len({chance for _, chance, *_ in ran}) == len({drawn for _, _, drawn, *_ in ran}) == 2
    assert [around for _, _, _, *around in ran] == [["-c", tmp_path.name, "by-the-caller"]] * 2
    assert "3 failed, 2 passed" in said
    assert UNREAD not in said
    assert said.count("AssertionError: assert ['a', 'b'] == ['a', 'c']") == said.count("what a child says\n") == 2
    assert "crashed while running 'tests/test_dies.py::test_dies'" in said


def test_where_reading_fails_each_process_reads_for_itself_and_says_why(tmp_path: Path) -> None:
    code, said, read, ran = run(tmp_path, a="", broken="import nothing_like_this")
    assert (code, ran) == (1, []), said
    assert "No module named 'nothing_like_this'" in said
    assert len({who for (who,) in read}) == 3
    assert said.count(UNREAD) == 1


def test_where_it_ends_before_its_time_that_is_said(tmp_path: Path) -> None:
    code, said, _, _ = run(tmp_path, ends="def test_ends():\n    os.kill(os.getppid(), 9)\n")
    assert (code, said.count(UNREAD)) == (0, 1), said


def test_where_nobody_forks_it_is_started(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", str(WORKER), str(tmp_path / "none"), "-u", "-c", "print(input(), __name__)"]
    assert subprocess.run(command, input="said\n", capture_output=True, text=True).stdout == "said __main__\n"


def test_where_a_socket_cannot_lie_nothing_is_read_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (deep := tmp_path / ("deep" * 30)).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    said = list[str]()
    with Collected(["tests"], said.append):
        assert [file for folder in deep.iterdir() for file in folder.iterdir()] == []
    assert (list(deep.iterdir()), said) == ([], [UNREAD])
