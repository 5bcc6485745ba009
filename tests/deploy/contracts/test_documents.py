"""The documents in docs/contracts say what is there; AsyncAPI's own parser takes theirs; real records have the shapes they tell."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from deploy.contracts import asyncapi, kept
from shared.protocol.case import Case
from shared.protocol.classes import EVENTS
from shared.protocol.core import Core
from shared.protocol.statistics import RECORDS, counted
from shared.records.capacity import TOPIC as CAPACITY
from shared.records.codec import STATISTICS, TOPIC, Decided, complete
from tests.deploy.contracts.conftest import HERE, Validate
from tests.deploy.contracts.verdict_samples import FOLDER, golden
from tests.services.reporting.life import Life, live

DOCUMENT = asyncapi.document()
REGISTRY: Any = Registry().with_resource("urn:events", Resource(contents=DOCUMENT, specification=DRAFT7))


def checked(name: str) -> Draft7Validator:
    """A checker for one of the document's shapes."""
    return Draft7Validator({"$ref": f"urn:events#/components/schemas/{name}"}, registry=REGISTRY)


def fits(core: dict[str, Any], record: dict[str, Any] | None = None) -> None:
    """A core, and the record that carries it, have the shapes of their type."""
    name = EVENTS[core["type"]].__name__
    checked(f"{name}.core").validate(core)
    if record is not None:
        checked(f"{name}.record").validate(record)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Iterator[Life]:
    """Some weeks in a small country."""
    life = Life(tmp_path_factory.mktemp("life"), templates)
    live(life, cases=2)
    yield life
    life.close()


@pytest.mark.parametrize("name", kept.DOCUMENTS)
def test_a_kept_document_is_in_step(name: str) -> None:
    assert (kept.HERE / name).read_text(encoding="utf-8") == kept.text(kept.DOCUMENTS[name]()), "./nrm contract keep writes it anew"


def test_no_other_document_is_kept() -> None:
    assert {path.name for path in kept.HERE.iterdir()} == {*kept.DOCUMENTS}


@pytest.fixture(scope="module")
def parsed(validate: Validate) -> list[dict[str, Any]]:
    """What AsyncAPI's own parser says of the document, and of as little of it as one message needs, in which something is wrong."""
    relay, message = "case-events.relay", "roster.set.v1"
    sent = f"#/channels/{relay}/messages/{message}"
    wrong = DOCUMENT | {
        "channels": {relay: DOCUMENT["channels"][relay] | {"messages": {message: {"$ref": f"#/components/messages/{message}"}}}},
        "operations": {relay: DOCUMENT["operations"][relay] | {"action": "shout", "messages": [{"$ref": sent}]}},
        "components": {
            "messages": {message: DOCUMENT["components"]["messages"][message] | {"payload": {"$ref": "#/components/schemas/Nothing"}}}
        },
    }
    return validate(DOCUMENT, wrong)


def test_asyncapis_own_parser_takes_the_document(parsed: list[dict[str, Any]]) -> None:
    found, _ = parsed
    assert found["parsed"]
    assert [remark for remark in found["remarks"] if remark["severity"] < 2] == []


def test_the_parser_sees_what_is_wrong(parsed: list[dict[str, Any]]) -> None:
    _, found = parsed
    assert not found["parsed"]
    wrong = {remark["path"]: remark["code"] for remark in found["remarks"] if remark["severity"] == 0}
    assert wrong.keys() == {"operations.case-events.relay.action", "components.messages.roster.set.v1.payload.$ref"}
    assert "invalid-ref" in wrong.values()


def test_the_lock_of_the_parser_pins_by_hash_and_names_no_host() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert all("integrity" in each and "resolved" not in each for each in packages.values())
    assert lock["packages"][""]["dependencies"] == json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]


def test_every_type_and_every_statistic_is_a_message_of_its_topic_in_both_directions() -> None:
    told = {TOPIC: {*EVENTS}, STATISTICS: {f"statistic.{name}" for name in RECORDS}, CAPACITY: {"capacity.said"}}
    for name, channel in DOCUMENT["channels"].items():
        assert set(channel["messages"]) == told[channel["address"]]
        assert len(DOCUMENT["operations"][name]["messages"]) == len(channel["messages"])
    actions = [(o["action"], DOCUMENT["channels"][n]["address"]) for n, o in DOCUMENT["operations"].items()]
    assert sorted(actions) == sorted((action, topic) for action in ("receive", "send") for topic in told)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_a_record_as_it_is_sent_has_the_told_shape_and_headers(name: str) -> None:
    gold = golden(name)
    core, before = Core(**gold["core"]), Case.model_validate(gold["before"]) if gold["before"] else None
    decided = Decided(core.key, core.case, core.type, core.cause, core.at, core.simulated, gold["parts"], core.ordinal)
    _, value, headers = complete(decided, core.author, before, core.at)
    record = json.loads(value)
    fits(json.loads(record["core"]), record)
    fits(gold["core"])
    for section in gold["parts"].keys() - {"D0"}:
        checked(f"{EVENTS[name].__name__}.{section}").validate(gold["parts"][section])
    Draft7Validator(DOCUMENT["components"]["messages"][name]["headers"]).validate({k: v.decode() for k, v in headers})


@pytest.mark.parametrize("name", [path.stem for path in sorted(FOLDER.glob("*.json"))])
def test_cores_of_every_verdict_have_the_told_shape(name: str) -> None:
    fits(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["core"])


@pytest.mark.parametrize(
    "change",
    [{"v": "1"}, {"roster": -1}, {"type": "another.v1"}, {"case": ""}, {"facts": {}}, {"facts": {"handoff": "h", "code": "C99"}},
     {"facts": {"handoff": "h", "code": "C6", "name": "x"}}, {"digests": {"D1": 1}}],
)  # fmt: skip
def test_the_shapes_refuse_what_is_no_core(change: dict[str, Any]) -> None:
    core = golden("handoff.declined.v1")["core"]
    assert checked("HandoffDeclined.core").is_valid(core)
    assert not checked("HandoffDeclined.core").is_valid(core | change)


def test_what_real_doors_put_on_the_log_and_count_has_the_told_shapes(life: Life) -> None:
    types: set[str] = set()
    for record in life.topic.all():
        body = json.loads(record.value or b"")
        core = json.loads(body["core"])
        types.add(core["type"])
        fits(core, body)
    assert len(types) > 5
    kinds: set[str] = set()
    for name, body, *_ in life.instances["referral.rs-lead"].unsent:
        said = json.loads(body)
        kinds.add(said["kind"])
        assert said["id"] == name
        checked(RECORDS[said["kind"]].__name__).validate(said)
    assert kinds >= {"referral", "stage"}


@pytest.mark.parametrize("record", [{"kind": "other"}, {"kind": "pingpong", "month": "May", "simulated": False}, {}])
def test_a_lead_counts_nothing_that_readers_do_not_know(record: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        counted(record)
