"""A small soak: what `./nrm soak --faults all --minutes 30` does for hours, in less than a minute; with --long, in a country of ten too."""

import os
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from deploy.demo.folder import Folder
from deploy.demo.screen import Screen
from deploy.proving.soak.command import SoakOptions, soak
from tests.deploy.countries.test_countries import TESTLAND

pytestmark = pytest.mark.kafka

FAULTS = ("kill", "restore", "deaf", "lying", "bounce")
SMALLEST = SoakOptions(FAULTS, 34, minutes=0.2, pause=1.5, cases=8, country=TESTLAND)
JAEGER = os.environ.get("NRM_JAEGER") or shutil.which("jaeger-all-in-one")
SERBIA = SoakOptions(FAULTS, 34, minutes=0.2, pause=1.5, jaeger=Path(JAEGER) if JAEGER else None)
"""It kills the lead, restores the inspectorate, deafens and lies to agencies that act, each for a few seconds; a Jaeger is told of it,
where there is one."""


@pytest.mark.parametrize(
    "wish", [pytest.param(SMALLEST, id="six agencies"), pytest.param(SERBIA, id="ten agencies", marks=pytest.mark.long)]
)
@pytest.mark.long_run(2)
def test_under_faults_nothing_is_lost_doubled_stuck_or_judged_differently(wish: SoakOptions, tmp_path: Path) -> None:
    went = soak(wish, Folder(tmp_path), Screen(Console()))
    assert set(went.faults) == set(FAULTS)
    assert went.found.wrong == dict.fromkeys(went.found.wrong, [])
    assert went.left == []
    assert went.traces is None or went.traces.wrong == []
    assert went.found.events > 5 * wish.cases, "each case was played as far as the machine came in that time"
