"""`python -P -m tests.journeys.installation.forked_commands SOCKET`: the commands that somebody types, forked from a process that has
imported everything. Started anew each of two dozen spends two seconds on its imports: so they are with `--long`, and every day what stays
running is.

`typed.py` stands where `./nrm` is typed; its words, folder, environment and its three streams come here.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.process.preloaded import load
from shared.config.garbage import look_seldom

ROOT = Path(__file__).resolve().parents[3]
TYPED = Path(__file__).with_name("typed.py")
LONGEST = 1 << 20


@contextmanager
def forking(environment: Mapping[str, str]) -> Iterator[str]:
    """What is typed in place of `./nrm` as long as this lasts. The socket lies near the root: its name may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="nrm-") as folder:
        at = f"{folder}/s"
        with socket.socket(socket.AF_UNIX) as line:
            line.bind(at)
            line.listen()
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, str(line.fileno())], pass_fds=[line.fileno()], stdin=subprocess.DEVNULL,
                env={**{name: value for name, value in environment.items() if not name.startswith("NRM_")}, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
        try:
            yield f"{sys.executable} -I -S {TYPED} {at}"
        finally:
            process.terminate()
            process.wait()


def main(descriptor: int) -> None:
    """Fork, until somebody ends us. One command after the other, as in a shell."""
    import deploy.cli

    look_seldom()
    load()
    gc.freeze()
    with socket.socket(fileno=descriptor) as listening:
        while True:
            line, _ = listening.accept()
            with line:
                said, streams, _, _ = socket.recv_fds(line, LONGEST, 3)
                if (pid := os.fork()) == 0:
                    listening.close()
                    _become(json.loads(said), streams)
                    break
                for stream in streams:
                    os.close(stream)
                _, status = os.waitpid(pid, 0)
                line.send(str(os.waitstatus_to_exitcode(status)).encode())
    deploy.cli.main()


def _become(order: dict[str, object], streams: list[int]) -> None:
    """What was typed."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.chdir(str(order["folder"]))
    os.environ.clear()
    os.environ.update({**order["environment"], "PYTHONPATH": str(ROOT)})  # type: ignore[dict-item]
    time.tzset()
    tempfile.tempdir = None
    sys.argv = ["nrm", *order["words"]]  # type: ignore[misc]


if __name__ == "__main__":
    main(int(sys.argv[1]))
