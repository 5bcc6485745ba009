"""A page on which partners report who are no members, and the list in which officers look at what came.

The page is there only where the installation switches it on. It reads no session and sets no cookie, shows nothing of what is known here,
and answers the same to everybody, so that nobody finds out by it whether somebody is known.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from services.intake.handlers.partners import receive, set_all_aside, set_report_aside, set_several_aside, take_up
from services.intake.queries.partners import PAGE, flood, waiting_number, waiting_reports
from services.intake.rules.partners import MOST_WAITING, AsideReason, PartnerKind
from services.intake.text import ASIDE_REASONS, PARTNER_KINDS
from shared.access.roles import Act, needs
from shared.config.codes import Line, plain_text
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.messaging.notice_sender import NoticeSender
from shared.protocol.facts import Facts
from shared.store.database import is_away
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_ids import anybodys_id, new_id
from shared.web.http.form_posts import EMPTY, Posted, at_fields, read_form, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker

HOME, LIST = "/partner", "/partner-reports"
LABELS = {
    "kind": N_("Who you are"), "danger": N_("Danger right now"), "words": N_("What you saw"), "place": N_("Where"),
    "contact": N_("How to reach you"),
}  # fmt: skip
TOO_MANY = N_("Too many reports came in just now, so yours was not taken. What you wrote still stands below.")
FULL = N_("So many reports wait here that nobody can promise to look at yours. What you wrote still stands below.")
NOT_NOW = N_("Your report could not be kept just now. What you wrote still stands below.")
OTHERS = N_("Nothing was set aside: by now others wait than those that were named. They are counted anew below.")
CALL, TELEPHONE = N_("Please call %(phone)s, or send it again in a minute."), N_("Please telephone us, or send it again in a minute.")
router = APIRouter(include_in_schema=False)


class PartnerWords(Facts):
    """What a partner says."""

    kind: PartnerKind
    danger: Literal["true", "false"]
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(plain_text)]
    place: Annotated[Line, Field(max_length=80)] = ""
    contact: Annotated[Line, Field(max_length=120)] = ""


@router.get(HOME)
@needs(Act.ANYBODY)
async def partner(desk: CurrentDesk, request: Request) -> Response:
    """The form."""
    _must_be_on(request)
    return _form(desk, request, EMPTY, NO_ERRORS)


@router.post(HOME)
@needs(Act.ANYBODY)
async def reported(desk: CurrentDesk, request: Request) -> Response:
    """Keep what was said, for an officer to look at. Whose cannot be kept has the form again with all that they wrote, and is asked
    to telephone."""
    _must_be_on(request)
    posted = await read_form(request, PartnerWords)
    try:
        said = posted.command(PartnerWords)
    except ValidationError as error:
        return _form(desk, request, posted, at_fields(desk, request, error, LABELS))
    if not request.app.state.partners.lets(request.client.host if request.client else ""):
        return _not_kept(desk, request, posted, TOO_MANY, 429)
    form, at = anybodys_id(posted.form), desk.instance.clock.now()[0]
    words = said.model_dump(mode="json", exclude={"danger"})
    sender: NoticeSender | None = request.app.state.notices
    tell = (sender.ways, await sender.reachable_now()) if sender else None
    try:
        await desk.instance.run(lambda work: receive(work, form, words, at, danger=said.danger == "true", tell=tell))
    except RuleBroken as broken:
        return _not_kept(desk, request, posted, FULL if broken.code == "partners-full" else NOT_NOW, 503)
    except Exception as error:
        if not is_away(error):
            raise
        return _not_kept(desk, request, posted, NOT_NOW, 503)
    return _page(desk, request, "intake/partner_thanks.html", {"danger": said.danger == "true", "errors": NO_ERRORS})


@router.get(LIST)
@needs(Act.DECIDE)
async def partner_reports(desk: CurrentDesk, request: Request, page: Annotated[int, Query(ge=1, le=MOST_WAITING)] = 1) -> Response:
    """Those at which nobody has looked, danger first."""
    to = speaker(desk, request)
    desk.trail.must_keep_up()
    total = await desk.ask(waiting_number)
    page = min(page, max(-(-total // PAGE), 1))
    rows = await desk.ask(lambda reader: waiting_reports(reader, page))
    for one in rows:
        desk.trail.note(desk.officer(request).id, "partner-read", one.id, "")
    context: dict[str, Any] = {"rows": rows, "total": total, "page": page, "size": PAGE, "address": f"{LIST}?"}
    context |= {"kinds": PARTNER_KINDS, "reasons": ASIDE_REASONS, "errors": NO_ERRORS}
    return desk.pages.render(request, "intake/partner_reports.html", **context, **page_context(desk, request, to))


@router.get(f"{LIST}/all")
@needs(Act.DECIDE)
async def all_of_them(desk: CurrentDesk, request: Request) -> Response:
    """How many would be set aside at once, to be confirmed."""
    return await _confirm(desk, request, NO_ERRORS)


@router.post(f"{LIST}/all")
@needs(Act.DECIDE)
async def all_set_aside(
    desk: CurrentDesk, request: Request, reason: Annotated[AsideReason, Form()],
    until: Annotated[int, Form(ge=0, lt=2**53)], number: Annotated[int, Form(ge=1, le=MOST_WAITING)],
) -> Response:  # fmt: skip
    """Nothing follows from as many as were named; where there are others by now, they are named anew."""
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    if await desk.instance.run(lambda work: set_all_aside(work, until, number, reason, officer, at)):
        return see_other(LIST)
    return await _confirm(desk, request, FormErrors([{"text": desk.pages.gettext(request)(OTHERS)}], {}))


@router.post(f"{LIST}/set-aside")
@needs(Act.DECIDE)
async def several_set_aside(
    desk: CurrentDesk,
    request: Request,
    reason: Annotated[AsideReason, Form()],
    report: Annotated[tuple[str, ...], Form(max_length=PAGE)] = (),
) -> Response:
    """Nothing follows from those that are ticked."""
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    await desk.instance.run(lambda work: set_several_aside(work, report, reason, officer, at))
    return see_other(LIST)


@router.post(f"{LIST}/{{report}}/take-up")
@needs(Act.DECIDE)
async def taken_up(desk: CurrentDesk, request: Request, report: str) -> Response:
    """It becomes a report that whoever asks has begun."""
    officer, at, draft = desk.officer(request).id, desk.instance.clock.now()[0], new_id(request)
    kinds = {kind.value: desk.pages.gettext(request)(words) for kind, words in PARTNER_KINDS.items()}
    await desk.instance.run(lambda work: take_up(work, report, draft, officer, at, kinds))
    return see_other(f"/drafts/{draft}/danger")


@router.post(f"{LIST}/{{report}}/set-aside")
@needs(Act.DECIDE)
async def set_aside(desk: CurrentDesk, request: Request, report: str, reason: Annotated[AsideReason, Form()]) -> Response:
    """Nothing follows from it."""
    officer, at = desk.officer(request).id, desk.instance.clock.now()[0]
    await desk.instance.run(lambda work: set_report_aside(work, report, reason, officer, at))
    return see_other(LIST)


async def _confirm(desk: Desk, request: Request, errors: FormErrors) -> Response:
    found = await desk.ask(flood)
    context = {"flood": found, "reasons": ASIDE_REASONS, "errors": errors, **page_context(desk, request, speaker(desk, request))}
    return desk.pages.render(request, "intake/partner_all.html", 409 if errors.summary else 200, **context)


def _must_be_on(request: Request) -> None:
    """Where it is not switched on there is no such page. Nobody asks who is there: no session is read, and none goes on by it."""
    request.state.actor = None
    if request.app.state.partners is None:
        raise RuleBroken("no-partner-page")


def _not_kept(desk: Desk, request: Request, posted: Posted, why: str, status: int) -> Response:
    """The form as it was sent, why it was not taken, and whom to call."""
    say, phone = desk.pages.gettext(request), desk.country.phone_of(desk.agency)
    call = {"text": say(CALL) % {"phone": phone}, "href": f"tel:{phone.replace(' ', '')}"} if phone else {"text": say(TELEPHONE)}
    answer = _form(desk, request, posted, FormErrors([{"text": say(why)}, call], {}), status)
    answer.headers["retry-after"] = "60"
    return answer


def _form(desk: Desk, request: Request, posted: Posted, errors: FormErrors, status: int = 0) -> Response:
    say = speaker(desk, request).say
    context: dict[str, Any] = {
        "values": posted.values, "errors": errors, "form_id": anybodys_id(posted.form), "longest": limits(PartnerWords),
        "kinds": say.items({kind.value: words for kind, words in PARTNER_KINDS.items()}),
    }  # fmt: skip
    return _page(desk, request, "intake/partner.html", context, status)


def _page(desk: Desk, request: Request, template: str, context: Mapping[str, Any], status: int = 0) -> Response:
    """A page that knows nobody: nothing of who may be signed in, and of this agency its telephone."""
    around = {"number": desk.country.emergency.number, "phone": desk.country.phone_of(desk.agency)}
    status = status or (422 if context["errors"].summary else 200)
    return desk.pages.render(request, template, status, **context, **around)
