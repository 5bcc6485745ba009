"""A broker starts with the archive of its classes where one is there, and does not need it."""

import subprocess
from pathlib import Path

import pytest

from deploy.brokers import Kafka, jars
from deploy.brokers.class_archive import make
from deploy.brokers.formatted import CHECKPOINT, DIGEST, META, fresh_id, keep, lay_out
from deploy.brokers.node import Node, _java, archive, first_features  # pyright: ignore[reportPrivateUsage]

NAMES = ["cluster.id", "directory.id", "node.id", "version"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the archive is looked for, in a cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return archive(jars.classpath(print))


@pytest.mark.kafka
@pytest.mark.long
def test_it_is_made_once_and_the_next_broker_has_it_in_its_memory(place: Path, tmp_path: Path) -> None:
    said = list[str]()
    make(said.append)
    make(said.append)
    assert sum("making an archive" in line for line in said) == 1
    features = first_features(jars.classpath(print))
    assert {*place.parent.iterdir()} == {place, features}, "nothing is left beside them"
    with Kafka(tmp_path / "kafka") as broker:
        (java,) = broker.node.pids
        assert str(place) in Path(f"/proc/{java}/maps").read_text()


@pytest.mark.kafka
@pytest.mark.long
def test_a_log_laid_out_from_what_was_kept_is_as_the_tool_makes_it(place: Path, tmp_path: Path) -> None:
    """But for the folder's own id, and when it was made. The jars are pinned; every day the brokers of the tests start on such logs."""
    features, made = first_features(jars.classpath(print)), dict[str, Node]()
    features.parent.mkdir(parents=True)
    for name in ("asked", "copied"):
        with Kafka(tmp_path / name) as broker:
            made[name] = broker.node
            keep(broker.node.data / "log", features)
    asked, copied = ((node.data / "log" / CHECKPOINT).read_bytes() for node in made.values())
    assert asked == copied
    folders = [(node.data / "log" / META).read_text().splitlines() for node in made.values()]
    assert [sorted(line.split("=")[0] for line in said if "=" in line) for said in folders] == [NAMES, NAMES]
    assert not {line for line in folders[0] if line.split("=")[0].endswith(".id") and "node" not in line} & {*folders[1]}
    assert all(node.cluster for node in made.values())


@pytest.mark.parametrize("kept", [b"", b"cut", bytes(DIGEST) + b"other"])
def test_what_was_kept_and_is_damaged_is_not_used(kept: bytes, tmp_path: Path) -> None:
    (tmp_path / "features").write_bytes(kept)
    assert not lay_out(tmp_path / "log", tmp_path / "features", fresh_id(), 1)
    assert not (tmp_path / "log").exists()


def test_without_one_that_is_damaged_java_starts(place: Path) -> None:
    place.parent.mkdir(parents=True)
    place.write_bytes(b"cut off")
    command = _java(jars.classpath(print))
    assert f"-XX:AOTCache={place}" in command
    done = subprocess.run([*command, "-version"], capture_output=True, text=True, check=True)
    assert "Runtime Environment" in done.stderr


@pytest.mark.kafka
@pytest.mark.long
def test_one_that_is_damaged_hinders_no_broker(place: Path, tmp_path: Path) -> None:
    place.parent.mkdir(parents=True)
    place.write_bytes(b"cut off")
    with Kafka(tmp_path / "kafka") as broker:
        assert broker.node.pids
