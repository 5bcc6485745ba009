"""Whose turn it is: by day and hour, over midnight, by place."""

from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.config.duty import DutyHours, RotaTurn, on_duty

WEEK = ("MO", "TU", "WE", "TH", "FR")


def turn(name: str, begins: str, ends: str, byday: tuple[str, ...] = WEEK, **more: Any) -> RotaTurn:
    return RotaTurn(name, DutyHours(officer=name, byday=byday, begins=begins, ends=ends, **more), name)


DAY, NIGHT, WEEKEND = turn("day", "08:00", "20:00"), turn("night", "20:00", "8:00"), turn("weekend", "08:00", "08:00", ("SA", "SU"))


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("2026-03-02T08:00", ["day"]), ("2026-03-02T19:59", ["day"]), ("2026-03-02T20:00", ["night"]), ("2026-03-03T07:59", ["night"]),
        ("2026-03-02T07:59", ["weekend"]), ("2026-03-07T07:59", ["night"]), ("2026-03-07T08:00", ["weekend"]),
        ("2026-03-08T03:00", ["weekend"]),
    ],
)  # fmt: skip
def test_every_hour_of_the_week_has_the_one_whose_turn_it_is(there: str, expected: list[str]) -> None:
    found = on_duty([DAY, NIGHT, WEEKEND], datetime.fromisoformat(there))
    assert [one.name for one in found] == expected


def test_those_of_one_place_stand_before_those_of_everywhere() -> None:
    here = turn("zora", "08:00", "20:00", place="up")
    found = on_duty([DAY, here, turn("ana", "08:00", "20:00", place="down")], datetime.fromisoformat("2026-03-02T10:00"))
    assert [one.name for one in found] == ["ana", "zora", "day"]


@pytest.mark.parametrize("wrong", [{"begins": "25:00"}, {"ends": "8"}, {"phone": "call me"}, {"byday": ()}])
def test_a_turn_that_cannot_be_understood_is_refused(wrong: dict[str, Any]) -> None:
    fine = {"officer": "a", "byday": ("MO",), "begins": "08:00", "ends": "16:00"}
    assert DutyHours.model_validate(fine)
    with pytest.raises(ValidationError):
        DutyHours.model_validate(fine | wrong)
