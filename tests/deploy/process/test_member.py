"""An agency that the directory lists and the country file does not: every command of its installation knows it."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.directory import changes, root
from deploy.directory.coordinator import DIRECTORY, Coordinator
from deploy.directory.listing import first
from deploy.directory.request import read
from deploy.installation import envfile
from deploy.installation.folder import InstallationPlan, init
from deploy.installation.installed import installed, settings_here
from deploy.process.country_file import country_of
from deploy.process.file_names import ENV, REQUEST
from deploy.process.serve import application
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.crypto.directory import ListedAgency
from shared.protocol.vocabulary import AgencyKind

SERBIA, ME = Path("serbia"), "rs-ngo-new"
CASE = ("--by", "officer-1", "--reason", "the court asked")
Run = Callable[..., str]


@pytest.fixture
def office(tmp_path: Path) -> Coordinator:
    """A coordinator of Serbia whose directory is version 1."""
    root.make(tmp_path / "coordinator" / "root.key")
    made = Coordinator(tmp_path / "coordinator")
    made.keep(first(country_of(SERBIA), (), wall()))
    return made


@pytest.fixture
def home(tmp_path: Path, office: Coordinator, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an agency that nobody has admitted yet, whose settings are those of this process."""
    folder = tmp_path / ME
    described = ListedAgency(id=ME, name="New Organisation", kind=AgencyKind.NGO, services=("intake", "assistance"))
    init(InstallationPlan(ME, SERBIA, "127.0.0.1:1", folder, root=office.pin, described=described))
    for name in [name for name in os.environ if name.startswith("NRM_")]:
        monkeypatch.delenv(name)
    for name, value in envfile.values(folder / ENV).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def member(home: Path, office: Coordinator) -> Path:
    """The same folder, once the directory that lists the agency lies in it and it was started."""
    asked = read(home / "keys" / REQUEST, office.directory())
    office.change(lambda directory, now: changes.admitted(directory, asked, now))
    (home / "keys" / DIRECTORY).write_bytes((office.folder / DIRECTORY).read_bytes())
    for instance in application(installed().settings).state.running.instances:
        instance.close()
    return home


@pytest.fixture
def run() -> Run:
    """What a command says; it must end as expected."""

    def asked(*words: str | Path, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "240"})
        assert done.exit_code == code, (words, done.output, done.exception)
        return done.output

    return asked


def test_it_is_backed_up_rehearsed_and_restored_with_its_keystore(member: Path, run: Run, tmp_path: Path) -> None:
    place = Path(run("agency", "backup", "--to", tmp_path / "backups").splitlines()[0])
    assert {one["instance"] for one in json.loads((place / "manifest.json").read_text())["instances"]} == {
        f"intake.{ME}",
        f"assistance.{ME}",
    }
    copy = run("agency", "keystore", "--to", tmp_path / "copies").strip()
    assert "holds together" in run("agency", "rehearse", place, "--keystore", copy)
    assert "restored" in run("agency", "restore", place, "--replace")


def test_its_cases_can_be_erased_held_and_released(member: Path) -> None:
    for words in (["erase", "--yes"], ["hold"], ["release"]):
        done = CliRunner().invoke(app, ["agency", words[0], "no-such-case", *CASE, *words[1:]])
        assert isinstance(done.exception, Trouble), words
        assert f"No instance of {ME} knows a case" in str(done.exception)


def test_its_records_are_listed_and_its_log_is_admitted(member: Path, run: Run) -> None:
    assert "Nothing is parked" in run("parked", "list")
    assert "go on where they were" in run("topics", "generation", "--same")


def test_it_is_checked_examined_and_makes_new_keys(member: Path, run: Run) -> None:
    assert "0 red" in run("agency", "check")
    assert f"assistance.{ME}" in run("doctor", "--patience", "0.2", code=1), "the bus is away, and all else is looked at"
    assert "send it to the coordinator" in run("agency", "rotate")
    with pytest.raises(Trouble, match="The bus does not tell how long"):
        raise CliRunner().invoke(app, ["agency", "prune", "--patience", "0.2"]).exception or AssertionError


def test_a_directory_that_is_laid_beside_the_keys_counts_though_an_older_one_is_known(member: Path, office: Coordinator, run: Run) -> None:
    run("agency", "rotate")
    assert run("agency", "check").count("the newest are not listed yet") == 2
    asked = read(member / "keys" / REQUEST, office.directory())
    office.change(lambda directory, now: changes.admitted(directory, asked, now))
    (member / "keys" / DIRECTORY).write_bytes((office.folder / DIRECTORY).read_bytes())
    assert "version 3" in run("agency", "check")
    assert "the newest are not listed yet" not in run("agency", "check")


@pytest.mark.parametrize("words", [["agency", "backup", "--to", "x"], ["agency", "rotate"], ["parked", "list"]], ids=" ".join)
def test_before_it_is_admitted_each_command_says_what_is_missing(words: list[str], home: Path) -> None:
    (home / "data" / f"intake.{ME}.db").touch()
    trouble = CliRunner().invoke(app, words).exception
    assert isinstance(trouble, Trouble)
    assert "No directory is known here yet: have the coordinator admit it" in str(trouble)
    assert str(home / "keys") in str(trouble)


def test_before_it_is_admitted_it_does_not_start(home: Path) -> None:
    with pytest.raises(Trouble, match="No directory is known here yet: have the coordinator admit it"):
        application(settings_here())


def test_a_directory_of_another_root_is_named_as_the_reason(home: Path, tmp_path: Path) -> None:
    root.make(tmp_path / "other" / "root.key")
    other = Coordinator(tmp_path / "other")
    other.keep(first(country_of(SERBIA), (), wall()))
    (home / "keys" / DIRECTORY).write_bytes((other.folder / DIRECTORY).read_bytes())
    with pytest.raises(Trouble, match="not signed by the root that this installation trusts"):
        installed()


def test_a_directory_that_does_not_list_it_is_named_as_the_reason(home: Path, office: Coordinator) -> None:
    (home / "keys" / DIRECTORY).write_bytes((office.folder / DIRECTORY).read_bytes())
    with pytest.raises(Trouble, match="Version 1 of the directory, which is known here, does not list it either"):
        installed()


def test_without_a_root_key_that_is_the_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_ROOT", "")
    with pytest.raises(Trouble, match=rf"has no agency {ME}.*NRM_ROOT"):
        installed()
