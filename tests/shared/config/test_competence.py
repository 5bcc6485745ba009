"""Who is competent for a need in a place: the order, the reasons, and who is not proposed at all."""

from datetime import datetime
from typing import Any

import pytest

from deploy.process.country_file import country_of
from shared.config.capacity import CapacityNow, CapacityState
from shared.config.competence import Competent, FitReason, Wanted, competent, next_competent
from shared.config.country import Country
from shared.config.service_directory import Municipality, Organization, Schedule
from shared.protocol.vocabulary import AgeBand, Need
from tests.deploy.countries.test_countries import TESTLAND

ALL = ["friends", "herbs"]
OFFICE = {"byday": "MO,TU,WE,TH,FR", "opens_at": "08:00", "closes_at": "16:00"}
ALWAYS = {"byday": "MO,TU,WE,TH,FR,SA,SU", "opens_at": "00:00", "closes_at": "24:00"}


def land(*services: dict[str, Any]) -> Country:
    """Testland with these lines in its service directory; the well is no member."""
    country = country_of(TESTLAND)
    directory = {
        "municipalities": [{"code": "up", "name": "Upper Town"}, {"code": "down", "name": "Lower Town"}],
        "organizations": [{"id": "tl-well", "name": "The Well", "kind": "ngo", "phone": "+999 9 000 001"}],
        "services": services,
    }
    return Country.model_validate(country.model_dump(exclude={"directory"}) | {"directory": directory})


def service(id: str, *needs: str, **more: Any) -> dict[str, Any]:
    return {"organization_id": f"tl-{id}", "needs": needs, **more}


def at(country: Country, there: str) -> int:
    return int(datetime.fromisoformat(there).replace(tzinfo=country.time_zone).timestamp() * 1000)


def ask(country: Country, there: str = "2026-03-02T10:00", need: Need = Need.LEGAL, named: str = "", **more: Any) -> tuple[Competent, ...]:
    members = [one.id for one in country.askable(country.lead)]
    return competent(country, Wanted(need, at(country, there), **more), members, named)


def ids(found: tuple[Competent, ...]) -> list[str]:
    return [one.id.removeprefix("tl-") for one in found]


def test_the_place_comes_first_then_the_country_then_who_is_not_in_the_directory():
    country = land(
        service("friends", "legal"), service("well", "legal", service_areas=["up"]), service("herbs", "health", service_areas=["up"]),
    )  # fmt: skip
    found = ask(country, municipality="up")
    assert ids(found) == ["well", "friends", "town"]
    assert [one.reasons for one in found] == [(FitReason.HERE,), (FitReason.WHOLE_COUNTRY,), (FitReason.MANDATE,)]
    assert [(one.member, one.phone) for one in found] == [(False, "+999 9 000 001"), (True, ""), (True, "")]
    assert ids(ask(country, municipality="down")) == ["friends", "town"], "who serves another place is not proposed"
    unknown = ask(country)
    assert [(one.id, one.reasons[0]) for one in unknown][:2] == [
        ("tl-friends", FitReason.WHOLE_COUNTRY),
        ("tl-well", FitReason.PLACE_UNKNOWN),
    ]


def test_then_who_answers_now_then_the_language_then_who_is_a_member():
    country = land(
        service("friends", "legal", service_areas=["up"], schedules=[OFFICE], languages=["ne"]),
        service("town", "legal", service_areas=["up"]),
        service("well", "legal", service_areas=["up"], schedules=[ALWAYS]),
    )  # fmt: skip
    assert ids(ask(country, municipality="up")) == ["friends", "well", "town"], "both answer, and the member goes before"
    assert ids(ask(country, "2026-03-02T16:00", municipality="up")) == ["well", "town", "friends"], "it closes at 16:00"
    assert ids(ask(country, "2026-03-01T10:00", municipality="up")) == ["well", "town", "friends"], "that is a Sunday"
    spoken = ask(country, municipality="up", language="ne")
    assert (ids(spoken), spoken[0].reasons) == (["friends", "well", "town"], (FitReason.HERE, FitReason.OPEN, FitReason.SPEAKS))


@pytest.mark.parametrize(
    ("age", "expected"),
    [("child", ["herbs", "town"]), ("unsure", ["herbs", "town"]), ("adult", ["friends", "town"]), ("unknown", [*ALL, "town"])],
)
def test_who_takes_no_people_of_this_age_is_not_proposed_and_who_may_be_a_child_counts_as_one(age: str, expected: list[str]):
    country = land(
        service("friends", "psychological", minimum_age=18), service("herbs", "psychological", maximum_age=17),
        service("town", "social_care", minimum_age=16),
    )  # fmt: skip
    found = ids(ask(country, need=Need.PSYCHOLOGICAL, age=AgeBand(age))) + ids(ask(country, need=Need.SOCIAL_CARE, age=AgeBand(age)))
    assert [one for one in found if one in expected] == expected
    assert not {"friends", "herbs"} & (set(found) - set(expected))


def test_whom_the_agency_that_cannot_help_has_named_comes_first_and_who_was_asked_is_not_proposed_again():
    country = land(service("friends", "legal", service_areas=["up"]), service("town", "legal"))
    ranked = ask(country, municipality="up", named="tl-town")
    assert [(one.id, one.reasons[0]) for one in ranked] == [("tl-town", FitReason.NAMED), ("tl-friends", FitReason.HERE)]
    proposed = next_competent(ranked, {"tl-town"})
    assert proposed is not None
    assert proposed.id == "tl-friends"
    assert next_competent(ranked, {"tl-town", "tl-friends"}) is None
    outside = ask(land(service("well", "legal")), need=Need.LEGAL)
    assert next_competent([one for one in outside if one.service], ()) is None, "who is no member is called, not asked here"


def test_who_takes_nobody_now_stands_behind_who_may_and_what_is_out_of_date_moves_nobody():
    country = land(service("friends", "legal"), service("town", "legal"), service("herbs", "health", "legal"))
    members, now = ["tl-friends", "tl-herbs", "tl-town"], at(country, "2026-03-02T10:00")
    hour = 3_600_000
    for state, ago, expected, why in (
        ("full", 1, ["herbs", "town", "friends"], FitReason.FULL),
        ("waiting_list", 1, ["herbs", "town", "friends"], FitReason.WAITING_LIST),
        ("takes", 1, ["friends", "herbs", "town"], FitReason.PLACES), ("asks_first", 1, ["friends", "herbs", "town"], FitReason.ASKS_FIRST),
        ("full", 24, ["friends", "herbs", "town"], FitReason.STALE),
    ):  # fmt: skip
        said = {("tl-friends", Need.LEGAL): CapacityNow(CapacityState(state), None, now - ago * hour)}
        found = competent(country, Wanted(Need.LEGAL, now), members, said=said)
        assert (ids(found), next(one for one in found if one.id == "tl-friends").reasons[-1]) == (expected, why), state


def test_what_nobody_verified_is_a_proposal():
    country = land(service("friends", "legal", assured_date="2026-01-31"), service("town", "legal"))
    assert [one.proposal for one in ask(country)] == [False, True]


def test_a_schedule_ends_at_midnight_and_a_night_is_two_lines():
    always, night = Schedule.model_validate(ALWAYS), {"byday": "MO", "opens_at": "20:00", "closes_at": "06:00"}
    assert always.covers(datetime.fromisoformat("2026-03-01T23:59"))
    with pytest.raises(ValueError, match="give a night as two lines"):
        Schedule.model_validate(night)
    assert Municipality(code="up", name="Upper Town").names == Organization(id="x", name="X", kind="ngo").names
