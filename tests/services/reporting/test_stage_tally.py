"""What is counted of stages as they come is what a recount of the spans says, in each question a page asks, however late and often they
come."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlmodel import Session

from services.reporting.queries import spans, stage_tally
from services.reporting.queries.stage_tally import Only
from services.reporting.rules.latency.time_buckets import LAST, bucket
from services.reporting.rules.latency.timings import Ended, end_of
from shared.config.calendar import DAY, month_of

AGENCIES, NEEDS, STAGES = ("rs-lead", "rs-ngo", "rs-pol"), ("legal", "housing"), ("answered", "first_action", "completed")
OUTCOMES = ("accepted", "declined", "revoked", "completed")
START = 1_767_225_600_000
"""The first day of 2026, ms UTC."""
Counted = Counter[tuple[Any, ...]]


def drawn(draw: Random, number: int) -> list[dict[str, Any]]:
    """Spans of three months, some of them of simulated hand-offs."""
    found = list[dict[str, Any]]()
    for n in range(number):
        began, took = START + int(draw.random() * 90 * DAY), int(draw.lognormvariate(14, 4)) + 2
        ends = {"giver": draw.choice(AGENCIES), "receiver": draw.choice(AGENCIES), "need": draw.choice(NEEDS), "stage": draw.choice(STAGES)}
        found.append({
            "span_id": f"{n:016x}", "trace_id": f"{n // 5:032x}", "parent_id": None, "name": "handoff", "instance": "referral.rs-lead",
            "start": began, "end": began + took, "handoff": f"{n}", **ends, "outcome": draw.choice(OUTCOMES), "answer_by": began + DAY,
            "late": took > DAY, "simulated": draw.random() < 0.3, "attributes": "{}",
        })  # fmt: skip
    return found


def recounted(some: Iterable[dict[str, Any]], limits: list[int] | None = None) -> Counted:
    """By pair, stage, end and bucket, or the first of these that is not exceeded."""
    found = Counted()
    for one in some:
        took = one["end"] - one["start"]
        if end := end_of(one["stage"], one["outcome"], one["late"], took):
            within = next(limit for limit in (*limits, LAST) if bucket(took) <= limit) if limits else bucket(took)
            found[one["giver"], one["receiver"], one["stage"], end, within] += 1
    return found


def told(some: Iterable[Ended]) -> Counted:
    """The same of what is counted, which must name each pair, stage and end once."""
    whole = list(some)
    assert len({one[:4] for one in whole}) == len(whole)
    return Counted({(*one[:4], within): n for one in whole for within, n in one.counts.items()})


def compare(session: Session, of_it: list[dict[str, Any]], simulated: bool, limits: list[int], zone: ZoneInfo) -> None:
    """Each question, and the months."""
    pair, source = AGENCIES[:2], stage_tally.SPAN
    questions = {
        Only(): of_it,
        Only(month="2026-02"): [one for one in of_it if month_of(one["start"], zone) == "2026-02"],
        Only(need="legal", stage="answered"): [one for one in of_it if (one["need"], one["stage"]) == ("legal", "answered")],
        Only(agency="rs-ngo"): [one for one in of_it if "rs-ngo" in (one["giver"], one["receiver"])],
        Only(pairs=frozenset({pair})): [one for one in of_it if (one["giver"], one["receiver"]) == pair],
        Only(pairs=frozenset()): [],
    }
    for only, right in questions.items():
        assert told(stage_tally.ended(session, source, simulated, only)) == recounted(right), only
        assert told(stage_tally.ended_within(session, source, simulated, only, limits)) == recounted(right, limits), only
    months = stage_tally.known_months(session, source, simulated)
    assert months == sorted({month_of(one["start"], zone) for one in of_it}, reverse=True)
    by_month = stage_tally.months(session, source, simulated)
    for month in months:
        right = [one for one in of_it if month_of(one["start"], zone) == month]
        assert told(one for known, one in by_month if known == month) == recounted(right)


def test_what_is_counted_is_what_a_recount_says(operators):
    _, instance = operators
    draw, zone = Random(17), instance.country.time_zone
    kept = drawn(draw, 400)
    sent = kept + draw.sample(kept, 100)  # some come twice
    draw.shuffle(sent)
    batches = iter(sent)
    while batch := list(islice(batches, 60)):
        instance.transact(lambda work, batch=batch: spans.store(work, [dict(one) for one in batch]))
    limits = sorted(draw.sample(range(300, 450), 2))
    for simulated in (False, True):
        of_it = [one for one in kept if one["simulated"] is simulated]
        instance.transact(lambda work, of_it=of_it, simulated=simulated: compare(work.session, of_it, simulated, limits, zone))


def test_the_longest_of_a_pair_are_found_by_their_index_and_are_those_of_a_recount(operators):
    _, instance = operators
    kept = drawn(Random(5), 300)
    instance.transact(lambda work: spans.store(work, [dict(one) for one in kept]))
    giver, receiver = AGENCIES[:2]
    mine = [one for one in kept if (one["giver"], one["receiver"], one["stage"], one["simulated"]) == (giver, receiver, "answered", False)]
    right = sorted(mine, key=lambda one: (one["start"] - one["end"], one["span_id"]))[:3]
    said = list[tuple[str, Any]]()
    with Session(instance.engine) as session:
        event.listen(instance.engine, "before_cursor_execute", lambda *told: said.append(told[2:4]))
        found = [one.span_id for one in spans.slowest(session, giver, receiver, "answered", False, 3)]
        assert found == [one["span_id"] for one in right]
        asked, values = next(one for one in said if "finished_span" in one[0])
        if instance.engine.dialect.name == "sqlite":  # PostgreSQL goes by how many rows there are
            plan = str(session.connection().exec_driver_sql(f"explain query plan {asked}", values).all())
            assert "USING INDEX finished_span_longest" in plan
            assert "TEMP B-TREE FOR ORDER BY" not in plan
