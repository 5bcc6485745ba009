"""A broker starts with the archive of its classes where one is there, and does not need it."""

from pathlib import Path

import pytest

from deploy.brokers import Kafka, jars
from deploy.brokers.class_archive import make
from deploy.brokers.node import archive


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
    assert list(place.parent.iterdir()) == [place], "nothing is left beside it"
    with Kafka(tmp_path / "kafka") as broker:
        (java,) = broker.node.pids
        assert str(place) in Path(f"/proc/{java}/maps").read_text()


@pytest.mark.kafka
def test_one_that_is_damaged_hinders_no_broker(place: Path, tmp_path: Path) -> None:
    place.parent.mkdir(parents=True)
    place.write_bytes(b"cut off")
    with Kafka(tmp_path / "kafka") as broker:
        assert broker.node.pids
