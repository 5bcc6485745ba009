"""What is pointed at in the short account: numbers, addresses, and names that are on file, in either script and with endings."""

import pytest

from shared.privacy.naming_words import pointed_at

NAMES = ("Milica", "Đorđević", "Ana Li")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("He took her papers in 2024 and 300 euros.", []),
        ("Call 060 123 45 67 at night", [2, 3, 4, 5]),
        ("+381601234567", [1]), ("060/1234-567, please", [1]), ("in flat 12 of 34", []),
        ("write to a.b@example.org now", [3]),
        ("then MILICA left", [2]), ("видела је Милицу у аутобусу", [3]), ("kod Djordjevica", [2]), ("Dordevic said", [1]),
        ("the village of Milicani", []), ("Anabel and Linda", []), ("Ana came", [1]),
        ("", []),
    ],
)  # fmt: skip
def test_it_points_at_what_names_somebody_and_at_little_else(text: str, places: list[int]) -> None:
    assert pointed_at(text, NAMES) == places
