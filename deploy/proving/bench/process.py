"""What one agency's process takes: memory, and time until it is ready."""

import asyncio

from deploy.proving.bench.lab import REPORTER, Lab
from deploy.proving.bench.rows import BenchRow, at_most
from deploy.proving.bench.serving import Served, served


async def measure(lab: Lab) -> list[BenchRow]:
    """An inspectorate with its services, pages and consumers, on a fresh folder and once more on the same."""
    first, again = [await asyncio.to_thread(_start, lab) for _ in range(2)]
    return [
        at_most("one agency's process, resident", f"{again.megabytes:.0f} MB", "130 MB", again.megabytes / 130, 1),
        at_most("one agency's process, ready", f"{again.seconds:.1f} s", f"4 s (first time {first.seconds:.1f} s)", again.seconds / 4, 1),
    ]


def _start(lab: Lab) -> Served:
    with served(lab, REPORTER, lab.home / "process") as one:
        return one
