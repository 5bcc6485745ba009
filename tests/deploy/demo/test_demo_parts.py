"""What the demo does around the play: folders, ports, and stories that fit the country."""

import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from deploy.brokers.ports import free
from deploy.demo.acting import request_of
from deploy.demo.fleet import Fleet
from deploy.demo.folder import Folder
from deploy.demo.generated import QUARTER, QUARTERS, Maker, of_before
from deploy.demo.hints import hints
from deploy.demo.papers import ACTS, PAPERS, drawn
from deploy.demo.run import ORDINARY, DemoOptions, DemoRun, folder_name
from deploy.demo.stories import repertoire
from deploy.demo.story import StoryStep
from deploy.process.country_file import country_of
from deploy.process.forked import preloaded
from deploy.process.work_folder import held
from deploy.trouble import Trouble
from shared.config.country import Country
from shared.config.kafka import Bus
from shared.privacy.cleaning.content import cleaned
from shared.web.drawing.sparkline import LEAST
from tests.deploy.countries.test_countries import TESTLAND


@pytest.fixture
def serbia() -> Country:
    return country_of(Path("serbia"))


def test_a_port_that_is_taken_is_said_and_passed_over(serbia: Country, tmp_path: Path) -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        fleet = Fleet(serbia, Path("serbia"), Folder(tmp_path), Bus("127.0.0.1:1"), port, said.append)
        fleet.stop()
        ports = [p.port for p in fleet.processes.values()]
    assert f"port {port} is taken, taking the next" in said
    assert port not in ports
    assert len(set(ports)) == len(serbia.agencies)
    assert free(ports[0])


def test_finished_spans_go_to_the_coordination_office(serbia: Country, tmp_path: Path) -> None:
    fleet = Fleet(serbia, Path("serbia"), Folder(tmp_path), Bus("127.0.0.1:1"), 26900, print)
    fleet.stop()
    assert fleet.operators == fleet.processes["rs-koord"].url


def test_a_play_counts_only_once_it_has_reached_its_end(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.make()
    (folder.agencies / "x.y.db").touch()
    assert folder.played() is None
    folder.finish({"keeps": True})
    assert folder.played() == {"keeps": True}
    folder.empty()
    assert (folder.played(), folder.databases()) == (None, [])


def test_the_same_seed_draws_the_same_cases(serbia: Country) -> None:
    one, other = Maker(serbia, 5), Maker(serbia, 5)
    assert [one.ordinary(n) for n in range(5)] == [other.ordinary(n) for n in range(5)]
    assert [one.crossing(n) for n in range(5)] != [Maker(serbia, 6).crossing(n) for n in range(5)]


def test_drawn_cases_are_of_so_many_quarters_that_figures_have_a_trend(serbia: Country) -> None:
    """Whatever day it is; those of before are closed as their last step, so that nobody waits in them."""
    maker = Maker(serbia, 2024)
    drawn = [of_before(maker.ordinary(n), n % QUARTERS, serbia.lead) for n in range(ORDINARY)]
    for today in (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(n) for n in range(0, 366, 10)):
        days = [today - timedelta(one.days_ago) for one in drawn]
        assert len({(day.year, (day.month - 1) // 3) for day in days}) >= LEAST, today
    former = [one for one in drawn if one.days_ago > QUARTER]
    assert {one.steps[-1].act for one in former} == {"close"}
    assert all(one.steps[-1].after == max(step.after for step in one.steps) and one.steps[-1].after < one.days_ago * 24 for one in former)


def test_a_country_that_has_nobody_for_any_story_is_told_why(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text(
        'id = "xx"\nname = "Elsewhere"\nlead = "xx-a"\n[[agencies]]\nid = "xx-a"\nname = "A"\nkind = "ngo"\nservices = ["referral"]\n'
    )
    with pytest.raises(Trouble, match="cannot be played in Elsewhere: in Elsewhere nobody of kind labour_inspectorate reports; in"):
        DemoRun(DemoOptions(tmp_path, country=file), Console()).stories()


def test_only_so_many_cases_are_played_the_written_ones_first(tmp_path: Path) -> None:
    written = [story.name for story in repertoire(country_of(Path("finland"))).stories]
    few = DemoRun(DemoOptions(tmp_path, country=Path("finland"), cases=3), Console()).stories()
    assert [story.name for story in few] == written[:3]
    assert len(DemoRun(DemoOptions(tmp_path, country=Path("finland")), Console()).stories()) > len(written)


def test_each_country_has_a_folder_of_its_own_and_does_not_enter_anothers(tmp_path: Path) -> None:
    assert [folder_name(Path(name)) for name in ("serbia", "finland", "/somewhere/testland.toml")] == [
        "demo",
        "demo-finland",
        "demo-testland",
    ]
    folder = Folder(tmp_path)
    folder.make()
    folder.finish({"keeps": True, "country": "rs"})
    with pytest.raises(Trouble, match="keeps a demo of another country .rs."):
        DemoRun(DemoOptions(tmp_path, country=Path("finland")), Console()).broker()
    assert folder.played() == {"keeps": True, "country": "rs"}


@pytest.mark.parametrize(
    ("file", "told"), [(Path("serbia"), 7), (Path("finland"), 7), (TESTLAND, 3)], ids=lambda one: getattr(one, "stem", "")
)
def test_what_a_visitor_can_try_names_people_and_addresses_of_the_country(file: Path, told: int, tmp_path: Path) -> None:
    fleet = Fleet(country_of(file), file, Folder(tmp_path), Bus("127.0.0.1:1"), 26900, print)
    fleet.stop()
    fleet.folder.finish({"keeps": True})
    without = hints(fleet)
    fleet.folder.finish({"keeps": True, "away": fleet.country.agencies[0].id})
    said = hints(fleet)
    assert [hint for hint in said if hint not in without] == [hint for hint in said if "/operations/away" in hint], "what was played alone"
    urls = {process.url for process in fleet.processes.values()}
    people = {officer.name.split()[0] for agency in fleet.country.agencies for officer in agency.officers}
    assert len(said) == told
    for hint in said:
        assert {url for url in re.findall(r"http://[\d.:]+\d", hint)} <= urls
        assert set(re.findall(r"(?:be |without )([A-ZÄÖ]\w+)", hint)) <= people


def test_an_officer_works_on_the_task_and_where_there_is_none_on_the_hand_off() -> None:
    handoff = {"id": "h", "to": "a", "giver": "b", "need": "legal", "state": "accepted"}
    case = {"id": "c", "protocol": 2, "handoffs": {"h": handoff}, "tasks": {}}
    step, held = StoryStep(0, "a", "begin", "legal"), {"case": "c", "handoff": "h", "action": "interview_held"}
    assert request_of(step, case) == ("assistance/take-action", {**held, "topics": ("control", "work")})
    assert request_of(step, case | {"protocol": 1}) == ("assistance/take-action", held)
    case["tasks"] = {"t": {"id": "t", "owner": "a", "need": "legal", "state": "planned"}}
    assert request_of(step, case) == ("assistance/begin-task", {"case": "c", "task": "t"})
    assert request_of(StoryStep(0, "b", "begin", "legal"), case) is None


def test_a_question_is_put_and_answered_where_it_waits() -> None:
    case = {"id": "c", "handoffs": {"h": {"id": "h", "to": "a", "giver": "b", "need": "legal", "state": "requested"}}, "tasks": {}}
    asked = StoryStep(0, "b", "consult", "legal", {"agency": "d", "question": "competence"})
    assert request_of(asked, case) == ("referral/consult", {"case": "c", "need": "legal", "agency": "d", "question": "competence"})
    answer = StoryStep(0, "a", "advise", "legal", {"advice": "ours"})
    assert request_of(answer, case) == ("assistance/advise", {"case": "c", "handoff": "h", "advice": "ours"})


def test_the_papers_of_the_demo_say_that_they_are_invented_and_are_taken_as_what_they_are() -> None:
    for paper in PAPERS.values():
        assert paper.name.startswith("Invented ")
        made = cleaned(drawn(paper))
        assert paper.name.endswith(f".{made.media}")
        blank = cleaned(drawn(paper._replace(lines=())))
        assert len(blank.content) > 5_000, "the word across it is there without any line"


@pytest.mark.parametrize("name", ["serbia", "finland"])
def test_a_paper_is_attached_before_others_look_at_it(name: str) -> None:
    told = next(story for story in repertoire(country_of(Path(name))).stories if story.name == "running")
    steps = [(step.act, step.body["paper"], step.agency) for step in told.steps if step.act in ACTS]
    assert [(act, paper) for act, paper, _ in steps] == [
        ("attach", "pay-slip"), ("attach", "contract"), ("look-at", "pay-slip"), ("look-at", "contract"),
    ]  # fmt: skip
    assert len({agency for _, _, agency in steps}) == 3


@pytest.mark.parametrize("name", ["serbia", "finland"])
def test_the_stories_show_a_change_of_basis_a_reopening_a_duplicate_and_advice(name: str) -> None:
    steps = [(step.act, step.body.get("code")) for story in repertoire(country_of(Path(name))).stories for step in story.steps]
    assert {act for act, _ in steps} >= {"change-basis", "close", "reopen", "consult", "advise"}
    assert ("decline", "C12") in steps


def test_who_consents_later_is_helped_by_whom_the_policy_names_then(serbia: Country) -> None:
    told = next(story for story in repertoire(serbia).stories if story.name == "consents-later")
    assert told.report["consent"] is False
    assert [(step.agency, step.act) for step in told.steps][2:5] == [
        ("rs-czztlj", "change-basis"), ("rs-ngo-pomoc", "acknowledge"), ("rs-ngo-pomoc", "accept"),
    ]  # fmt: skip


def kept(folder: Folder, keeps: bool) -> None:
    """What an earlier start has left."""
    folder.make()
    (folder.agencies / "intake.rs-ir.db").touch()
    folder.finish({"keeps": keeps})


def test_without_kafkas_jars_the_mock_runs_and_what_was_kept_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("M2_REPO", str(tmp_path / "no-jars"))
    for proxy in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")  # Nobody listens on the discard port.
    console = Console(record=True, width=200)
    demo = DemoRun(DemoOptions(tmp_path / "demo"), console)
    kept(demo.folder, keeps=True)
    with demo.broker() as broker:
        assert (broker.keeps, demo.folder.databases(), demo.folder.played()) == (False, [], None)
    said = console.export_text()
    assert "librdkafka's mock broker instead: nothing is kept between runs" in said
    assert "its databases cannot be used any more: beginning anew" in said


def test_where_the_folder_is_not_the_demos_nothing_is_begun(tmp_path: Path) -> None:
    before = preloaded.cache_info()
    with held(tmp_path, "soak"):
        pass
    with pytest.raises(Trouble, match="holds what soak has made"), DemoRun(DemoOptions(tmp_path), Console()).running():
        pass
    assert preloaded.cache_info() == before


def test_databases_of_a_log_that_was_not_kept_go_before_a_broker_starts(tmp_path: Path) -> None:
    console = Console(record=True, width=200)
    demo = DemoRun(DemoOptions(tmp_path), console)
    kept(demo.folder, keeps=False)
    demo.begin()
    assert (demo.folder.databases(), demo.folder.played()) == ([], None)
    assert "The log of the last start was not kept" in console.export_text()


def test_reset_begins_anew(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    kept(folder, keeps=True)
    DemoRun(DemoOptions(tmp_path), Console()).begin()
    assert folder.databases(), "what was kept stays"
    DemoRun(DemoOptions(tmp_path, reset=True), Console()).begin()
    assert (folder.databases(), folder.played()) == ([], None)
