"""A million invented facts for the rapporteur's pages, in both databases: kept from one run to the next, since filling takes minutes."""

import hashlib
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import select
from sqlmodel import Session

from deploy.proving.bench.lab import Lab
from deploy.proving.bench.operators import pair_of
from shared.config.calendar import DAY, HOUR
from shared.config.clock import WallClock
from shared.processing.instance import Instance
from shared.protocol.vocabulary import DeclineCode, Need
from shared.records.codec import to_json
from shared.store.database import insert, table

if TYPE_CHECKING:
    from services.reporting.rules.gate.releases import ReleasedFigures

PORTION = 2_000
STAGES = ("requested", "delivered", "noticed", "answered", "first_action", "completed", "requested")
"""Of each case: seven stages, nine happenings and a report."""
FACTS_OF_A_CASE = len(STAGES) + 10
OF_PEOPLE = ("noticed", "answered", "first_action")
"""Those of which working days are told, too."""
NEEDS, QUARTER = list(Need), "2024-Q1"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class FactsFolder:
    """Where the facts of so many cases lie: a folder of the run, or one that is kept, which is of the same facts and definitions."""

    home: Path
    """`reporting.<agency>.db` and, in `postgres`, the data of a server lie here."""

    @classmethod
    def of(cls, lab: Lab, cases: int) -> "FactsFolder":
        """The one of these cases: filled already where another run has kept it. What is of other facts, definitions or another gate, whose
        releases lie in it, is taken away."""
        from services.reporting.rules import gate
        from services.reporting.rules.tables.catalogue import VERSION

        sources = (Path(__file__), *(one for folder in gate.__path__ for one in sorted(Path(folder).glob("*.py"))))
        said = VERSION.encode() + b"".join(one.read_bytes() for one in sources)
        name, root = f"{cases}-cases-", lab.kept or lab.home
        home = root / f"{name}{hashlib.sha256(said).hexdigest()[:12]}"
        for other in root.glob(f"{name}*"):
            if other != home:
                shutil.rmtree(other)
        home.mkdir(parents=True, exist_ok=True)
        return cls(home)

    def took(self, what: str) -> float | None:
        """Seconds that this had taken when it was done; None where it has not been, or broke off."""
        done = self.home / f"{what}.done"
        return float(done.read_text()) if done.exists() else None

    def is_done(self, what: str, seconds: float) -> None:
        """So that the next run finds it."""
        (self.home / f"{what}.done").write_text(f"{seconds}")


def fill(facts: FactsFolder, lab: Lab, agency: str, cases: int, released: "ReleasedFigures") -> float:
    """Facts of so many cases in SQLite, and releases. The seconds that counting the tables of them took, when it was done."""
    if (took := facts.took("sqlite")) is not None:
        return took
    for file in facts.home.glob("reporting.*"):
        file.unlink()
    instance = _instance(lab, agency, sqlite(facts, agency))
    took = _fill(instance, lab, cases)
    with Session(instance.engine) as session, session.begin():
        _let_out(session, released)
    instance.close()
    facts.is_done("sqlite", took)
    return took


def copy(facts: FactsFolder, lab: Lab, agency: str, url: str) -> None:
    """The same facts and figures in the database of this URL."""
    if facts.took("postgresql") is not None:
        return
    from services.reporting.models import FigureCell, FiguresRelease, Happening, LineTimes, Referral, StageTally, StageTime

    started = time.perf_counter()
    here, there = _instance(lab, agency, sqlite(facts, agency)), _instance(lab, agency, url)
    with Session(here.engine) as session, there.engine.connect() as connection:
        cursor = cast(psycopg.Connection, connection.connection.driver_connection).cursor()
        for each in map(table, (Referral, StageTime, Happening, FigureCell, LineTimes, StageTally, FiguresRelease)):
            cursor.execute(sql.SQL("truncate {}").format(sql.Identifier(each.name)))
            columns = sql.SQL(", ").join(sql.Identifier(one.name) for one in each.c)
            with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(each.name), columns)) as rows:
                for row in session.connection().execute(select(each), execution_options={"yield_per": PORTION}):
                    rows.write_row(tuple(row))
        cursor.execute("commit")
        cursor.execute("analyze")
    here.close()
    there.close()
    facts.is_done("postgresql", time.perf_counter() - started)


def release_of(lab: Lab, cases: int) -> "tuple[ReleasedFigures, float]":
    """All tables of one quarter of so many cases, released together, and the processor seconds of the gate."""
    from services.reporting.models import Happening, Referral, StageTime
    from services.reporting.queries.table_cells import kept_fact
    from services.reporting.rules.gate import releases
    from services.reporting.rules.gate.table_gate import Moment, protect
    from services.reporting.rules.tables.course import Course
    from services.reporting.rules.tables.figures import RELEASED
    from services.reporting.rules.tables.table_cases import counted_case

    draw, counted, reports = Random(1), list[Any](), list[dict[str, Any]]()  # noqa: S311  a figure, not a secret
    for number in range(cases):
        report, stages, happened = invented_case(lab, draw, number)
        said = {"month": f"2024-{1 + number % 3:02}", "came": "2024-04"}
        rows = ((Referral, [report | {"quarter": QUARTER}]), (StageTime, stages), (Happening, happened))
        facts = [kept_fact(table(model), row | said) for model, some in rows for row in some]
        counted.append(counted_case(Course(tuple(sorted(facts, key=lambda one: one.record)))))
        reports.append(report)
    lines = {name: Counter((QUARTER, one[name], one["first_responder"]) for one in reports) for name in RELEASED}
    policy = lab.country.publication
    figures = releases.release({name: [(*at, n) for at, n in sorted(some.items())] for name, some in lines.items()}, {}, [], policy)
    started = time.process_time()
    made = protect(counted, figures, {}, policy, Moment(0, lambda _table, _month: 0))
    return made, time.process_time() - started


def _let_out(session: Session, released: "ReleasedFigures") -> None:
    """The same release for each quarter of five years: what everybody sees reads all of them."""
    from services.reporting.models import FiguresRelease

    body = to_json(released.body())
    for quarter in (f"{year}-Q{number}" for year in range(2020, 2025) for number in range(1, 5)):
        said = body.replace(QUARTER, quarter)
        session.add(FiguresRelease(simulated=False, made_at=0, made_by="bench", counted="", body=said))


def sqlite(facts: FactsFolder, agency: str) -> str:
    """The URL of the file."""
    return f"sqlite:///{facts.home}/reporting.{agency}.db"


def _instance(lab: Lab, agency: str, url: str) -> Instance:
    from deploy.process.composition import service

    return Instance(service("reporting"), agency, lab.country, url, WallClock())


def _fill(instance: Instance, lab: Lab, cases: int) -> float:
    """Facts at once, figures when all are there. The seconds that the tables took."""
    from services.reporting.models import Happening, Referral, StageTime
    from services.reporting.queries import stage_tally, table_cells
    from services.reporting.queries.cells import count_happenings, count_referrals
    from services.reporting.queries.stage_tally import FinishedStage

    draw = Random(1)  # noqa: S311  a figure, not a secret
    made = (invented_case(lab, draw, number) for number in range(cases))
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


def invented_case(lab: Lab, draw: Random, number: int) -> tuple[dict[str, Any], Rows, Rows]:
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
        days = took // DAY if stage in OF_PEOPLE else None
        yield {
            **said, "record": f"{number:028x}st{n:02}", "giver": giver, "receiver": receiver, "need": need, "stage": stage, "ms": took,
            "since": took, "since_days": days, "stage_days": days, "machine": stage == "delivered", "outcome": outcome,
            "late": took > 24 * HOUR,
        }  # fmt: skip


def _happened(lab: Lab, draw: Random, number: int, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    giver, receiver = pair_of(lab.country, draw)
    need, took = draw.choice(NEEDS).value, int(draw.lognormvariate(3, 1.5) * HOUR)
    ended = {"giver": giver, "receiver": receiver, "need": need, "late": took > 24 * HOUR, "ended": took, "ended_days": took // DAY}
    since, work = {"ms": took, "working_days": took // DAY}, {"joint": took // 3, "at_work": [took // 3, took // 4, took // 12, 0]}
    work |= {"begun": 3, "in_turn": int(draw.random() < 0.1), "unowned": took // 9, "unowned_days": took // 9 // DAY}
    held = {"seen": took // 3, "accepted": took // 2, "acted": took, "held_days": (took - took // 2) // DAY}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("bodies", {"agencies": draw.randint(2, 7)}),
        ("handoff", {**ended, "outcome": "completed", "bounced": False, **held}),
        ("handoff", {**ended, "outcome": "declined", "code": draw.choice(list(DeclineCode)).value, "bounced": True, "run": 1}),
        ("overdue", {"giver": giver, "receiver": receiver, "need": need}),
        ("action", {"action": "interview_held", "need": need, "agency": receiver, **since}),
        ("action", {"action": "accommodation_provided", "need": need, "agency": receiver, **since}),
        ("decision", {"stage": "reasonable_grounds", "positive": draw.random() < 0.6, "late": draw.random() < 0.1, **since}),
        ("stall", {"code": "no_capacity", "about": "handoff"}),
        ("closing", {"reason": "goals_met", "needs": 3, "planned": 2, **since, **work}),
    ]
    for n, (kind, body) in enumerate(bodies):
        yield {**said, "record": f"{number:028x}hp{n:02}", "kind": kind, "body": to_json(body)}
