"""The page of what an agency keeps of a case for itself, the same for every service that shows cases."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from shared.casework.own_record import NameCase, OfOwnRecord, WriteNote
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.protocol.facts import Id
from shared.web.case.case_file import case_file
from shared.web.http.desk import Desk
from shared.web.http.form_posts import EMPTY, Posted
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.text.case_reference import reference

LABELS = {
    "reference": N_("Reference of your own agency"), "label": N_("Label"), "note": N_("Note"), "corrects": N_("Which note is corrected"),
    "agency": N_("Agency"), "answered": N_("Whether they answered"),
}  # fmt: skip
NAMING, NOTING = "name-case", "write-note"
"""The decisions, as the tables of the services call them."""

ANSWERED = N_("Reported by the officer: called %(agency)s on %(when)s, and they answered. It is no answer of theirs in the case.")
SILENT = N_("Reported by the officer: called %(agency)s on %(when)s, and nobody answered.")


class Called(OfOwnRecord):
    """A telephone call that an officer says they made: to which agency of the case, or organisation that is no member, and whether anybody
    answered."""

    agency: Id
    answered: bool


async def call_note(desk: Desk, request: Request, case: str) -> Callable[[Called], WriteNote]:
    """What makes of a call the note that it leaves: a report of the officer, which accepts nothing for anybody. That raises RuleBroken."""
    file, to = await desk.ask(lambda reader: case_file(reader, case)), speaker(desk, request)

    def noted(called: Called) -> WriteNote:
        outside = desk.country.directory.organization(called.agency)
        if not outside and (called.agency == desk.agency or called.agency not in file.case.agencies):
            raise RuleBroken("unknown-agency", "agency")
        said = to.say.translate(ANSWERED if called.answered else SILENT)
        return WriteNote(case=case, note=said % {"agency": to.name(called.agency), "when": to.when(to.now)})

    return noted


async def show(
    desk: Desk, request: Request, case: str, decision: str = "", posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS
) -> Response:  # fmt: skip
    """What is kept, with the forms to change it; `decision` is the form whose answers need another look."""
    file = await desk.ask(lambda reader: case_file(reader, case))
    kept, to = file.own, speaker(desk, request)
    values = {"reference": kept.names.reference, "label": kept.names.label} | (posted.values if decision == NAMING else {})
    if decision == NAMING and posted.form:  # what was emptied stays empty
        values |= {name: posted.values.get(name, "") for name in ("reference", "label")}
    note = posted.values if decision == NOTING else {"corrects": request.query_params.get("corrects", "")}
    corrected = next((one for one in kept.notes if one.id == note.get("corrects") and not one.corrected_by), None)
    context: dict[str, Any] = page_context(desk, request, to) | {
        "case": case, "ref": reference(case), "kept": kept, "values": values, "note": note, "corrected": corrected, "errors": errors,
        "decision": decision, "head": file.case.head, "home": f"{desk.cases}/{case}", "officers": desk.guard.seen(),
        "longest": limits(NameCase, WriteNote), "naming": NAMING, "noting": NOTING,
    }  # fmt: skip
    return desk.pages.render(request, "own_record.html", 422 if errors.summary else 200, **context)
