"""Tables of figures: each is what a plain recount of its lead's journal says, and stays so whatever comes late or is erased."""

from io import StringIO
from random import Random

import orjson
import pytest
from rich.console import Console
from sqlmodel import Session

from deploy.importers.tables import table
from deploy.process.country_file import COUNTRIES
from services.assistance.handlers.handoffs import (
    CompleteTask,
    OfTask,
    PlanTask,
    begin_task,
    complete_task,
    plan_task,
)
from services.referral.handlers.basis import ChangeBasis, change_basis
from services.referral.handlers.ending import ReopenCase, close_case, reopen_case
from services.referral.handlers.status import DecideStatus, decide_status
from services.reporting.ingest import facts, journal
from services.reporting.ingest.statistics import take
from services.reporting.pages.csv_download import HEADINGS
from services.reporting.queries import table_cells, tables
from services.reporting.queries.restricted import on_this_machine
from services.reporting.rules.tables.catalogue import ALL_TABLES, BY_ID
from services.reporting.rules.tables.definitions import COLUMNS, TableShape
from services.reporting.rules.tables.table_rows import TableLine, at_ends
from services.reporting.service import PAGES
from shared.casework.waiting import ExplainDelay, explain_delay
from shared.config.country import Invitation
from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import AgeBand, Basis, Need, Outcome, ReopenReason, Stage, StallCode
from shared.web.admin.application import office
from tests.services.reporting import recount, recount_waits
from tests.services.reporting.life import WATCHED, Life, lived_once, reporting_instance, settings
from tests.services.reporting.plain_survival import plain_survival
from tests.shared.bus import START, SimulatedRecord
from tests.shared.client import PageClient
from tests.shared.counted import record_id
from tests.shared.land import COUNTRY, closing, decide, rows

LEAD = "referral.rs-lead"
KINDS = {one.id: one.kind.value for one in WATCHED.agencies}
NAMES = {one.id: one.name for one in WATCHED.agencies}
NEVER_HERE = {"T5", "T10", "T17", "T18"}
"""Nobody in this story: what is stated is told and counted in `test_stated_tables`."""
COUNTED = "select type, \"case\", author, at, body from journal where verdict = 'counted' order by seq"


FOR_A_CHILD = Invitation(need=Need.GUARDIANSHIP, agency="rs-ngo", basis=frozenset({Basis.CHILD}))
GUARDED = COUNTRY.model_copy(update={"invitations": (*COUNTRY.invitations, FOR_A_CHILD)})
"""The small country, in which the organisation is asked to find a guardian."""


def say(life: Life, use_case, command) -> None:
    decide(life.instances[LEAD], use_case, command, f"{use_case.__name__} {command!r}")
    life.settle()


def pass_time(life: Life, hours: float) -> None:
    life.later(hours)
    for instance in life.instances.values():
        instance.idle(clocks=True)
    life.settle()


def lived_through(life: Life) -> None:
    """Seven people: helped, refused, forgotten, decided anew, closed, taken up again, a child, one who agreed later, one no more."""
    said = [
        {},
        {"sex": "female", "nationality": "MD"},
        {"age": "child"},
        {"consent": False},
        {"forms": ("SEX", "LAB")},
        {"sex": "male"},
        {},
    ]
    for instance in life.instances.values():
        instance.knows(GUARDED)
    cases = [life.case(f"case-{n}", **answers) for n, answers in enumerate(said)]
    for n, case in enumerate(cases):
        life.later(1 + n)
        for handoff in life.waiting(case):
            if n == 5:
                continue
            life.open_up(case, handoff)
            life.later(2 + n)
            if n == 1 and handoff.need != "identification":
                life.decline(case, handoff)
            else:
                life.accept(case, handoff)
                if handoff.need == "investigation" or n % 2:
                    life.later(1.5)
                    life.act(case, handoff, **ABOUT.get(n, {}))
    asked_anew(life, cases[2])
    grounds = DecideStatus(case=cases[0], stage=Stage.REASONABLE_GROUNDS, positive=False)
    say(life, decide_status, grounds)
    life.later(40 * 24)
    first = decided(life, cases[0])
    say(life, decide_status, grounds.model_copy(update={"positive": True, "supersedes": first}))
    say(life, decide_status, DecideStatus(case=cases[0], stage=Stage.CONCLUSIVE_GROUNDS, positive=True))
    say(life, decide_status, DecideStatus(case=cases[4], stage=Stage.REASONABLE_GROUNDS, positive=True))
    acts_together(life, cases[4])
    for n in (0, 4, 6):
        say(life, close_case, closing(life.instances[LEAD], cases[n]))
    say(life, reopen_case, ReopenCase(case=cases[6], reason=ReopenReason.NEEDS_HELP))
    say(life, change_basis, ChangeBasis(case=cases[3], age=AgeBand.ADULT, consent=True, consent_language="en"))
    say(life, change_basis, ChangeBasis(case=cases[1], age=AgeBand.ADULT, consent=False))
    for handoff in life.waiting(cases[5]):
        why = ExplainDelay(case=cases[5], code=StallCode.NO_INTERPRETER, handoff=handoff.id)
        decide(life.instance_of(handoff), explain_delay, why, f"why-{handoff.id}")
    pass_time(life, 30)
    pass_time(life, 24 * 9)


ABOUT: dict[int, dict[str, object]] = {
    0: {"topics": ("beginning", "control"), "together": True}, 2: {"topics": ("work", "control")}, 4: {"topics": ("welfare",)},
    5: {"topics": ("journey",)},
}  # fmt: skip
"""What the first interview of a case was about; of the others nobody says it."""


def asked_anew(life: Life, case: str) -> None:
    """A child is asked again about what they said, and how they are."""
    picture = life.instances[LEAD].transact(lambda work: work.picture(case))
    assert picture
    (held,) = (one for one in picture.handoffs.values() if one.state is HandoffState.ACTING)
    life.later(5)
    life.act(case, held, "again", topics=("control", "welfare", "escape"))


def acts_together(life: Life, case: str) -> None:
    """A plan in which the organisation waits for the police, though it need not, who had waited for nothing: what ended before they began
    was planned after their task."""
    planned = life.instances[LEAD].transact(lambda work: work.picture(case))
    assert planned
    police, other, *_ = sorted(planned.tasks.values(), key=lambda one: one.owner != "rs-pol")
    life.later(1)
    decide(life.instances[f"assistance.{other.owner}"], plan_task, PlanTask(case=case, need=other.need), "plan-more")
    life.settle()
    picture = life.instances[LEAD].transact(lambda work: work.picture(case))
    assert picture
    (later,) = (task for id, task in picture.tasks.items() if id not in planned.tasks)
    assert later.owner != police.owner
    assert later.planned_at > police.planned_at
    for task in (later, police, *(task for id, task in planned.tasks.items() if id != police.id)):
        at = life.instances[f"assistance.{task.owner}"]
        life.later(7)
        decide(at, begin_task, OfTask(case=case, task=task.id), f"begin-{task.id}")
        life.settle()
        life.later(30)
        decide(at, complete_task, CompleteTask(case=case, task=task.id, outcome=Outcome.DONE), f"done-{task.id}")
        life.settle()


def decided(life: Life, case: str) -> str:
    return life.instances[LEAD].transact(lambda work: work.picture(case)).decisions[-1].key


def records(life: Life) -> list[bytes]:
    """The lead's, each with its case's pseudonym as a sealed batch has it."""
    return [orjson.dumps({**orjson.loads(one.body), "case": record_id(one.case)}) for one in life.instances[LEAD].unsent]


@pytest.fixture
def told() -> tuple[Life, list[bytes]]:
    """What was lived through, and the lead's records of it."""
    life, _ = lived_once(lived_through)
    return life, records(life)


@pytest.fixture
def desk(tmp_path, told):
    instance = reporting_instance(tmp_path, "rs-zg", told[0].clock)
    client = PageClient(office(settings(tmp_path, "rs-zg"), [PAGES], [instance]))
    client.post("/who", data={"officer": "olga"})
    yield client, instance
    instance.close()


def give(instance, bodies: list[bytes], at: int = START + 30 * 86_400_000) -> None:
    instance.transact(lambda work: take(work, [SimulatedRecord(0, n, at, b"", body) for n, body in enumerate(bodies)]))


def cells(instance) -> dict[str, list]:
    with Session(instance.engine) as session:
        return {one.id: table_cells.cells(session, one.id, simulated=False) for one in ALL_TABLES}


def shown(instance, id: str, now: int) -> dict[tuple, TableLine]:
    with Session(instance.engine) as session:
        found = tables.counted(on_this_machine(), session, BY_ID[id], WATCHED, now, simulated=False)
        return {(row.period, row.values): row for row in found.rows}


def test_every_table_has_its_page_and_its_line_in_the_codebook(desk):
    client, _ = desk
    book = client.get("/figures/codebook").text
    for one in ALL_TABLES:
        assert f'id="{one.id}"' in book
        page = client.get(f"/figures/tables/{one.id}")
        assert page.status_code == 200
        assert ("nothing is known" in page.text) is one.collected
        assert ("Not collected" in page.text) is not one.collected
    assert client.get("/figures/tables/T99").status_code == 404


def test_every_table_with_figures_has_its_page_and_its_file(told, desk):
    (_, bodies), (client, instance) = told, desk
    give(instance, bodies)
    for one in (one for one in ALL_TABLES if one.collected):
        assert client.get(f"/figures/tables/{one.id}").status_code == 200, one.id
        lines = client.get(f"/figures/tables/{one.id}/file.csv").text.splitlines()
        assert {line.count(",") for line in lines if '"' not in line} == {lines[0].count(",")}, one.id
    words = client.get("/figures/tables/T16/file.csv", headers={"accept-language": "fi"}).text.splitlines()
    assert words[0].startswith("\ufeffjakso (period);tarve (need);lopputulos (outcome);")
    assert any(";identification;" in line and "Tunnistaminen; " in line for line in words)


def test_the_interface_says_periods_in_their_order_in_whatever_process(told, desk):
    (_, bodies), (client, instance) = told, desk
    referral = next(said for body in bodies if (said := orjson.loads(body))["kind"] == "referral")
    quarters = [f"{year}-Q{n}" for year in (2024, 2023) for n in (3, 1, 4, 2)]
    give(instance, [orjson.dumps({**referral, "id": record_id(one), "case": record_id(f"c{one}"), "quarter": one}) for one in quarters])
    periods = list(client.get("/api/reporting/tables/T7").json()["agencies_reported"])
    assert periods == sorted([*quarters, "2023", "2024"])


IN_DAYS = [one for one in ALL_TABLES if one.working_days]
DAYS = {"working_days", "since_days", "stage_days", "ended_days", "held_days", "unowned_days"}


def test_a_table_whose_records_are_of_before_its_time_was_told_says_why_it_has_no_line(told, desk, tmp_path):
    (_, bodies), (client, instance) = told, desk
    give(instance, [orjson.dumps({name: said for name, said in orjson.loads(body).items() if name not in DAYS}) for body in bodies])
    without = [one for one in IN_DAYS if not shown(instance, one.id, told[0].clock.at)]
    assert {"M1b", "M2b", "M10b"} <= {one.id for one in without}
    for one in without:
        page = client.get(f"/figures/tables/{one.id}?period=2025").text
        assert page.count("a quarter with such a record is left out") == 2, f"{one.id}: in the place of its lines, and what it lacks"
        assert "nothing is known" not in page, one.id
        assert 'value="2025" selected' in page, "of the period that was asked for"
    console = Console(width=200, record=True, file=StringIO())
    table("M1b", None, tmp_path, str(COUNTRIES / "serbia.toml"), console, restricted=True)
    assert "a quarter with such a record is left out" in console.export_text()


def test_a_table_of_ones_own_by_up_to_four_things_counts_everybody_once(told, desk):
    (_, bodies), (client, instance) = told, desk
    give(instance, bodies)
    by = "by=gender&by=age_at_exploitation&by=exploitation_type&by=nationality"
    page, file = client.get(f"/figures/build?{by}").text, client.get(f"/figures/build.csv?{by}").text
    assert "7 people in" in page
    assert sum(int(line.split(",")[-2]) for line in file.splitlines()[1:]) == 7
    assert client.get(f"/figures/build?{by}&by=quarter").status_code == 422
    assert client.get("/figures/build?by=shoe_size").status_code == 422
    assert client.get("/figures/build").status_code == 200


def test_every_count_and_share_is_what_a_recount_of_the_journal_says(told, desk):
    (life, bodies), (_, instance) = told, desk
    give(instance, bodies)
    counted, now = cells(instance), life.clock.at
    again = recount.tables(rows(life.instances[LEAD], COUNTED), KINDS, NAMES, now)
    for one in ALL_TABLES:
        if one.shape is not TableShape.TIME:
            slack = 3 if one.id in ("M15", "M15b") else 0  # hours of three cases, each rounded
            assert counted[one.id] or one.id in NEVER_HERE, one.id
            expected = {key: pytest.approx(n, abs=slack) for key, n in again[one.id].items() if n}
            assert {(p, v): n for p, v, n in counted[one.id]} == expected, one.id


def test_every_waiting_time_is_what_a_recount_of_the_journal_says(told, desk):
    (life, bodies), (_, instance) = told, desk
    give(instance, bodies)
    again = recount_waits.waits(rows(life.instances[LEAD], COUNTED), life.clock.at)
    for one in ALL_TABLES:
        if one.shape is TableShape.TIME:
            found = shown(instance, one.id, life.clock.at)
            assert found or one.id in NEVER_HERE, one.id
            assert found.keys() == again[one.id].keys(), one.id
            for key, (ended, waiting) in again[one.id].items():
                assert found[key].n == len(ended), (one.id, key)
                age = key[1] == ("undecided",)  # how long is asked itself, known to half a month
                times, never = (waiting, []) if age else (ended, waiting)
                median = plain_survival(times, never, 0.5) if times else None
                slack = 16 * 86_400_000 if age else 3_600_000
                assert found[key].median_ms == (None if median is None else pytest.approx(median, rel=0.03, abs=slack)), (one.id, key)


def test_tables_are_the_same_in_any_order_twice_and_made_again(told, desk):
    (_, bodies), (_, instance) = told, desk
    some = [*bodies, *bodies[:9]]
    Random(3).shuffle(some)
    for n in range(0, len(some), 7):
        give(instance, some[n : n + 7])
    by_portions = cells(instance)
    with Session(instance.engine) as session, session.begin():
        table_cells.recount(session)
    assert cells(instance) == by_portions
    with Session(instance.engine) as session, session.begin():
        journal.rebuild(session, instance.keystore)
    assert cells(instance) == by_portions


def test_what_is_erased_is_in_no_table_and_what_comes_late_says_so(told, desk):
    (_, bodies), (_, instance) = told, desk
    give(instance, bodies[:-1])
    without = cells(instance)
    give(instance, bodies[-1:], at=START + 300 * 86_400_000)
    assert any(values[1] == "late" for _, values, _ in cells(instance)["T20"])
    referrals = [one["id"] for one in map(orjson.loads, bodies) if one["kind"] == "referral"]
    with Session(instance.engine) as session, session.begin():
        facts.remove(session, referrals)
    left = cells(instance)
    assert not left["T2"]
    assert not left["M9"]
    assert left["T16"], "hand-offs name nobody and stay"
    assert without["T2"]
    with Session(instance.engine) as session, session.begin():
        table_cells.recount(session)
    assert cells(instance) == left


def test_after_an_upgrade_tables_are_counted_again_before_a_record_comes_and_what_is_erased_counts_below_nothing(told, desk):
    (_, bodies), (client, instance) = told, desk
    give(instance, bodies)
    before = cells(instance)
    referrals = [one["id"] for one in map(orjson.loads, bodies) if one["kind"] == "referral"]
    with Session(instance.engine) as session, session.begin():
        session.connection().exec_driver_sql("delete from figure_cell where \"by\" = 'tables' or \"by\" = 'T2'")
    assert "being counted" in client.get("/figures/tables/T2").text
    with Session(instance.engine) as session, session.begin():
        facts.remove(session, referrals[:1])
    assert not cells(instance)["T2"], "nothing is subtracted from what nobody has counted"
    assert client.get("/figures/tables/T2/file.csv").status_code == client.get("/api/reporting/tables/T2").status_code == 503
    instance.idle(clocks=False)
    assert sum(n for _, _, n in cells(instance)["T2"]) == 6
    assert sum(n for _, _, n in before["T2"]) == 7
    assert "being counted" not in client.get("/figures/tables/T2").text


def test_tables_are_counted_again_where_the_definitions_have_changed(told, desk):
    (_, bodies), (_, instance) = told, desk
    give(instance, bodies[:-5])
    with Session(instance.engine) as session, session.begin():
        session.connection().exec_driver_sql("update figure_cell set n = n + 7, cell = '0' where \"by\" = 'tables'")
        session.connection().exec_driver_sql("delete from figure_cell where \"by\" = 'T2'")
    give(instance, bodies[-5:])
    assert sum(n for _, _, n in cells(instance)["T2"]) == 7


def test_clients_of_a_quarter_are_those_at_its_end_also_where_nothing_changed(told, desk):
    (life, bodies), (_, instance) = told, desk
    give(instance, bodies)
    helped = [one for one in recount.lives(rows(life.instances[LEAD], COUNTED)) if one.actions]
    for later in (0, 100, 400):
        now = life.clock.at + later * 86_400_000
        found = shown(instance, "T12c", now)
        assert max(found)[0] == recount.quarter(now)
        for (period, values), line in found.items():
            ended = [one for one in helped if one.closed and recount.quarter(one.closed[0]) <= period]
            begun = [one for one in helped if recount.quarter(one.actions[0][0]) <= period]
            assert (values, line.n) == ((), len(begun) - len(ended)), period


def test_every_column_of_every_file_has_its_heading_in_words() -> None:
    asked = {name for one in ALL_TABLES for name in (*one.dimensions, *COLUMNS[one.shape])}
    assert asked <= set(HEADINGS)


def test_clients_of_quarters_that_have_not_begun_are_in_none() -> None:
    changes = [("2031-Q1", (), 3), ("2031-Q3", (), -1), ("9000-Q4", (), 2)]
    assert at_ends(changes, "2031-Q4") == [("2031-Q1", (), 3), ("2031-Q2", (), 3), ("2031-Q3", (), 2), ("2031-Q4", (), 2)]
    assert at_ends(changes, "2030-Q4") == []
