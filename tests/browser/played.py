"""A story of the demo played at the pages' own interfaces, without a bus: a case in which much has happened, in a second or two."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.demo.acting import request_of
from deploy.demo.people import with_person
from deploy.demo.story import Story
from deploy.process.country_file import country_of
from tests.browser.desks import SERBIA, Town, town


@contextmanager
def stage(data: Path, story: Story) -> Iterator[Town]:
    """A town of all agencies of a story."""
    country = country_of(SERBIA)
    agencies = dict.fromkeys((story.reporter, country.lead, *(step.agency for step in story.steps)))
    officers = {agency.replace("-", "_"): country.agency(agency).officers[0].id for agency in agencies}
    with town(data, **officers) as made:
        yield made


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
