"""Previous release and this one, both ways: this one goes on with its databases and reads its records, and it takes what this one says.

What a release was is kept as data in `previous/`, made by that release itself (`previous/make.py`), so that no history is needed.
"""

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.backup.soundness import examine
from services.reporting.service import SERVICE as REPORTING
from shared.protocol.classes import EVENTS, LATER, SINCE_2
from shared.protocol.core import Core, decode
from shared.protocol.versions import FIRST
from shared.records.codec import open_record
from tests.deploy.contracts.previous.make import play
from tests.shared.bus import SimulatedRecord, Topic
from tests.shared.houses import housed
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, SERVICES, Hand, instance_at, pull, rows, settle
from tests.shared.protocol.samples import FOLDER as SAMPLES

RELEASES = sorted(path for path in Path(__file__).with_name("previous").iterdir() if (path / "schemas.json").exists())
INSTANCES = (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)
JOURNAL = "SELECT event, key, verdict FROM journal ORDER BY seq"
PICTURES = 'SELECT "case", view FROM picture ORDER BY 1'

pytestmark = pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)


def laid(release: Path, me: str, folder: Path) -> Path:
    """A database as that release left it."""
    file = folder / f"{me}.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript((release / f"{me}.sql").read_text())
    return file


def topic(release: Path) -> Topic:
    """Its log."""
    log = Topic()
    for line in (release / "records.jsonl").read_text().splitlines():
        key, value, at = json.loads(line)
        log.land(base64.b64decode(key), value.encode(), at)
    return log


def query(file: Path, text: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as db:
        return db.execute(text).fetchall()


def known(picture: Any, schema: dict[str, Any]) -> Any:
    """A picture's fields that the release knew, in the order of nothing in particular."""
    return {name: value for name, value in picture.items() if name in schema["properties"]}


def schemas(release: Path) -> dict[str, Any]:
    return json.loads((release / "schemas.json").read_text())


def test_there_is_a_previous_release(release: Path) -> None:
    assert {path.stem for path in release.glob("*.sql")} == {*INSTANCES, "reporting.rs-lead"}
    kinds = {open_record(record.value).core.type for record in topic(release).all()}
    assert len(kinds) > 8, "the play was rich enough to mean something"


# --- this release with what the previous one left -----------------------------------------------------------------------------------


def test_its_databases_are_brought_up_to_date_and_work_goes_on(release: Path, tmp_path: Path) -> None:
    clock, log = Hand(), topic(release)
    files = {me: laid(release, me, tmp_path) for me in INSTANCES}
    before = {me: (query(file, JOURNAL), query(file, "SELECT count(*) FROM outbox")) for me, file in files.items()}
    instances = {me: instance_at(file, me, clock) for me, file in files.items()}
    for me, instance in instances.items():
        assert (query(files[me], JOURNAL), query(files[me], "SELECT count(*) FROM outbox")) == before[me], "nothing is lost on the way"
        found = examine(me, instance.engine)
        assert found.wrong == []
        assert found.cases > 0 or me == NGO_ME
    assert len(instances[POLICE_ME].outgoing) == 1, "what waited for the bus still waits"
    settle(log, *instances.values())
    for me, instance in instances.items():
        assert rows(instance, "SELECT DISTINCT state FROM outbox WHERE state = 'waiting'") == []
        assert examine(me, instance.engine).wrong == []
        instance.close()


def test_reporting_keeps_its_facts(release: Path, tmp_path: Path) -> None:
    file = laid(release, "reporting.rs-lead", tmp_path)
    facts = (
        "SELECT record FROM fact_referral UNION ALL SELECT record FROM fact_stage UNION ALL SELECT record FROM fact_happening ORDER BY 1"
    )
    before = query(file, facts)
    assert before
    instance_at(file, "reporting.rs-lead", Hand(), REPORTING).close()
    assert query(file, facts) == before


def test_its_records_read_from_the_first_on_give_the_same_verdicts_and_pictures(release: Path, tmp_path: Path) -> None:
    log, schema = topic(release), schemas(release)["case"]
    for me in INSTANCES:
        old = laid(release, me, tmp_path)
        instance = instance_at(tmp_path / f"new.{me}.db", me, Hand(), SERVICES[me.partition(".")[0]])
        while pull(instance, log) and instance.positions.next(0) < log.ends()[0]:
            pass
        assert [tuple(row) for row in rows(instance, JOURNAL)] == query(old, JOURNAL)
        then, now = ({case: json.loads(view) for case, view in query(f, PICTURES)} for f in (old, tmp_path / f"new.{me}.db"))
        assert set(then) == set(now)
        for case, view in then.items():
            assert now[case]["left"] == view["left"]
            if view["case"] is not None:
                assert known(now[case]["case"], schema) == view["case"]
        instance.close()


# --- the previous release with what this one says -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> list[SimulatedRecord]:
    """What this release puts on the log in the same plays, in cases of the protocol that those read: one of 2 they hold whole."""
    with housed(tmp_path_factory.mktemp("house"), templates) as house:
        for instance in house.instances.values():
            instance.newest = FIRST
        play(house)
        return list(house.topic.all())


def cores(said: list[SimulatedRecord]) -> Iterator[Core]:
    """What was played, and one sample of each type."""
    yield from (open_record(record.value).core for record in said)
    yield from (sample(name) for name in EVENTS if (SAMPLES / f"{name}.json").exists())


def sample(name: str) -> Core:
    return decode(json.dumps(json.loads((SAMPLES / f"{name}.json").read_text())["core"]).encode())


def faults(core: Core, told: dict[str, Any]) -> list[str]:
    """Why that release would not take a core; none for a type that it does not know: it refuses those by the protocol's own rule."""
    shapes = {name: type(value).__name__ for name, value in asdict(core).items() if name in told["core"]}
    wrong = [] if shapes == told["core"] else [f"the core's fields are {shapes}"]
    for schema, value in ((told["events"].get(core.type), core.facts), (told["case"], core.facts.get("state"))):
        if schema is not None and value:
            wrong += [f"{core.type}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]
    return wrong


def test_it_takes_every_core_of_this_release(release: Path, said: list[SimulatedRecord]) -> None:
    told = schemas(release)
    checked = list(cores(said))
    assert {core.type for core in checked} >= set(told["events"])
    advised = "consultation" in json.dumps(told["events"]["roster.set.v1"])  # the first release refuses a roster with who gives advice
    assert [fault for core in checked if advised or "consultation" not in json.dumps(core.facts) for fault in faults(core, told)] == []


@pytest.mark.parametrize(("name", "field"), sorted(LATER - SINCE_2))
def test_it_refuses_what_says_something_that_came_later_and_for_that_alone(release: Path, name: str, field: str) -> None:
    """So it is said only to admit another log, which is done when all agencies have been upgraded (docs/operations.md)."""
    told = schemas(release)
    known = field in told["events"][name]["properties"]
    found = faults(sample(f"{name}.{field}"), told)
    assert found == [] if known else [f"'{field}' was unexpected" in fault for fault in found] == [True]


def test_some_release_refuses_what_came_later_and_some_knows_it(release: Path) -> None:
    """So that neither half of the test above is about nothing."""
    known = {field in schemas(one)["events"][name]["properties"] for one in RELEASES for name, field in LATER - SINCE_2}
    assert known == {True, False}


def test_it_finds_the_parts_of_a_record_where_it_looks_for_them(release: Path, said: list[SimulatedRecord]) -> None:
    old = {frozenset(json.loads(record.value or b"")) for record in topic(release).all()}
    assert {frozenset(json.loads(record.value or b"")) for record in said} == old == {frozenset({"core", "sections", "readers"})}


def test_a_field_that_it_does_not_know_would_be_found(release: Path, said: list[SimulatedRecord]) -> None:
    told, core = schemas(release), next(cores(said))
    assert faults(core, told) == []
    strange = Core(**{**asdict(core), "facts": {**core.facts, "shoe_size": 38}})
    assert ["shoe_size" in fault for fault in faults(strange, told)] == [True]
    without = {name: shape for name, shape in told["core"].items() if name != "salt"} | {"hat": "str"}
    assert len(faults(core, told | {"core": without})) == 1
