"""The commands: a case is erased or held from outside, while the agency runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.backup.erasure import erase, hold, release
from deploy.trouble import Trouble
from shared.config.settings import Settings
from tests.shared.land import INTAKE_ME, LEAD_ME
from tests.shared.rested import Canaries, Land, note_of, profile_of, told

WHY = ("o1", "the person has asked for it")


@pytest.fixture
def land(tmp_path: Path, templates: Path) -> Iterator[Land]:
    made = Land(tmp_path, templates, None)
    yield made
    made.close()


@pytest.fixture
def settings(land: Land) -> Settings:
    return Settings(agency="rs-lead", country=Path("serbia"), data=land.folder)


def urls(land: Land) -> dict[str, str]:
    """One agency with both, so that one command has two instances to do with."""
    return {me: land.url(me) for me in (INTAKE_ME, LEAD_ME)}


def tend(land: Land) -> None:
    for instance in land.instances.values():
        instance.idle(clocks=False)


def test_asked_the_running_instances_erase_and_say_so(land: Land, settings: Settings) -> None:
    canaries, others = Canaries(), Canaries()
    case, other = told(land, canaries), told(land, others, "f2")
    said = erase(settings, urls(land), case, *WHY)
    assert [line.partition(":")[0] for line in said] == [INTAKE_ME, LEAD_ME]
    assert all("asked" in line for line in said)
    assert note_of(land[INTAKE_ME], case) == canaries.note, "the process that owns the keystore acts, nobody else"
    tend(land)
    assert note_of(land[INTAKE_ME], case) == ""
    assert profile_of(land[LEAD_ME], case)["D1"] == {}
    assert note_of(land[INTAKE_ME], other) == others.note
    assert all("erased on" in line for line in erase(settings, urls(land), case, *WHY))


def test_an_instance_that_was_stopped_erases_when_it_starts(land: Land, settings: Settings) -> None:
    case = told(land, Canaries())
    for me in (INTAKE_ME, LEAD_ME):
        land.instances.pop(me).close()
    erase(settings, urls(land), case, *WHY)
    assert note_of(land[INTAKE_ME], case)
    tend(land)
    assert note_of(land[INTAKE_ME], case) == ""


def test_a_hold_refuses_and_says_whose_it_is(land: Land, settings: Settings) -> None:
    canaries = Canaries()
    case = told(land, canaries)
    assert "is held at" in hold(settings, urls(land), case, "o7", "appeal pending")
    with pytest.raises(Trouble, match="held since .* by o7: appeal pending. Nothing is erased"):
        erase(settings, urls(land), case, *WHY)
    tend(land)
    assert note_of(land[INTAKE_ME], case) == canaries.note
    assert "let go" in release(settings, urls(land), case, "o7", "appeal decided")
    tend(land)
    with pytest.raises(Trouble, match="is not held"):
        release(settings, urls(land), case, *WHY)
    erase(settings, urls(land), case, *WHY)
    tend(land)
    with pytest.raises(Trouble, match="nothing left to hold"):
        hold(settings, urls(land), case, *WHY)


def test_a_hold_overtakes_an_erasure_that_has_not_happened_yet(land: Land, settings: Settings) -> None:
    canaries = Canaries()
    case = told(land, canaries)
    erase(settings, urls(land), case, *WHY)
    hold(settings, urls(land), case, *WHY)
    tend(land)
    assert note_of(land[INTAKE_ME], case) == canaries.note


def test_what_cannot_be_asked_is_said(land: Land, settings: Settings) -> None:
    case = told(land, Canaries())
    with pytest.raises(Trouble, match="knows a case"):
        erase(settings, urls(land), "no-such-case", *WHY)
    with pytest.raises(Trouble, match="--reason"):
        erase(settings, urls(land), case, "o1", " ")
    with pytest.raises(Trouble, match="--by"):
        hold(settings, urls(land), case, " ", "why")
    with pytest.raises(Trouble, match="keeps no keystore"):
        erase(settings.model_copy(update={"sealed": False}), urls(land), case, *WHY)
    with pytest.raises(Trouble, match="There is no database"):
        erase(settings, {INTAKE_ME: f"sqlite:///{land.folder}/none.db"}, case, *WHY)


def test_a_whole_case_is_asked_for_beside_one_class_that_still_waits(land: Land, settings: Settings) -> None:
    case = told(land, Canaries())
    erase(settings, urls(land), case, *WHY, classes=("D2",))
    erase(settings, urls(land), case, *WHY)
    tend(land)
    assert note_of(land[INTAKE_ME], case) == ""
    assert profile_of(land[LEAD_ME], case) == {"D1": {}, "D2": {}}
