"""Figures that are kept up to date say exactly what counting the facts says, whatever comes, however often, in whatever portions."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import combinations, permutations
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session

from services.reporting.ingest import facts
from services.reporting.models import ReceivedRecord
from services.reporting.queries import cells, figures, referrals
from services.reporting.rules.tables.figures import DIMENSIONS
from shared.processing.instance import Instance
from tests.services.reporting.test_figures import give, instance, referral
from tests.shared.counted import record_id

WORDS = st.sampled_from(["a", "b", 'say "a", or b', "Ђ", ""])
ONE = st.builds(
    lambda record, values, simulated: orjson.dumps({**orjson.loads(referral(record, **values)), "simulated": simulated}),
    st.integers(0, 9).map(str), st.fixed_dictionaries({name: WORDS for name in DIMENSIONS}), st.booleans(),
)  # fmt: skip
HAPPENED = st.builds(
    lambda record, kind, simulated: orjson.dumps(
        {"id": record_id(record), "kind": kind, "month": "2026-01", "simulated": simulated, "agencies": 2, "stage": "reasonable_grounds"}
    ),
    st.integers(0, 9).map(str), st.sampled_from(["joint_action", "pingpong", "decision"]), st.booleans(),
)  # fmt: skip
POLLS = st.lists(st.lists(st.one_of(ONE, HAPPENED, st.just(b"{}")), min_size=1, max_size=8), min_size=1, max_size=4)
ASKED = [p for size in range(3) for by in combinations(DIMENSIONS, size) for p in permutations(by)]


def same(reporting: Instance) -> None:
    with Session(reporting.engine) as session:
        for by in ASKED:
            for kind in (False, True):
                kept, counted = (count(session, by, simulated=kind) for count in (referrals.referrals, referrals.counted))
                assert sorted(kept) == sorted(counted), (by, kind)
        for simulated in (False, True):
            known = figures.national(session, simulated)
            rows = session.connection().exec_driver_sql(
                "select kind, count(*) from fact_happening where simulated = ? group by kind", (simulated,)
            )
            assert {kind: n for kind, n in known.items() if n and kind not in ("referral", "case_decided")} == {kind: n for kind, n in rows}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(polls=POLLS)
def test_kept_figures_are_what_counting_says(tmp_path: Path, reporting: Instance, polls: Sequence[Sequence[bytes]]) -> None:
    with Session(reporting.engine) as session, session.begin():
        facts.empty(session)
        session.connection().execute(delete(ReceivedRecord))
        assert cells.kinds(session) == set(), "forgotten with the facts"
    for poll in polls:
        give(reporting, *poll)
    same(reporting)


@pytest.fixture
def reporting(tmp_path: Path) -> Instance:
    return instance(tmp_path)


def test_facts_of_an_older_database_are_counted_when_it_is_brought_up_to_date(tmp_path: Path) -> None:
    first = instance(tmp_path)
    passed_round = orjson.dumps({"id": record_id("c"), "kind": "pingpong", "month": "2026-01", "simulated": True})
    give(first, referral("a", nationality="Ђ"), referral("b", gender='"'), passed_round)
    first.close()
    with closing(sqlite3.connect(tmp_path / "reporting.rapporteur.db")) as raw:
        raw.execute("drop table figure_cell")
        for table in (
            "fact_journal",
            "line_times",
            "said_open",
            "said_stalled",
            "heard_from",
            "absence",
            "missed_handoff",
            "figures_release",
            "stage_tally",
            "came_back_tally",
            "asked_tally",
            "other_return",
            "other_return_cell",
        ):
            raw.execute(f"drop table {table}")
        raw.execute("drop index finished_span_longest")
        raw.execute("alter table finished_span drop column took")
        raw.execute("alter table fact_referral drop column month")
        for name in ("since", "since_days", "stage_days"):
            raw.execute(f"alter table fact_stage drop column {name}")
        for table in ("fact_referral", "fact_stage", "fact_happening"):
            raw.execute(f"drop index ix_{table}_case")
            raw.execute(f'alter table {table} drop column "case"')
            raw.execute(f"alter table {table} drop column came")
        raw.execute("update alembic_version set version_num = 'reporting_0001' where version_num like 'reporting_%'")
        raw.commit()
    again = instance(tmp_path)
    same(again)
    with Session(again.engine) as session:
        assert dict(referrals.referrals(session, ("nationality",), simulated=True)) == {("Ђ",): 1, ("UK",): 1}
    again.positions.joined.add(0)  # the log is the one it knows
    give(again, referral("a"), referral("d", nationality="Ђ"))
    same(again)
