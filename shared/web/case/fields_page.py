"""Copy by field: what is known of a case, each value in a field of its own that is marked whole when one comes to it, so that nobody types
it again into the forms of their own agency. It needs no script: Tab, copy, Tab."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from shared.config.i18n import N_
from shared.protocol.case_file import About
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import facts, knows_person
from shared.web.case.person_view import sections
from shared.web.http.desk import Desk
from shared.web.http.speaking import page_context, speaker
from shared.web.text.case_reference import reference
from shared.web.text.labels import URGENCY
from shared.web.text.phrases import Speaker

Fields = list[tuple[str, str]]
"""Label and value."""


async def show(desk: Desk, request: Request, case: str) -> Response:
    """All values that this agency may know, in the order of the pages."""
    file, to = await desk.ask(lambda reader: case_file(reader, case)), speaker(desk, request)
    known = knows_person(file.case, desk.agency)
    parts = [(to.say.translate(N_("The case")), of_case(file, to))]
    if known:
        told = [(label, said if isinstance(said, str) else ", ".join(said)) for label, said in facts(file.profile, to.say)]
        parts += [(to.say.translate(N_("What was reported")), told), *of_person(file, to)]
    context: dict[str, Any] = page_context(desk, request, to) | {
        "own": file.own, "ref": reference(case),
        "base": f"{desk.cases}/{case}", "parts": [part for part in parts if part[1]], "knows": known,
    }  # fmt: skip
    return desk.pages.render(request, "fields.html", **context)


def of_case(file: CaseFile, to: Speaker) -> Fields:
    """What a register of the own agency asks of a case."""
    case, own, say = file.case, file.own.names, to.say.translate
    found = [
        (say(N_("Number of the case")), reference(case.id)), (say(N_("Reference of your own agency")), own.reference),
        (say(N_("Reported on")), to.when(case.opened_at)), (say(N_("Reported by")), to.name(case.reporter)),
        (say(N_("Lead agency")), to.name(case.lead)), (say(N_("Urgency")), to.say.of(URGENCY, case.urgency)),
    ]  # fmt: skip
    return [(label, value) for label, value in found if value]


def of_person(file: CaseFile, to: Speaker) -> list[tuple[str, Fields]]:
    """What is on file of the person, by the parts of their page."""
    return [
        (section.heading, [
            (row.label if subject.about == About.PERSON else f"{row.label} ({subject.label})", one.text)
            for group in section.groups for subject in group.subjects for row in subject.rows for one in row.present if not one.withdrawn
        ])
        for section in sections(file.person, to)
    ]  # fmt: skip
