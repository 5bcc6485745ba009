"""A small soak: what `./nrm soak` does with 300 cases and 20 kills."""

from pathlib import Path

import pytest
from rich.console import Console

from deploy.demo.folder import Folder
from deploy.demo.screen import Screen
from deploy.soak import soak

pytestmark = pytest.mark.kafka


def test_killed_processes_lose_nothing_and_count_nothing_twice(tmp_path: Path) -> None:
    went = soak(Folder(tmp_path), cases=20, kills=4, seed=7, screen=Screen(Console()))
    assert went.kills == 4
    assert went.found.cases == 20
    assert went.found.wrong == dict.fromkeys(went.found.wrong, [])
    assert went.events == sum(went.found.verdicts.values())
