"""What the demo does around the play: folders, ports, and stories that fit the country."""

import socket
from pathlib import Path

import pytest
from rich.console import Console

from deploy.brokers.ports import free
from deploy.demo.acting import request_of
from deploy.demo.fleet import Fleet
from deploy.demo.folder import Folder
from deploy.demo.generated import Maker
from deploy.demo.run import Demo, Wish
from deploy.demo.stories import STORIES
from deploy.demo.story import Step
from deploy.serve import country_of
from deploy.trouble import Trouble
from shared.runtime.country import Country


@pytest.fixture
def serbia() -> Country:
    return country_of(Path("serbia"))


def test_a_port_that_is_taken_is_said_and_passed_over(serbia: Country, tmp_path: Path) -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        fleet = Fleet(serbia, Path("serbia"), Folder(tmp_path), "127.0.0.1:1", port, said.append)
        fleet.stop()
        ports = [p.port for p in fleet.processes.values()]
    assert f"port {port} is taken, taking the next" in said
    assert port not in ports
    assert len(set(ports)) == len(serbia.agencies)
    assert free(ports[0])


def test_finished_spans_go_to_the_coordination_office(serbia: Country, tmp_path: Path) -> None:
    fleet = Fleet(serbia, Path("serbia"), Folder(tmp_path), "127.0.0.1:1", 26900, print)
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


def test_stories_lie_in_the_past_and_no_two_share_a_name() -> None:
    assert len({story.name for story in STORIES}) == len(STORIES)
    for story in STORIES:
        assert max(step.after for step in story.steps) / 24 <= story.days_ago, story.name


def test_all_people_are_visibly_invented(serbia: Country) -> None:
    assert all("Invented" in officer.name for agency in serbia.agencies for officer in agency.officers)
    assert all(story.report["note"].startswith("Invented") for story in STORIES)


def test_a_country_without_the_agencies_of_the_stories_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text('id = "xx"\nname = "Elsewhere"\nlead = "xx-a"\n[[agencies]]\nid = "xx-a"\nname = "A"\nkind = "ngo"\n')
    with pytest.raises(Trouble, match="which Elsewhere has not"):
        Demo(Wish(tmp_path, country=file), Console()).stories()


def test_an_officer_works_on_the_task_and_where_there_is_none_on_the_hand_off() -> None:
    handoff = {"id": "h", "to": "a", "giver": "b", "need": "legal", "state": "accepted"}
    case = {"id": "c", "handoffs": {"h": handoff}, "tasks": {}}
    step = Step(0, "a", "begin", "legal")
    assert request_of(step, case) == ("assistance/take-action", {"case": "c", "handoff": "h", "action": "interview_held"})
    case["tasks"] = {"t": {"id": "t", "owner": "a", "need": "legal", "state": "planned"}}
    assert request_of(step, case) == ("assistance/begin-task", {"case": "c", "task": "t"})
    assert request_of(Step(0, "b", "begin", "legal"), case) is None


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
    demo = Demo(Wish(tmp_path / "demo"), console)
    kept(demo.folder, keeps=True)
    with demo.broker() as broker:
        assert (broker.keeps, demo.folder.databases(), demo.folder.played()) == (False, [], None)
    said = console.export_text()
    assert "librdkafka's mock broker instead: nothing is kept between runs" in said
    assert "its databases cannot be used any more: beginning anew" in said


@pytest.mark.kafka
def test_databases_of_a_log_that_was_not_kept_go(tmp_path: Path) -> None:
    demo = Demo(Wish(tmp_path), Console())
    kept(demo.folder, keeps=False)
    with demo.broker() as broker:
        assert (broker.keeps, demo.folder.databases()) == (True, [])


@pytest.mark.kafka
def test_reset_begins_anew(tmp_path: Path) -> None:
    kept(Folder(tmp_path), keeps=True)
    with Demo(Wish(tmp_path, reset=True), Console()).broker():
        assert Folder(tmp_path).databases() == []
