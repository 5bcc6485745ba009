"""One run of the demo for all tests that look at what it leaves behind."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PORT = 26500


@dataclass(frozen=True)
class Played:
    """The folder that a demo left, its summary and what it said."""

    folder: Path
    summary: dict[str, Any]
    said: str


def nrm(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "deploy.cli", *arguments]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """`./nrm demo --once --json FILE --keep DIR`, as a user calls it."""
    place = tmp_path_factory.mktemp("demo")
    command = nrm("demo", "--once", "--json", str(place / "summary.json"), "--keep", str(place / "kept"), "--port", str(PORT))
    done = subprocess.run(command, cwd=place, env=environment(), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return Played(place / "kept", json.loads((place / "summary.json").read_text()), done.stdout)


def environment() -> dict[str, str]:
    """What a command of ours needs of this process's environment, and the project on its path."""
    return {"PYTHONPATH": str(ROOT), **{name: os.environ[name] for name in ("PATH", "HOME", "M2_REPO") if name in os.environ}}
