"""A junk record can freeze nobody's case: whatever bytes lie under a real case's key, nothing is parked and the case goes on."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.assistance.handlers import handoffs as a
from shared.processing.instance import Instance
from shared.protocol.classes import EVENTS
from shared.protocol.core import Core, decision_key
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import Need
from tests.shared.bus import Topic
from tests.shared.forge import EVERY, core, value
from tests.shared.houses import housed
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
    invite,
    pull,
    report,
    rows,
    seen,
    send,
    settle,
    sure,
)
from tests.shared.protocol.wild import EVENT

HEALTH_ME = "assistance.rs-health"
MEMBERS = (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)
AUTHORS = st.sampled_from([*MEMBERS, HEALTH_ME, "referral.rs-health", "reporting.rs-lead", "nobody", "", "a.b.c"])


@dataclass
class Before:
    """A running case, as files and a log: every example begins there."""

    folder: Path
    topic: Topic
    case: str
    version: int

    @contextmanager
    def again(self, *others: str) -> Iterator[tuple[Topic, dict[str, Instance]]]:
        """The members of the case, and others, once more as they were."""
        clock = Hand()
        with TemporaryDirectory() as folder:
            instances = {me: instance_at(Path(shutil.copy(self.folder / f"{me}.db", folder)), me, clock) for me in (*MEMBERS, *others)}
            yield deepcopy(self.topic), instances
            for instance in instances.values():
                instance.close()


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Before:
    folder = tmp_path_factory.mktemp("before")
    with housed(folder, templates) as house:
        case = report(house[INTAKE_ME])
        house.settle()
        version = house.shown(LEAD_ME, case).version
    database(folder, templates, SERVICES["assistance"], HEALTH_ME)
    return Before(folder, house.topic, case, version)


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nested values of these."""
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc-", max_size=4), inner, max_size=3), max_leaves=6
    )


WORDS = st.sampled_from([*EVERY, "", "x" * 300, "confidential:ngo", "\u202e", "ђ", "<b>"])
TAME = trees(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | WORDS)
"""What an instance can read and write down; its sense is another question."""
WILD = trees(st.none() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8))
FIELDS = st.dictionaries(st.sampled_from(sorted(Core.__dataclass_fields__)), WILD, min_size=1, max_size=3)
FACTS = st.dictionaries(st.sampled_from(sorted({name for kind in EVENTS.values() for name in kind.model_fields})), TAME, max_size=3)
SECTIONS = st.dictionaries(st.sampled_from(["D1", "D2", "D3", "D9", ""]), TAME, max_size=3)
ADDRESSED = st.sampled_from([dict.fromkeys(EVERY, may) for may in (["D1", "D2", "D3"], [], [[], {}, None])])
"""Everybody gets it. An author who tells only some parts their pictures, which heads show; that is another matter."""
NEWER = {"protocol": NEWEST + 1}
PROTOCOL = st.sampled_from([{}, NEWER, {"protocol": 99, "roster": []}, {"state": NEWER, "joiners": list(EVERY)}])


def text(body: Any) -> bytes:
    """JSON as lax as Python's own: endless numbers, lone surrogates."""
    return json.dumps(body).encode()


def flipped(value: bytes, changes: list[tuple[int, int]]) -> bytes:
    """A few bytes of it are others."""
    made = bytearray(value)
    for where, byte in changes:
        made[where % len(made)] = byte
    return bytes(made)


def altered(value: bytes, fields: dict[str, Any]) -> bytes:
    """A few fields of its core are others; the key is right again, so that more than the key is looked at."""
    body = json.loads(value)
    said = json.loads(body["core"]) | fields
    author, cause, ordinal = (said[name] for name in ("author", "cause", "ordinal"))
    if isinstance(author, str) and isinstance(cause, str) and isinstance(ordinal, int) and author.isprintable() and cause.isprintable():
        said["key"] = decision_key(author, cause, ordinal)
    return text(body | {"core": json.dumps(said)})


@st.composite
def said(draw: st.DrawFn, case: str, version: int) -> bytes:
    """An event of any type under the roster in force or another, its facts and sections partly nonsense, its decision key right."""
    event = draw(EVENT)
    facts = event.model_dump(mode="json") | draw(FACTS) | draw(PROTOCOL)
    type, author = draw(st.sampled_from([event.TYPE, event.TYPE, "nothing.known.v1"])), draw(AUTHORS)
    made = core(
        case, type, facts, author, roster=draw(st.sampled_from([version, version, version, 0, version + 1])),
        cause=draw(st.sampled_from(["form:1", f"form:{draw(st.integers(0, 10**6))}", f"clock:{case}"])),
    )  # fmt: skip
    return text({"core": json.dumps(asdict(made)), "sections": draw(SECTIONS), "readers": draw(ADDRESSED)})


def junk(case: str, real: list[bytes]) -> st.SearchStrategy[bytes | None]:
    """Whatever may lie under a real case's key."""
    some = st.sampled_from(real)
    return st.one_of(
        st.none(), st.binary(max_size=64), WILD.map(text), some.map(lambda v: v[: len(v) // 2]),
        st.builds(flipped, some, st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4)),
        st.builds(altered, some, FIELDS),
    )  # fmt: skip


PROPERTY = settings(
    max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@PROPERTY
@given(data=st.data())
def test_whatever_bytes_lie_under_a_cases_key_park_nothing_and_everybody_reads_on(before: Before, data: st.DataObject) -> None:
    real = [record.value for record in before.topic.all() if record.value]
    read_on(before, data.draw(st.lists(junk(before.case, real), min_size=5, max_size=20)))


@PROPERTY
@given(data=st.data())
def test_whatever_an_event_says_it_parks_nothing_and_everybody_reads_on(before: Before, data: st.DataObject) -> None:
    verdicts = read_on(before, data.draw(st.lists(said(before.case, before.version), min_size=5, max_size=20)))
    assert verdicts - {"unreadable"}, "these can be read, else the test says little"


def read_on(before: Before, records: list[bytes | None]) -> set[str]:
    """All members read these records and whatever follows; the verdicts of the lead."""
    with before.again() as (topic, instances):
        began = len(topic.all())
        for each in records:
            topic.land(before.case.encode(), each)
        settle(topic, *instances.values())
        for me, instance in instances.items():
            assert rows(instance, "select * from parked") == []
            assert (instance.parked, instance.fence) == (set(), "")
            assert instance.positions.next(0) == len(topic.all())
            assert sure(instance, before.case) == sure(instances[LEAD_ME], before.case), f"{me} has another picture"
        verdicts = {str(v) for (v,) in rows(instances[LEAD_ME], f"select verdict from journal where place >= {began}")}
        if "counted" not in verdicts:
            goes_on(before.case, topic, instances)
        return verdicts


def goes_on(case: str, topic: Topic, instances: dict[str, Instance]) -> None:
    """The police accepts, and everybody sees it."""
    handoff = next(h.id for h in sure(instances[POLICE_ME], case).handoffs.values() if h.to == "rs-pol")
    decide(instances[POLICE_ME], a.accept, a.OfHandoff(case=case, handoff=handoff), "yes")
    settle(topic, *instances.values())
    for instance in instances.values():
        assert sure(instance, case).handoffs[handoff].state == "accepted"


def test_records_as_large_as_the_bus_takes_them_hold_nothing(before: Before) -> None:
    with before.again() as (topic, instances):
        large = core(
            before.case, "case.closed.v1", {"reason": "x" * 900_000}, LEAD_ME, roster=sure(instances[LEAD_ME], before.case).version
        )
        for value_ in (b"[" * 900_000, b"\x00" * 900_000, value(large), value(large)[:-1], value(large, [[]] * 100_000)):
            topic.land(before.case.encode(), value_)
        settle(topic, *instances.values())
        assert {me: (rows(instance, "select * from parked"), instance.parked) for me, instance in instances.items()} == dict.fromkeys(
            instances, ([], set())
        )
        goes_on(before.case, topic, instances)


@pytest.mark.parametrize("author", [POLICE_ME, "referral.rs-soc", "intake.rs-insp", "intake.rs-pol"])
@pytest.mark.parametrize("type", ["checkpoint.set.v1", "case.reported.v1"])
def test_nobody_can_hold_a_case_for_an_agency_that_waits_to_join_it(before: Before, type: str, author: str) -> None:
    """Between the roster record that names it and the lead's checkpoint it has no picture to judge by."""
    with before.again(HEALTH_ME) as (topic, instances):
        lead, health = instances[LEAD_ME], instances[HEALTH_ME]
        invite(lead, before.case, "rs-health", Need.HEALTH, "one more")
        send(lead, topic)
        pull(lead, topic)
        assert topic.all()[-1].value
        pull(health, topic)
        assert seen(health, before.case) is None
        facts = {"protocol": NEWEST + 1, "state": {"protocol": NEWEST + 1, "lead": "rs-lead"}, "joiners": ["rs-health"]}
        topic.land(before.case.encode(), value(core(before.case, type, facts, author)))
        pull(health, topic)
        assert health.parked == set()
        settle(topic, *instances.values())
        assert seen(health, before.case) == seen(lead, before.case)


def test_a_checkpoint_of_a_newer_protocol_from_who_named_us_is_held_until_the_upgrade(before: Before) -> None:
    with before.again(HEALTH_ME) as (topic, instances):
        lead, health = instances[LEAD_ME], instances[HEALTH_ME]
        invite(lead, before.case, "rs-health", Need.HEALTH, "one more")
        send(lead, topic)
        pull(lead, topic)
        pull(health, topic)
        facts = {"state": {"protocol": NEWEST + 1, "lead": "rs-lead"}, "joiners": ["rs-health"]}
        topic.land(before.case.encode(), value(core(before.case, "checkpoint.set.v1", facts, LEAD_ME)))
        pull(health, topic)
        assert rows(health, "select code from parked") == [("newer-protocol",)]
