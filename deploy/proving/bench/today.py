"""The first pages of a day with very many open cases of fifty officers: Today with its lists and filters, search, the list of cases."""

import asyncio
from functools import partial

import httpx2

from deploy.proving.bench.desks import PAGE, officer_of, open_cases, timed
from deploy.proving.bench.lab import Lab
from deploy.proving.bench.rows import BenchRow, nth
from deploy.proving.bench.serving import served
from deploy.trouble import Trouble
from shared.web.desk import SEARCHES_AT_MOST

OFFICERS, TIMES = 50, 25
LISTS = {
    "Today, one's own": "/today?whose=mine", "Today, the agency's": "/today?whose=agency",
    "Today, waiting for others": "/today?whose=others",
    "Today, one need": "/today?whose=others&need=legal", "Today, page 100": "/today?whose=others&page=100", "the lead's list": "/lead",
}  # fmt: skip


async def measure(lab: Lab) -> list[BenchRow]:
    """Each page some dozens of times, one after the other."""
    return await asyncio.to_thread(_measure, lab, lab.size(10_000, 300))


def _measure(lab: Lab, cases: int) -> list[BenchRow]:
    folder, lead, officer = lab.home / "today", lab.country.lead, officer_of(lab)
    folder.mkdir()
    opened = open_cases(lab, folder / f"referral.{lead}.db", cases, lambda n: f"officer-{n % OFFICERS}" if n % OFFICERS else officer)
    with served(lab, lead, folder, "referral") as one, httpx2.Client(base_url=one.url, timeout=30) as client:
        client.cookies.set(f"nrm_officer_{lead}", officer)
        took = {name: [timed(client, "GET", path) for _ in range(TIMES)][2:] for name, path in LISTS.items()}
        search = partial(_searched, client, one.url)
        took["search, by number"] = [search(opened[n * OFFICERS]) for n in range(min(SEARCHES_AT_MOST, len(opened) // OFFICERS))]
    return [_row(name, nth(seconds, 0.95), cases) for name, seconds in took.items()]


def _row(name: str, seconds: float, cases: int) -> BenchRow:
    what = f"{name}, p95, {cases:,} open cases of {OFFICERS} officers"
    return BenchRow(what, f"{seconds * 1000:.0f} ms", target="< 150 ms", met=seconds < PAGE)


def _searched(client: httpx2.Client, url: str, case: str) -> float:
    """Seconds until what was found is shown. Raises Trouble."""
    answer = client.post("/search", data={"words": case[:8], "beyond": "false"}, headers={"origin": url, "accept": "text/html"})
    if answer.status_code != 303:
        raise Trouble(f"POST /search answered {answer.status_code}.")
    return answer.elapsed.total_seconds() + timed(client, "GET", answer.headers["location"])
