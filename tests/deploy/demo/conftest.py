"""Two runs of the demo, a whole one and a small one, for all tests that look at what they leave behind or go on from there."""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.demo.street import on_kafka
from tests.deploy.demo.told import told_on
from tests.shared.commands import here
from tests.turns import today

TESTLAND = Path(__file__).resolve().parents[1] / "countries" / "testland.toml"
ROOT = Path(__file__).resolve().parents[3]
PORT = 26500


@dataclass(frozen=True)
class Played:
    """The folder that a demo left, its summary and what it said."""

    folder: Path
    summary: dict[str, Any]
    said: str
    told: frozenset[str] = frozenset()
    """The written stories of the first country that were told."""


def nrm(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "deploy.cli", *arguments]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, whole: bool) -> Played:
    """`./nrm demo --once --json FILE --keep DIR`, as a user calls it. Every day without the cases that are drawn from its seed, with
    the stories whose turn it is, and with the agencies in threads of this process: ten starts cost more than all that they play, and each
    has its process in `small`."""
    place, told = tmp_path_factory.mktemp("demo"), told_on(today(), whole)
    return replace(_played(place, PORT), told=told) if whole else Played(place / "kept", on_kafka(place / "kept", told), "", told)


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether all cases of the demo are played: with --long."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The same in the smallest country, with four cases: six processes, which is what a start costs."""
    return _played(tmp_path_factory.mktemp("small"), PORT + 300, "--country", str(TESTLAND), "--cases", "4")


def _played(place: Path, port: int, *options: str) -> Played:
    kept = ("--json", str(place / "summary.json"), "--keep", str(place / "kept"))
    code, said = here("demo", "--once", *kept, "--port", str(port), *options)
    assert code == 0, said
    return Played(place / "kept", json.loads((place / "summary.json").read_text()), said)
