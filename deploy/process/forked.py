"""Processes of ours behind their guards, forked from one that has imported everything (`preloaded`), or started anew where that cannot be.

An agency's process spends two seconds of processor time on its imports. Whoever starts several of them imports once.
"""

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from deploy.brokers import guard
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.i18n import N_

ROOT = Path(__file__).resolve().parents[2]
LONGEST_ORDER = 1 << 20
"""Bytes of an order: command line and environment."""
PR_SET_CHILD_SUBREAPER = 36
LOOK = 0.02
"""Seconds between looks at who is waited for."""
FORKS = sys.platform == "linux"
"""Whether a process can become the child of another than the one that forked it."""
FORKING = N_("The process from which agencies are forked")
ONE_AT_A_TIME = threading.RLock()
"""Orders, of whichever thread: while one is carried out, the whole process takes in children."""


class Program(NamedTuple):
    """A module of ours whose `main()` is a program, and what its command line says behind its name."""

    module: str
    words: tuple[str, ...]

    @property
    def command(self) -> list[str]:
        """How it is started anew."""
        return [sys.executable, "-P", "-m", self.module, *self.words]


class GuardedProgram(guard.Child, Protocol):
    """The guard of a program, as `subprocess.Popen` gives one. It ends when its standard input is closed, and as the program ended."""

    @property
    def pid(self) -> int: ...  # noqa: D102
    @property
    def stdin(self) -> IO[bytes] | None: ...  # noqa: D102


class ForkedChild:
    """A child of this process that another part of it, or another process for it, has forked."""

    def __init__(self, pid: int, stdin: IO[bytes] | None = None) -> None:
        self.pid, self.stdin, self._lock = pid, stdin, threading.Lock()
        self._code: int | None = None

    def poll(self) -> int | None:
        """How it ended, as Popen says it; None while it runs."""
        with self._lock:
            if self._code is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                self._code = os.waitstatus_to_exitcode(status) if pid else None
            return self._code

    def wait(self, timeout: float | None = None) -> int:
        """The same once it has ended. Raises subprocess.TimeoutExpired after so many seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(LOOK)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def start(
    program: Program, environment: Mapping[str, str], output: IO[bytes], *, root: Path = ROOT, hold: Sequence[int] = ()
) -> GuardedProgram:
    """A program behind its guard, in a session of its own: Ctrl-C in the terminal is for us, and we then end everything in order.

    `root`: the checkout whose code it runs; `hold`: descriptors that are open as long as it lives. Raises Trouble.
    """
    environment = {**environment, "PYTHONPATH": str(root)}  # for what the program itself starts
    if root == ROOT and FORKS:
        with ONE_AT_A_TIME:
            return preloaded().start(program, environment, output, hold)
    return subprocess.Popen(
        [sys.executable, "-I", guard.__file__, *program.command], stdin=subprocess.PIPE, stdout=output, stderr=output, pass_fds=hold,
        env=environment, start_new_session=True,
    )  # fmt: skip


def prepare() -> None:
    """Whoever has something else to do before it starts its first calls this: what is imported is imported meanwhile.

    Called once it is sure that something starts: whoever ends before waits for what has begun.
    """
    if FORKS:
        with ONE_AT_A_TIME:
            preloaded()


@cache
def preloaded() -> "Preloaded":
    """The one of this process. It ends with us, however we end."""
    made = Preloaded()
    atexit.register(made.stop)
    return made


class Preloaded:
    """A process that has imported everything and forks whom it is told to. What it forked does not need it any more."""

    def __init__(self, module: str = "deploy.process.preloaded") -> None:
        """Begin it: `module` is the program of that process, which says what it imports."""
        self._module = module
        self._begin()

    def _begin(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self._line, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST_ORDER)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self._module, str(theirs.fileno())], pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def start(self, program: Program, environment: Mapping[str, str], output: IO[bytes], hold: Sequence[int] = ()) -> ForkedChild:
        """Fork a guard, which becomes a child of ours, and the program behind it. Raises Trouble."""
        read, write = os.pipe()
        order = json.dumps({"module": program.module, "words": program.words, "environment": dict(environment), "folder": os.getcwd()})
        with ONE_AT_A_TIME, os.fdopen(read, "rb"), contextlib.ExitStack() as unless_it_runs:
            owner = unless_it_runs.enter_context(os.fdopen(write, "wb"))
            pid = self._ask(order.encode(), [read, output.fileno(), *hold])
            unless_it_runs.pop_all()
        return ForkedChild(pid, owner)

    def _ask(self, order: bytes, descriptors: Sequence[int]) -> int:
        if self._process.poll() is not None:  # somebody killed it, or memory ran out; those whom it forked live on
            self.stop()
            self._begin()
        guard.LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)  # whom a process forks for us that then ends becomes our child
        try:
            socket.send_fds(self._line, [order], descriptors)
            answer = self._line.recv(LONGEST_ORDER)
        except OSError as error:
            raise Trouble(
                "%(forking)s cannot be asked: %(why)s. Start this again. Its last words: %(stop)s",
                forking=translate(FORKING),
                why=error,
                stop=self.stop(),
            ) from error
        except BaseException:
            self.stop()  # its answer would be taken for that to the next order, which begins anew
            raise
        finally:
            guard.LIBC.prctl(PR_SET_CHILD_SUBREAPER, 0)
        if not answer:
            raise Trouble("%(forking)s has ended. Start this again. Its last words: %(stop)s", forking=translate(FORKING), stop=self.stop())
        return int(answer)

    def stop(self) -> str:
        """End it; it is safe to call twice. What it has said: nothing where all is well."""
        self._line.close()
        with self._process:  # waits for its end
            said = self._process.stderr
            return "" if said is None or said.closed else said.read().decode(errors="replace")


def received(line: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next order with its descriptors; None when nobody gives any more."""
    said, descriptors, _, _ = socket.recv_fds(line, LONGEST_ORDER, 16)
    return (json.loads(said), descriptors) if said else None
