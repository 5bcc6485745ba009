"""From a decision here to its being applied there; and to the rapporteur's fact, while cases come in all the time."""

import asyncio
import time
from string import ascii_uppercase

from sqlmodel import Session, select

from deploy.proving.bench.lab import REPORTER, Lab, reports, running, until
from deploy.proving.bench.plain import hops
from deploy.proving.bench.rows import BenchRow, at_most, nth
from shared.processing.instance import Instance

A_SECOND = 10
"""Cases that come in each second: a raid, not a usual day."""


async def measure(lab: Lab) -> list[BenchRow]:
    """One decision at a time at rest, one after the other, and ten cases a second up to the rapporteur."""
    n = lab.size(200, 30)
    raw = await hops(lab.bus, n)
    intake, lead, rapporteur = lab.instance("intake", REPORTER), lab.lead(), lab.instance("reporting", "rs-koord")
    async with running(lab, intake, lead, rapporteur) as changed:
        await until(lambda: all(instance.caught_up for instance in (intake, lead, rapporteur)), changed)
        rest = await _at_rest(intake, lead, n, changed)
        rows = [
            at_most(
                f"decided here → applied there, {name}", f"{nth(rest, share) * 1000:.1f} ms",
                f"raw send → received {nth(raw, share) * 1000:.1f} ms", nth(rest, share) / nth(raw, share), 3,
            ) for name, share in (("p50", 0.5), ("p99", 0.99))
        ]  # fmt: skip
        started = time.perf_counter()
        for _ in range(n):
            await _decide(intake)
        rows.append(BenchRow("decisions one after the other, while all is applied", f"{n / (time.perf_counter() - started):,.0f} /s"))
        await until(lambda: not len(intake.outgoing) and not len(lead.outgoing), changed)
        facts = await _facts(intake, rapporteur, lab.size(100, 20))
    slowest = nth(facts, 0.99)
    said = f"p50 {nth(facts, 0.5) * 1000:.0f} ms, p99 {slowest * 1000:.0f} ms"
    return [*rows, BenchRow(f"reported → the rapporteur's fact, {A_SECOND} cases/s", said, target="p99 < 1 s", met=slowest < 1)]


async def _decide(intake: Instance, **answers: object) -> str:
    return (await intake.run(lambda work: reports(intake, work, 1, **answers)))[0]


async def _at_rest(intake: Instance, lead: Instance, n: int, changed: asyncio.Event) -> list[float]:
    took: list[float] = []
    for _ in range(n):
        started = time.perf_counter()
        case = await _decide(intake)
        await until(lambda case=case: lead.view_of(case).case is not None, changed)
        took.append(time.perf_counter() - started)
        await until(lambda: not len(lead.outgoing) and not len(intake.outgoing), changed)  # what the case before left to do
    return took


async def _facts(intake: Instance, rapporteur: Instance, n: int) -> list[float]:
    """Seconds from each report to its fact in the rapporteur's database, recognised by two letters of its own."""
    sent, took = dict[str, float](), dict[str, float]()

    async def watch() -> None:
        while len(took) < n:
            known = await asyncio.to_thread(_known, rapporteur)
            took.update({word: time.perf_counter() - sent[word] for word in known if word in sent and word not in took})
            await asyncio.sleep(0.005)

    watching = asyncio.create_task(watch())
    for number in range(n):
        word = ascii_uppercase[number // 26] + ascii_uppercase[number % 26]
        sent[word] = time.perf_counter()
        await _decide(intake, nationality=word)
        await asyncio.sleep(1 / A_SECOND)
    await watching
    return list(took.values())


def _known(rapporteur: Instance) -> list[str]:
    from services.reporting.models import Referral

    with Session(rapporteur.reader) as session:
        return list(session.exec(select(Referral.nationality)))
