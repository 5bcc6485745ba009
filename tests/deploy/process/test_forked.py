"""A program that is forked stands as one that is started anew: its own command line, environment, folder and end, behind its guard."""

import json
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.brokers import guard
from deploy.process import forked
from deploy.process.forked import LONGEST_ORDER, ForkedChild, GuardedProgram, Preloaded, Program
from deploy.trouble import Trouble

SAYING = "tests.deploy.process.saying"


@pytest.fixture(scope="module")
def parent() -> Iterator[Preloaded]:
    """The one of this process, from which other tests fork as well: to import everything once more takes seconds."""
    made = forked.preloaded()
    yield made
    assert made._process.stderr
    assert select.select([made._process.stderr], [], [], 0)[0] == [], "it has nothing to say, and has not ended"


@pytest.fixture(scope="module")
def anew() -> Iterator[Preloaded]:
    """One that begins again at once."""
    made = Preloaded("tests.deploy.process.unloaded")
    yield made
    assert made.stop() == ""


def begun(start: Callable[..., GuardedProgram], log: Path, *words: str, **more: Any) -> GuardedProgram:
    with log.open("wb") as output:
        return start(Program(SAYING, words), {**os.environ, "NRM_OF_THIS_ONE": words[0]}, output, **more)


def said(log: Path) -> dict[str, Any]:
    until(lambda: b"\n" in log.read_bytes())
    return json.loads(log.read_text())


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def ended(process: GuardedProgram) -> int:
    assert process.stdin is not None
    with process.stdin:
        return process.wait(60)


def left(process: GuardedProgram) -> int:
    assert process.stdin is not None
    process.stdin.close()
    return process.wait(60)


def test_each_has_what_it_was_given_and_nothing_of_another(parent: Preloaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = {name: begun(parent.start, tmp_path / name, name, "--option") for name in ("one", "other")}
    for name, process in made.items():
        found = said(tmp_path / name)
        assert (found["words"], found["folder"], found["environment"]["NRM_OF_THIS_ONE"]) == ([name, "--option"], str(tmp_path), name)
        assert "services.reporting.service" in found["modules"]
        assert found["threads"] == 1
        assert guard.children(process.pid) == [found["pid"]]
        assert psutil.Process(process.pid).ppid() == os.getpid()
        assert psutil.Process(found["pid"]).cmdline()[3:] == [SAYING, name, "--option"]
        assert len(found["descriptors"]) == 4, "what it writes on, and the look at this folder itself"
    assert [left(process) for process in made.values()] == [-signal.SIGTERM] * 2


def test_it_writes_where_its_own_environment_says(anew: Preloaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    made = begun(anew.start, tmp_path / "log", "one")
    assert said(tmp_path / "log")["temporary"] == str(tmp_path)
    left(made)


def test_an_order_that_was_interrupted_leaves_no_answer_to_the_next(anew: Preloaded, tmp_path: Path) -> None:
    asked = anew._process.pid

    def interrupt(_number: int, _frame: Any) -> None:
        os.kill(asked, signal.SIGCONT)
        raise KeyboardInterrupt

    os.kill(asked, signal.SIGSTOP)  # so that the order is on its way when it is interrupted
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            begun(anew.start, tmp_path / "interrupted", "interrupted")
    finally:
        signal.signal(signal.SIGALRM, before)
    after = begun(anew.start, tmp_path / "after", "after")
    program = said(tmp_path / "after")["pid"]
    assert guard.children(after.pid) == [program]
    left(after)


def test_an_order_that_is_too_long_is_refused_by_what_the_machine_says_of_it(anew: Preloaded, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="Message too long"):
        begun(anew.start, tmp_path / "log", "x" * 8 * LONGEST_ORDER)
    assert left(begun(anew.start, tmp_path / "after", "end", "0")) in (0, -signal.SIGTERM), "and the next is not"


@pytest.mark.parametrize("code", [0, 3])
def test_it_ends_as_its_program_does(anew: Preloaded, tmp_path: Path, code: int) -> None:
    assert ended(begun(anew.start, tmp_path / "log", "end", str(code))) == code


def test_who_is_killed_has_ended_by_that_and_a_guard_that_is_killed_takes_its_program_along(anew: Preloaded, tmp_path: Path) -> None:
    program, guarded = (begun(anew.start, tmp_path / name, name) for name in ("program", "guarded"))
    os.kill(said(tmp_path / "program")["pid"], signal.SIGKILL)
    assert ended(program) == -signal.SIGKILL
    pid = said(tmp_path / "guarded")["pid"]
    guarded.kill()
    assert ended(guarded) == -signal.SIGKILL
    until(lambda: not psutil.pid_exists(pid))


def test_what_was_forked_lives_on_when_that_from_which_it_was_has_ended(anew: Preloaded, tmp_path: Path) -> None:
    before = begun(anew.start, tmp_path / "before", "before")
    said(tmp_path / "before")
    anew._process.kill()
    anew._process.wait()
    after = begun(anew.start, tmp_path / "after", "after")
    assert said(tmp_path / "after")["words"] == ["after"]
    assert before.poll() is None
    assert [left(process) for process in (before, after)] == [-signal.SIGTERM] * 2


def test_a_program_that_is_not_there_ends_as_one_that_fails(anew: Preloaded, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as output:
        assert ended(anew.start(Program("deploy.nothing", ()), os.environ, output)) == 1
    assert "No module named 'deploy.nothing'" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("forks", [True, False])
def test_a_descriptor_is_held_as_long_as_it_lives(anew: Preloaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forks: bool) -> None:
    monkeypatch.setattr(forked, "FORKS", forks)
    monkeypatch.setattr(forked, "preloaded", lambda: anew)
    read, write = os.pipe()
    os.set_blocking(read, False)
    made = begun(forked.start, tmp_path / "log", "holds", hold=[write])
    os.close(write)
    said(tmp_path / "log")
    assert isinstance(made, ForkedChild) is forks
    with pytest.raises(BlockingIOError):
        os.read(read, 1)
    left(made)
    until(lambda: os.read(read, 1) == b"")
    os.close(read)
