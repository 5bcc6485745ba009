"""The gate against changes that break what lies on the log, and its teeth."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field, StringConstraints

from deploy.contracts import kept
from deploy.contracts.evolution import broken, snapshot
from deploy.trouble import Trouble
from shared.protocol.classes import EVENTS, LATER
from shared.protocol.facts import Event, Id
from shared.protocol.vocabulary import DataClass, DeclineCode

D0, D1, D2 = DataClass.D0, DataClass.D1, DataClass.D2
DECLINED = "handoff.declined.v1"
NOW = snapshot()


class HandoffDeclined(Event):
    """As it is."""

    TYPE: ClassVar[str] = DECLINED
    handoff: Annotated[Id, D0]
    code: Annotated[DeclineCode, D0]
    competent: Annotated[Id | None, D0] = None


def changed(**fields: Any) -> list[str]:
    """What the gate says where these fields of the declining are so; None takes one away."""
    namespace: dict[str, Any] = {"__module__": __name__, "TYPE": DECLINED}
    said = {"handoff": (Annotated[Id, D0], ...), "code": (Annotated[DeclineCode, D0], ...), "competent": (Annotated[Id | None, D0], None)}
    annotations: dict[str, Any] = {"TYPE": ClassVar[str]}
    for name, what in (said | fields).items():
        if what is not None:
            annotations[name], default = what
            namespace |= {} if default is ... else {name: default}
    kind = type("HandoffDeclined", (Event,), namespace | {"__annotations__": annotations})
    return broken(NOW, snapshot({**EVENTS, DECLINED: kind}, {*LATER, (DECLINED, "unwritten")}))


def fewer(kind: type[StrEnum]) -> type[StrEnum]:
    """The same words without the last."""
    return StrEnum(kind.__name__, {m.name: m.value for m in list(kind)[:-1]})  # type: ignore[return-value]


def more(kind: type[StrEnum]) -> type[StrEnum]:
    """The same words and one more."""
    return StrEnum(kind.__name__, {m.name: m.value for m in kind} | {"NEW": "C99"})  # type: ignore[return-value]


def test_the_events_keep_what_was_promised() -> None:
    assert list(kept.faults()) == []


def test_every_type_core_field_and_statistic_is_promised() -> None:
    promised = json.loads((kept.HERE / kept.PROMISED).read_text(encoding="utf-8"))
    assert set(promised["events"]) == set(EVENTS)
    assert promised == json.loads(json.dumps(NOW)), "./nrm contract keep writes it anew"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"competent": None}, "`competent` is gone"),
        ({"code": None}, "`code` is gone"),
        ({"handoff": (Annotated[int, D0], ...)}, "`handoff` has another type"),
        ({"competent": (Annotated[int | None, D0], None)}, "does not take all that it took"),
        ({"competent": (Annotated[Id, D0], "x")}, "`competent`"),
        ({"written": (Annotated[int | None, D0], None)}, "`written` is new and would be in every core"),
        ({"why": (Annotated[str, D0], ...)}, "`why` must be said now"),
        ({"competent": (Annotated[Id | None, D0], ...)}, "`competent` must be said now"),
        ({"competent": (Annotated[Id | None, D0], "rs-ir")}, "`competent` has another default"),
        ({"competent": (Annotated[Id | None, D2], None)}, "`competent` was of data class D0 and is D2 now"),
        ({"code": (Annotated[fewer(DeclineCode), D0], ...)}, "`code` has lost the value C14"),
        ({"handoff": (Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_.:-]+$"), D0], ...)},
         "narrower maxLength"),
        ({"handoff": (Annotated[str, StringConstraints(min_length=2, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$"), D0], ...)},
         "narrower minLength"),
        ({"handoff": (Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z]+$"), D0], ...)},
         "`handoff` has another pattern"),
    ],
)  # fmt: skip
def test_what_breaks_is_named_with_what_to_do(fields: dict[str, Any], word: str) -> None:
    found = changed(**fields)
    assert any(word in fault for fault in found), found
    assert all("new event name" in fault and "upcaster" in fault for fault in found)
    assert any("handoff.declined.v2" in fault for fault in found)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"unwritten": (Annotated[int | None, D0], None)},
        {"seen": (Annotated[bool, D1], False)},
        {"code": (Annotated[more(DeclineCode), D0], ...)},
        {"handoff": (Annotated[str, StringConstraints(min_length=1, max_length=128), D0], ...)},
        {"competent": (Annotated[Id | int | None, D0], None)},
    ],
    ids=["as it is", "a field that is left unsaid", "a field of another class", "a further code", "a wider id", "another form beside"],
)  # fmt: skip
def test_what_only_adds_breaks_nothing(fields: dict[str, Any]) -> None:
    assert changed(**fields) == []


def test_a_type_that_goes_breaks_and_one_that_comes_does_not() -> None:
    fewer_types = {name: kind for name, kind in EVENTS.items() if name != DECLINED}
    assert [f for f in broken(NOW, snapshot(fewer_types)) if f.startswith(f"{DECLINED}: is gone")]

    class Praised(Event):
        """A new type."""

        TYPE: ClassVar[str] = "praised.v1"
        handoff: Annotated[Id, D0]

    assert broken(NOW, snapshot({**EVENTS, Praised.TYPE: Praised})) == []


def test_the_core_may_not_change_at_all_and_the_picture_may_not_lose() -> None:
    core = {**NOW["core"], "place": "int"}
    assert any("new field `place`" in f for f in broken(NOW, {**NOW, "core": core}))
    core.pop("place"), core.pop("salt")
    assert any("`salt` of the core" in f for f in broken(NOW, {**NOW, "core": core}))
    properties = {name: schema for name, schema in NOW["picture"]["properties"].items() if name != "tasks"}
    picture = {**NOW["picture"], "properties": properties}
    assert any(f.startswith("checkpoint.set.v1: the picture in it: `tasks` is gone") for f in broken(NOW, {**NOW, "picture": picture}))


def test_a_bound_that_narrows_is_seen() -> None:
    class CaseReported(EVENTS["case.reported.v1"]):  # type: ignore[misc, valid-type]
        """With fewer rounds allowed."""

        pingpong: Annotated[int, Field(ge=3, le=20), D0] = 3

    assert any("`pingpong` has a narrower minimum" in f for f in broken(NOW, snapshot({**EVENTS, CaseReported.TYPE: CaseReported})))


def test_nothing_broken_is_ever_kept(tmp_path: Path) -> None:
    promised = json.loads(json.dumps(NOW))
    promised["events"][DECLINED]["properties"]["formerly"] = {"type": "string"}
    (tmp_path / kept.PROMISED).write_text(json.dumps(promised))
    with pytest.raises(Trouble, match=r"handoff\.declined\.v1: `formerly` is gone.*new event name"):
        kept.keep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [kept.PROMISED]
