"""Screening before there is a report: few questions to put to the person, or the long list of signs at work.

Nothing is kept of the answers; whoever goes on from here finds the signs ticked in the form of a new report.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AfterValidator, ValidationError

from services.intake.pages.reports import form
from services.intake.rules.ilo_labour import BY_CODE, SIGNS
from services.intake.rules.screening import QUESTIONS, Screened, YesMaybeNo, look_deeper, screen, signs_of
from services.intake.text import DIMENSIONS, READINGS, SAID, WEIGHTS
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.protocol.facts import Facts
from shared.protocol.vocabulary import AgeBand, Indicator
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_ids import new_id
from shared.web.http.form_posts import EMPTY, Posted, at_fields, read_form
from shared.web.http.forms import NO_ERRORS, Explained, FormErrors
from shared.web.http.speaking import page_context, speaker

router = APIRouter(include_in_schema=False)


def _known(codes: tuple[str, ...]) -> tuple[str, ...]:
    if any(code not in BY_CODE for code in codes):
        raise Explained(N_("choose signs of the list"))
    return codes


class Ticked(Facts):
    """The long list: for whom, and the signs that were seen or heard."""

    age: AgeBand
    signs: Annotated[tuple[str, ...], AfterValidator(_known)] = ()


class Signs(Facts):
    """What goes on into a report."""

    age: AgeBand | None = None
    indicators: tuple[Indicator, ...] = ()


class FewAnswers(Facts):
    """The few questions, by their names in the table; one that was not put has no answer."""

    papers: YesMaybeNo | None = None
    leave: YesMaybeNo | None = None
    debt: YesMaybeNo | None = None
    pay: YesMaybeNo | None = None
    hours: YesMaybeNo | None = None
    fear: YesMaybeNo | None = None
    alone: YesMaybeNo | None = None
    body: YesMaybeNo | None = None


LABELS = {"age": N_("Age"), "signs": N_("Signs"), **{name: words for name, (words, _) in QUESTIONS.items()}}


@router.get("/screening")
@needs(Act.DECIDE)
async def questions(desk: CurrentDesk, request: Request) -> Response:
    """The few questions."""
    return _questions(desk, request, EMPTY, NO_ERRORS)


@router.post("/screening")
@needs(Act.DECIDE)
async def answered(desk: CurrentDesk, request: Request) -> Response:
    """Show what the answers to the few questions say."""
    posted = await read_form(request, FewAnswers)
    try:
        given = {name: said for name, said in posted.command(FewAnswers) if said is not None}
    except ValidationError as error:
        return _questions(desk, request, posted, at_fields(desk, request, error, LABELS))
    return _questions(desk, request, posted, NO_ERRORS, given)


@router.get("/screening/work")
@needs(Act.DECIDE)
async def list_of_work(desk: CurrentDesk, request: Request) -> Response:
    """The long list of signs at work."""
    return _list(desk, request, EMPTY, NO_ERRORS)


@router.post("/screening/work")
@needs(Act.DECIDE)
async def ticked(desk: CurrentDesk, request: Request) -> Response:
    """What it says, and why."""
    posted = await read_form(request, Ticked)
    try:
        command = posted.command(Ticked)
    except ValidationError as error:
        return _list(desk, request, posted, at_fields(desk, request, error, LABELS))
    return _list(desk, request, posted, NO_ERRORS, screen(command.signs, child=command.age is not AgeBand.ADULT))


@router.post("/screening/report")
@needs(Act.DECIDE)
async def to_report(desk: CurrentDesk, request: Request) -> Response:
    """The form of a new report with these signs ticked. What does not fit is left out: there is nothing yet to correct."""
    posted = await read_form(request, Signs)
    values = {name: said for name, said in posted.values.items() if _fits(name, said)}
    return await form(desk, request, Posted(new_id(request), "", values), NO_ERRORS)


def _fits(name: str, said: Any) -> bool:
    try:
        Signs.model_validate({name: said})
    except ValidationError:
        return False
    return True


def _questions(desk: Desk, request: Request, posted: Posted, errors: FormErrors, given: Mapping[str, YesMaybeNo] | None = None) -> Response:
    say = speaker(desk, request).say
    context: dict[str, Any] = {
        "questions": QUESTIONS,
        "answers": say.items({said.value: text for said, text in SAID.items()}),
        "values": posted.values,
        "errors": errors,
    }
    if given is not None:
        context |= {"given": given, "deeper": look_deeper(given), "indicators": signs_of(given)}
    return _shown(desk, request, "intake/screening.html", context)


def _list(desk: Desk, request: Request, posted: Posted, errors: FormErrors, found: Screened | None = None) -> Response:
    say = speaker(desk, request).say
    offered = {d: say.items({s.code: s.words for s in SIGNS if s.dimension is d}) for d in DIMENSIONS}
    context: dict[str, Any] = {"offered": offered, "dimensions": DIMENSIONS, "weights": WEIGHTS, "readings": READINGS, "found": found}
    return _shown(desk, request, "intake/screening_work.html", context | {"values": posted.values, "errors": errors})


def _shown(desk: Desk, request: Request, template: str, context: Mapping[str, Any]) -> Response:
    status = 422 if context["errors"].summary else 200
    return desk.pages.render(request, template, status, **context, **page_context(desk, request, speaker(desk, request)))
