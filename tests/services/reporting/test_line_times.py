"""Times are kept by line: what records add to it and take away, and what is left of it."""

from collections import Counter

import pytest
from sqlmodel import Session, create_engine

from services.reporting.models import LineTimes
from services.reporting.queries import line_times, table_cells
from services.reporting.rules.tables.catalogue import BY_ID
from services.reporting.rules.tables.table_rows import WholeTable
from shared.store.database import table

FIRST, LATER = ("M3", '["2031-Q1","housing"]', False), ("M3", '["2031-Q2","housing"]', False)


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    table(LineTimes).create(engine)
    with Session(engine) as session:
        yield session


def test_a_line_is_what_was_added_less_what_was_taken_away(session: Session) -> None:
    line_times.add(session, {FIRST: Counter({("ended", "300"): 2, ("open", "2031-01"): 1}), LATER: Counter({("ended", "12"): 1})})
    line_times.add(session, {FIRST: Counter({("ended", "300"): -1, ("open", "2031-01"): -1, ("waiting", "4"): 1})})
    told = {"ended": {"300": 1}, "waiting": {"4": 1}}
    assert line_times.lines(session, "M3", False, "2031-Q1") == [("2031-Q1", ("housing",), told)]
    assert table_cells.cells(session, "M3", False) == [
        ("2031-Q1", ("housing", "ended", "300"), 1),
        ("2031-Q1", ("housing", "waiting", "4"), 1),
        ("2031-Q2", ("housing", "ended", "12"), 1),
    ]
    assert line_times.lines(session, "M3", True) == line_times.lines(session, "M2", False) == []


def test_a_line_of_nobody_is_none_and_its_period_is_none(session: Session) -> None:
    line_times.add(session, {FIRST: Counter({("ended", "300"): 1}), LATER: Counter({("ended", "12"): 1})})
    line_times.add(session, {FIRST: Counter({("ended", "300"): -1})})
    assert [period for period, _, _ in line_times.lines(session, "M3", False)] == ["2031-Q2"]
    assert table_cells.periods(session, "M3", False) == ["2031-Q2"]


def test_a_year_is_its_quarters_put_together(session: Session) -> None:
    line_times.add(session, {FIRST: Counter({("ended", "300"): 3}), LATER: Counter({("ended", "12"): 1, ("open", "2031-05"): 2})})
    whole = WholeTable(BY_ID["M3"], (), 0, lambda _: 0, line_times.lines(session, "M3", False))
    (year,) = whole.lines("2031")
    assert (whole.periods, year.n, year.open) == (["2031-Q2", "2031-Q1", "2031"], 4, 2)
    assert whole.lines("2030") == []
