"""The way to a report in steps: each page asks one thing and saves it, and the last one sends what stands on it.

The draft's id stands in the address and is the id of the form that sends it, so whoever comes back, by Back or by a bookmark, finds what
they saved, or what was sent; nothing is sent twice.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import ValidationError

from services.intake.decisions import DECISIONS
from services.intake.handlers.drafts import hand_over_draft, save_draft, throw_away
from services.intake.handlers.reports import must_apply
from services.intake.pages.report_form import LABELS, Answers, unnamed
from services.intake.pages.report_summary import sheet, summary
from services.intake.queries.drafts import draft_of, is_gone, is_own, is_sent_unseen, sent_from
from services.intake.rules import steps
from services.intake.rules.report import why_urgent
from services.intake.rules.steps import IntakeStep, Values
from services.intake.text import STEPS, URGENCY_REASONS
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import ANEW, Recorded
from shared.privacy.answers import basis
from shared.protocol import vocabulary
from shared.protocol.vocabulary import AgeBand, Indicator, Urgency
from shared.web.admin.assignments import known
from shared.web.case.deciding import decide_by_form
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_ids import is_for, new_id
from shared.web.http.form_posts import Posted, at_fields, read_form, see_other, wrote
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, recorded, resumes
from shared.web.text import file_words

HOME = "/drafts"
Said = Annotated[str, Form(max_length=255)]
CALL = ("called", "called_time")
"""How the page that says whom to call asks when it was."""
NO_TIME = N_("Call to the emergency number: write the time in figures, such as 14:05, or leave it empty if you have just called")
router = APIRouter(include_in_schema=False, prefix=HOME)


class Kept(NamedTuple):
    """What there is of a draft for whoever asks."""

    values: dict[str, Any] | None
    sent: Recorded | None
    gone: bool
    """Whether nothing can be saved in it any more."""
    unseen: bool
    """Whether it was sent, and whoever asks is not told of it."""


@router.get("/new")
@needs(Act.DECIDE)
async def begin(desk: CurrentDesk, request: Request) -> Response:
    """The first step of another one. Nothing is kept before something was answered."""
    return see_other(f"{HOME}/{new_id(request)}/{IntakeStep.DANGER}")


@router.get("/prompt-sheet")
@needs(Act.DECIDE)
async def prompt_sheet(desk: CurrentDesk, request: Request) -> Response:
    """The questions on paper. Nothing of a person is on it."""
    to = speaker(desk, request)
    context: dict[str, Any] = page_context(desk, request, to) | {
        "sheet": sheet(to, unnamed(desk.country)),
        "number": desk.country.emergency.number,
    }
    return desk.pages.render(request, "intake/prompt_sheet.html", **context)


@router.get("/{draft}/go-on")
@needs(Act.DECIDE)
async def go_on(desk: CurrentDesk, request: Request, draft: str) -> Response:
    """Where its officer had stopped: at the first step of which nothing is known."""
    kept = await _kept(desk, request, draft)
    return see_other(f"{HOME}/{draft}/{steps.first_open(kept.values or {})}")


@router.post("/{draft}/hand-over")
@needs(Act.ASSIGN)
async def handed_over(desk: CurrentDesk, request: Request, draft: str, to: Said = "") -> Response:
    """Its officer is away: another one goes on with it."""
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    if not await desk.ask(lambda reader: to in known(reader) | set(desk.guard.seen())):
        raise RuleBroken("unknown-officer")
    if not desk.takes_cases(to):
        raise RuleBroken("officer-takes-no-cases")
    await desk.instance.run(lambda work: hand_over_draft(work, draft, to, by, at))
    return see_other("/reports")


@router.post("/{draft}/throw-away")
@needs(Act.DECIDE)
async def thrown_away(desk: CurrentDesk, request: Request, draft: str) -> Response:
    """Its officer does not want it any more."""
    officer = desk.officer(request).id
    await desk.instance.run(lambda work: throw_away(work, draft, officer))
    return see_other("/reports")


@router.post("/{draft}/send")
@needs(Act.DECIDE)
@resumes
async def send(desk: CurrentDesk, request: Request, draft: str) -> Response:
    """Send what stood on the last page."""
    if (await _kept(desk, request, draft)).unseen:
        return await _gone(desk, request, IntakeStep.SEND, Posted("", ""))
    again = partial(_last, desk, request, draft)
    made = await decide_by_form(
        desk, request, DECISIONS["reports"], LABELS, again, back=f"{HOME}/{draft}/send", form=Answers, as_command=Answers.report
    )
    return made if isinstance(made, Response) else made.seen_at(f"/reports/{made.receipt.case}")


@router.get("/{draft}/{step}")
@needs(Act.DECIDE)
async def shown(desk: CurrentDesk, request: Request, draft: str, step: IntakeStep, then: str = "") -> Response:
    """One step, with what was saved there; of a report that was sent, that it was."""
    kept = await _kept(desk, request, draft)
    if kept.sent:
        return _sent(desk, request, kept.sent, (), 200)
    if kept.gone or (kept.values is None and step is not IntakeStep.DANGER):
        return await _gone(desk, request, step, Posted("", ""))
    if step is IntakeStep.SEND:
        return await _last(desk, request, draft, Posted(draft, "", steps.applying(kept.values or {})), NO_ERRORS)
    return _step(desk, request, draft, step, kept.values or {}, NO_ERRORS, then)


@router.post("/{draft}/{step}")
@needs(Act.DECIDE)
@resumes
async def saved(desk: CurrentDesk, request: Request, draft: str, step: IntakeStep, then: Said = "") -> Response:
    """Keep what a step says, and go on; from an answer that was typed into a draft that is gone, to danger, which is asked first."""
    kept, at, names = await _kept(desk, request, draft), desk.instance.clock.now()[0], steps.fields(step)
    posted = await read_form(request, Answers)
    said = {name: value for name, value in posted.values.items() if name in names}
    if kept.sent:
        return _sent(desk, request, kept.sent, wrote(Posted("", "", said), Answers, LABELS), 409)
    if kept.gone:
        return await _gone(desk, request, step, Posted("", "", said))
    before = kept.values or {}
    call, wrong = await _call(desk, request, step, before, at)
    said |= call
    values = {name: value for name, value in before.items() if name not in names} | said
    errors = not_sent(desk.pages.gettext(request)) if is_shown_again(request) else wrong or _wrong(desk, request, step, values)
    if errors.summary:
        return _step(desk, request, draft, step, values, errors, then)
    officer = desk.officer(request).id
    await desk.instance.run(lambda work: save_draft(work, draft, officer, names, said, at))
    recorded(desk, request)
    return see_other(f"{HOME}/{draft}/{_onward(step, then, before, values)}")


def _onward(step: IntakeStep, then: str, before: Values, values: Values) -> IntakeStep:
    """Where whoever saved a step goes on."""
    if then == IntakeStep.DANGER:
        return IntakeStep.DANGER
    returns = then == IntakeStep.SEND and steps.path(values) == steps.path(before)
    return IntakeStep.SEND if returns else steps.after(step, values)


async def _kept(desk: Desk, request: Request, draft: str) -> Kept:
    """What there is of it. Raises RuleBroken where it was neither begun by whoever asks nor given to them."""
    officer = desk.officer(request).id

    def read(reader: CaseReader) -> tuple[Kept, bool]:
        kept = draft_of(reader, draft, officer), sent_from(reader, draft, officer)
        found = Kept(*kept, is_gone(reader, draft, officer), is_sent_unseen(reader, draft, officer))
        return found, is_own(reader, draft, officer)

    kept, own = await desk.ask(read)
    if not (own or kept.sent or is_for(desk.first.instance.secret, draft, officer)):
        raise RuleBroken("no-such-draft")
    return kept


async def _call(desk: Desk, request: Request, step: IntakeStep, kept: Values, now: int) -> tuple[dict[str, Any], FormErrors | None]:
    """When the emergency number was called: said by a tick, and a time of day if it was not just now."""
    sent = await request.form()
    typed = str(sent.get("called_time", "")).strip()
    if step is not IntakeStep.HELP or not (sent.get("called") or typed):
        return {}, None
    if not typed and kept.get("called_at"):
        return {"called_at": kept["called_at"]}, None
    at = steps.called_at(typed, now, desk.country.zone)
    if at is None:
        return {}, FormErrors.at("called_time", desk.pages.gettext(request)(NO_TIME))
    return {"called_at": str(at)}, None


def _wrong(desk: Desk, request: Request, step: IntakeStep, values: Values) -> FormErrors:
    """What is wrong with the answers of one step, together with those of the others; what is wrong elsewhere is said there."""
    names = steps.fields(step)
    try:
        command = Answers.model_validate(steps.applying(values)).report()
        must_apply(command, basis(command.age, command.consent, command.danger), desk.country)
    except (ValidationError, RuleBroken) as error:
        found = at_fields(desk, request, error, LABELS)
        lines = [line for line in found.summary if line.get("href", "#")[1:] in names]
        return FormErrors(lines, {name: said for name, said in found.fields.items() if name in names})
    return NO_ERRORS


def _step(
    desk: Desk, request: Request, draft: str, step: IntakeStep, values: Values, errors: FormErrors, then: str
) -> Response:  # fmt: skip
    """The page of one step."""
    way, came_from = steps.path(values), steps.before(step, values)
    context: dict[str, Any] = {
        "draft": draft, "step": step, "title": STEPS[step], "place": way.index(step) + 1 if step in way else 0, "steps": len(way),
        "back": f"{HOME}/{draft}/{came_from}" if came_from else "/reports", "here": f"{HOME}/{draft}/{step}",
        "then": IntakeStep.SEND if then == IntakeStep.SEND else "", "values": values, "errors": errors, "longest": limits(Answers),
        "file_words": file_words,
        "asked": steps.asked(step, values), "child": steps.is_child(values), "unnamed": unnamed(desk.country),
        "offered": _signs(values), "called": int(values.get("called_at") or 0), **_danger(desk, values),
    }  # fmt: skip
    context |= page_context(desk, request, speaker(desk, request))
    return desk.pages.render(request, "intake/step.html", 422 if errors.summary else 200, **context)


def _danger(desk: Desk, values: Values) -> dict[str, Any]:
    """Whom to call, and what is asked for at once, as the country says."""
    emergency = {"number": desk.country.emergency.number, "at_once": desk.country.at_once(Urgency.DANGER)}
    return emergency | {"in_danger": steps.in_danger(values)}


def _signs(values: Values) -> tuple[Indicator, ...]:
    forms = [vocabulary.Form(code) for code in values.get("forms", ()) if code in set(vocabulary.Form)]
    return steps.signs(forms, child=steps.is_child(values), ticked=values.get("indicators", ()))


async def _last(desk: Desk, request: Request, draft: str, posted: Posted, errors: FormErrors) -> Response:
    """All answers, why it is urgent, and the button that sends them. `posted` is what stands on the page, and what it sends."""
    to, values = speaker(desk, request), posted.values
    lines = [line | {"href": _way(draft, line["href"][1:])} if line.get("href", "").startswith("#") else line for line in errors.summary]
    context: dict[str, Any] = {
        "draft": draft, "form_id": f"{ANEW}{draft}" if getattr(request.state, "anew", False) else draft, "values": values,
        "here": f"{HOME}/{draft}/{IntakeStep.SEND}", "home": f"{HOME}/{draft}", "errors": FormErrors(lines, errors.fields),
        "rows": summary(values, to), "unsaid": [(step, STEPS[step]) for step in steps.unsaid(values)],
        "urgent": [URGENCY_REASONS[reason] for reason in _urgent(values)],
        "back": f"{HOME}/{draft}/{steps.before(IntakeStep.SEND, values)}", **_danger(desk, values),
    }  # fmt: skip
    return desk.pages.render(request, "intake/send.html", 422 if lines else 200, **page_context(desk, request, to), **context)


def _urgent(values: Values) -> Sequence[Any]:
    signs = [Indicator(code) for code in values.get("indicators", ()) if code in set(Indicator)]
    age = AgeBand(values["age"]) if values.get("age") in set(AgeBand) else AgeBand.UNKNOWN
    return why_urgent(steps.in_danger(values), age, signs)


def _way(draft: str, field: str) -> str:
    step = next((one for one in IntakeStep if field in steps.fields(one)), IntakeStep.DANGER)
    return f"{HOME}/{draft}/{step}?then=send#{field}"


async def _gone(desk: Desk, request: Request, step: IntakeStep, posted: Posted) -> Response:
    """It is not kept (any more). What somebody typed on its page is shown, and begins another one where they want that."""
    typed = request.method == "POST" and step is not IntakeStep.SEND
    names = {*steps.fields(step), *(CALL if step is IntakeStep.HELP else ())}
    carried = [(name, said) for name, said in (await request.form()).multi_items() if name in names] if typed else []
    context: dict[str, Any] = {
        "carried": carried, "new": new_id(request), "step": step, "first": IntakeStep.DANGER,
        "typed": [(desk.pages.gettext(request)(label), said) for label, said in wrote(posted, Answers, LABELS)],
    }  # fmt: skip
    status = 409 if request.method == "POST" else 404
    return desk.pages.render(request, "intake/no_draft.html", status, **page_context(desk, request, speaker(desk, request)), **context)


def _sent(desk: Desk, request: Request, sent: Recorded, typed: Sequence[tuple[str, str]], status: int) -> Response:
    """It was sent; what somebody wrote afterwards is not lost with the page on which they did."""
    translate: Mapping[str, Any] = {"typed": [(desk.pages.gettext(request)(label), said) for label, said in typed]}
    context = page_context(desk, request, speaker(desk, request))
    return desk.pages.render(request, "intake/sent.html", status, recorded=sent, **translate, **context)
