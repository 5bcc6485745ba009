"""Four agencies of Serbia once a case was reported and all have read of it: played once for all tests of a process that begin there."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.browser.desks import REPORT, Town, town
from tests.shared.bus import SimulatedRecord

OFFICERS = {"rs_ir": "ines", "rs_czztlj": "jelena", "rs_zdr_bg": "zora", "rs_ngo_pomoc": "nada"}
"""At the inspectorate that reports, the lead, the clinic and the lawyers."""


@contextmanager
def reported(data: Path, age: str = "adult") -> Iterator[tuple[Town, str]]:
    """The four, on a copy of what was played; and the case of somebody who agrees, or of a child, whom nobody asks to."""
    files, log, case = _played(age)
    shutil.copytree(files, data, dirs_exist_ok=True)
    with town(data, log=log, **OFFICERS) as made:
        yield made, case


@cache
def _played(age: str) -> tuple[Path, Sequence[SimulatedRecord], str]:
    told = {name: said for name, said in REPORT.items() if name != "consent" or age != "child"} | {"age": age}
    files = Path(tempfile.mkdtemp(prefix="nrm-reported-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    with town(files, **OFFICERS) as made:
        answer = made.at["rs-ir"].post("/reports/new", form_id="report", **told)
        made.carry()
    return files, made.topic.all(), answer.headers["location"].rpartition("/")[2]
