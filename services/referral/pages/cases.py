"""The lead's pages: its caseload, and one case with what the lead may decide."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.referral.decisions import DECISIONS
from services.referral.projections import receipts
from services.referral.queries.caseload import PAGE, caseload
from services.referral.queries.consent import OnRecord, on_record
from services.referral.queries.side_cases import SideLinks, side_links
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.decisions.case_reader import CaseReader
from shared.decisions.errors import RuleBroken
from shared.privacy.consent import PERSONAL
from shared.protocol.case import JointState
from shared.protocol.vocabulary import Basis, Stage
from shared.web.case_page import CaseFile, case_context, case_file, page_context, speaker
from shared.web.desk import CurrentDesk, Desk
from shared.web.form_posts import EMPTY, Posted, decide_by_form, see_other
from shared.web.forms import NO_ERRORS, FormErrors, limits
from shared.web.text import labels
from shared.web.text.next_steps import headline, moves
from shared.web.text.phrases import Words

LABELS = {
    "agency": N_("Agency"), "need": N_("Need"), "stage": N_("Which decision"), "positive": N_("What was decided"), "reason": N_("Reason"),
    "task": N_("Task"), "classes": N_("What may be told"), "language": N_("Language of the consent"), "months": N_("How long"),
    "ground": N_("Ground"), "words": N_("Note"),
}  # fmt: skip
router = APIRouter(include_in_schema=False)


@router.get("/lead")
@needs(Act.LIST)
async def lead(desk: CurrentDesk, request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """The cases that this agency leads, and the receipts that are late."""
    to = speaker(desk, request)
    load, late = await desk.ask_as(request, lambda clerk: (caseload(clerk, page, to.now), receipts.late(clerk.session, to.now, clerk)))
    items = [(row, headline(row.case, to.say), moves(row.case)[:2]) for row in load.cases]
    context: dict[str, Any] = {"load": load, "late_receipts": late, "items": items, "page": page, "size": PAGE}
    return desk.pages.render(request, "referral/lead.html", **page_context(desk, request, to), **context)


@router.get("/lead/{case}")
@needs(Act.READ_CASE)
async def case_page(desk: CurrentDesk, request: Request, case: str) -> Response:
    """One case, with what the lead may decide."""
    return await show(desk, request, case, "", EMPTY, NO_ERRORS)


@router.post("/lead/{case}/{decision}")
@needs(Act.DECIDE)
async def decide(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """One of the lead's decisions, by its name in the table."""
    if decision not in DECISIONS:
        raise RuleBroken("no-such-case")
    here, again = f"/lead/{case}", partial(show, desk, request, case, decision)
    made = await decide_by_form(desk, request, DECISIONS[decision], LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else see_other(here)


async def show(desk: Desk, request: Request, case: str, decision: str, posted: Posted, errors: FormErrors) -> Response:
    """The case with the lead's decisions; `decision` is the form whose answers need another look."""
    now = desk.instance.clock.now()[0]

    def read(clerk: CaseReader) -> tuple[CaseFile, OnRecord, list[receipts.ReceiptStanding], SideLinks]:
        file = case_file(clerk, case)
        return file, on_record(clerk, file.case, now), receipts.of_case(clerk.session, case), side_links(clerk, file.case)

    file, recorded, owed, beside = await desk.ask(read)
    context: dict[str, Any] = case_context(desk, request, file) | _of_lead(desk, file)
    context |= {"recorded": recorded, "now": now, "receipts_owed": owed, "beside": beside}
    say: Words = context["say"]
    context["told_items"] = [{"value": code, "text": say.of(labels.CLASSES, code)} for code in sorted(PERSONAL)]
    context |= {"values": posted.values, "errors": errors.of(decision), "decision": decision}
    context["longest"] = limits(*(each.command for each in DECISIONS.values()))
    return desk.pages.render(request, "referral/case.html", 422 if errors.summary else 200, **context)


def _of_lead(desk: Desk, file: CaseFile) -> dict[str, Any]:
    """What the lead may decide now, and links to its own agency's answers."""
    case = file.case
    others = desk.country.askable(desk.agency)
    apart = [a for a in desk.country.confidential() if desk.country.told_as(a.id) not in case.agencies]
    decided = set(case.statuses)
    stages = [s for s in Stage if s not in decided and (s is Stage.REASONABLE_GROUNDS or Stage.REASONABLE_GROUNDS in decided)]
    called_at_most = case.joint is None or case.joint.state is JointState.CALLED
    return {
        "others": [{"value": a.id, "text": a.name} for a in others],
        "listed": [{"value": a.id, "text": a.name} for a in (*others, *desk.country.confidential(), desk.country.agency(desk.agency))],
        "consultable": [{"value": a.id, "text": a.name} for a in others if a.id not in case.agencies],
        "others_in": [m.agency for m in case.members if m.agency != case.lead],
        "sheltering": [{"value": a.id, "text": a.name} for a in apart], "stages": [str(s) for s in stages],
        "can_start": called_at_most and len({x.to for x in case.holding()} - {case.lead}) >= 1, "may_invite": case.basis is not Basis.NONE,
        "handoff_href": f"/cases/{case.id}/handoffs" if "assistance" in desk.peers else "",
    }  # fmt: skip
