"""Reports at a hundred thousand facts and at a million: they should cost what they show, not what lies behind it."""

import time
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

from sqlmodel import Session

from deploy.proving.bench.lab import Lab
from deploy.proving.bench.rows import BenchRow, at_most, nth
from shared.processing.instance import Instance
from shared.store.database import insert_new

ASKED = ((), ("quarter",), ("quarter", "first_responder_type"), ("nationality", "exploitation_type"))
PORTION = 5_000


async def measure(lab: Lab) -> list[BenchRow]:
    """The rapporteur's figures, by what his page asks for, after so many facts and after ten times as many."""
    instance, many = lab.instance("reporting", "rs-koord"), lab.size(1_000_000, 20_000)
    facts = _facts(Random(1))  # noqa: S311  a figure, not a secret
    few = _seconds(instance, facts, many // 10)
    started = time.perf_counter()
    more = _seconds(instance, facts, many - many // 10)
    rate = (many - many // 10) / (time.perf_counter() - started)
    instance.close()
    against = f"at {many // 10:,} {few * 1000:.1f} ms"
    return [
        at_most(f"four reports at {many:,} facts", f"{more * 1000:.1f} ms", against, more / few, 1.5),
        BenchRow("facts taken, figures kept up to date with them", f"{rate:,.0f} /s"),
    ]


def _facts(draw: Random) -> Iterator[dict[str, Any]]:
    number = 0
    while True:
        number += 1
        yield {
            "record": f"{number:032x}", "quarter": f"{draw.randint(2020, 2024)}-Q{draw.randint(1, 4)}",
            "first_responder_type": f"type {draw.randint(1, 8)}", "first_responder": f"responder {draw.randint(1, 90)}",
            "exploitation_type": f"form {draw.randint(1, 20)}", "age_at_exploitation": draw.choice(("adult", "child", "unknown")),
            "gender": draw.choice(("female", "male", "other")), "nationality": f"nationality {int(draw.expovariate(0.05)) % 150}",
            "basis": "consent", "simulated": False, "people": 1,
        }  # fmt: skip


def _seconds(instance: Instance, facts: Iterator[dict[str, Any]], more: int) -> float:
    """Take so many more facts, as the handler does with each poll; then the median of the reports together."""
    from services.reporting.models import Referral
    from services.reporting.queries.cells import count_referrals

    for _ in range(0, more, PORTION):
        with Session(instance.engine) as session, session.begin():
            portion = list(islice(facts, min(PORTION, more)))
            insert_new(session.connection(), Referral, portion)
            count_referrals(session, portion)
    return nth([_reports(instance) for _ in range(15)], 0.5)


def _reports(instance: Instance) -> float:
    from services.reporting.queries.figures import national, people

    with Session(instance.reader) as session:
        started = time.perf_counter()
        for by in ASKED:
            people(session, by, simulated=False)
        national(session, simulated=False)
        return time.perf_counter() - started
