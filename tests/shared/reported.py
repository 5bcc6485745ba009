"""Agencies of Serbia once a case was reported and all have read of it: played once for all tests of a process that begin there."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.browser.desks import REPORT, Town, town
from tests.shared.bus import SimulatedRecord

OFFICERS = {"rs_ir": "ines", "rs_czztlj": "jelena", "rs_zdr_bg": "zora", "rs_ngo_pomoc": "nada"}
"""At the inspectorate that reports, the lead, the clinic and the lawyers."""


@contextmanager
def reported(data: Path, age: str = "adult") -> Iterator[tuple[Town, str]]:
    """The four, and the case of somebody who agrees, or of a child, whom nobody asks to."""
    told = {name: said for name, said in REPORT.items() if name != "consent" or age != "child"} | {"age": age}
    with begun(data, OFFICERS, told) as there:
        yield there


@contextmanager
def begun(data: Path, officers: Mapping[str, str], told: Mapping[str, Any]) -> Iterator[tuple[Town, str]]:
    """These agencies, on a copy of what was played: the inspectorate has told this; and its case."""
    files, log, case = _played(tuple(officers.items()), json.dumps(told))
    shutil.copytree(files, data, dirs_exist_ok=True)
    with town(data, log=log, **officers) as made:
        yield made, case


@cache
def _played(officers: tuple[tuple[str, str], ...], told: str) -> tuple[Path, Sequence[SimulatedRecord], str]:
    files = Path(tempfile.mkdtemp(prefix="nrm-reported-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    with town(files, **dict(officers)) as made:
        answer = made.at["rs-ir"].post("/reports/new", form_id="report", **json.loads(told))
        made.carry()
    return files, made.topic.all(), answer.headers["location"].rpartition("/")[2]
