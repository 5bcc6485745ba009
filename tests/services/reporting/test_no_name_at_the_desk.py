"""Whatever people type, at an agency or at the desk itself: none of it is on any page, file, metric, snapshot, span or line of a log that
operators have; and who looks would find it."""

import json
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from deploy.process.composition import pages_of
from services.reporting.ingest.open_handoffs import store
from services.reporting.ingest.statistics import take
from services.reporting.service import PAGES
from shared.casework import own_record
from shared.config.calendar import HOUR
from shared.config.logging_setup import configure
from shared.observability.beat import statement
from shared.processing.instance import Instance
from shared.web.admin.application import office
from tests.deploy.proving.adversary.operators_site import opened
from tests.leaks import found
from tests.services.reporting.life import WATCHED, Life, live, reporting_instance, settings
from tests.services.reporting.operators import fill, signed_in, written
from tests.shared.bus import START, SimulatedRecord
from tests.shared.client import PageClient
from tests.shared.land import decide, rows
from tests.shared.observability.test_exporter import _logging_as_before  # noqa: F401  loggers are as before

NOTE, GROUND, LABEL, OWN, TYPED, RECORD = CANARIES = (
    "Jelena Petrović-Kanarinac", "held in a cellar, canary", "canary with the red jacket", "canary comes on Thursday", "canary-of-the-desk",
    "Канаринка",
)  # fmt: skip
LEAD, POLICE, INTAKE = "referral.rs-lead", "assistance.rs-pol", "intake.rs-insp"
KINDS = (
    "/operations", "/operations/latency.csv", "/operations/promises", "/operations/promises.csv", "/operations/agencies",
    "/operations/agencies/rs-pol", "/operations/agencies/rs-pol/months.csv", "/operations/pairs/rs-lead/rs-pol",
    "/operations/pairs/rs-lead/rs-pol/months.csv", "/operations/stalled",
    "/operations/records", "/operations/away", "/operations/away.csv", "/operations/waiting",
        "/operations/waiting.csv", "/operations/passed-round", "/operations/passed-round/came-back.csv",
    "/operations/passed-round/requests.csv", "/metrics", "/api/reporting/handoffs", "/api/reporting/latency",
)  # fmt: skip
"""What must have been looked at, whatever else links lead to; and the way of each case with its file."""


ASKED = (
    "?agency={0}", "?need={0}", "?{0}=1", "/traces?trace={0}", "/traces/{0}", "/agencies/{0}", "/pairs/rs-lead/{0}", "/away?page={0}",
    "/stalled?page={0}", "/passed-round?month={0}", "/promises?month={0}",
)  # fmt: skip


def told(life: Life) -> None:
    """A report over HTTP, and what two agencies keep for themselves, with words in each field that takes any."""
    client = TestClient(office(settings(life.folder, "rs-insp"), [pages_of("intake")], [life.instances[INTAKE]]))
    report = {"danger": True, "consent": False, "age": "adult", "ground": "life", "needs": ["legal"], "note": NOTE, "ground_words": GROUND}
    headers = {"idempotency-key": "form-1", "user-agent": NOTE.encode()}
    answer = client.post(f"/api/intake/reports?name={NOTE}", json=report, headers=headers)
    assert answer.status_code == 201, answer.text
    life.settle()
    case = answer.json()["case"]
    for me in (LEAD, INTAKE):
        decide(life.instances[me], own_record.name_case, own_record.NameCase(case=case, reference="1/26", label=LABEL), "label")
        decide(life.instances[me], own_record.write_note, own_record.WriteNote(case=case, note=OWN), "note")


def typed(client: PageClient) -> Iterator[bytes]:
    """Words in each place of the desk that takes any, as they are refused or not found."""
    for path in ASKED:
        answer = client.get(f"/operations{path.format(TYPED)}")
        assert answer.status_code in (200, 303, 400, 404, 422), (path, answer.status_code)
        yield repr(answer.headers).encode()


def surfaces(life: Life, app: FastAPI, desk: Instance, lines: StringIO) -> dict[str, bytes]:
    """Where → everything that operators have from there."""
    traces = {body["trace_id"] for body in written(life).values()}
    texts = {address: text.encode() for address, text in opened(app, WATCHED, sorted(traces)).items()}
    headers = b"\n".join(typed(signed_in(app)))
    return texts | held(desk) | {
        "headers": headers, "log": lines.getvalue().encode(), "spans": json.dumps(written(life), ensure_ascii=False).encode(),
        **{f"snapshot {me}": statement(one, {}, 0).written() for me, one in life.instances.items()},
    }  # fmt: skip


def held(instance: Instance) -> dict[str, bytes]:
    """Each table of an instance's database."""
    tables = [name for (name,) in rows(instance, "select name from sqlite_master where type = 'table'")]
    return {f"table {name}": repr(rows(instance, f'select * from "{name}"')).encode() for name in tables}


def away_before(desk: Instance, life: Life) -> None:
    """The police was heard five hours ago, as nothing was asked of it, and not since."""
    before = statement(life.instances[POLICE], {}).model_copy(update={"at": 1, "open": (), "stalled": ()})
    desk.began -= 10 * HOUR
    desk.transact(lambda work: store(work, before))
    moved = f"update heard_from set heard_at = heard_at - {5 * HOUR}, clock_at = 0"
    desk.transact(lambda work: work.session.connection().exec_driver_sql(moved) and None)
    desk.transact(lambda work: store(work, statement(life.instances[POLICE], {}, 0)))


@pytest.fixture
def seen(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch, _logging_as_before: None) -> Iterator[Any]:  # noqa: F811
    """All that there is to see, and the desk itself."""
    lines = StringIO()
    monkeypatch.setattr(sys, "stderr", lines)
    configure("rs-koord", for_good=False)
    life = Life(tmp_path, templates)
    desk = reporting_instance(tmp_path, "rs-koord", life.clock)
    told(life)
    live(life, 3)
    away_before(desk, life)
    broken = SimulatedRecord(0, 0, START, b"", json.dumps({"kind": "referral", "nationality": RECORD}).encode())
    desk.transact(lambda work: take(work, [broken]))
    app = office(settings(tmp_path, "rs-koord").model_copy(update={"cleared_metrics": True}), [PAGES], [desk])
    fill(app, desk, (life, []))
    yield lambda: surfaces(life, app, desk, lines), desk, life
    desk.close()
    life.close()


def test_nothing_that_is_typed_is_anywhere_that_operators_look_and_who_looks_would_find_it(seen: Any) -> None:
    look, desk, life = seen
    there = look()
    missing = [path for path in KINDS if not any(address.partition("?")[0] == path for address in there)]
    assert not missing
    assert sum(address.endswith("/way.csv") for address in there) > 1
    assert b"rs-pol," in there["/operations/away.csv"], "an agency was away"
    assert b'nrm_agency_parked{agency="rs-pol"}' in there["/metrics"]
    assert b'"event":"decided"' in there["log"]
    kept = b"".join(held(life.instances[INTAKE]).values())
    assert found(CANARIES, kept) >= {NOTE, GROUND, LABEL, OWN}, "the agency has what it was told"
    assert {name for name, data in there.items() if found(CANARIES, data)} == set()
    cases = [case for (case,) in rows(life.instances[LEAD], 'select distinct "case" from journal')]
    assert {name for name, data in there.items() if any(case.encode() in data for case in cases)} == set()
    plant(desk)
    hit = {name.partition("?")[0] for name, data in look().items() if found(CANARIES, data)}
    assert hit >= {
        "/operations",
        "/operations/away",
        "/operations/waiting",
        "/operations/stalled",
        "/operations/agencies",
        "/metrics",
        "table said_open",
    }


def plant(desk: Instance) -> None:
    """As if each thing that an agency says carried a name."""
    for said in (
        f"update said_open set need = '{TYPED}'", f"update heard_from set release = '{TYPED}'",
        f"insert into said_stalled values ('rs-lead', '{'a' * 32}', '{TYPED}', 'silent', false)",
        f"update absence set agency = '{TYPED}'",
    ):  # fmt: skip
        desk.transact(lambda work, said=said: work.session.connection().exec_driver_sql(said) and None)
