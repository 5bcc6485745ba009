"""`/duty`: who of the agency is on duty now, and the turns of its rota; supervisors write it. It is kept at the agency's first service."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import ValidationError

from shared.access.roles import Act, needs
from shared.access.tokens import SUBJECT
from shared.casework.duty_rota import now_on_duty, put_down, strike_out, turns
from shared.config.duty import DutyHours, RotaTurn
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.messaging.notice_sender import NoticeSender
from shared.web.case.deciding import SEND_ANEW
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import MESSAGES, NO_ERRORS, FormErrors, form_errors
from shared.web.http.sent_before import nothing_recorded
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.competence_words import place_name
from shared.web.text.messages import REASONS

HOME = "/duty"
DAY_NAMES = {
    "MO": N_("Monday"), "TU": N_("Tuesday"), "WE": N_("Wednesday"), "TH": N_("Thursday"), "FR": N_("Friday"), "SA": N_("Saturday"),
    "SU": N_("Sunday"),
}  # fmt: skip
LABELS = {
    "officer": N_("Who"), "byday": N_("Days"), "begins": N_("From"), "ends": N_("Until"), "place": N_("Place"),
    "phone": N_("Phone on duty"),
}  # fmt: skip
PLACE, NOT_OFFERED, UNKNOWN_OFFICER = LABELS["place"], MESSAGES["enum"], REASONS["unknown-officer"].words
TAKES_NONE = REASONS["officer-takes-no-cases"].words
ONE_OF_SEVERAL = "byday"
"""The one answer of which there may be several."""
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.LIST)
async def shown(desk: CurrentDesk, request: Request) -> Response:
    """Who is on duty now, and the whole rota."""
    return await _show(desk, request, {}, NO_ERRORS)


@router.post("")
@needs(Act.ASSIGN)
@resumes
async def added(desk: CurrentDesk, request: Request) -> Response:
    """Write down a further turn."""
    sent, translate = await request.form(), desk.pages.gettext(request)
    typed: dict[str, Any] = {name: said for name, said in sent.items() if isinstance(said, str)}
    typed[ONE_OF_SEVERAL] = [said for said in sent.getlist(ONE_OF_SEVERAL) if isinstance(said, str)]
    form = str(typed.get("form_id", ""))
    if is_shown_again(request) or not form:  # all forms without an id would be one, and only its first turn written down
        return await _show(desk, request, typed, not_sent(translate))
    try:
        hours = DutyHours.model_validate(_answers(typed))
    except ValidationError as error:
        return await _show(desk, request, typed, form_errors(error, {name: translate(text) for name, text in LABELS.items()}, translate))
    known = desk.colleagues()
    if hours.place and not desk.country.directory.municipality(hours.place):
        label, said = translate(PLACE), translate(NOT_OFFERED)
        return await _show(desk, request, typed, FormErrors.at("place", f"{label}: {said}"))
    if not SUBJECT.fullmatch(hours.officer) or (desk.guard.demo and hours.officer not in desk.guard.seen()):
        at = "other" if typed.get("other") else "officer"
        return await _show(desk, request, typed, FormErrors.at(at, translate(UNKNOWN_OFFICER)))
    if not desk.takes_cases(hours.officer):
        return await _show(desk, request, typed, FormErrors.at("officer", translate(TAKES_NONE)))
    name = known.get(hours.officer) or str(typed.get("name", "")).strip()[:80] or hours.officer
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    try:
        await desk.first.instance.run(lambda work: put_down(work, form, hours, name, by, at))
    except RuleBroken as broken:
        said = [{"text": translate(words)} for words in (REASONS[broken.code].words, SEND_ANEW)]
        return await _show(desk, request, typed, FormErrors(said, {}))
    return see_other(HOME)


@router.post("/end")
@needs(Act.ASSIGN)
async def ended(desk: CurrentDesk, request: Request, turn: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Strike a turn out."""
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]

    if not await desk.first.instance.run(lambda work: strike_out(work, turn, by, at)):
        nothing_recorded(request)
    return see_other(HOME)


def _answers(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the form; what nobody chose is not answered."""
    given = {name: said for name, said in typed.items() if name in DutyHours.model_fields and said}
    return given | ({"officer": other} if (other := str(typed.get("other", "")).strip()) else {})


async def _untold(request: Request, now: Sequence[RotaTurn]) -> list[str]:
    """The names of those on duty whom no message reaches, so that in danger the desk alone is told; none where no notices are sent."""
    sender: NoticeSender | None = request.app.state.notices
    if sender is None:
        return []
    told = await sender.reachable()
    return sorted({turn.name for turn in now if not told.by(turn.hours.officer, sender.ways.channels)})


async def _show(desk: Desk, request: Request, typed: Mapping[str, Any], errors: FormErrors) -> Response:
    to = speaker(desk, request)
    rota, now = await desk.first.ask(lambda reader: (turns(reader.session), now_on_duty(reader, to.now)))
    context: dict[str, Any] = {
        "turns": rota, "on_duty": now, "days": DAY_NAMES, "typed": typed, "errors": errors, "home": HOME,
        "untold": await _untold(request, now), "notices": request.app.state.notices is not None,
        "keeps": desk.may(request, Act.ASSIGN), "everybody": desk.colleagues(), "demo": desk.guard.demo,
        "place_name": partial(place_name, to),
        "places": [place.code for place in desk.country.directory.municipalities],
    }  # fmt: skip
    return desk.pages.render(request, "duty.html", 422 if errors.summary else 200, **page_context(desk, request, to), **context)
