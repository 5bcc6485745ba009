"""`python -I -S worker.py PLACE ARGUMENT…`: what pytest-xdist starts instead of `python ARGUMENT…`.

It has that process forked from one that has read all tests (`deploy.dev.collected`, which listens at the place), hands it its own input and
outputs, and ends with it. Where nobody forks it becomes that Python itself. It imports nothing of ours: six of it are started.
"""

import contextlib
import os
import signal
import socket
import sys


def main(place: str, arguments: list[str]) -> None:
    """Stand for the process that is forked."""
    interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the one that is forked, which has it too
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.connect(place)
        socket.send_fds(line, [arguments[-1].encode()], [0, 1, 2])
        if line.recv(1):
            os.closerange(0, 2)  # whoever reads what it writes sees its end
            line.recv(1)
            return
    signal.signal(signal.SIGINT, interrupted)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  what we were started for


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
