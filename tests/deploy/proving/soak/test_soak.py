"""A small soak: what `./nrm soak --faults all --minutes 30` does for hours, in less than a minute."""

from pathlib import Path

import pytest
from rich.console import Console

from deploy.demo.folder import Folder
from deploy.demo.screen import Screen
from deploy.proving.soak.command import SoakOptions, soak

pytestmark = pytest.mark.kafka

FAULTS = ("kill", "restore", "deaf", "lying", "bounce")
SEED = 34
"""It kills the lead, restores the inspectorate, deafens and lies to agencies that act, each for a few seconds."""


def test_under_faults_nothing_is_lost_doubled_stuck_or_judged_differently(tmp_path: Path) -> None:
    went = soak(SoakOptions(FAULTS, SEED, minutes=0.2, pause=1.5), Folder(tmp_path), Screen(Console()))
    assert set(went.faults) == set(FAULTS)
    assert went.found.wrong == dict.fromkeys(went.found.wrong, [])
    assert went.left == []
    assert went.found.events > 100
