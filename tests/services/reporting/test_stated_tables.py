"""Tables of what was stated of a person: what stands at the lead counts once, however it came, was corrected, late or erased."""

from random import Random

import orjson
import pytest
from sqlmodel import Session

from services.referral.projections.stated import record_of
from services.reporting.ingest import journal
from services.reporting.queries import table_cells
from shared.casework.person_file import person_file
from shared.casework.stating import NewStatement, StateFacts, made
from shared.decisions.errors import RuleBroken
from shared.privacy.statistics import withdraw, withdraw_statement
from shared.protocol.statements import Statement
from shared.protocol.vocabulary import Need
from tests.services.reporting import recount
from tests.services.reporting.life import WATCHED, Life, lived_once, reporting_instance
from tests.services.reporting.test_tables import COUNTED, KINDS, LEAD, NAMES, cells, give, records
from tests.shared.bus import START, Topic
from tests.shared.counted import flush, record_id, send_batches
from tests.shared.land import agree, decide, invite, rows

POLICE, INSPECTOR, NGO = "assistance.rs-pol", "intake.rs-insp", "assistance.rs-ngo"
NOW = "2025-Q2"


def state(life: Life, me: str, case: str, **said: str) -> str:
    """Somebody states this of the person; the statement's id."""
    told = NewStatement(**{"source": "document", **said})
    decide(life.instances[me], made, StateFacts(case=case, statements=(told,)), f"{me} {case} {sorted(said.items())}")
    life.settle()
    return next((one.id for one in standing(life, case, said["field"]) if one.value == said.get("value")), "")


def standing(life: Life, case: str, field: str) -> list:
    file = life.instances[LEAD].transact(lambda work: person_file(work, case))
    return [said for one in file if one.field == field for said in one.present]


def all_stated(life: Life) -> list[str]:
    """Four people; of one all is told, of one it is corrected and taken back, of one nothing, one did not agree. Their cases."""
    cases = [life.case(f"case-{n}", **more) for n, more in enumerate(({}, {}, {}, {"consent": False}))]
    for case in cases[:2]:
        agree(life.instances[LEAD], case, "rs-lead", Need.IDENTIFICATION, f"all {case}", classes=("D1", "D2", "D3", "D7", "D8"))
        life.settle()
        for handoff in life.waiting(case):
            life.open_up(case, handoff)
            life.accept(case, handoff)
    first, second = cases[:2]
    for country in ("RS", "MD"):
        state(life, INSPECTOR, first, field="exploitation_country", value=country)
    state(life, INSPECTOR, first, field="exploitation_region", value="RS11")
    state(life, INSPECTOR, first, field="exploitation_region", value="RS99")
    state(life, INSPECTOR, first, field="dependants", value="3")
    state(life, POLICE, first, field="milestone", value="2024-11-30 reported trafficking")
    state(life, POLICE, first, field="milestone", value="2025-02-03 charged trafficking")
    state(life, LEAD, first, field="milestone", value="2025-03-03 charged trafficking")
    state(life, LEAD, first, field="granted", value="2025-05-20 reflection")
    state(life, LEAD, first, field="compensation", value="2025-05-20 claimed criminal_court")
    state(life, INSPECTOR, second, field="exploitation_country", value="MD")
    wrong = state(life, POLICE, second, field="milestone", value="2024-02-03 charged labour_exploitation")
    state(life, POLICE, second, field="milestone", value="2025-02-03 charged trafficking", supersedes=wrong)
    gone = state(life, LEAD, second, field="granted", value="2025-05-20 permit_personal")
    state(life, LEAD, second, field="granted", supersedes=gone, withdrawn=True)
    return cases


@pytest.fixture
def told() -> tuple[Life, list[str], list[bytes]]:
    """What was stated of them, and the lead's records of it."""
    life, cases = lived_once(all_stated)
    return life, cases, records(life)


@pytest.fixture
def desk(tmp_path, told):
    instance = reporting_instance(tmp_path, "rs-zg", told[0].clock)
    yield instance
    instance.close()


def found(instance, *ids: str) -> dict[str, dict]:
    counted = cells(instance)
    return {id: {(period, *values): n for period, values, n in counted[id]} for id in ids}


def test_each_table_is_what_stands_on_file_at_the_lead(told, desk) -> None:
    life, _, bodies = told
    give(desk, bodies)
    counted = recount.tables(rows(life.instances[LEAD], COUNTED), KINDS, NAMES, life.clock.at)
    again = {id: {(p, *v): n for (p, v), n in counted[id].items()} for id in ("T5", "T5b", "T10", "T12b", "T17", "T18")}
    assert found(desk, *again) == again
    assert again["T5"] == {(NOW, "both"): 1, (NOW, "abroad"): 1, (NOW, "not_said"): 2}
    assert again["T18"] == {
        ("2024-Q4", "reported", "trafficking"): 1, ("2025-Q1", "charged", "trafficking"): 2,
    }, "two who say the same are one milestone"  # fmt: skip
    assert again["T10"] == {("2025-Q2", "reflection"): 1}
    assert found(desk, "T20")["T20"]["2024-Q1", "stated", "corrected"] == 1, "a correction says which past period it restates"


def test_any_order_twice_late_and_made_again_give_the_same(told, desk) -> None:
    _, _, bodies = told
    some = [*bodies, *bodies[:9]]
    Random(5).shuffle(some)
    for n in range(0, len(some), 5):
        give(desk, some[n : n + 5], at=START + n * 86_400_000)
    once = cells(desk)
    with Session(desk.engine) as session, session.begin():
        table_cells.recount(session)
    assert cells(desk) == once
    with Session(desk.engine) as session, session.begin():
        journal.rebuild(session, desk.keystore)
    assert cells(desk) == once


def test_no_record_says_more_than_a_code(told) -> None:
    life, cases, bodies = told
    said = [one for one in map(orjson.loads, bodies) if one["kind"] in ("stated", "taken_back")]
    ids = {one.id for case in cases for field in ("milestone", "exploitation_country") for one in standing(life, case, field)}
    told_fields = {"id", "kind", "month", "simulated", "case", "about", "code", "detail", "record"}
    assert {*said[0]} <= told_fields
    assert all({*one} <= told_fields and len(one["month"]) == 7 for one in said)
    assert not any(id in orjson.dumps(one).decode() for one in said for id in ids)
    assert not any(one.get("code") in ("MD", "RS", "RS99", "3") for one in said), "home or abroad, a listed region, a band"


def test_who_is_not_competent_states_no_step_and_nobody_one_to_come(told) -> None:
    life, cases, _ = told
    for me, field, value, why in (
        (NGO, "milestone", "2025-02-03 charged trafficking", "statement-not-yours"),
        (INSPECTOR, "granted", "2025-02-03 reflection", "statement-not-yours"),
        (POLICE, "milestone", "2025-02-03 convicted trafficking", "statement-not-yours"),
        (POLICE, "milestone", "2031-02-03 charged trafficking", "statement-not-yet"),
    ):
        with pytest.raises(RuleBroken, match=why):
            state(life, me, cases[0], field=field, value=value)


def test_where_the_country_file_does_not_say_what_is_home_nothing_is_abroad(told) -> None:
    """The code is empty in a file of before: "abroad" for everybody would be a figure, and false."""
    said = Statement(id="s", field="exploitation_country", value="RS", source="document", said_at=START)
    country = told[0].instances[LEAD].country
    for value, code in (("RS", "home"), ("MD", "abroad")):
        one = said.model_copy(update={"value": value})
        assert (record_of(one, "rs-insp", START, country) or {}).get("code") == code
        assert record_of(one, "rs-insp", START, country.model_copy(update={"code": ""})) is None


def test_what_is_passed_on_to_who_joins_is_counted_once(tmp_path, templates) -> None:
    """Who comes later is told of it by the lead, whose own records come back to it."""
    life = Life(tmp_path, templates)
    case, lead = life.case("c", needs=()), life.instances[LEAD]
    state(life, INSPECTOR, case, field="exploitation_country", value="RS")
    invite(lead, case, "rs-pol", Need.SAFETY, "later")
    life.settle()
    passed = f"select count(*) from journal where type = 'statement.made.v1' and author = '{LEAD}'"
    assert rows(lead, passed)[0][0] > 0, "the lead has passed it on"
    queued = [one.record for one in lead.unsent]
    assert len(queued) == len(set(queued))
    assert sum(orjson.loads(one.body)["kind"] == "stated" for one in lead.unsent) == 1
    life.close()


def test_a_statement_or_a_class_that_is_erased_is_in_no_table(tmp_path, templates) -> None:
    life = Life(tmp_path, templates)
    case, lead = life.case("c"), life.instances[LEAD]
    mistaken = state(life, LEAD, case, field="granted", value="2025-05-20 reflection")
    state(life, LEAD, case, field="milestone", value="2025-05-20 reported trafficking")
    desk, bodies = reporting_instance(tmp_path, "rs-zg", life.clock, WATCHED), [orjson.loads(one.body) for one in lead.unsent]
    give(desk, [orjson.dumps({**body, "case": record_id(case)}) for body in bodies])
    assert all(found(desk, "T2", "T10", "T18").values())
    flush(lead)
    send_batches(lead, Topic())

    def erased(what) -> list[str]:
        lead.transact(what)
        told = [orjson.loads(one.body) for one in lead.unsent]
        assert {one["kind"] for one in told} == {"erased"}
        names = [id for one in told for id in one["records"]]
        desk.transact(lambda work: journal.erase(work, names, life.clock.at))
        return [body["about"] for body in bodies if body["id"] in names]

    assert erased(lambda work: withdraw_statement(work, case, mistaken)) == ["granted"]
    assert [bool(one) for one in found(desk, "T2", "T10", "T18").values()] == [True, False, True]
    assert erased(lambda work: withdraw(work, case, {"D7"})) == ["granted", "milestone"], "with what waits since before"
    assert [bool(one) for one in found(desk, "T2", "T10", "T18").values()] == [True, False, False]
    desk.close()
    life.close()
