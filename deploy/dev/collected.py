"""`python -m deploy.dev.collected DESCRIPTOR ARGUMENT…`: reads all tests once, then forks a process of pytest-xdist for each who asks.

It has one thread and nothing open. In what it forks the modules of the tests, and all that they import, are there: pytest only makes its
list of the tests anew, in an eighth of the processor time. Who asks (`deploy/dev/worker.py`) says by which line it begins, and hands over
its input and outputs. Where reading the tests fails, or starts a thread, it ends, each process of pytest-xdist reads them for itself and
says why, and in the end one line tells of that.
"""

import contextlib
import gc
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import pytest

WORKER = Path(__file__).with_name("worker.py")
COLLECT = ("--collect-only", "-qq", "-p", "no:cacheprovider")
LONGEST_COMMAND = 1 << 16
"""Bytes of the line by which a process begins."""
UNREAD = "What reads all tests once ended before its time, or never began: processes started since have read them for themselves."


class Collected:
    """A plugin of the pytest that shares out tests: while it is entered, the processes are forked from one that has read them all."""

    def __init__(self, arguments: list[str], tell: Callable[[str], object]) -> None:
        """`arguments`: those of pytest, without what shares out. `tell` is given a sentence where nothing could be forked any more."""
        self._arguments, self._tell = arguments, tell
        self._reader: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """It begins to read; who asks meanwhile waits."""
        with contextlib.ExitStack() as until:
            self._place = Path(until.enter_context(tempfile.TemporaryDirectory(prefix="nrm-tests-"))) / "door"
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as door:  # without, each is started: a path may be too long
                door.bind(str(self._place))
                door.listen()
                command = [sys.executable, "-P", "-m", "deploy.dev.collected", str(door.fileno()), *self._arguments]
                self._reader = until.enter_context(subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[door.fileno()]
                ))  # fmt: skip
            self._until = until.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """It ends, as soon as it has read the tests."""
        self._until.close()
        if self._reader is None or self._reader.returncode:
            self._tell(UNREAD)

    def pytest_xdist_setupnodes(self, specs: list[Any]) -> None:
        """How each process is started."""
        for spec in specs:
            spec.python = shlex.join([sys.executable, "-I", "-S", str(WORKER), str(self._place)])


def main(descriptor: int, arguments: list[str]) -> None:
    """Read the tests and fork until our owner is gone, and all that was forked."""
    try:
        with socket.socket(fileno=descriptor) as door:
            if pytest.main([*COLLECT, *arguments]) != pytest.ExitCode.OK or threading.active_count() > 1:
                sys.exit(1)  # what a thread had locked would never be let go in a process that is forked
            gc.freeze()  # looking for garbage would write on what all share
            interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for what is forked; we keep what that shares until then
            begins = _asked(door)
    finally:
        with contextlib.suppress(ChildProcessError):  # what is forked has no children
            while os.wait():
                pass
    if begins:
        signal.signal(signal.SIGINT, interrupted)
        _become(begins)


def _asked(door: socket.socket) -> str:
    """In a process that is forked here: by which line it begins. In this process nothing, once the owner is gone."""
    while door in select.select([door, sys.stdin], [], [])[0]:
        with door.accept()[0] as line:
            said, descriptors, _, _ = socket.recv_fds(line, LONGEST_COMMAND, 3)
            if os.fork() == 0:
                for number, descriptor in enumerate(descriptors):
                    os.dup2(descriptor, number)
                    os.close(descriptor)
                line.send(b"1")
                line.detach()  # it closes with us
                return said.decode()
            for descriptor in descriptors:
                os.close(descriptor)
    return ""


def _become(begins: str) -> None:
    """What `python -c` with this line is."""
    sys.argv, sys.modules["__main__"] = ["-c"], ModuleType("__main__")
    exec(begins, vars(sys.modules["__main__"]))  # noqa: S102  it came by a socket in a folder that is the user's alone


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
