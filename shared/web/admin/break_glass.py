"""`/break-glass`: opening a case that is not assigned to oneself, with a reason; and the supervisor's look at it afterwards."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from pydantic import BeforeValidator

from shared.access import assignments
from shared.access.assignments import break_glass, is_shown, review, unreviewed
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.decisions.audit import LONGEST_REASON
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.web.admin.named_desk import NamedDesk, named, with_cases, without_cases
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import NO_ERRORS, FormErrors, one_break
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.case_reference import reference
from shared.web.text.messages import REASONS

HOME = "/break-glass"
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.BREAK_GLASS)
async def asked(desk: CurrentDesk, request: Request) -> Response:
    """Asks for the case and the reason."""
    return _form(desk, request, {})


@router.post("")
@needs(Act.BREAK_GLASS)
@resumes
async def broken(
    here: CurrentDesk, request: Request, service: Annotated[str, Form(max_length=20)] = "",
    case: Annotated[str, Form(max_length=80)] = "",
    reason: Annotated[str, BeforeValidator(one_break), Form(max_length=20 * LONGEST_REASON)] = "",
) -> Response:  # fmt: skip
    """Open a case that is not assigned to oneself, with a reason."""
    if is_shown_again(request):
        return _form(here, request, {"service": service, "case": case, "reason": reason}, not_sent(here.pages.gettext(request)))
    desk = named(here, service)
    try:
        opened = await _break(desk, request, case, reason)
    except RuleBroken as error:
        if not error.field:
            raise
        desk.trail.note(desk.officer(request).id, "refused:break-glass", "", error.code)
        errors = FormErrors.at(error.field, here.pages.gettext(request)(REASONS[error.code].words))
        return _form(here, request, {"service": service, "case": case, "reason": reason}, errors)
    return see_other(f"{desk.cases}/{opened}")


@router.get("/reviews")
@needs(Act.REVIEW)
async def reviews(desk: CurrentDesk, request: Request) -> Response:
    """What was opened so, and nobody has looked at yet."""
    if not with_cases(desk):
        return without_cases(desk, request, N_("Opened though not assigned: to review"))
    found = [(name, await one.ask(lambda reader: list(unreviewed(reader)))) for name, one in with_cases(desk)]
    context: dict[str, Any] = page_context(desk, request, speaker(desk, request)) | {"home": HOME}
    return desk.pages.render(request, "reviews.html", instances=found, officer=desk.officer(request).id, **context)


@router.post("/reviews/{service}/{seq}")
@needs(Act.REVIEW)
async def reviewed(
    desk: NamedDesk, request: Request, seq: Annotated[int, Path(ge=1, lt=2**31)], in_order: Annotated[bool, Form()]
) -> Response:
    """Say whether it was in order."""
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    if not await desk.ask(lambda reader: is_shown(reader, seq)):
        raise RuleBroken("nothing-to-review")
    await desk.instance.run(lambda work: review(work, seq, by, in_order, at))
    return see_other(f"{HOME}/reviews")


async def _break(desk: Desk, request: Request, case: str, reason: str) -> str:
    """Let in; the case's id. Raises RuleBroken, for every case that is not here with the same words."""
    if not reason.strip():
        raise RuleBroken("glass-reason-needed", "reason")
    opened = await desk.ask(lambda reader: assignments.named(reader, case))
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]

    def job(work: UnitOfWork) -> None:
        break_glass(work, opened, officer, reason, at)

    await desk.instance.run(job)
    return opened


def _form(desk: Desk, request: Request, values: dict[str, str], errors: FormErrors = NO_ERRORS) -> Response:
    services = [name for name, _ in with_cases(desk)]
    return desk.pages.render(
        request, "break_glass.html", 422 if errors.summary else 200, values=values, errors=errors, services=services, home=HOME,
        most=LONGEST_REASON, reference=reference,
    )  # fmt: skip
