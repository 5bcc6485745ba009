"""Nothing that an operator can open belongs to a side case: no name, and no moment to the millisecond. With a positive control."""

from pathlib import Path

from deploy.process.country_file import country_of
from deploy.proving.adversary.month_cases import START
from deploy.proving.adversary.operators import SideTruth, view
from shared.config.calendar import DAY
from shared.config.country import Country

SERBIA = country_of(Path("serbia"))


def test_no_name_of_a_side_case_is_in_what_operators_open(played: tuple[Path, SideTruth]) -> None:
    folder, truth = played
    seen = view(folder, SERBIA, START + 40 * DAY)
    texts = "\n".join(seen.texts)
    assert len(seen.moments) > 100
    assert [name for name in truth.names if name in texts] == []
    assert "confidential:shelter" not in texts, "there is one shelter in the country: its kind is its name"


def test_no_moment_of_a_side_case_is_in_what_operators_open(played: tuple[Path, SideTruth]) -> None:
    folder, truth = played
    assert truth.moments & view(folder, SERBIA, START + 40 * DAY).moments == set()


def test_the_adversary_would_see_a_side_case_if_its_shelter_told_anything(played: tuple[Path, SideTruth]) -> None:
    folder, truth = played
    seen = view(folder, SERBIA, START + 40 * DAY, leaky=True)
    assert truth.moments & seen.moments
    assert any(name in text for name in truth.names for text in seen.texts)


def test_where_there_are_enough_of_a_kind_it_is_told(played: tuple[Path, SideTruth]) -> None:
    folder, _ = played
    few: Country = SERBIA.model_copy(update={"operators": SERBIA.operators.model_copy(update={"smallest_kind": 1})})
    assert any("confidential:shelter" in text for text in view(folder, few, START + 40 * DAY).texts)
