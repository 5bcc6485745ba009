"""`./nrm parked`: what it says, what it asks for, and that it acts on nothing itself."""

from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.databases import Postgres
from deploy.trouble import Trouble
from shared.processing.parking_causes import COULD_NOT_APPLY, WAITS_BEHIND
from shared.store.database import engine_for, insert
from shared.store.tables import Parked
from shared.web.text.messages import REASONS
from tests.databases import migrated
from tests.shared.land import POLICE_ME, rows
from tests.shared.trios import Trio, three, two_cases


@pytest.fixture
def trio(tmp_path: Path, templates: Path):
    with three(tmp_path, templates) as made:
        two_cases(made)
        yield made


def nrm(folder: Path, *words: str, **env: str) -> Result:
    result = CliRunner().invoke(app, ["parked", *words, "--data", str(folder)], terminal_width=300, env={"COLUMNS": "300", **env})
    if isinstance(result.exception, Trouble):
        raise result.exception
    return result


def ids(trio: Trio) -> list[str]:
    return [f"{POLICE_ME}/{p}:{at}" for p, at in rows(trio.police, "select partition, place from parked order by place")]


def test_the_list_names_each_record_and_for_those_behind_the_first_cause(trio: Trio, tmp_path: Path) -> None:
    told = nrm(tmp_path, "list")
    assert told.exit_code == 1
    first, *behind = [line for line in told.output.splitlines() if POLICE_ME in line]
    assert COULD_NOT_APPLY.words in first
    assert len(behind) == len(ids(trio)) - 1
    assert all(WAITS_BEHIND.words in line and COULD_NOT_APPLY.words in line for line in behind)


def test_show_tells_all_that_mends_it_and_nothing_that_it_says(trio: Trio, tmp_path: Path) -> None:
    told = nrm(tmp_path, "show", ids(trio)[0])
    assert told.exit_code == 0
    for said in (ids(trio)[0], "checkpoint.set.v1", "referral.rs-lead", "ZeroDivisionError", COULD_NOT_APPLY.how, COULD_NOT_APPLY.who):
        assert said in told.output, said
    for kept in ("LAB", "must not be told", "rs-insp", 'state"'):
        assert kept not in told.output
    assert f"{ids(trio)[0]}: {COULD_NOT_APPLY.words}" in nrm(tmp_path, "show", ids(trio)[1]).output


def test_retry_only_asks_and_the_agency_acts(trio: Trio, tmp_path: Path) -> None:
    trio.ill.types = set()
    before = ids(trio)
    assert f"at {len(before)} records" in nrm(tmp_path, "retry").output
    assert ids(trio) == before
    trio.police.idle(clocks=False)
    told = nrm(tmp_path, "list")
    assert (told.exit_code, told.output.strip()) == (0, "Nothing is parked.")


def test_retry_of_a_case_concerns_that_case(trio: Trio, tmp_path: Path) -> None:
    (case,) = trio.ill.cases
    with pytest.raises(Trouble, match="Nothing of a case elsewhere is parked"):
        nrm(tmp_path, "retry", "--case", "elsewhere")
    assert rows(trio.police, "select distinct retry from parked") == [(0,)]
    assert nrm(tmp_path, "retry", "--case", case).exit_code == 0
    assert rows(trio.police, "select distinct retry from parked") == [(1,)]


def test_set_aside_says_the_consequences_asks_and_leaves_the_doing_to_the_agency(trio: Trio, tmp_path: Path) -> None:
    words = ("set-aside", ids(trio)[0], "--by", "o1", "--reason", "it cannot be [bold]mended")
    told = CliRunner().invoke(app, ["parked", *words, "--data", str(tmp_path)], input="n\n")
    assert "may be incomplete" in told.output
    assert told.exit_code == 1
    assert rows(trio.police, "select distinct aside from parked") == [(0,)], "who says no has asked for nothing"
    assert nrm(tmp_path, *words, "--yes").exit_code == 0
    assert "to be set aside, by o1" in nrm(tmp_path, "show", ids(trio)[0]).output
    trio.police.idle(clocks=False)
    told = nrm(tmp_path, "list")
    assert told.exit_code == 0
    assert "it cannot be [bold]mended" in told.output
    assert rows(trio.police, "select officer from audit where act like 'set_aside:%'") == [("o1",)]


@pytest.mark.parametrize(
    ("nth", "by", "reason", "code"),
    [(1, "o1", "r", "only-waits-behind"), (0, "o1", " ", "reason-needed"), (0, " ", "r", "officer-needed")],
)
def test_what_cannot_be_set_aside_is_said_in_words(trio: Trio, tmp_path: Path, nth: int, by: str, reason: str, code: str) -> None:
    with pytest.raises(Trouble) as trouble:
        nrm(tmp_path, "set-aside", ids(trio)[nth], "--by", by, "--reason", reason, "--yes")
    assert str(trouble.value) == REASONS[code].words
    assert rows(trio.police, "select distinct aside from parked") == [(0,)]


def test_without_officer_or_reason_it_is_not_even_asked(trio: Trio, tmp_path: Path) -> None:
    assert nrm(tmp_path, "set-aside", ids(trio)[0], "--by", "o1").exit_code == 2
    assert nrm(tmp_path, "set-aside", ids(trio)[0], "--reason", "r").exit_code == 2


@pytest.mark.parametrize(
    "id", ["", "nobody/0:1", f"{POLICE_ME}/0", f"{POLICE_ME}/0:999", "assistance.rs-none/0:1", f"{POLICE_ME}/{10**30}:1"]
)
def test_an_id_that_names_nothing_is_said_to(trio: Trio, tmp_path: Path, id: str) -> None:
    with pytest.raises(Trouble):
        nrm(tmp_path, "show", id)


def test_a_database_of_an_older_version_is_said_to_be_one(trio: Trio, tmp_path: Path) -> None:
    trio.lead.transact(lambda work: work.session.connection().exec_driver_sql("alter table parked drop column code"))
    with pytest.raises(Trouble, match=r"referral\.rs-lead .*start its agency once"):
        nrm(tmp_path, "list")


def test_one_agencys_instances_are_found_by_its_settings_on_postgresql_too(tmp_path: Path, postgres: Postgres) -> None:
    agency = f"{{service}}.{uuid4().hex[:8]}.{{agency}}"
    pattern = postgres.pattern.replace("{name}", agency)
    for name in ("intake", "assistance"):
        migrated(postgres, name, agency.format(service=name, agency="rs-pu-bg"))
    engine = engine_for(pattern.format(service="assistance", agency="rs-pu-bg"))
    row = {"case": "c1", "partition": 0, "place": 41, "logged_at": 1, "value": b"x", "code": COULD_NOT_APPLY.code, "reason": "somewhere"}
    with engine.begin() as connection:
        insert(connection, Parked, [{**row, "type": "t", "author": "a", "parked_at": 1, "retry": False}])
    told = nrm(tmp_path, "list", "--agency", "rs-pu-bg", NRM_DATABASES=pattern)
    assert (told.exit_code, "assistance.rs-pu-bg/0:41" in told.output) == (1, True), told.output
    assert nrm(tmp_path, "retry", "--agency", "rs-pu-bg", NRM_DATABASES=pattern).exit_code == 0
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select retry from parked").scalars().all() == [True]
    engine.dispose()


def test_an_agency_that_the_country_does_not_have_is_said_to(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="Serbia has no agency nobody; it has "):
        nrm(tmp_path, "list", "--agency", "nobody")


def test_a_folder_without_databases_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="There are no databases"):
        nrm(tmp_path, "list")
