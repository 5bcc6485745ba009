"""Country files: what each of the project's must hold, and what is said of a mistake in one."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.demo.generated import Maker
from deploy.demo.scene import Untold, reporter
from deploy.demo.stories import STORIES, repertoire
from deploy.process.country_file import COUNTRIES, country_of
from deploy.trouble import Trouble
from shared.config.country import Country, load
from shared.protocol.roster import POLICY
from shared.protocol.vocabulary import AgencyKind, Need
from shared.web.text import labels

TESTLAND = Path(__file__).parent / "testland.toml"
FILES = [*sorted(COUNTRIES.glob("*.toml")), TESTLAND]
ACTING = [file for file in FILES if not load(file).simulation.answers_itself]
"""Countries whose agencies are people; in a replay of published figures only the lead and the rapporteur are in the file."""


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def country(request: pytest.FixtureRequest) -> Country:
    return load(request.param)


@pytest.fixture(params=ACTING, ids=lambda file: file.stem)
def acting(request: pytest.FixtureRequest) -> Country:
    return load(request.param)


def running(country: Country, service: str, kind: AgencyKind) -> list[str]:
    return [a.id for a in country.agencies if service in a.services and a.kind is kind]


def test_agencies_are_visibly_of_their_country_and_of_kinds_that_the_policy_knows(country: Country) -> None:
    assert all(a.id.startswith(f"{country.id}-") and a.name and a.kind in POLICY for a in country.agencies)


def test_one_rapporteur_has_the_figures_and_the_lead_leads(country: Country) -> None:
    assert len(running(country, "reporting", AgencyKind.RAPPORTEUR)) == 1
    assert running(country, "referral", AgencyKind.IDENTIFIER) == [country.lead]


def test_a_country_has_its_own_time(country: Country) -> None:
    assert country.zone != "UTC"
    assert ZoneInfo(country.zone)
    assert country.language in labels.LANGUAGES


def test_all_officers_are_visibly_invented(country: Country) -> None:
    assert all(agency.officers for agency in country.agencies)
    assert all("Invented" in officer.name for agency in country.agencies for officer in agency.officers)


def test_for_danger_there_is_less_time(acting: Country) -> None:
    danger, default = acting.deadlines["danger"], acting.deadlines["default"]
    assert (danger.answer < default.answer, danger.lapse < default.lapse) == (True, True)


@pytest.mark.parametrize("name", ["serbia", "finland"])
def test_in_the_countries_of_the_demo_every_need_has_somebody_and_there_are_operators(name: str) -> None:
    country = country_of(Path(name))
    assert {line.need for line in country.invitations} == set(Need) - {Need.IDENTIFICATION}
    assert len(running(country, "reporting", AgencyKind.COORDINATOR)) == 1
    assert repertoire(country).left_out == {}


def test_stories_lie_in_the_past_and_no_two_share_a_name(acting: Country) -> None:
    told = repertoire(acting).stories
    assert len({story.name for story in told}) == len(told) >= 10
    for story in told:
        assert max(step.after for step in story.steps) / 24 <= story.days_ago, story.name
        assert story.report["note"].startswith("Invented")


def test_stories_and_drawn_cases_are_played_by_agencies_of_the_country_alone(acting: Country) -> None:
    maker = Maker(acting, 3)
    played = [*repertoire(acting).stories, *(maker.ordinary(n) for n in range(30)), *(maker.crossing(n) for n in range(30))]
    assert {a for story in played for a in (story.reporter, *(s.agency for s in story.steps))} <= {a.id for a in acting.agencies}


def test_a_story_that_a_country_has_nobody_for_is_left_out_with_the_reason() -> None:
    found = repertoire(load(TESTLAND))
    assert len(found.stories) + len(found.left_out) == len(STORIES)
    assert found.left_out == {
        "joint": "in Testland nobody of kind labour_inspectorate reports",
        "running": "in Testland nobody of kind labour_inspectorate reports",
        "still-late": "in Testland nobody of kind labour_inspectorate reports",
        "given-back": "in Testland nobody is invited for wage claim",
        "a-question": "in Testland nobody of kind labour_inspectorate reports",
        "sheltered": "in Testland there is no confidential agency",
    }


def test_who_is_free_reports_before_who_is_invited() -> None:
    assert reporter(country_of(Path("serbia")), AgencyKind.NGO) == "rs-ngo-line"
    with pytest.raises(Untold, match="nobody of kind shelter or police"):
        reporter(country_of(Path("uk")), AgencyKind.SHELTER, AgencyKind.POLICE)


MISTAKES: dict[str, tuple[Callable[[str], str], str]] = {
    "no such kind": (lambda text: text.replace('"police"', '"sheriff"'), r"agencies\.2\.kind: Input should be 'identifier', 'police'"),
    "no such service": (lambda text: text.replace('["reporting"]', '["gossip"]'), r"agencies\.6\.services\.1: Input should be 'intake'"),
    "an id twice": (lambda text: text.replace('id = "tl-herbs"', 'id = "tl-town"'), "agency tl-town is listed 2 times"),
    "an officer twice": (
        lambda text: text.replace('{ id = "bo",', '{ id = "bo", name = "Bo Invented" }, { id = "bo",'),
        "agency tl-watch lists officer bo 2 times",
    ),
    "an id with a space": (lambda text: text.replace('id = "tl-town"', 'id = "tl town"'), r"agencies\.5\.id: String should match"),
    "no lead": (lambda text: text.replace('lead = "tl-harbour"\n', ""), "lead: Field required"),
    "a lead that is not there": (lambda text: text.replace('lead = "tl-harbour"', 'lead = "tl-sea"'), "the lead tl-sea is not among the"),
    "a lead without referral": (lambda text: text.replace('"referral", ', ""), "the lead tl-harbour needs the service referral"),
    "nobody's invitation": (
        lambda text: text.replace('agency = "tl-herbs"', 'agency = "tl-moon"'),
        "the invitation for health names tl-moon, which is not among the agencies",
    ),
    "an invitation of the lead": (
        lambda text: text.replace('agency = "tl-herbs"', 'agency = "tl-harbour"'),
        "the invitation for health names tl-harbour, which is the lead",
    ),
    "an invitation of one who cannot answer": (
        lambda text: text.replace('agency = "tl-herbs"', 'agency = "tl-owl"'),
        "tl-owl, which does not run assistance",
    ),
    "an invitation of a hidden one": (
        lambda text: text.replace('kind = "health"', 'kind = "health"\nconfidential = true'),
        "tl-herbs, which is confidential and must not be named",
    ),
    "no such need": (lambda text: text.replace('need = "health"', 'need = "wealth"'), r"invitations\.5\.need: Input should be"),
    "a negative time": (lambda text: text.replace("answer = 12", "answer = -12"), r"deadlines\.default\.answer: Input should be greater"),
    "a lapse before the answer": (
        lambda text: text.replace("lapse = 36", "lapse = 6"),
        r"deadlines\.default: the time to answer \(12 h\) must end before the request lapses \(6 h\)",
    ),
    "no default": (lambda text: text.replace("[deadlines.default]", "[deadlines.health]"), "the deadlines have no line default"),
    "no such deadline": (lambda text: text.replace("[deadlines.danger]", "[deadlines.hurry]"), "deadlines.hurry is neither default,"),
    "no such zone": (lambda text: text.replace("Asia/Kathmandu", "Atlantis/Capital"), "zone: there is no time zone 'Atlantis/Capital'"),
    "a zone outside": (lambda text: text.replace("Asia/Kathmandu", "../etc"), "zone: there is no time zone '../etc'"),
    "a word that means nothing": (lambda text: 'colour = "red"\n' + text, "colour: Extra inputs are not permitted"),
    "no TOML": (lambda text: text + "= =", "Invalid statement"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_country_file_is_named_with_its_place(mistake: str, tmp_path: Path) -> None:
    make, said = MISTAKES[mistake]
    text = TESTLAND.read_text(encoding="utf-8")
    file = tmp_path / "mistaken.toml"
    file.write_text(make(text), encoding="utf-8")
    assert make(text) != text
    with pytest.raises(Trouble, match=said) as trouble:
        country_of(file)
    assert "mistaken.toml cannot be used: " in str(trouble.value)
    assert "\n" not in str(trouble.value).removesuffix("\n")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mistaken.toml"
    file.write_text(TESTLAND.read_text().replace('kind = "police"', 'kind = "sheriff"').replace("answer = 12", "answer = 0"))
    with pytest.raises(ValueError, match=r"agencies\.2\.kind.*; deadlines\.default\.answer"):
        load(file)
