"""The commands: a case is erased or held from outside, while the agency runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.backup.erasure import erase, hold, refuse, release
from deploy.trouble import Trouble
from shared.config.settings import Settings
from tests.deploy.countries.test_countries import TESTLAND
from tests.shared.land import INTAKE_ME, LEAD_ME, rows
from tests.shared.rested import Canaries, Land, note_of, profile_of, told

ROOT = Path(__file__).parents[3]
WHY = ("o1", "the person has asked for it")


@pytest.fixture
def land(tmp_path: Path, templates: Path) -> Iterator[Land]:
    made = Land(tmp_path, templates, None)
    yield made
    made.close()


@pytest.fixture
def settings(land: Land) -> Settings:
    """In a country that asks for no second officer."""
    return Settings(agency="rs-lead", country=TESTLAND, data=land.folder)


@pytest.fixture
def strict(settings: Settings) -> Settings:
    """In one that does: Serbia's file asks for a second officer, as the pages do."""
    return settings.model_copy(update={"country": Path("serbia")})


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


def test_a_hold_for_proceedings_names_them_wherever_it_is_told(land: Land, settings: Settings) -> None:
    case = told(land, Canaries())
    hold(settings, urls(land), case, "o7", "appeal pending", "K 12/26, Higher Court")
    with pytest.raises(Trouble, match=r"appeal pending \(proceedings: K 12/26, Higher Court\). Nothing is erased"):
        erase(settings, urls(land), case, *WHY)


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


def acts(land: Land, case: str) -> list[tuple[str, str]]:
    """Who did what about what is kept of the person, as the audit has it."""
    found = rows(land[LEAD_ME], f"select act, officer from audit where \"case\" = '{case}' order by seq")
    return [(act.partition(":")[0], officer) for act, officer in found if officer in ("o1", "o2")]


def test_where_the_country_asks_for_a_second_officer_nothing_goes_before_they_confirm(land: Land, strict: Settings) -> None:
    canaries = Canaries()
    case = told(land, canaries)
    said = erase(strict, urls(land), case, *WHY)
    assert all("waits for a second officer" in line and "o1 alone from" in line for line in said), said
    assert erase(strict, urls(land), case, *WHY) == said, "whoever asked does not confirm it until others had their time"
    tend(land)
    assert note_of(land[INTAKE_ME], case) == canaries.note
    assert acts(land, case)[-1:] == [("ask_erasure", "o1")]
    assert all("asked; it erases" in line for line in erase(strict, urls(land), case, "o2", "looked at it"))
    assert all("asked; it erases" in line for line in erase(strict, urls(land), case, "o2", "how far is it")), "no other request"
    tend(land)
    assert note_of(land[INTAKE_ME], case) == ""
    assert profile_of(land[LEAD_ME], case)["D1"] == {}
    assert acts(land, case)[-3:] == [("ask_erasure", "o1"), ("confirm_act", "o2"), ("erased", "o1")]
    assert all("erased on" in line for line in erase(strict, urls(land), case, *WHY))


def test_the_second_officer_refuses_or_whoever_asked_takes_it_back(land: Land, strict: Settings) -> None:
    canaries = Canaries()
    case = told(land, canaries)
    with pytest.raises(Trouble, match="Nothing waits for a second officer"):
        refuse(strict, urls(land), case, *WHY)
    erase(strict, urls(land), case, *WHY)
    assert "Nothing is erased" in refuse(strict, urls(land), case, "o2", "the claim is open")
    tend(land)
    assert acts(land, case)[-2:] == [("ask_erasure", "o1"), ("refuse_act", "o2")]
    assert all("waits for a second officer" in line for line in erase(strict, urls(land), case, "o2", "asked anew"))
    tend(land)
    assert note_of(land[INTAKE_ME], case) == canaries.note


def test_the_second_officer_confirms_what_was_asked_and_nothing_else(land: Land, strict: Settings) -> None:
    case = told(land, Canaries())
    erase(strict, urls(land), case, *WHY, classes=("D2",))
    with pytest.raises(Trouble, match="o1 has asked to erase D2 .* Name the same classes"):
        erase(strict, urls(land), case, "o2", "all of it")
    erase(strict, urls(land), case, "o2", "looked at it", classes=("D2",))
    tend(land)
    assert (profile_of(land[LEAD_ME], case)["D2"], bool(profile_of(land[LEAD_ME], case)["D1"])) == ({}, True)


def test_an_agency_with_one_officer_is_not_stuck_and_the_audit_says_so(land: Land, strict: Settings, tmp_path: Path) -> None:
    file = tmp_path / "patient.toml"
    text = (ROOT / "deploy/countries/serbia.toml").read_text(encoding="utf-8")
    file.write_text(text.replace("alone_after_hours = 24", "alone_after_hours = 0.00000001"), encoding="utf-8")
    patient = strict.model_copy(update={"country": file})
    case = told(land, Canaries())
    erase(patient, urls(land), case, *WHY)
    erase(patient, urls(land), case, *WHY)
    tend(land)
    assert note_of(land[INTAKE_ME], case) == ""
    assert ("confirmed_alone", "o1") in acts(land, case)
