"""Which sealed records an instance tries its keys on: under protocol 2 nothing in the clear says whom a record may bring into a case."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.crypto import envelope2
from shared.crypto.envelopes import introduces
from shared.protocol.vocabulary import Need
from tests.shared.crypto.instances import Instances, opened
from tests.shared.land import INTAKE_ME, LEAD_ME, invite, report, rows

HEALTH_ME, OTHER_INTAKE = "assistance.rs-health", "intake.rs-pol"


@pytest.fixture
def instances(tmp_path: Path) -> Iterator[Instances]:
    with opened(tmp_path, HEALTH_ME, OTHER_INTAKE) as made:
        yield made


def tried(instances: Instances, name: str, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The records that an instance tries its keys on from now on."""
    seal, found = instances.instances[name].seal, list[bytes]()
    assert seal is not None
    real = seal.open

    def heard(value: bytes, *args: object, **more: object) -> object:
        found.append(value)
        return real(value, *args, **more)  # pyright: ignore[reportArgumentType, reportCallIssue]

    monkeypatch.setattr(seal, "open", heard)
    return found


def sealed(instances: Instances) -> list[bytes]:
    """The records of cases on the log."""
    return [r.value for r in instances.topic.all() if r.value is not None and r.value.startswith(envelope2.START)]


def test_who_is_brought_into_a_case_finds_the_record_that_says_so_among_all_others(instances: Instances) -> None:
    case = report(instances.instances[INTAKE_ME])
    instances.settle()
    assert not rows(instances.instances[HEALTH_ME], "select 1 from journal"), "what is others' leaves no trace"
    invite(instances.instances[LEAD_ME], case, "rs-health", Need.HEALTH, "on")
    instances.settle()
    types = [str(kind) for (kind,) in rows(instances.instances[HEALTH_ME], "select type from journal order by seq")]
    assert types[:2] == ["roster.set.v1", "checkpoint.set.v1"]
    assert len({len(value) for value in sealed(instances)}) == 1
    assert all(introduces(value) for value in sealed(instances))


def test_assistance_asks_every_record_of_cases_that_it_does_not_know(instances: Instances, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tried(instances, HEALTH_ME, monkeypatch)
    report(instances.instances[INTAKE_ME])
    instances.settle()
    assert asked == sealed(instances)
    assert asked


def test_an_intake_asks_only_records_of_cases_that_it_opened(instances: Instances, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, own = tried(instances, OTHER_INTAKE, monkeypatch), tried(instances, INTAKE_ME, monkeypatch)
    report(instances.instances[INTAKE_ME])
    instances.settle()
    assert asked == []
    assert own == sealed(instances)


@pytest.mark.parametrize("why", ["it learns what the log says", "it may be asked to erase what it kept"])
def test_an_intake_asks_all_records_while(instances: Instances, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    instance = instances.instances[OTHER_INTAKE]
    asked = tried(instances, OTHER_INTAKE, monkeypatch)
    if why.startswith("it learns"):
        monkeypatch.setattr(instance, "caught_up", False)
    else:
        instance.keeps_something()
    report(instances.instances[INTAKE_ME])
    instances.settle()
    assert asked == sealed(instances)
    assert not rows(instance, "select 1 from journal"), "and passes over what is none of its own"
