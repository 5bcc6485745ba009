"""The wall around restricted cases: its rule, and that every table that says something of a case stands behind it."""

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, func, select

from shared.decisions.case_wall import NOBODY, hidden_from, in_force, may_see, stand_before, walled
from shared.store.database import insert
from shared.store.restricted_tables import RestrictedCase, RestrictedOfficer
from shared.store.tables import Assignment, CaseView, Duty
from tests.shared.store.test_migrations import OWN

assert OWN  # the services' own tables are among the metadata then
OFFICERS, CASES = st.sampled_from("abcdef"), st.sampled_from("123456")
RESTRICTIONS = st.dictionaries(CASES, st.frozensets(OFFICERS))
WITHOUT_CASE = {
    "auditend",
    "batchschedule",
    "instancemetadata",
    "logrequest",
    "logstate",
    "position",
    "recoveryreport",
    "redelivery",
    "spandelivery",
    "trialwrite",
    "agencyreturn",  # of the instance and the log
    "mandate",
    "house",
    "meetingpoint",  # of officers, and of the agency itself
    "searchmade",  # what was searched for, whatever was found
    "seenverdict",
    "answer",  # by a decision's key: read only beside a row of a table that has the case
    "span",  # for operators, without the case
    "fact_journal",
    "fact_unreadable",
    "figure_cell",
    "line_times",
    "stage_tally",
    "came_back_tally",
    "asked_tally",
    "finished_span",
    "figures_release",  # of the rapporteur
    "other_return",  # of another body, without any case
    "other_return_cell",
    "said_open",
    "said_stalled",
    "absence",
    "missed_handoff",
    "heard_from",  # of the operators: hand-offs by a trace of their own
    "partnerreport",  # what somebody told from outside, no case yet
    "reportdraft",  # a report that is no case yet
    "noticemessage",
    "noticeaddress",
    "noticechoice",  # of officers: what is sent says of no case that it is about it
    "owncapacity",  # what the agency can take
    "dutyturn",  # who of the agency is on duty
    "looked",  # when an officer looked at what is new
}
"""Tables that say nothing of a case by its id, so that the wall need not stand before them."""


@given(RESTRICTIONS, st.one_of(st.just(NOBODY), OFFICERS), CASES)
def test_only_who_is_named_may_see_what_is_restricted(restrictions: dict[str, frozenset[str]], officer: str, case: str) -> None:
    assert may_see(restrictions, officer, case) is (case not in restrictions or officer in restrictions[case])
    assert (case in hidden_from(restrictions, officer)) is (case in restrictions and officer not in restrictions[case])


@given(RESTRICTIONS, OFFICERS, CASES)
def test_naming_somebody_opens_that_case_to_them_and_nothing_to_anybody_else(
    restrictions: dict[str, frozenset[str]], officer: str, case: str
) -> None:  # fmt: skip
    more = restrictions | ({case: restrictions[case] | {officer}} if case in restrictions else {})
    assert hidden_from(more, officer) == hidden_from(restrictions, officer) - {case}
    for other in set("abcdef") - {officer}:
        assert hidden_from(more, other) == hidden_from(restrictions, other)


def test_every_table_that_names_a_case_stands_behind_the_wall() -> None:
    behind = {model.__tablename__ for model in walled()}
    with_column = {name for name, table in SQLModel.metadata.tables.items() if "case" in table.columns}
    assert behind == with_column
    assert SQLModel.metadata.tables.keys() - with_column == WITHOUT_CASE, "say why, where a table names a case by another word"


@cache
def empty() -> bytes:
    """A database of all tables with nothing in them."""
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with engine.connect() as connection:
        made: bytes = driver(connection).serialize()
    engine.dispose()
    return made


def driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:  # of a database in memory there is one for each thread
        driver(connection).deserialize(empty())
    with Session(engine) as made:
        yield made
    engine.dispose()


def fill(session: Session, chance: random.Random) -> set[str]:
    """Cases, whose they are, what is due in them, and some restrictions: ended ones, and names that nobody has confirmed, among them."""
    cases = [f"case-{n}" for n in range(12)]
    insert(session.connection(), CaseView, [{"case": c, "view": "{}", "opened_at": 1, "changed_at": 1} for c in cases])
    insert(session.connection(), Assignment, [{"case": c, "officer": chance.choice("abc"), "by": "x", "at": 1} for c in cases])
    due = {"kind": "handoff", "giver": "g", "holder": "h", "need": "n", "state": "s", "open": True, "waiting": True, "overdue": False}
    due |= {"urgency": "u", "simulated": False, "asked_at": 1, "due": 1, "applied_at": 1}
    insert(session.connection(), Duty, [{"case": c, "id": str(n), **due} for c in cases for n in range(chance.randint(0, 3))])
    for case in chance.sample(cases, 6):
        for ended in chance.sample([None, 5], chance.randint(1, 2)):
            id = f"{case}-{ended}"
            session.add(RestrictedCase(id=id, case=case, by="x", at=1, reason="other", words="", ended_at=ended))
            for officer in chance.sample("abcd", chance.randint(0, 4)):
                gone, waits = chance.choice([None, None, 7]), chance.random() < 0.2
                session.add(RestrictedOfficer(id=id, case=case, officer=officer, by="x", at=1, waits=waits, ended_at=gone))
    session.commit()
    return set(cases)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("officer", ["a", "d", "nobody-named", NOBODY])
def test_whatever_is_asked_of_the_database_leaves_out_what_is_not_for_who_asks(session: Session, seed: int, officer: str) -> None:
    cases = fill(session, random.Random(seed))
    restrictions = in_force(session)
    assert set(restrictions) == set(session.exec(select(RestrictedCase.case).where(col(RestrictedCase.ended_at).is_(None))))
    whole = {(duty.case, duty.id) for duty in session.exec(select(Duty))}
    with Session(session.get_bind()) as walled_in:
        hidden = stand_before(walled_in, officer)
        assert hidden == {case for case in cases if not may_see(restrictions, officer, case)}
        left, ask = cases - hidden, walled_in.exec
        assert set(ask(select(CaseView.case))) == left
        assert {row.case for row in ask(select(CaseView))} == left
        assert ask(select(func.count()).select_from(CaseView)).one() == len(left)
        assert {(duty.case, duty.id) for duty in ask(select(Duty))} == {(case, id) for case, id in whole if case in left}
        assert ask(select(func.count(func.distinct(Duty.case)))).one() == len({case for case, _ in whole} & left)
        again: Any = aliased(Duty)
        assert set(ask(select(again.case))) == {case for case, _ in whole} & left
        assert set(ask(select(Assignment.case).join(CaseView, col(CaseView.case) == col(Assignment.case)))) == left
        assert set(ask(select(CaseView.case).outerjoin(Duty, col(Duty.case) == col(CaseView.case)))) == left
        for case in cases:
            assert (walled_in.get(CaseView, case) is None) is (case in hidden)
            there = select(CaseView.case).where(select(Assignment.case).where(Assignment.case == case).exists())
            assert bool(ask(there).first()) is (case in left)
        grouped = select(Duty.case, func.count()).group_by(Duty.case).subquery()
        assert set(ask(select(grouped.c[0]))) == {case for case, _ in whole} & left
