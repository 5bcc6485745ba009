"""An agency's process, started as `./nrm serve` starts one."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx2
import psutil

from deploy.brokers.ports import any_port, listens
from deploy.demo.fleet import UNSEALED
from deploy.proving.bench.lab import Lab
from deploy.trouble import Trouble
from shared.config.attempts import poll_until

STARTED_WITHIN = 120
"""Seconds that a start may take."""


@dataclass(frozen=True)
class Served:
    """A process that is ready."""

    url: str
    seconds: float
    """From its start until it was ready."""
    megabytes: float
    """Resident, when it was ready."""


@contextmanager
def served(lab: Lab, agency: str, data: Path, *services: str, country: str = "", databases: str = "") -> Generator[Served]:
    """Start it, by the country file of this path and on this database where they are named, wait until it is ready, stop it in the end.
    Raises Trouble where it ends by itself or takes too long."""
    port = any_port()
    chosen = [word for name in services for word in ("--service", name)]
    command = [sys.executable, "-P", "-m", "deploy.cli", "serve", "--agency", agency, "--data", str(data), "--port", str(port), *chosen]
    started = time.perf_counter()
    named = {name: said for name, said in (("NRM_COUNTRY", country), ("NRM_DATABASES", databases)) if said}
    process = subprocess.Popen(
        command, env=os.environ | UNSEALED | lab.bus.environment | named, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        never = partial(Trouble, f"{agency} did not become ready.")

        def there() -> bool:
            if process.poll() is not None:
                raise never()
            return listens([process.pid], port) and _ready(url)

        poll_until(there, STARTED_WITHIN, 0.05, never)
        seconds = time.perf_counter() - started
        yield Served(url, seconds, psutil.Process(process.pid).memory_info().rss / 1e6)
    finally:
        process.terminate()
        process.wait(30)


def _ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health", timeout=2).status_code == 200
    except httpx2.HTTPError:
        return False
