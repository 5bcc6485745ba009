"""The pages of one case: its picture, asking another agency, and the tasks of the joint plan."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.assistance.decisions import DECISIONS
from services.assistance.handlers import handoffs as h
from services.assistance.handlers.shelter_address import has_house
from services.assistance.pages.interviews import interviews
from services.assistance.rules import can_arrive, can_be_sent_on, needs_address
from shared.access.assignments import AccessGround
from shared.access.roles import Act, needs
from shared.config.country import Agency
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.protocol.came_back import asker, came_back, due_back, in_main
from shared.protocol.case import Case, Handoff, HandoffState
from shared.protocol.vocabulary import SENT_ON, Basis, DeclineCode, HandoffKind, Need, OfferTerms, Urgency
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import case_context
from shared.web.case.competence import need_of, offered, proposed_next, unchosen
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import EMPTY, Posted, on_pages, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.unsent import resumes
from shared.web.text.phrases import Words

LABELS = {
    "need": N_("Need"), "to": N_("Agency"), "kind": N_("Kind of request"), "code": N_("Reason"), "competent": N_("Competent agency"),
    "question": N_("Question"), "conflict": N_("Why this agency can be asked"), "advice": N_("Your answer"), "action": N_("What was done"),
    "outcome": N_("How it ended"), "days": N_("Days until due"), "terms": N_("What you can do"),
    "topics": N_("What the interview was about"),
}  # fmt: skip
router = APIRouter(include_in_schema=False)


ABOUT_A_TASK = on_pages(DECISIONS, h.OfTask)


@router.get("/cases/{case}")
@needs(Act.READ_CASE)
async def case_page(desk: CurrentDesk, request: Request, case: str) -> Response:
    """The picture of a case."""
    return await show(desk, request, case, "assistance/case.html")


@router.get("/cases/{case}/request")
@needs(Act.READ_CASE)
async def ask(desk: CurrentDesk, request: Request, case: str) -> Response:
    """The form that asks another agency; the lead's own agency asks on its page of the case."""
    file = await desk.ask(lambda reader: case_file(reader, case))
    if file.case.lead == desk.agency:
        if "referral" not in desk.peers:
            raise RuleBroken("leads-itself")
        return see_other(f"/lead/{case}")
    return await show(desk, request, case, "assistance/request.html")


@router.post("/cases/{case}/request")
@needs(Act.DECIDE)
@resumes
async def asked(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Ask it, and look at the new hand-off."""
    here, again = f"/cases/{case}", partial(show, desk, request, case, "assistance/request.html")
    made = await decide_by_form(desk, request, DECISIONS["request"], LABELS, again, case=case, back=here)
    if isinstance(made, Response):
        return made
    found = await desk.ask(lambda reader: newest(case_file(reader, case).case, desk.agency, made.command))
    return made.seen_at(f"{here}/handoffs/{found}" if found else here)


@router.post("/cases/{case}/tasks")
@needs(Act.DECIDE)
@resumes
async def plan(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Plan a further task of one's own."""
    here, again = f"/cases/{case}", partial(show, desk, request, case, "assistance/case.html")
    made = await decide_by_form(desk, request, DECISIONS["plan-task"], LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else made.seen_at(here)


@router.get("/cases/{case}/tasks/{task}")
@needs(Act.READ_CASE)
async def task_page(desk: CurrentDesk, request: Request, case: str, task: str) -> Response:
    """One task of the joint plan."""
    return await show(desk, request, case, "assistance/task.html", task=task)


@router.post("/cases/{case}/tasks/{task}/{decision}")
@needs(Act.DECIDE)
@resumes
async def move(desk: CurrentDesk, request: Request, case: str, task: str, decision: str) -> Response:
    """Begin it, complete it, drop it."""
    if decision not in ABOUT_A_TASK:
        raise RuleBroken("no-such-task")
    here, again = f"/cases/{case}", partial(show, desk, request, case, "assistance/task.html", task=task)
    made = await decide_by_form(desk, request, ABOUT_A_TASK[decision], LABELS, again, case=case, given={"task": task}, back=here)
    return made if isinstance(made, Response) else made.seen_at(here)


def is_beside(request: Request) -> bool:
    """Whether whoever asks has the case at the agency's desk that leads it alone."""
    return getattr(request.state, "ground", None) is AccessGround.BESIDE


def home(request: Request, case: str) -> str:
    """Where whoever asks sees the case."""
    return f"/lead/{case}" if is_beside(request) else f"/cases/{case}"


async def show(
    desk: Desk, request: Request, case: str, template: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS, **more: str
) -> Response:
    """A page of the case; 422 where the answers of its form need another look."""
    file = await desk.ask(lambda reader: case_file(reader, case))
    context: dict[str, Any] = (
        case_context(desk, request, file) | _of_agency(desk, request, file) | {"values": posted.values, "errors": errors}
    )
    context |= {"home": home(request, case), "words_href": f"{home(request, case)}/words", **more}
    subjects: tuple[tuple[str, Mapping[str, Any]], ...] = (("handoff", file.case.handoffs), ("task", file.case.tasks))
    for name, found in subjects:
        if name in more:
            if more[name] not in found:
                raise RuleBroken("no-such-handoff" if name == "handoff" else "no-such-task")
            context[name] = found[more[name]]
    if "handoff" in more:
        context |= {"talks": interviews(file.case, file.records, file.pending, desk.instance.me, context["to"])}
        context |= _came_back(desk, request, file, context["handoff"]) | _answers(desk, file, context["handoff"], context["say"])
    need = context["handoff"].need if "handoff" in more else need_of(request, posted.values)
    context |= {"need": need, "offer": offered(desk, request, file, need, _askable(desk, file)), "called_href": f"/cases/{case}/called"}
    context["errors"] = errors if errors.summary else unchosen(request, need, context["say"])
    return desk.pages.render(request, template, 422 if errors.summary else 200, **context)


def _askable(desk: Desk, file: CaseFile) -> list[Agency]:
    return [a for a in desk.country.askable(desk.agency) if can_arrive(file.case, a.id)]


def _came_back(desk: Desk, request: Request, file: CaseFile, handoff: Handoff) -> dict[str, Any]:
    """Where a request is back with this agency: by when it must move, and who is proposed next."""
    back_by = next((due_back(h) for h in came_back(file.case, desk.agency) if h.id == handoff.id), None)
    asks = back_by is not None and handoff.kind is not HandoffKind.CONSULTATION and handoff.state is not HandoffState.CALLED
    return {"back_by": back_by, "next_one": proposed_next(desk, request, file, handoff, _askable(desk, file)) if asks else None}


def _answers(desk: Desk, file: CaseFile, handoff: Handoff, say: Words) -> dict[str, Any]:
    """How a request can be answered beside yes and no, and whether an offer waits for this agency."""
    urgent = file.case.urgency is Urgency.DANGER or handoff.kind is HandoffKind.EMERGENCY
    other = [need for need in Need if need not in (handoff.need, Need.IDENTIFICATION) and desk.country.serves(desk.agency, need)]
    without = {*([OfferTerms.LATER] if urgent else []), *([OfferTerms.OTHER] if file.case.is_side or not other else [])}
    return {
        "without_offers": without, "others_needs": [{"value": need.value, "text": say.need(need)} for need in other],
        "not_sent_on": set(DeclineCode) - SENT_ON, "may_send_on": can_be_sent_on(file.case, handoff),
        "agrees": handoff.state is HandoffState.OFFERED and asker(file.case, handoff) == desk.agency and not in_main(file.case, handoff),
        "said_in_main": in_main(file.case, handoff),
    }  # fmt: skip


def _of_agency(desk: Desk, request: Request, file: CaseFile) -> dict[str, Any]:
    base = f"/cases/{file.case.id}"
    lead = f"/lead/{file.case.id}" if "referral" in desk.peers and file.case.lead == desk.agency else ""
    led = "referral" in desk.peers and file.case.lead != desk.agency and file.case.has_led(desk.agency)
    finds = has_house(desk.country, desk.agency) and needs_address(file.case, desk.agency) and desk.may(request, Act.OPEN_ADDRESS)
    return {
        "handoff_href": f"{base}/handoffs", "task_href": f"{base}/tasks",
        "kinds": [HandoffKind.CONSULTATION] if file.case.basis is Basis.NONE else [HandoffKind.REFERRAL, HandoffKind.CONSULTATION],
        "address_href": f"{base}/address" if finds else "",
        "leading_desk": f"/lead/{file.case.id}" if "referral" in desk.peers else "",
        "lead_href": lead, "led_href": f"/lead/{file.case.id}/withdraw" if led else "",
        "ask_href": "" if file.case.lead == desk.agency else f"{base}/request",
    }  # fmt: skip


def newest(case: Case, agency: str, command: h.RequestHandoff) -> str:
    """The request that a decision has just made."""
    mine = [x.id for x in case.handoffs.values() if (x.giver, x.to, x.need) == (agency, command.to, command.need)]
    return mine[-1] if mine else ""
