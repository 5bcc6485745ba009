"""The whole pipeline at work: read, verify, journal, fold, project, decide, echo, with every commit on the disk."""

import asyncio
import time
from contextlib import ExitStack

from deploy.proving.bench.lab import Lab, read, running, until
from deploy.proving.bench.plain import loop_rate, orm_rate, scratch
from deploy.proving.bench.rows import BenchRow, at_least
from shared.processing.instance import Instance


async def measure(lab: Lab) -> list[BenchRow]:
    """Reports lie on the log; the lead's instance takes them, says what follows, and reads that back. On both databases."""
    cases = lab.size(1500, 200)
    with ExitStack() as stack:
        raw = await loop_rate(lab.bus, lab.size(20_000, 3_000))
        rows = [BenchRow("raw consume → produce, no database", f"{raw:,.0f} /s", ratio=1.0)]
        for name, target, url in (("SQLite", 0.3, ""), ("PostgreSQL", 0.25, _postgres(lab, stack))):
            one = await asyncio.to_thread(orm_rate, _second(url) or scratch(lab.home), lab.size(300, 50))
            ours = await whole(lab, lab.lead(url), cases)
            rows.append(at_least(f"pipeline, {name}, {cases} reports", f"{ours:,.0f} applied /s", f"raw {raw:,.0f}", ours / raw, target))
            rows.append(at_least(f"pipeline, {name}", f"{ours:,.0f} applied /s", f"an ORM transaction each {one:,.0f}", ours / one, 30))
    return rows


def _postgres(lab: Lab, stack: ExitStack) -> str:
    from deploy.databases.postgres import Postgres

    server = stack.enter_context(Postgres(lab.home / "postgres"))
    server.database("plain")
    return server.database("lead")


def _second(url: str) -> str:
    """The database beside it, for the plain way."""
    return url.replace("/lead?", "/plain?")


async def whole(lab: Lab, lead: Instance, cases: int) -> float:
    """Records applied a second by one instance that also says what follows."""
    await lab.lay(cases)
    async with running(lab, lead) as changed:
        await until(lambda: read([lead]) > 0, changed)
        before, started = read([lead]), time.perf_counter()
        await until(lambda: lead.caught_up and not len(lead.outgoing), changed)
        return (read([lead]) - before) / (time.perf_counter() - started)
