"""The first pages of a day with very many open cases of fifty officers: Today with its lists and filters, search, the list of cases, each
by itself; then a decision and the pages before it while all fifty are at work.
"""

import asyncio
import time
from functools import partial

import httpx2

from deploy.proving.bench.desks import COMMAND, PAGE, decision, officer_of, open_cases, timed
from deploy.proving.bench.lab import Lab
from deploy.proving.bench.rows import BenchRow, nth
from deploy.proving.bench.serving import served
from deploy.trouble import Trouble
from shared.web.http.desk import SEARCHES_AT_MOST

OFFICERS, TIMES = 50, 25
DECISIONS, PACE = 3, 5.0
"""How many decisions each officer makes, and how many seconds it takes them to read a page or to decide."""
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
        work = asyncio.run(_all_at_work(one.url, f"nrm_officer_{lead}={officer}", opened[::OFFICERS]))
    rows = [_row(name, nth(seconds, 0.95), cases) for name, seconds in took.items()]
    return [
        *rows,
        *(_at_work(name, nth(seconds, 0.95), cases, PAGE if name == "Today" else COMMAND) for name, seconds in work.items()),
    ]


async def _all_at_work(url: str, cookie: str, cases: list[str]) -> dict[str, list[float]]:
    """Seconds that each answer takes while every officer looks at Today, opens a case of theirs and decides in it, again and again, each at
    their own pace. They sit at machines of their own and are one officer of the country file, whose cases these are."""
    took: dict[str, list[float]] = {"Today": [], "the case": [], "a decision": []}

    async def officer(n: int, client: httpx2.AsyncClient) -> None:
        await asyncio.sleep(n * PACE / OFFICERS)
        for case in cases[n::OFFICERS][:DECISIONS]:
            for name, method, path, body in (
                ("Today", "GET", "/today?whose=mine", None), ("the case", "GET", f"/lead/{case}", None),
                ("a decision", "POST", "/api/referral/decide-status", decision(case)),
            ):  # fmt: skip
                began = time.perf_counter()
                answer = await client.request(method, path, json=body)
                took[name].append(time.perf_counter() - began)
                if answer.status_code not in (200, 201):
                    raise Trouble(f"{method} {path.partition('?')[0]} answered {answer.status_code}.")
                await asyncio.sleep(max(0.0, PACE - took[name][-1]))

    most = httpx2.Limits(max_connections=OFFICERS)
    async with httpx2.AsyncClient(base_url=url, timeout=60, headers={"cookie": cookie}, limits=most) as client:
        await asyncio.gather(*(officer(n, client) for n in range(OFFICERS)))
    return took


def _at_work(name: str, seconds: float, cases: int, target: float) -> BenchRow:
    what = f"{name} with {OFFICERS} officers at work, p95, {cases:,} open cases"
    return BenchRow(what, f"{seconds * 1000:.0f} ms", target=f"< {target * 1000:.0f} ms", met=seconds < target)


def _row(name: str, seconds: float, cases: int) -> BenchRow:
    what = f"{name}, p95, {cases:,} open cases of {OFFICERS} officers"
    return BenchRow(what, f"{seconds * 1000:.0f} ms", target="< 150 ms", met=seconds < PAGE)


def _searched(client: httpx2.Client, url: str, case: str) -> float:
    """Seconds until what was found is shown. Raises Trouble."""
    answer = client.post("/search", data={"words": case[:8], "beyond": "false"}, headers={"origin": url, "accept": "text/html"})
    if answer.status_code != 303:
        raise Trouble(f"POST /search answered {answer.status_code}.")
    return answer.elapsed.total_seconds() + timed(client, "GET", answer.headers["location"])
