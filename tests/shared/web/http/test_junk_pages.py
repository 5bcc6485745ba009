"""A record that says nothing sensible spoils no page of its case."""

from typing import Any

from tests.shared.forge import core, value
from tests.shared.land import rows, sure
from tests.shared.wards import Ward

SENSELESS: list[dict[str, Any]] = [
    {"handoff": ["a", {}]}, {"members": 7}, {"members": [{}]}, {"planned": "text"}, {"to": {"a": 1}}, {"competent": 7}, {"agencies": 3},
    {"trace": None, "need": []}, {"task": {}, "handoff": None},
]  # fmt: skip


def test_a_record_with_senseless_facts_spoils_no_page_of_its_case(ward: Ward) -> None:
    now = sure(ward.instance, ward.case)
    types = ("roster.set.v1", "handoff.requested.v1", "task.planned.v1", "nothing.known.v1")
    for n, facts in enumerate(SENSELESS):
        for type in types:
            said = core(ward.case, type, facts, "assistance.rs-zdr-bg", roster=now.version, cause=f"form:{type}{n}")
            ward.town.topic.land(ward.case.encode(), value(said, readers=dict.fromkeys(now.agencies, [])))
    ward.town.carry()
    assert len(rows(ward.instance, "select * from journal where verdict = 'refused'")) == len(SENSELESS) * len(types)
    for visitor in (ward.clinic, ward.town.at["rs-ngo-pomoc"]):
        visitor.get(f"/cases/{ward.case}")
    ward.town.at["rs-czztlj"].get(f"/lead/{ward.case}")
    ward.town.at["rs-ir"].get(f"/reports/{ward.case}")
