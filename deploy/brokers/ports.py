"""Ports on loopback: chosen for good, so that what is started at the same moment by others of ours takes no port twice."""

import contextlib
import os
import random
import socket
import sys
import weakref
from collections.abc import Iterable, Iterator
from typing import Self

import psutil

from deploy.brokers.properties import HOST

FIRST, LAST = 28_000, 32_000
"""Any port is one of these: below those that the system hands out to clients, which hold one without anybody's asking."""


def free(port: int) -> bool:
    """Whether a server can listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As Kafka does: a connection lingering after a stop is no obstacle.
        with contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


class Ports:
    """Ports that are kept, from their choice until they are let go, for what this process starts.

    Between the choice and the moment when a server listens there, seconds go by; and a server that is started again comes back to its
    port. Who asks `Ports` meanwhile, in any process on this machine, gets another one.
    """

    def __init__(self) -> None:
        self._kept = dict[int, int]()
        weakref.finalize(self, _close, self._kept)  # whoever forgets to let go keeps nothing for ever

    def take(self, wanted: int) -> int:
        """The first port from here on that is free and not kept; kept from now on."""
        return next(port for port in range(wanted, 65536) if self._keep(port))

    def any(self) -> int:
        """A port that is free and not kept; kept from now on."""
        return next(port for port in _anywhere() if self._keep(port))

    def keep(self, port: int) -> bool:
        """Keep this very port. Whether it could be: it is ours already, or free and nobody else's."""
        return port in self._kept or self._keep(port)

    def release(self) -> None:
        """Let go of all of them."""
        _close(self._kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _keep(self, port: int) -> bool:
        """A name of Linux's abstract sockets is the sign: it is there for all users of the same ports, and ends with us, however we end."""
        sign = socket.socket(socket.AF_UNIX)
        try:
            if sys.platform == "linux":
                sign.bind(f"\0nrm-port-{port}")
            if free(port):
                self._kept[port] = sign.detach()
                return True
        except OSError:
            pass
        sign.close()
        return False


def _close(kept: dict[int, int]) -> None:
    while kept:
        os.close(kept.popitem()[1])


def any_port() -> int:
    """A port that is free now, and that nobody keeps."""
    with Ports() as ports:
        return ports.any()


def listens(pids: Iterable[int], port: int) -> bool:
    """Whether one of these processes listens there: then whoever answers at that port is that one and nobody else."""
    return any(port in _listening(pid) for pid in pids)


def _listening(pid: int) -> set[int]:
    with contextlib.suppress(psutil.Error):
        return {c.laddr.port for c in psutil.Process(pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr}
    return set()


def _anywhere() -> Iterator[int]:
    ports = list(range(FIRST, LAST))
    random.shuffle(ports)
    yield from ports
