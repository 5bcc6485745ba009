"""Pages and commands of the lead with very many open cases: what an officer waits for."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
from sqlalchemy import delete
from sqlmodel import Session

from deploy.process.composition import service
from deploy.proving.bench.foreign import ClientRecord
from deploy.proving.bench.lab import REPORTER, Lab, reports
from deploy.proving.bench.rows import BenchRow, nth
from deploy.proving.bench.serving import served
from deploy.trouble import Trouble
from shared.access.assignments import give
from shared.config.clock import WallClock
from shared.config.settings import PARTITIONS
from shared.processing.instance import Instance
from shared.protocol.vocabulary import Stage
from shared.records.codec import Decided, complete
from shared.records.reader import home, read
from shared.store.database import table
from shared.store.tables import Position

PAGE, COMMAND = 0.15, 0.3
"""Seconds that nineteen of twenty may take."""


async def measure(lab: Lab) -> list[BenchRow]:
    """The lead's list, a case, a decision on it; each some dozens of times, one after the other."""
    cases = lab.size(10_000, 300)
    return await asyncio.to_thread(_measure, lab, cases)


def _measure(lab: Lab, cases: int) -> list[BenchRow]:
    folder = lab.home / "desks"
    folder.mkdir()
    officer = officer_of(lab)
    opened = open_cases(lab, folder / f"referral.{lab.country.lead}.db", cases, lambda _n: officer)
    with served(lab, lab.country.lead, folder, "referral") as one, httpx2.Client(base_url=one.url, timeout=30) as client:
        client.cookies.set(f"nrm_officer_{lab.country.lead}", officer_of(lab))
        pages = [timed(client, "GET", path) for case in opened[:30] for path in ("/lead", f"/lead/{case}")]
        commands = [timed(client, "POST", "/api/referral/decide-status", decision(case)) for case in opened[:40]]
    page, command = nth(pages[2:], 0.95), nth(commands[2:], 0.95)
    return [
        BenchRow(f"a page, p95, {cases:,} open cases", f"{page * 1000:.0f} ms", target="< 150 ms", met=page < PAGE),
        BenchRow(f"a command, p95, {cases:,} open cases", f"{command * 1000:.0f} ms", target="< 300 ms", met=command < COMMAND),
    ]


def officer_of(lab: Lab) -> str:
    """Whose all these cases are."""
    return lab.country.agency(lab.country.lead).officers[0].id


def timed(client: httpx2.Client, method: str, path: str, body: dict[str, object] | None = None) -> float:
    """Seconds that one request takes. Raises Trouble where it is not answered as it should be."""
    started = time.perf_counter()
    answer = client.request(method, path, json=body)
    took = time.perf_counter() - started
    if answer.status_code not in (200, 201):
        raise Trouble(f"{method} {path.partition('?')[0]} answered {answer.status_code}.")
    return took


def decision(case: str) -> dict[str, object]:
    """What a program sends that decides on status."""
    return {"case": case, "stage": Stage.REASONABLE_GROUNDS.value, "positive": True}


def open_cases(lab: Lab, file: Path, cases: int, whose: Callable[[int], str]) -> list[str]:
    """A lead's database with so many open cases, their invitations sent, the n-th of them this officer's; the cases. It has read no log."""
    intake = lab.instance("intake", REPORTER)
    lead = Instance(service("referral"), lab.country.lead, lab.country, f"sqlite:///{file}", WallClock())
    opened = intake.transact(lambda work: reports(intake, work, cases))
    ends = dict.fromkeys(range(PARTITIONS), 0)
    for instance in (intake, lead):
        while rows := instance.outgoing.take(500):
            lead.take(read([landed(row, instance, ends) for row in rows]))
    with Session(lead.engine) as session, session.begin():
        session.connection().execute(delete(table(Position)))
    by, at = officer_of(lab), lead.clock.now()[0]
    lead.transact(lambda work: [give(work, case, whose(n), by, at) for n, case in enumerate(opened)])
    for instance in (intake, lead):
        instance.close()
    return opened


def landed(row: Decided, instance: Instance, ends: dict[int, int]) -> ClientRecord:
    """The record of a decision, as a reader finds it on a log of which only the ends are known."""
    key, value, _ = complete(row, instance.me, instance.view_of(row.case).case, row.at)
    part = home(key, PARTITIONS)
    ends[part] += 1
    return ClientRecord(part, ends[part] - 1, row.at, key, value)
