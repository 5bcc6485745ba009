"""The rapporteur's pages with a million facts behind them: each table should cost what it shows, not the history."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

from deploy.proving.bench import rapporteur_facts
from deploy.proving.bench.desks import timed
from deploy.proving.bench.lab import Lab
from deploy.proving.bench.operators import PAGE
from deploy.proving.bench.rapporteur_facts import FACTS_OF_A_CASE, STAGES, FactsFolder
from deploy.proving.bench.rows import BenchRow, nth
from deploy.proving.bench.serving import served
from shared.config.country import Agency
from shared.protocol.vocabulary import AgencyKind

if TYPE_CHECKING:
    from services.reporting.rules.gate.releases import ReleasedFigures

TIMES, RELEASED_CASES = 12, 1_000
SMALL_QUARTER = 200
"""Cases, of which the gate asks for worlds in whole cases."""
RELEASE = 5.0
"""Processor seconds that a release may take."""
OTHER_PAGES = {
    "figures": "", "codebook": "/codebook", "pictures": "/pictures", "packs": "/packs", "returns": "/returns", "released": "?view=public",
    "released pictures": "/pictures?view=public", "released T6": "/tables/T6?view=public", "released M2": "/tables/M2?view=public",
    "built of released": "/build?view=public&by=quarter&by=gender&by=age_at_exploitation",
}  # fmt: skip
"""Beside the tables."""


async def measure(lab: Lab) -> list[BenchRow]:
    """Each page of the rapporteur, some times, after so many facts."""
    return await asyncio.to_thread(_measure, lab, lab.size(60_000, 600))


def _measure(lab: Lab, cases: int) -> list[BenchRow]:
    from deploy.databases.postgres import Postgres

    rapporteur = next(one for one in lab.country.agencies if one.kind is AgencyKind.RAPPORTEUR)
    folder = FactsFolder.of(lab, cases)
    released, gate = rapporteur_facts.release_of(lab, RELEASED_CASES)
    kept = folder.took("sqlite") is not None
    took = rapporteur_facts.fill(folder, lab, rapporteur.id, cases, released)
    facts = cases * FACTS_OF_A_CASE
    rows = [*_pages(lab, rapporteur, folder.home, "", f"SQLite, {facts:,} facts, {cases * len(STAGES):,} stages of them")]
    with Postgres(folder.home / "postgres") as server:
        url = server.database("reporting")
        rapporteur_facts.copy(folder, lab, rapporteur.id, url)
        rows += _pages(lab, rapporteur, folder.home, url, "PostgreSQL, the same")
    told = "kept: measured by an earlier run" if kept else ""
    rows.append(BenchRow("facts counted again for all tables", f"{facts / took:,.0f} /s", told))
    small = () if lab.quick else (rapporteur_facts.release_of(lab, SMALL_QUARTER),)
    return [*rows, _gate(RELEASED_CASES, released, gate), *(_gate(SMALL_QUARTER, *one) for one in small)]


def _gate(cases: int, released: "ReleasedFigures", seconds: float) -> BenchRow:
    """What a release of so many cases took."""
    hidden, numbers = sum(one.hidden for one in released.counted), sum(len(one.numbers) for one in released.counted)
    what = f"all tables of a quarter of {cases:,} cases released together, processor time"
    return BenchRow(what, f"{seconds:.1f} s", f"{hidden} of {numbers} numbers suppressed", target="< 5 s", met=seconds < RELEASE)


def _pages(lab: Lab, rapporteur: Agency, folder: Path, url: str, label: str) -> Iterator[BenchRow]:
    """Each page, some times."""
    from services.reporting.rules.exchange.packs import PACKS
    from services.reporting.rules.tables.catalogue import ALL_TABLES

    pages = {one.id: f"/figures/tables/{one.id}" for one in ALL_TABLES if one.collected}
    pages |= {f"pack {one.id}": f"/figures/packs/{one.id}" for one in PACKS}
    pages |= {name: f"/figures{path}" for name, path in OTHER_PAGES.items()}
    files = {"M3": "/figures/tables/M3/file.csv", "released T6": "/figures/tables/T6/file.csv?view=public"}
    built = "/figures/build?by=gender&by=age_at_exploitation&by=exploitation_type&by=nationality"
    with (
        served(lab, rapporteur.id, folder, "reporting", databases=url) as one,
        httpx2.Client(base_url=one.url, timeout=60) as client,
    ):
        client.cookies.set(f"nrm_officer_{rapporteur.id}", rapporteur.officers[0].id)
        took = {name: nth([timed(client, "GET", path) for _ in range(TIMES + 2)][2:], 0.95) for name, path in pages.items()}
        by_four, *of_files = (nth([timed(client, "GET", path) for _ in range(4)][1:], 0.95) for path in (built, *files.values()))
    slowest = sorted(took.items(), key=lambda item: -item[1])
    said = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in slowest[:5])
    worst = slowest[0][1]
    yield BenchRow(
        f"a page of the rapporteur, p95, {label}", f"{worst * 1000:.0f} ms", f"slowest: {said}", target="< 300 ms", met=worst < PAGE
    )
    yield BenchRow(f"a table built by four things, counted from the facts, {label.partition(',')[0]}", f"{by_four * 1000:.0f} ms")
    said = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in zip(files, of_files, strict=True))
    yield BenchRow(f"the file of a table, all quarters, {label.partition(',')[0]}", said)
