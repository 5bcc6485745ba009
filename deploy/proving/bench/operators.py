"""The operators' desk with very many hand-offs behind it: what a page costs should follow what it shows, not the history."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import httpx2

from deploy.process.country_file import COUNTRIES
from deploy.proving.bench.desks import timed
from deploy.proving.bench.lab import Lab
from deploy.proving.bench.rows import BenchRow, nth
from deploy.proving.bench.serving import served
from shared.config.calendar import DAY, HOUR
from shared.config.clock import WallClock
from shared.config.country import Agency, Country
from shared.config.country_loading import load
from shared.observability.open_statement import OpenHandoff, OpenStatement
from shared.processing.instance import Instance
from shared.protocol.vocabulary import AgencyKind, Need

PAGE = 0.3
"""Seconds that nineteen of twenty pages may take."""
AGENCIES, KINDS = 30, ("ngo", "police", "social_services", "health")
PORTION, OPEN, TIMES = 5_000, 2_000, 20
OUTCOMES = ("accepted", "accepted", "accepted", "declined")
STAGES = ("answered", "delivered", "noticed", "first_action", "completed")


async def measure(lab: Lab) -> list[BenchRow]:
    """Each page for cleared staff, some dozens of times, after so many stages."""
    return await asyncio.to_thread(_measure, lab, lab.size(400_000, 5_000))


def _measure(lab: Lab, stages: int) -> list[BenchRow]:
    from services.reporting.ingest.open_handoffs import store as store_open
    from services.reporting.queries.spans import store

    file = _large(lab.home / "thirty.toml")
    country = load(file)
    coordinator = next(one for one in country.agencies if one.kind is AgencyKind.COORDINATOR)
    folder = lab.home / "operators"
    folder.mkdir()
    instance = _instance(country, coordinator, folder)
    draw = Random(1)  # noqa: S311  a figure, not a secret
    now = instance.clock.now()[0]
    spans = _spans(country, draw, now)
    for _ in range(0, stages, PORTION):
        instance.transact(lambda work: store(work, list(islice(spans, PORTION))))
    instance.transact(lambda work: store_open(work, _open(country, draw, now)))
    instance.close()
    pair = pair_of(country, Random(2))  # noqa: S311
    pages = {
        "desk": "/operations",
        "filtered": f"/operations?agency={pair[1]}&late=yes",
        "pair": f"/operations/pairs/{'/'.join(pair)}",
        "agency": f"/operations/agencies/{pair[1]}",
        "promises": "/operations/promises",
        "agencies": "/operations/agencies",
        "passed round": f"/operations/passed-round?agency={pair[1]}",
        "away": "/operations/away",
        "waiting": "/operations/waiting",
        "case": f"/operations/traces/{1:032x}",
        "metrics": "/metrics",
    }
    with served(lab, coordinator.id, folder, "reporting", country=str(file)) as one, httpx2.Client(base_url=one.url, timeout=30) as client:
        client.cookies.set(f"nrm_officer_{coordinator.id}", coordinator.officers[0].id)
        took = {name: _times(client, path) for name, path in pages.items()}
    worst = max(nth(some, 0.95) for some in took.values())
    each = ", ".join(f"{name} {nth(some, 0.95) * 1000:.0f}" for name, some in took.items())
    label = f"a page of the operators, p95, {len(country.agencies)} agencies, {stages:,} stages, {OPEN:,} open"
    return [BenchRow(label, f"{worst * 1000:.0f} ms", each, target="< 300 ms", met=worst < PAGE)]


def _large(file: Path) -> Path:
    """The country file of Serbia with invented agencies until there are so many."""
    text = (COUNTRIES / "serbia.toml").read_text(encoding="utf-8")
    more = AGENCIES - text.count("[[agencies]]")
    blocks = (f'\n[[agencies]]\nid = "rs-more-{n}"\nname = "Invented agency {n}"\nkind = "{KINDS[n % len(KINDS)]}"\n' for n in range(more))
    file.write_text(text + "".join(blocks), encoding="utf-8")
    return file


def _instance(country: Country, agency: Agency, folder: Path) -> Instance:
    from deploy.process.composition import service

    return Instance(service("reporting"), agency.id, country, f"sqlite:///{folder}/reporting.{agency.id}.db", WallClock())


def _times(client: httpx2.Client, path: str) -> list[float]:
    return [timed(client, "GET", path) for _ in range(TIMES + 2)][2:]


def pair_of(country: Country, draw: Random) -> tuple[str, str]:
    """Some pairs have far more hand-offs than others, as in life."""
    known = [one.id for one in country.agencies if not one.apart]
    giver, receiver = (known[min(int(draw.expovariate(4 / len(known))), len(known) - 1)] for _ in range(2))
    return giver, receiver


def _spans(country: Country, draw: Random, now: int) -> Iterator[dict[str, Any]]:
    needs, number = list(Need), 0
    while True:
        giver, receiver = pair_of(country, draw)
        handoff, need, began = f"{number:016x}", draw.choice(needs), now - int(draw.random() * 730 * DAY)
        outcome = draw.choice(OUTCOMES)
        for stage in STAGES[:3] if outcome == "declined" else STAGES:
            number += 1
            took = int(draw.lognormvariate(1.5, 1.8) * HOUR)
            yield {
                "span_id": f"{number:016x}", "trace_id": f"{number // 20:032x}", "parent_id": None, "name": f"handoff {stage}",
                "instance": f"assistance.{receiver}", "start": began, "end": began + took, "handoff": handoff,
                "stage": stage, "giver": giver, "receiver": receiver, "need": need.value, "outcome": outcome,
                "answer_by": began + DAY, "late": took > DAY, "simulated": False, "attributes": "{}",
            }  # fmt: skip


def _open(country: Country, draw: Random, now: int) -> OpenStatement:
    needs = list(Need)

    def one(number: int) -> OpenHandoff:
        giver, receiver = pair_of(country, draw)
        asked = now - int(draw.random() * 30 * DAY)
        return OpenHandoff(
            handoff=f"open-{number}", trace=f"{number:032x}", giver=giver, receiver=receiver, need=draw.choice(needs).value, kind="handoff",
            state="requested", waiting=True, mover=receiver, asked_at=asked, due=asked + DAY, simulated=False,
        )  # fmt: skip

    said = tuple(one(number) for number in range(OPEN))
    return OpenStatement(instance=f"referral.{country.lead}", at=now, release="0", unsent=0, unsent_since=0, parked=0, open=said)
