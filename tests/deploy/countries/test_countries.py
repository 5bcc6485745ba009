"""Country files: what each of the project's must hold, and what is said of a mistake in one."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.demo.generated import Maker
from deploy.demo.scene import Untold, reporter
from deploy.demo.stories import STORIES, repertoire
from deploy.process.country_file import COUNTRIES, country_of
from deploy.trouble import Trouble
from shared.config.country import Country
from shared.config.country_loading import load
from shared.protocol.case_file import Group
from shared.protocol.roster import POLICY
from shared.protocol.statement_readers import scope
from shared.protocol.vocabulary import AgencyKind, Basis, Need
from shared.web.text import labels
from shared.web.text.languages import LANGUAGES

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


def test_names_are_given_for_languages_that_the_pages_have(country: Country) -> None:
    assert {tag for agency in country.agencies for tag in agency.names} <= {one.tag for one in LANGUAGES}


@pytest.mark.parametrize(("name", "tags"), [("serbia", {"sr-Latn"}), ("finland", {"fi", "sv"})])
def test_where_a_language_is_spoken_each_agency_has_its_name_in_it(name: str, tags: set[str]) -> None:
    country = country_of(Path(name))
    assert [agency.id for agency in country.agencies if agency.names.keys() != tags] == []
    assert country.agency(country.lead).names.items() <= {
        "sr-Latn": "Centar za zaštitu žrtava trgovine ljudima", "fi": "Ihmiskaupan uhrien auttamisjärjestelmä",
        "sv": "Hjälpsystemet för offer för människohandel",
    }.items()  # fmt: skip


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


LOCAL = {AgencyKind.POLICE, AgencyKind.SOCIAL_SERVICES, AgencyKind.HEALTH, AgencyKind.LEGAL_AID, AgencyKind.PROSECUTION}
"""Kinds of agencies of which each town has its own."""


@pytest.mark.parametrize("name", ["serbia", "finland"])
def test_the_directory_has_each_kind_of_local_agency_in_at_least_two_places(name: str) -> None:
    country = country_of(Path(name))
    kinds = {one.id: one.kind for one in (*country.agencies, *country.directory.organizations)}
    places: dict[AgencyKind, set[str]] = {kind: set() for kind in LOCAL}
    for service in country.directory.services:
        places.setdefault(kinds[service.organization_id], set()).update(service.service_areas)
    assert {kind.value: len(found) for kind, found in places.items() if kind in LOCAL and len(found) < 2} == {}
    assert {a.id for a in country.agencies if "assistance" in a.services and not a.apart} <= {
        s.organization_id for s in country.directory.services
    }
    assert all(service.assured_date is None for service in country.directory.services), "what nobody has verified is marked so"
    assert all(place.names.keys() <= {one.tag for one in LANGUAGES} for place in country.directory.municipalities)


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


SERVICE = '\n[[directory.services]]\norganization_id = "{}"\nneeds = ["health"]\n'
CLOCK = """
[[clocks]]
name = "second_decision"
kind = "{}"
begins = "reasonable_grounds"
ends = "conclusive_grounds"
amount = {}
unit = "days"
source = "Invented"
"""
OUTSIDE = '\n[[directory.organizations]]\nid = "{}"\nname = "Outside"\nkind = "{}"\n'

MISTAKES: dict[str, tuple[Callable[[str], str], str]] = {
    "no such kind": (
        lambda text: text.replace('"police"', '"sheriff"'),
        r"agencies\.2\.kind: sheriff is none of these: 'identifier', 'police'",
    ),
    "no such service": (
        lambda text: text.replace('["reporting"]', '["gossip"]'),
        r"agencies\.6\.services\.1: gossip is none of these: 'intake'",
    ),
    "an id twice": (lambda text: text.replace('id = "tl-herbs"', 'id = "tl-town"'), "agency tl-town is listed 2 times"),
    "an officer twice": (
        lambda text: text.replace('{ id = "bo",', '{ id = "bo", name = "Bo Invented" }, { id = "bo",'),
        "agency tl-watch lists officer bo 2 times",
    ),
    "an id with a space": (
        lambda text: text.replace('id = "tl-town"', 'id = "tl town"'),
        r"agencies\.5\.id: tl town is no id: write 2 to 61 of small letters",
    ),
    "no lead": (lambda text: text.replace('lead = "tl-harbour"\n', ""), "lead: is missing"),
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
    "no such need": (lambda text: text.replace('need = "health"', 'need = "wealth"'), r"invitations\.5\.need: wealth is none of these: "),
    "a negative time": (lambda text: text.replace("answer = 12", "answer = -12"), r"deadlines\.default\.answer: -12 is not more than 0"),
    "a lapse before the answer": (
        lambda text: text.replace("lapse = 36", "lapse = 6"),
        r"deadlines\.default: the time to answer \(12 h\) must end before the request lapses \(6 h\)",
    ),
    "no default": (lambda text: text.replace("[deadlines.default]", "[deadlines.health]"), "the deadlines have no line default"),
    "no such deadline": (lambda text: text.replace("[deadlines.danger]", "[deadlines.hurry]"), "deadlines.hurry is neither default,"),
    "no such zone": (lambda text: text.replace("Asia/Kathmandu", "Atlantis/Capital"), "zone: there is no time zone 'Atlantis/Capital'"),
    "a zone outside": (lambda text: text.replace("Asia/Kathmandu", "../etc"), "zone: there is no time zone '../etc'"),
    "a word that means nothing": (lambda text: 'colour = "red"\n' + text, "colour: nothing is called so here"),
    "a group that a country gives to more": (
        lambda text: f"{text}\n[release]\nresidence = ['identifier', 'ngo']\n",
        "release.residence names ngo, which may not read it: a country names fewer, never more",
    ),
    "a group without the lead": (lambda text: f"{text}\n[release]\nname = ['health']\n", "release.name leaves out identifier, which leads"),
    "no such group": (lambda text: f"{text}\n[release]\nsecrets = ['identifier']\n", r"release\.secrets"),
    "a service of nobody": (lambda text: text + SERVICE.format("tl-moon"), "directory.services.1: tl-moon is neither an agency nor an org"),
    "a service without the mandate": (
        lambda text: text + SERVICE.format("tl-watch"),
        "tl-watch is of kind police, whose mandate does not cover health",
    ),
    "a service in no place of the list": (
        lambda text: text + SERVICE.format("tl-herbs") + 'service_areas = ["sea"]\n',
        "directory.services.1: sea is no municipality of the list",
    ),
    "a service of a hidden one that gives its place away": (
        lambda text: (
            text.replace('name = "Herb', 'confidential = true\nname = "Herb') + SERVICE.format("tl-herbs") + 'phone = "+999 1 2"\n'
        ),
        "tl-herbs is confidential: its place, hours and telephone stand nowhere",
    ),
    "a service with a word that means nothing": (
        lambda text: text + SERVICE.format("tl-herbs") + "capacity = 3\n",
        r"directory\.services\.1\.capacity: nothing is called",
    ),
    "a day that is none": (
        lambda text: text + SERVICE.format("tl-herbs") + 'schedules = [{ byday = "MO,XX", opens_at = "08:00", closes_at = "09:00" }]\n',
        r"directory\.services\.1\.schedules\.1\.byday: 'XX' is no day; name days as in MO,TU",
    ),
    "a language that is none": (
        lambda text: text + SERVICE.format("tl-herbs") + 'languages = ["sr", "serbian"]\n',
        r"directory\.services\.1\.languages\.2: give the code of a language \(BCP 47\), such as sr, rom or zh-Hant$",
    ),
    "a telephone that is none": (
        lambda text: text + SERVICE.format("tl-herbs") + 'phone = "ask at the door"\n',
        r"directory\.services\.1\.phone: ask at the door is no telephone number as in \+381",
    ),
    "an organization that is an agency": (lambda text: text + OUTSIDE.format("tl-herbs", "ngo"), "tl-herbs is an agency of the mechanism"),
    "a shelter in the directory": (
        lambda text: text + OUTSIDE.format("tl-nest", "shelter"),
        "tl-nest is a shelter: the directory lists none",
    ),
    "a clock twice": (
        lambda text: text + CLOCK.format("gate", 30) + CLOCK.format("maximum", 90),
        "clock second_decision is listed 2 times: each needs a name of its own",
    ),
    "no TOML": (lambda text: text + "= =", "it is not TOML: look at line"),
}


def test_a_country_narrows_who_reads_a_group_and_its_roster_says_so(tmp_path: Path) -> None:
    file = tmp_path / "narrow.toml"
    file.write_text(f"{TESTLAND.read_text(encoding='utf-8')}\n[release]\nname = ['identifier', 'health']\n", encoding="utf-8")
    narrow, usual = load(file), load(TESTLAND)
    for agency, need, basis in product(usual.agencies, Need, Basis):
        before, now = usual.member(agency.id, need, basis), narrow.member(agency.id, need, basis)
        lost = scope(before, 0) - scope(now, 0)
        assert scope(now, 0) <= scope(before, 0)
        assert lost == (scope(before, 0) & {Group.NAME} if agency.kind not in (AgencyKind.IDENTIFIER, AgencyKind.HEALTH) else set())
        assert set(now.classes) <= set(before.classes), "and a class in which nothing is left is not granted"
    assert not any(usual.member(agency.id, need, Basis.CONSENT).without for agency in usual.agencies for need in Need)


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
