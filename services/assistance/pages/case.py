"""The pages of one case: its picture, asking another agency, and the tasks of the joint plan."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from services.assistance.handlers import handoffs as h
from services.assistance.handlers.shelter_address import has_house
from services.assistance.rules import needs_address
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.decisions.decide import UseCase
from shared.decisions.errors import RuleBroken
from shared.protocol.case import Case
from shared.protocol.vocabulary import Basis, HandoffKind, Outcome
from shared.web.case_page import CaseFile, case_context, case_file
from shared.web.desk import Desk
from shared.web.form_posts import Posted, explain, read_form, see_other
from shared.web.forms import NO_ERRORS, FormErrors

LABELS = {
    "need": N_("Need"), "to": N_("Agency"), "kind": N_("Kind of request"), "code": N_("Reason"), "competent": N_("Competent agency"),
    "action": N_("What was done"), "outcome": N_("How it ended"), "days": N_("Days until due"),
}  # fmt: skip
EMPTY = Posted("", "")


def pages(desk: Desk) -> APIRouter:
    """The pages of one case."""
    router = APIRouter()

    @router.get("/cases/{case}")
    @needs(Act.READ_CASE)
    async def case_page(request: Request, case: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await show(desk, request, case, "assistance/case.html")

    @router.get("/cases/{case}/request")
    @needs(Act.READ_CASE)
    async def ask(request: Request, case: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await show(desk, request, case, "assistance/request.html")

    @router.post("/cases/{case}/request")
    @needs(Act.DECIDE)
    async def asked(request: Request, case: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        posted = await read_form(request, h.RequestHandoff)
        try:
            command = posted.command(h.RequestHandoff, case=case)
            answer = await posted.decide(desk, request, h.request_handoff, command, case=case, back=f"/cases/{case}")
        except (ValidationError, RuleBroken) as error:
            return await again(desk, request, case, "assistance/request.html", posted, error)
        if isinstance(answer, Response):
            return answer
        made = await desk.ask(lambda clerk: newest(case_file(clerk, case).case, desk.agency, command))
        return see_other(f"/cases/{case}/handoffs/{made}" if made else f"/cases/{case}")

    @router.post("/cases/{case}/tasks")
    @needs(Act.DECIDE)
    async def plan(request: Request, case: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        posted = await read_form(request, h.PlanTask)
        try:
            answer = await posted.decide(
                desk, request, h.plan_task, posted.command(h.PlanTask, case=case), case=case, back=f"/cases/{case}"
            )
        except (ValidationError, RuleBroken) as error:
            return await again(desk, request, case, "assistance/case.html", posted, error)
        return answer if isinstance(answer, Response) else see_other(f"/cases/{case}")

    @router.get("/cases/{case}/tasks/{task}")
    @needs(Act.READ_CASE)
    async def task_page(request: Request, case: str, task: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await show(desk, request, case, "assistance/task.html", task=task)

    @router.post("/cases/{case}/tasks/{task}/{decision}")
    @needs(Act.DECIDE)
    async def move(request: Request, case: str, task: str, decision: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        if decision not in TASK_DECISIONS:
            raise RuleBroken("no-such-task")
        use_case, model = TASK_DECISIONS[decision]
        posted = await read_form(request, model)
        try:
            command = posted.command(model, case=case, task=task)
            answer = await posted.decide(desk, request, use_case, command, case=case, back=f"/cases/{case}")
        except (ValidationError, RuleBroken) as error:
            return await again(desk, request, case, "assistance/task.html", posted, error, task=task)
        return answer if isinstance(answer, Response) else see_other(f"/cases/{case}")

    return router


class EndTask(h.OfTask):
    """On a page the outcome must be chosen; nothing is preselected."""

    outcome: Outcome


TASK_DECISIONS: dict[str, tuple[UseCase, type[BaseModel]]] = {
    "begin": (h.begin_task, h.OfTask), "complete": (h.complete_task, EndTask), "drop": (h.drop_task, h.OfTask),
}  # fmt: skip


async def show(
    desk: Desk, request: Request, case: str, template: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS, **more: str
) -> Response:
    """A page of the case; 422 where the answers of its form need another look."""
    file = await desk.ask(lambda clerk: case_file(clerk, case))
    context: dict[str, Any] = (
        case_context(desk, request, file) | _of_agency(desk, request, file) | {"values": posted.values, "errors": errors}
    )
    context |= more
    subjects: tuple[tuple[str, Mapping[str, Any]], ...] = (("handoff", file.case.handoffs), ("task", file.case.tasks))
    for name, found in subjects:
        if name in more:
            if more[name] not in found:
                raise RuleBroken(f"no-such-{name}")
            context[name] = found[more[name]]
    return desk.pages.render(request, template, 422 if errors.summary else 200, **context)


async def again(
    desk: Desk, request: Request, case: str, template: str, posted: Posted, error: ValidationError | RuleBroken, **more: str
) -> Response:
    """The page again, with what is wrong and what was filled in. Raises a RuleBroken that is about no field."""
    if isinstance(error, RuleBroken) and not error.field:
        raise error
    return await show(desk, request, case, template, posted, explain(desk, request, error, LABELS), **more)


def _of_agency(desk: Desk, request: Request, file: CaseFile) -> dict[str, Any]:
    others = desk.country.askable(desk.agency)
    base = f"/cases/{file.case.id}"
    finds = has_house(desk.country, desk.agency) and needs_address(file.case, desk.agency) and desk.may(request, Act.OPEN_ADDRESS)
    return {
        "handoff_href": f"{base}/handoffs", "task_href": f"{base}/tasks", "others": [{"value": a.id, "text": a.name} for a in others],
        "kinds": [HandoffKind.CONSULTATION] if file.case.basis is Basis.NONE else [HandoffKind.REFERRAL, HandoffKind.CONSULTATION],
        "address_href": f"{base}/address" if finds else "",
        "lead_href": f"/lead/{file.case.id}" if "referral" in desk.peers and file.case.lead == desk.agency else "",
    }  # fmt: skip


def newest(case: Case, agency: str, command: h.RequestHandoff) -> str:
    """The request that a decision has just made."""
    mine = [x.id for x in case.handoffs.values() if (x.giver, x.to, x.need) == (agency, command.to, command.need)]
    return mine[-1] if mine else ""
