"""A country that only a test knows works like any other, by its file alone: at its agencies' pages, and in the demo."""

from pathlib import Path

from tests.browser.desks import town, words
from tests.deploy.countries.test_countries import TESTLAND


def test_a_report_in_another_country_invites_whom_its_file_names_within_its_times(tmp_path: Path) -> None:
    people = {"tl_friends": "cy", "tl_harbour": "ada", "tl_watch": "bo", "tl_town": "ed"}
    with town(tmp_path, TESTLAND, **people) as land:
        report = {"danger": "false", "age": "child", "needs": ["investigation"], "language": "ne"}
        assert land.at["tl-friends"].post("/reports/new", form_id="f", **report).status_code == 303
        land.carry()
        duties = {agency: visitor.client.get("/api/assistance/duties").json() for agency, visitor in land.at.items()}
        asked = {agency: [duty["need"] for duty in found if duty["waiting"]] for agency, found in duties.items()}
        assert asked == {"tl-friends": [], "tl-harbour": ["identification"], "tl-watch": ["investigation"], "tl-town": ["guardianship"]}
        land.later(11)
        assert not any(duty["overdue"] for duty in land.at["tl-watch"].client.get("/api/assistance/duties").json())
        land.later(2)
        assert [duty["overdue"] for duty in land.at["tl-watch"].client.get("/api/assistance/duties").json()] == [True]
        assert "Night Watch of Testland" in words(land.at["tl-harbour"].get(f"/cases/{duties['tl-watch'][0]['case']}"))
