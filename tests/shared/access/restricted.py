"""A restricted case at an agency with all services: what the tests of the wall stand on."""

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.access.roles import Role
from tests.browser.desks import REPORT
from tests.shared.access.offices import AGENCY, Office, Person, opened
from tests.shared.bus import SimulatedRecord

ANA, BORIS, CECA = "a1f0", "b2e1", "c3d2"
"""Ana and Boris are named; Ceca supervises, and is not."""
HEAD, DEPUTY = "h4e0", "d5f1"


def restrict(who: Person, service: str, case: str, officers: Sequence[str] = (ANA, BORIS), **more: Any) -> Any:
    """As the form does it."""
    return who.post(f"/restricted/{service}/{case}", **{"reason": "official", "officers": list(officers)} | more)


@contextmanager
def reported(data: Path, *, keyed: bool = False) -> Iterator[tuple[Office, Person, str, str]]:
    """The office of the lead, Ana, and two cases of hers that came to all its services: one to be restricted, and one that never is. On a
    copy of what was played once for this process."""
    files, log, secret, plain = _played(keyed)
    shutil.copytree(files, data)
    with opened(data, agency=AGENCY, keyed=keyed, log=log) as place:
        yield place, place.person(ANA, Role.OFFICER), secret, plain


@cache
def _played(keyed: bool) -> tuple[Path, Sequence[SimulatedRecord], str, str]:
    files = Path(tempfile.mkdtemp(prefix="nrm-restricted-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    with opened(files, agency=AGENCY, keyed=keyed) as place:
        ana = place.person(ANA, Role.OFFICER)
        secret = place.report(ana)
        plain = ana.post("/reports/new", form_id="other", **REPORT | {"needs": ["housing"]}).headers["location"].rpartition("/")[2]
        place.carry()
    return files, place.topic.all(), secret, plain


def tells_of(text: str, case: str) -> bool:
    """Whether an answer has the id of a case, or the reference that pages show."""
    return case in text or f"{case[:4]}-{case[4:8]}".upper() in text.upper() or case[:8] in text


@dataclass(frozen=True)
class Answer:
    """What somebody gets, without what is drawn anew for each page and without the id that they asked about."""

    status: int
    text: str
    headers: tuple[str, ...]


def without(answer: Any, case: str) -> Answer:
    """An answer as it would be for any case."""
    text = answer.text.replace(case, "CASE").replace(f"{case[:4]}-{case[4:8]}".upper(), "REF")
    text = re.sub(r'nonce="[^"]+"|name="form_id" value="[^"]+"|"trace_id": ?"[^"]*"', "", text)
    location = answer.headers.get("location", "").replace(case, "CASE")
    return Answer(answer.status_code, text, (location, *sorted(name for name in answer.headers if name != "content-length")))
