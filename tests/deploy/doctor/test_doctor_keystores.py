"""The doctor and the keystores: missing, damaged, readable by others, without a second place or with one that is behind."""

from pathlib import Path

import pytest

from deploy.doctor.finding import Finding, Severity
from deploy.doctor.keystores import keystores
from deploy.installation.patient import Patient
from deploy.process.keys import keystore_of
from shared.config.kafka import Bus
from tests.deploy.doctor.patients import GREEN, RED, YELLOW, patient

ME = "assistance.rs-ir"
BUS = Bus("127.0.0.1:9")


@pytest.fixture
def one(tmp_path: Path) -> Patient:
    (tmp_path / "second").mkdir()
    return patient(BUS, tmp_path / "data", "rs-ir", services=("assistance",), keystore_copy=tmp_path / "second")


def told(one: Patient) -> list[tuple[Severity, str]]:
    found: list[Finding] = list(keystores(one))
    return [(finding.state, finding.said) for finding in found]


def test_before_the_first_start_it_is_yellow_and_nothing_is_made(one: Patient) -> None:
    assert [state for state, _ in told(one)] == [YELLOW]
    assert not one.settings.keystore_in_use().exists()


def test_after_it_all_is_green(one: Patient) -> None:
    keystore_of(one.settings, ME)
    assert [state for state, _ in told(one)] == [GREEN, GREEN]


@pytest.mark.parametrize(("name", "said"), [("keystore", "damaged"), ("kek", "no master key"), ("mode", "others")])
def test_what_cannot_be_opened_is_red(one: Patient, name: str, said: str) -> None:
    keystore_of(one.settings, ME)
    file = one.settings.keystore_in_use() / f"{ME}.keystore"
    if name == "keystore":
        file.write_bytes(file.read_bytes()[:-40] + b"x" * 40)
    elif name == "kek":
        (one.settings.keys_in_use() / f"{ME}.kek").unlink()
    else:
        file.chmod(0o644)
    ((state, why),) = told(one)
    assert state is RED
    assert said in why


def test_a_second_place_that_is_away_behind_or_not_set_is_yellow(one: Patient, tmp_path: Path) -> None:
    store = keystore_of(one.settings, ME)
    away = (tmp_path / "second").rename(tmp_path / "unplugged")
    store.key_to_write("a", "D1")
    store.settle()
    assert [state for state, _ in told(one)] == [GREEN, YELLOW]
    away.rename(tmp_path / "second")
    assert [state for state, _ in told(one)] == [GREEN, YELLOW]
    store.key_to_write("b", "D1")
    store.settle()
    assert [state for state, _ in told(one)] == [GREEN, GREEN]
    alone = patient(BUS, tmp_path / "data", "rs-ir", services=("assistance",))
    assert [state for state, _ in told(alone)] == [GREEN, YELLOW]


def test_where_nothing_is_sealed_it_says_so(tmp_path: Path) -> None:
    ((state, said),) = told(patient(BUS, tmp_path, "rs-ir", sealed=False))
    assert state is YELLOW
    assert "lies open" in said
