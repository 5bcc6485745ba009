"""A folder belongs to the kind of command that made it, and to one command at a time: nothing in it is lost to another."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.process.work_folder import held
from deploy.trouble import Trouble
from tests.deploy.importers.uk_sample import lines, write
from tests.shared.commands import nrm


def refused(*arguments: str) -> str:
    """What a command says that fails."""
    code, said = nrm(*arguments)
    assert code == 1, said
    return said


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


def test_only_one_command_at_a_time_works_in_a_folder(tmp_path: Path) -> None:
    with held(tmp_path, "demo"), pytest.raises(Trouble, match=f"Another command works on {tmp_path}"), held(tmp_path, "demo"):
        pytest.fail("two of them")
    with held(tmp_path, "demo"):
        assert (tmp_path / "lock").read_text() == "demo\n"


def test_a_folder_stays_taken_until_the_children_of_its_holder_have_ended_too(tmp_path: Path) -> None:
    with held(tmp_path, "demo") as lock:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[lock])
    with pytest.raises(Trouble, match="Another command works on"), held(tmp_path, "demo"):
        pytest.fail("beside a child of the one before")
    child.communicate(b"\n", timeout=60)
    with held(tmp_path, "demo"):
        assert (tmp_path / "lock").read_text() == "demo\n"


def test_a_folder_that_says_nothing_is_known_by_what_lies_in_it(tmp_path: Path) -> None:
    for kind, file in (("demo", "played.json"), ("import", "import.db")):
        folder = tmp_path / kind
        (folder / "agencies").mkdir(parents=True)
        (folder / file).touch()
        with pytest.raises(Trouble, match=f"holds what {kind} has made"), held(folder, "soak"):
            pytest.fail("taken")
        with held(folder, kind):
            assert (folder / "lock").read_text() == f"{kind}\n"
    (tmp_path / "other" / "kafka").mkdir(parents=True)
    with pytest.raises(Trouble, match="holds what somebody else has made"), held(tmp_path / "other", "demo"):
        pytest.fail("taken")


@pytest.mark.parametrize(
    "arguments",
    [("demo", "--reset", "--data"), ("demo", "--once", "--keep"), ("soak", "--seed", "1", "--keep"), ("upgrade", "--from", "x", "--keep")],
    ids=lambda words: words[0] + words[1],
)  # fmt: skip
def test_what_an_import_has_made_no_other_command_empties(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    folder = tmp_path / "uk"
    with held(folder, "import"):
        for part in ("agencies", "kafka", "coordinator"):
            (folder / part).mkdir()
            (folder / part / "file").write_text("kept")
    before = everything(folder)
    assert f"{folder} holds what import has made" in " ".join(refused(*arguments, str(folder)).split())
    assert everything(folder) == before


def test_an_import_does_not_enter_a_demo(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with held(folder, "demo"):
        (folder / "agencies").mkdir()
    file = write(tmp_path / "uk.csv", lines(2))
    assert "holds what demo has made" in refused("import", "uk-nrm", str(file), "--keep", str(folder))
    assert everything(folder) == {}


def test_a_second_demo_in_the_same_folder_touches_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with held(folder, "demo"):
        (folder / "agencies").mkdir()
        (folder / "agencies" / "intake.rs-ir.db").touch()
        assert "Another command works on" in refused("demo", "--data", str(folder))
        assert list(everything(folder)) == ["agencies/intake.rs-ir.db"]
