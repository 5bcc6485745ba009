"""What another member sends cannot stop, mislead or burden an instance; and no word of a person travels that should not."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.assistance.handlers import handoffs as a
from services.intake.handlers.reports import FileReport
from shared.processing.instance import Instance
from shared.protocol.case import Verdict
from shared.records.codec import open_record
from shared.records.reader import read
from tests.shared.bus import START, Topic
from tests.shared.forge import EVERY, core, section, value
from tests.shared.land import (
    INTAKE_ME,
    LEAD_ME,
    NGO_ME,
    POLICE_ME,
    SERVICES,
    Hand,
    database,
    decide,
    instance_at,
    noted,
    pull,
    report,
    rows,
    settle,
    sure,
)
from tests.shared.records.test_codec import HOSTILE

NOTE = "a word that stays in this house"
LANGUAGE = "sr-canary"


@pytest.fixture
def instances(tmp_path: Path, templates: Path) -> dict[str, Instance]:
    clock = Hand()
    mine = (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME, "assistance.rs-health")
    return {me: instance_at(database(tmp_path, templates, SERVICES[me.partition(".")[0]], me), me, clock) for me in mine}


def opened(instances: dict[str, Instance], topic: Topic, **answers: Any) -> str:
    case = report(instances[INTAKE_ME], **answers)
    settle(topic, *instances.values())
    return case


def test_no_bytes_stop_a_reader_and_each_is_journalled_with_its_reason(instances: dict[str, Instance]) -> None:
    topic = Topic()
    case = opened(instances, topic)
    for bytes_ in HOSTILE.values():
        topic.land(case.encode(), bytes_)
    handoff = next(h.id for h in sure(instances[POLICE_ME], case).handoffs.values() if h.to == "rs-pol")
    decide(instances[POLICE_ME], a.accept, a.OfHandoff(case=case, handoff=handoff), "yes")
    settle(topic, *instances.values())
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME):
        assert noted(instances[me], case)[-1] == ("handoff.accepted.v1", "counted")
        assert instances[me].parked == set()
        assert rows(instances[me], "select count(*) from journal where verdict = 'unreadable'") == [(len(HOSTILE),)]


@pytest.mark.parametrize(
    ("type", "facts", "author"),
    [
        ("nothing.known.v1", {}, POLICE_ME),
        ("handoff.accepted.v2", {"handoff": "h"}, POLICE_ME),
        ("case.closed.v1", {"reason": "other"}, POLICE_ME),
        ("roster.set.v1", {"members": []}, POLICE_ME),
        ("checkpoint.set.v1", {"place": 0, "joiners": ["rs-health"], "state": {}}, POLICE_ME),
        ("case.closed.v1", {"reason": "other"}, "assistance.rs-health"),
        ("case.closed.v1", {"reason": "other", "more": 1}, LEAD_ME),
        ("case.closed.v1", {"reason": 2**53}, LEAD_ME),
        ("case.closed.v1", {"reason": "other"}, ""),
    ],
)
def test_what_its_author_may_not_say_is_refused_by_all(
    instances: dict[str, Instance], type: str, facts: dict[str, Any], author: str
) -> None:
    topic = Topic()
    case = opened(instances, topic)
    now = sure(instances[LEAD_ME], case)
    topic.land(case.encode(), value(core(case, type, facts, author, roster=now.version)))
    settle(topic, *instances.values())
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME):
        assert noted(instances[me], case)[-1] == (type, Verdict.REFUSED.value)
    assert sure(instances[LEAD_ME], case).closed_at is None


def test_a_section_that_an_agency_may_not_have_is_nowhere_in_its_database(instances: dict[str, Instance]) -> None:
    topic = Topic()
    case = opened(instances, topic, needs=("investigation", "legal", "health"))
    now = sure(instances[LEAD_ME], case)
    handoff = next(h.id for h in now.handoffs.values() if h.to == "rs-lead")
    part, digest = section({"indicators": ["LI13"]}, "canary-salt")
    said = core(case, "handoff.info-supplied.v1", {"handoff": handoff}, INTAKE_ME, roster=now.version, digests={"D2": digest})
    topic.land(case.encode(), value(said, {"D2": part}, {agency: ["D1", "D2", "D3"] for agency in EVERY}))
    settle(topic, *instances.values())
    kept = {me: "LI13" in str(rows(instance, "select body from journal")) for me, instance in instances.items()}
    assert kept == {INTAKE_ME: True, LEAD_ME: True, POLICE_ME: True, NGO_ME: True, "assistance.rs-health": False}


def test_the_note_of_a_report_is_in_its_own_table_and_nowhere_else(instances: dict[str, Instance]) -> None:
    topic = Topic()
    case = opened(instances, topic, note=NOTE, language=LANGUAGE)
    assert rows(instances[INTAKE_ME], "select note from report") == [(NOTE,)]
    for instance in instances.values():
        for (table,) in rows(instance, "select name from sqlite_master where type = 'table' and name <> 'report'"):
            assert NOTE not in str(rows(instance, f"select * from {table}")), (instance.me, table)
    for record in topic.all():
        assert NOTE.encode() not in (record.value or b"")
        said = open_record(record.value)
        assert LANGUAGE not in orjson.dumps(said.core.facts).decode(), "codes of a person are in sections, never in the core"
    assert LANGUAGE in str([r.value for r in topic.all()]), "the scan sees what is there"
    assert LANGUAGE in str(asyncio.run(instances[LEAD_ME].ask(lambda reader: reader.profile(case))))
    assert FileReport(danger=True, note=NOTE).note == NOTE


def test_the_audit_is_a_chain_that_breaks_where_a_line_is_changed(instances: dict[str, Instance]) -> None:
    police, topic = instances[POLICE_ME], Topic()
    case = opened(instances, topic)
    handoff = next(h.id for h in sure(police, case).handoffs.values() if h.to == "rs-pol")
    for n, use_case in enumerate((a.acknowledge, a.ask_info, a.accept)):
        decide(police, use_case, a.AskInfo(case=case, handoff=handoff, words="Invented?"), f"f{n}", officer=f"o{n}")
    lines = rows(police, 'select at, officer, act, "case", key, digest from audit order by seq')
    acts = [(officer, act) for _, officer, act, *_ in lines if not act.startswith("rows")]
    assert acts == [("o0", "acknowledge"), ("o1", "ask_info"), ("o2", "accept")]
    assert chained(lines)
    for n in range(len(lines)):
        assert not chained([(*line[:1], "somebody else", *line[2:]) if m == n else line for m, line in enumerate(lines)])
    assert not chained(lines[1:])
    assert not chained([lines[1], lines[0], lines[2]])


def chained(lines: list[tuple[Any, ...]]) -> bool:
    """Whether each line is bound to the one before it."""
    before = ""
    for *words, digest in lines:
        if hashlib.sha256("\n".join([before, *map(str, words)]).encode()).hexdigest() != digest:
            return False
        before = str(digest)
    return True


def test_the_same_bytes_twice_are_one_event(instances: dict[str, Instance]) -> None:
    topic = Topic()
    case = opened(instances, topic)
    before = noted(instances[LEAD_ME], case)
    for record in list(topic.all()):
        topic.land(record.key or b"", record.value, START + 5)
    assert pull(instances[LEAD_ME], topic)
    assert noted(instances[LEAD_ME], case) == before
    assert instances[LEAD_ME].positions.next(0) == len(topic.all())
    assert instances[LEAD_ME].take(read(topic.all()))
