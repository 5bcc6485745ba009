"""A story of the demo played at the pages' own interfaces, without a bus: a case in which much has happened, in a second or two; and where
many begin with the same, once for their process."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from deploy.demo.acting import request_of
from deploy.demo.people import with_person
from deploy.demo.story import Story
from deploy.process.country_file import country_of
from shared.config.country import Country
from tests.browser.desks import SERBIA, Town, town
from tests.shared.bus import SimulatedRecord


class Past(NamedTuple):
    """What was played: databases, log and time, and its case."""

    files: Path
    log: Sequence[SimulatedRecord]
    at: int
    case: str


@contextmanager
def stage(data: Path, story: Story, past: Past | None = None) -> Iterator[Town]:
    """A town of all agencies of a story; on a copy of what was played before, where that is given."""
    country = country_of(SERBIA)
    agencies = dict.fromkeys((story.reporter, country.lead, *(step.agency for step in story.steps)))
    officers = {agency.replace("-", "_"): country.agency(agency).officers[0].id for agency in agencies}
    if past:
        shutil.copytree(past.files, data, dirs_exist_ok=True)
    with town(data, log=past.log if past else (), at=past.at if past else None, **officers) as made:
        yield made


@contextmanager
def after(data: Path, story: Callable[[Country], Story], *told: Callable[[Town], str]) -> Iterator[tuple[Town, str]]:
    """A town of all agencies of a story, once so much of it was told, and its case. What is told in several parts is told on from what was
    told before: each part once for all tests of a process."""
    past = _past(story, told)
    with stage(data, story(country_of(SERBIA)), past) as made:
        yield made, past.case


@cache
def _past(story: Callable[[Country], Story], told: tuple[Callable[[Town], str], ...]) -> Past:
    *before, last = told
    files = Path(tempfile.mkdtemp(prefix="nrm-played-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    with stage(files, story(country_of(SERBIA)), _past(story, tuple(before)) if before else None) as made:
        case = last(made)
    return Past(files, made.topic.all(), made.clock.at, case)


def play(made: Town, story: Story, until: float) -> str:
    """Its case, as it stands so many hours after the report, with what the story says of the person."""
    told = with_person(story, 0, country_of(SERBIA))
    case = _said(made, story.reporter, "intake/reports", dict(told.report), "report")
    made.carry()
    for hour, steps in told.rounds():
        if hour > until:
            break
        made.later(hour - (made.clock.at - made.began) / 3_600_000)
        for n, step in enumerate(steps):
            asked = request_of(step, made.picture(case).model_dump(mode="json"))
            assert asked is not None, f"{step.agency} finds nothing to {step.act} at hour {hour}"
            _said(made, step.agency, *asked, f"{hour}-{n}")
        made.carry()
    return case


def _said(made: Town, agency: str, path: str, body: dict[str, object], form: str) -> str:
    at = made.at[agency]
    headers = {"Idempotency-Key": f"{form}-{agency}", "nrm-officer": at.officer, "origin": "http://testserver"}
    answer = at.client.post(f"/api/{path}", json=body, headers=headers)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()["case"]
