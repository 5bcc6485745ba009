"""The commands that somebody types, forked from a process that has imported everything (`deploy.process.preloaded`). Started anew each of
two dozen spends two seconds on its imports: so they are with `--long`, and every day the bus and an agency are.

`typed.py` stands where `./nrm` is typed; its words, folder, environment and its three streams come here.
"""

import gc
import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from deploy.process.forked import Program, start
from shared.config.attempts import poll_until

ROOT = Path(__file__).resolve().parents[3]
TYPED = Path(__file__).with_name("typed.py")
LONGEST = 1 << 20
PATIENCE = 60


@contextmanager
def forking(environment: Mapping[str, str]) -> Iterator[str]:
    """What is typed in place of `./nrm` as long as this lasts. The socket lies near the root: its name may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="nrm-") as folder:
        at, inherited = f"{folder}/s", {name: value for name, value in environment.items() if not name.startswith("NRM_")}
        with open(os.devnull, "wb") as nowhere:
            process = start(Program(__name__, (at,)), inherited, nowhere)
        assert process.stdin
        try:
            poll_until(Path(at).exists, PATIENCE, 0.01, partial(AssertionError, "nobody forks commands"))
            yield f"{sys.executable} -I -S {TYPED} {at}"
        finally:
            process.stdin.close()
            process.wait(PATIENCE)


def main() -> None:
    """Fork, until somebody ends us. One command after the other, as in a shell."""
    import deploy.cli

    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(half := f"{sys.argv[1]}.half")
        listening.listen()
        os.rename(half, sys.argv[1])  # who sees it can ask
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
