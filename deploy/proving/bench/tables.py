"""The rapporteur's pages with a million facts behind them: each table should cost what it shows, not the history."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import httpx2
from sqlalchemy import select
from sqlmodel import Session

from deploy.proving.bench.desks import timed
from deploy.proving.bench.lab import Lab
from deploy.proving.bench.operators import PAGE, pair_of
from deploy.proving.bench.rows import BenchRow, nth
from deploy.proving.bench.serving import served
from shared.config.calendar import HOUR
from shared.config.clock import WallClock
from shared.config.country import Agency
from shared.processing.instance import Instance
from shared.protocol.vocabulary import AgencyKind, DeclineCode, Need
from shared.records.codec import to_json
from shared.store.database import insert, table

PORTION, TIMES = 2_000, 12
RELEASE = 5.0
"""Processor seconds that a release may take."""
STAGES = ("requested", "delivered", "noticed", "answered", "first_action", "completed", "requested")
"""Of each case: seven stages, nine happenings and a report."""
FACTS_OF_A_CASE = len(STAGES) + 10
NEEDS = list(Need)


async def measure(lab: Lab) -> list[BenchRow]:
    """Each page of the rapporteur, some times, after so many facts."""
    return await asyncio.to_thread(_measure, lab, lab.size(60_000, 600))


def _measure(lab: Lab, cases: int) -> list[BenchRow]:
    from deploy.databases.postgres import Postgres

    rapporteur = next(one for one in lab.country.agencies if one.kind is AgencyKind.RAPPORTEUR)
    folder = lab.home / "tables"
    folder.mkdir()
    instance = _instance(lab, rapporteur.id, f"sqlite:///{folder}/reporting.{rapporteur.id}.db")
    filled = _fill(instance, lab, cases)
    facts = cases * FACTS_OF_A_CASE
    rows = [*_pages(lab, rapporteur, folder, "", f"SQLite, {facts:,} facts, {cases * len(STAGES):,} stages of them")]
    with Postgres(lab.home / "postgres") as server:
        url = server.database("reporting")
        second = _instance(lab, rapporteur.id, url)
        _copy(instance, second)
        second.close()
        rows += _pages(lab, rapporteur, folder, url, "PostgreSQL, the same")
    instance.close()
    return [*rows, BenchRow("facts counted again for all tables", f"{facts / filled:,.0f} /s"), _released(lab, lab.size(1_000, 200))]


def _released(lab: Lab, cases: int) -> BenchRow:
    """All tables of one quarter of so many cases, released together: processor seconds of the gate."""
    from services.reporting.models import Happening, Referral, StageTime
    from services.reporting.queries.table_cells import kept_fact
    from services.reporting.rules import releases
    from services.reporting.rules.course import Course
    from services.reporting.rules.figures import RELEASED
    from services.reporting.rules.table_cases import counted_case
    from services.reporting.rules.table_gate import Moment, protect

    draw, quarter, counted, reports = Random(1), "2024-Q1", list[Any](), list[dict[str, Any]]()  # noqa: S311  a figure, not a secret
    for number in range(cases):
        report, stages, happened = _case(lab, draw, number)
        said = {"month": f"2024-{1 + number % 3:02}", "came": "2024-04"}
        rows = ((Referral, [report | {"quarter": quarter}]), (StageTime, stages), (Happening, happened))
        facts = [kept_fact(table(model), row | said) for model, some in rows for row in some]
        counted.append(counted_case(Course(tuple(sorted(facts, key=lambda one: one.record)))))
        reports.append(report)
    lines = {name: Counter((quarter, one[name], one["first_responder"]) for one in reports) for name in RELEASED}
    policy = lab.country.publication
    figures = releases.release({name: [(*at, n) for at, n in sorted(some.items())] for name, some in lines.items()}, {}, [], policy)
    started = time.process_time()
    made = protect(counted, figures, {}, policy, Moment(0, lambda _table, _month: 0))
    took = time.process_time() - started
    hidden, numbers = sum(one.hidden for one in made.counted), sum(len(one.numbers) for one in made.counted)
    what = f"all tables of a quarter of {cases:,} cases released together, processor time"
    return BenchRow(what, f"{took:.1f} s", f"{hidden} of {numbers} numbers suppressed", target="< 5 s", met=took < RELEASE)


def _instance(lab: Lab, agency: str, url: str) -> Instance:
    from deploy.process.composition import service

    return Instance(service("reporting"), agency, lab.country, url, WallClock())


def _pages(lab: Lab, rapporteur: Agency, folder: Path, url: str, label: str) -> Iterator[BenchRow]:
    """Each page, some times."""
    from services.reporting.rules.tables import ALL_TABLES

    pages = {one.id: f"/figures/tables/{one.id}" for one in ALL_TABLES if one.collected}
    pages |= {"figures": "/figures", "codebook": "/figures/codebook", "public": "/figures?view=public"}
    built = "/figures/build?by=gender&by=age_at_exploitation&by=exploitation_type&by=nationality"
    with (
        served(lab, rapporteur.id, folder, "reporting", databases=url) as one,
        httpx2.Client(base_url=one.url, timeout=60) as client,
    ):
        client.cookies.set(f"nrm_officer_{rapporteur.id}", rapporteur.officers[0].id)
        took = {name: nth([timed(client, "GET", path) for _ in range(TIMES + 2)][2:], 0.95) for name, path in pages.items()}
        by_four = nth([timed(client, "GET", built) for _ in range(4)][1:], 0.95)
    slowest = sorted(took.items(), key=lambda item: -item[1])
    said = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in slowest[:5])
    worst = slowest[0][1]
    yield BenchRow(
        f"a page of the rapporteur, p95, {label}", f"{worst * 1000:.0f} ms", f"slowest: {said}", target="< 300 ms", met=worst < PAGE
    )
    yield BenchRow(f"a table built by four things, counted from the facts, {label.partition(',')[0]}", f"{by_four * 1000:.0f} ms")


def _fill(instance: Instance, lab: Lab, cases: int) -> float:
    """Facts at once, figures when all are there. The seconds that the tables took."""
    from services.reporting.models import Happening, Referral, StageTime
    from services.reporting.queries import stage_tally, table_cells
    from services.reporting.queries.cells import count_happenings, count_referrals
    from services.reporting.queries.stage_tally import FinishedStage

    draw = Random(1)  # noqa: S311  a figure, not a secret
    made = (_case(lab, draw, number) for number in range(cases))
    referrals, happened, stages = list[dict[str, Any]](), list[dict[str, Any]](), list[FinishedStage]()
    for _ in range(0, cases, PORTION):
        some = list(islice(made, PORTION))
        with Session(instance.engine) as session, session.begin():
            insert(session.connection(), Referral, [one[0] for one in some])
            insert(session.connection(), StageTime, [row for one in some for row in one[1]])
            insert(session.connection(), Happening, [row for one in some for row in one[2]])
        referrals += [one[0] for one in some]
        happened += [{"kind": row["kind"], "simulated": row["simulated"]} for one in some for row in one[2]]
        stages += [FinishedStage(*(row[name] for name in FinishedStage._fields)) for one in some for row in one[1]]
    with Session(instance.engine) as session, session.begin():
        count_referrals(session, referrals)
        count_happenings(session, happened)
        stage_tally.count(session, stage_tally.FACT, stages)
    started = time.perf_counter()
    with Session(instance.engine) as session, session.begin():
        table_cells.recount(session)
    return time.perf_counter() - started


def _copy(instance: Instance, second: Instance) -> None:
    """The same facts and figures in another database."""
    from services.reporting.models import FigureCell, Happening, Referral, StageTally, StageTime

    with Session(instance.engine) as here, Session(second.engine) as there, there.begin():
        for model in (Referral, StageTime, Happening, FigureCell, StageTally):
            rows = here.connection().execute(select(table(model))).mappings()
            for some in rows.partitions(PORTION):
                insert(there.connection(), model, [{str(name): value for name, value in row.items()} for row in some])


Rows = list[dict[str, Any]]


def _case(lab: Lab, draw: Random, number: int) -> tuple[dict[str, Any], Rows, Rows]:
    """What is known of one invented case: its report, stages of two hand-offs, and what happened."""
    month = f"{draw.randint(2020, 2024)}-{draw.randint(1, 12):02}"
    said = {"simulated": False, "case": f"{number:032x}", "came": month}
    quarter = f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
    report = {
        **said, "record": f"{number:024x}referral", "quarter": quarter, "month": month, "people": 1,
        "basis": draw.choice(("consent", "child")),
        "first_responder_type": f"type {draw.randint(1, 8)}", "first_responder": f"responder {draw.randint(1, 90)}",
        "exploitation_type": ",".join(sorted(draw.sample(("SEX", "LAB", "DOM", "CRIM", "BEG"), draw.randint(1, 3)))),
        "age_at_exploitation": draw.choice(("adult", "child", "unknown")), "gender": draw.choice(("female", "male", "other")),
        "nationality": f"nationality {int(draw.expovariate(0.05)) % 150}",
    }  # fmt: skip
    return report, list(_stages(lab, draw, number, {**said, "month": month})), list(_happened(lab, draw, number, {**said, "month": month}))


def _stages(lab: Lab, draw: Random, number: int, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    giver, receiver = pair_of(lab.country, draw)
    need = draw.choice(NEEDS).value
    for n, stage in enumerate(STAGES):
        outcome = "requested" if stage == "requested" else "accepted"
        took = int(draw.lognormvariate(1.5, 1.8) * HOUR)
        yield {
            **said, "record": f"{number:028x}st{n:02}", "giver": giver, "receiver": receiver, "need": need, "stage": stage, "ms": took,
            "since": took, "machine": stage == "delivered", "outcome": outcome, "late": took > 24 * HOUR,
        }  # fmt: skip


def _happened(lab: Lab, draw: Random, number: int, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    giver, receiver = pair_of(lab.country, draw)
    need, took = draw.choice(NEEDS).value, int(draw.lognormvariate(3, 1.5) * HOUR)
    ended = {"giver": giver, "receiver": receiver, "need": need, "late": took > 24 * HOUR, "ended": took}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("bodies", {"agencies": draw.randint(2, 7)}),
        ("handoff", {**ended, "outcome": "completed", "bounced": False, "seen": took // 3, "accepted": took // 2, "acted": took}),
        ("handoff", {**ended, "outcome": "declined", "code": draw.choice(list(DeclineCode)).value, "bounced": True, "run": 1}),
        ("overdue", {"giver": giver, "receiver": receiver, "need": need}),
        ("action", {"action": "interview_held", "need": need, "agency": receiver, "ms": took}),
        ("action", {"action": "accommodation_provided", "need": need, "agency": receiver, "ms": 2 * took}),
        ("decision", {"stage": "reasonable_grounds", "positive": draw.random() < 0.6, "ms": took, "late": draw.random() < 0.1}),
        ("stall", {"code": "no_capacity", "about": "handoff"}),
        ("closing", {"reason": "goals_met", "ms": 3 * took, "needs": 3, "planned": 2, "unowned": took // 9, "joint": took}),
    ]
    for n, (kind, body) in enumerate(bodies):
        yield {**said, "record": f"{number:028x}hp{n:02}", "kind": kind, "body": to_json(body)}
