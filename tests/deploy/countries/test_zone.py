"""Pages tell the time of the country, unless an installation sets another."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.browser.desks import REPORT, town, words
from tests.deploy.countries.test_countries import TESTLAND

NOON = int(datetime(2026, 1, 15, 12, tzinfo=UTC).timestamp() * 1000)


def told(data: Path, country: Path, agency: str, officer: str) -> str:
    """The list of reports after one was filed at noon UTC."""
    with town(data, country, **{agency: officer}) as made:
        made.clock.at = NOON
        assert made.at[agency].post("/reports/new", form_id="f", **REPORT).status_code == 303
        return words(made.at[agency].get("/reports"))


@pytest.mark.parametrize(
    ("country", "agency", "officer", "time"),
    [
        (Path("serbia"), "rs-ir", "ines", "13:00"),
        (Path("finland"), "fi-osh", "paivi", "14:00"),
        (TESTLAND, "tl-watch", "bo", "17:45"),
    ],
    ids=["Belgrade", "Helsinki", "Kathmandu"],
)
def test_a_report_was_filed_at_the_countrys_time(country: Path, agency: str, officer: str, time: str, tmp_path: Path) -> None:
    assert f"15 Jan 2026, {time}" in told(tmp_path, country, agency, officer)


def test_an_installation_may_set_another_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_ZONE", "America/New_York")
    assert "15 Jan 2026, 07:00" in told(tmp_path, Path("finland"), "fi-osh", "paivi")
