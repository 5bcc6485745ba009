"""An instance that was away, or lost its database, reads the log again; two such in one process and in two."""

import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

from deploy.proving.bench.lab import Lab, read, running, until
from deploy.proving.bench.pipeline import whole
from deploy.proving.bench.rows import BenchRow, at_least, at_most

MILLION = 1_000_000


async def measure(lab: Lab) -> list[BenchRow]:
    """The lead works first; then an agency reads all that is on the log into an empty database: journal, pictures, work list."""
    pipeline = await whole(lab, lab.lead(), lab.size(1500, 200, MILLION // 5))
    records, seconds = await again(lab, 1)
    rate = records / seconds
    rows = [at_least(f"catch-up and rebuild, {records:,} records", f"{rate:,.0f} /s", f"pipeline {pipeline:,.0f}", rate / pipeline, 0.5)]
    scaled = "" if records >= MILLION else "by this rate "
    rows.append(at_most(f"{scaled}a million events", f"{MILLION / rate:,.0f} s", "120 s", MILLION / rate / 120, 1))
    if not lab.million:
        rows.append(await _two(lab))
    return rows


async def again(lab: Lab, many: int) -> tuple[int, float]:
    """Records read by instances of the lead's agency with empty databases in this process, and seconds."""
    instances = [lab.instance("assistance", lab.country.lead) for _ in range(many)]
    async with running(lab, *instances) as changed:
        started = time.perf_counter()
        await until(lambda: all(instance.caught_up for instance in instances), changed)
        return read(instances), time.perf_counter() - started


async def _two(lab: Lab) -> BenchRow:
    """Two instances in this process, then each in its own; only the reading is counted, not the start of a process."""
    records, together = await again(lab, 2)
    readers = [await _reader(lab, number) for number in range(2)]
    for reader in readers:
        await asyncio.to_thread(reader.stdout.readline)  # it is ready
    for reader in readers:
        reader.stdin.write(b"go\n")
        reader.stdin.flush()
    apart = max([float(await asyncio.to_thread(reader.stdout.readline)) for reader in readers])
    for reader in readers:
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(reader.wait, 10)
    one, two = records / together, records / apart
    return at_least("two instances, a process each", f"{two:,.0f} /s", f"both in one process {one:,.0f}", two / one, 1.6)


async def _reader(lab: Lab, number: int) -> Any:
    command = [sys.executable, "-P", "-m", "deploy.proving.bench.reader", lab.bus.servers, str(lab.home / f"apart{number}")]
    return await asyncio.to_thread(subprocess.Popen, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
