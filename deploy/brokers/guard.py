"""Runs a program that must not outlive its owner: `python guard.py PROGRAM ARGUMENT…`, the owner holding our standard input open.

A process between the two, because a death signal asked for by the owner itself would fire when the *thread* that started the child ends.
"""

import contextlib
import ctypes
import os
import resource
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Protocol

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 20
LOOK, LOOK_SELDOM = 0.2, 1.0
"""Seconds between looks at owner and program where the system does not tell of their ends, and where it does: a signal that comes just
before we wait does not wake us."""
LIBC = ctypes.CDLL(None)


class Child(Protocol):
    """A process that was started here, as `subprocess.Popen` gives one."""

    @property
    def pid(self) -> int: ...  # noqa: D102
    def poll(self) -> int | None: ...  # noqa: D102
    def wait(self, timeout: float | None = None) -> int: ...  # noqa: D102
    def terminate(self) -> None: ...  # noqa: D102
    def kill(self) -> None: ...  # noqa: D102


def die_with_guard() -> None:
    """Called in the child: it is killed as soon as its guard is gone."""
    if sys.platform == "linux":  # Elsewhere only a killed guard leaves its child behind.
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _wait_for_owner(child: Child) -> None:
    """Returns when the owner closes its end, when it is gone, or when the child ended by itself."""
    owner = os.getppid()
    with contextlib.ExitStack() as until:
        # The parent is watched too: a process that the owner forked may keep the pipe open after its death.
        ends = [end for pid in (owner, child.pid) if (end := _end_of(pid, until)) is not None]
        pause = LOOK_SELDOM if len(ends) == len((owner, child)) else LOOK
        while child.poll() is None and os.getppid() == owner:
            readable, _, _ = select.select([sys.stdin, *ends], [], [], pause)
            if sys.stdin in readable and not os.read(sys.stdin.fileno(), 1024):
                return


def _end_of(pid: int, until: contextlib.ExitStack) -> int | None:
    """What becomes readable with the end of a process; None where the system, or this build of Python, has no such thing, or the process
    is gone."""
    try:
        end: int = getattr(os, "pidfd_open")(pid)  # noqa: B009  pyright knows the platform, not how Python was built
    except (AttributeError, OSError):
        return None
    until.callback(os.close, end)
    return end


def _end(child: Child) -> int:
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if child.poll() is None:
        child.kill()
    return child.wait()


def children(pid: int) -> list[int]:
    """The processes that one has started; none where the system does not say."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _end_likewise(number: int) -> None:
    """End by the signal that ended the program, so that the owner sees it as if nobody stood between."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def stand_ready() -> None:
    """From here on Ctrl-C is for the owner alone, and SIGTERM ends guard and child in order. Before the child is started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)


def watch(child: Child) -> int:
    """Waits for the owner's end or the child's own, and returns the child's exit code, or ends by the same signal."""
    try:
        _wait_for_owner(child)
    finally:
        code = _end(child)
    if code < 0:
        _end_likewise(-code)
    return code


def main(command: list[str]) -> int:
    """Starts the command and watches over it."""
    stand_ready()
    # Open descriptors are handed on: among them is the lock on the data folder, held until the program itself is gone.
    return watch(subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False, preexec_fn=die_with_guard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
