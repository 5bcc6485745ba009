"""`/notices`: where and how an officer wants to be told that something needs them. An address counts once the code is written down that
was sent there; nobody sees anybody else's."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.config.notices import MAIL, Channel, NoticeWish, Pace
from shared.decisions.errors import RuleBroken
from shared.decisions.notice_addresses import ask_code, choose, forget, own_notices, prove
from shared.messaging.notice_sender import NoticeSender
from shared.privacy.file_values import Unclear, phone
from shared.web.case.person_page import REGIONS
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.notice_trouble import not_reached
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.languages import chosen
from shared.web.text.messages import REASONS

HOME = "/notices"
LONGEST_ADDRESS = 254
PACES = {
    Pace.AT_ONCE: N_("At once, outside the quiet hours"), Pace.DIGEST: N_("Together, at fixed times of the day"),
    Pace.DANGER: N_("Only when somebody is in danger"),
}  # fmt: skip
router = APIRouter(include_in_schema=False, prefix=HOME)
Typed = Annotated[str, Form(max_length=LONGEST_ADDRESS)]


async def current_sender(request: Request) -> NoticeSender:
    """Who sends the notices of this process. Raises RuleBroken where it sends none."""
    if request.app.state.notices is None:
        raise RuleBroken("no-notices")
    return request.app.state.notices


Sender = Annotated[NoticeSender, Depends(current_sender)]


@router.get("")
@needs(Act.LIST)
async def shown(desk: CurrentDesk, sender: Sender, request: Request) -> Response:
    """What one has chosen."""
    return await _show(desk, sender, request)


@router.post("/choice")
@needs(Act.LIST)
@resumes
async def choice(
    desk: CurrentDesk, sender: Sender, request: Request, pace: Typed = "", quiet_from: Typed = "", quiet_to: Typed = "",
    language: Typed = "",
) -> Response:  # fmt: skip
    """Choose when, and in which language."""
    typed = {"pace": pace, "quiet_from": quiet_from.strip(), "quiet_to": quiet_to.strip(), "language": language}
    if is_shown_again(request):
        return await _show(desk, sender, request, not_sent(desk.pages.gettext(request)), typed)
    who, quiet = desk.officer(request).id, f"{typed['quiet_from']}-{typed['quiet_to']}"
    try:
        if pace not in list(Pace):
            raise RuleBroken("notice-pace", "pace")
        if language not in [one.tag for one in desk.pages.languages]:
            raise RuleBroken("notice-language", "language")
        await sender.instances[0].run(lambda work: choose(work, who, Pace(pace), quiet, language, _now(sender)))
    except RuleBroken as broken:
        return await _show(desk, sender, request, _at(desk, request, broken.code, broken.field), typed)
    return see_other(HOME)


@router.post("/{channel}/address")
@needs(Act.LIST)
@resumes
async def address(desk: CurrentDesk, sender: Sender, request: Request, channel: Channel, address: Typed = "") -> Response:
    """Give an address; a code goes there."""
    typed = {channel.value: address.strip()}
    if is_shown_again(request):
        return await _show(desk, sender, request, not_sent(desk.pages.gettext(request)), typed)
    who, to = desk.officer(request).id, _address(desk, channel, address.strip())
    if channel not in sender.ways.channels:
        raise RuleBroken("no-notices")
    if not to:
        wrong = "notice-mail" if channel is Channel.MAIL else "notice-phone"
        return await _show(desk, sender, request, _at(desk, request, wrong, "address", channel), typed)
    try:
        await sender.instances[0].run(lambda work: ask_code(work, who, channel, to, _now(sender)))
    except RuleBroken as broken:
        return await _show(desk, sender, request, _at(desk, request, broken.code, "address", channel), typed)
    return see_other(HOME)


@router.post("/{channel}/code")
@needs(Act.LIST)
@resumes
async def code(desk: CurrentDesk, sender: Sender, request: Request, channel: Channel, code: Typed = "") -> Response:
    """Write down the code that came."""
    if is_shown_again(request):
        return await _show(desk, sender, request, not_sent(desk.pages.gettext(request)))
    who, digits = desk.officer(request).id, "".join(code.split())
    wrong = await sender.instances[0].run(lambda work: prove(work, who, channel, digits, _now(sender)))
    if wrong:
        return await _show(desk, sender, request, _at(desk, request, wrong, "code", channel))
    return see_other(HOME)


@router.post("/{channel}/forget")
@needs(Act.LIST)
async def forgotten(desk: CurrentDesk, sender: Sender, request: Request, channel: Channel) -> Response:
    """Be told there no more."""
    who = desk.officer(request).id
    await sender.instances[0].run(lambda work: forget(work, who, channel, _now(sender)))
    return see_other(HOME)


def _now(sender: NoticeSender) -> int:
    return sender.instances[0].clock.now()[0]


def _address(desk: Desk, channel: Channel, typed: str) -> str:
    """As it is kept; empty where nobody can be told there."""
    if channel is Channel.MAIL:
        return typed if MAIL.fullmatch(typed) else ""
    region = desk.country.id.upper()
    try:
        return phone(typed, REGIONS.get(region, region))
    except Unclear:
        return ""


def _at(desk: Desk, request: Request, code: str, field: str, form: str = "") -> FormErrors:
    return FormErrors.at(field, desk.pages.gettext(request)(REASONS[code].words)).of(form)


async def _show(
    desk: Desk, sender: NoticeSender, request: Request, errors: FormErrors = NO_ERRORS, typed: dict[str, str] | None = None
) -> Response:  # fmt: skip
    who, at, ways = desk.officer(request).id, _now(sender), sender.ways
    own = await sender.instances[0].ask(lambda reader: own_notices(reader.session, reader.instance.keystore, who, at))
    missed = {channel for officer, channel in await not_reached(sender) if officer == who}
    context: dict[str, Any] = {
        "own": own, "missed": missed, "channels": [one for one in Channel if one in ways.channels], "paces": PACES,
        "chosen": own.wish is not None,
        "said": _said(desk, own.wish or ways.default) | (typed or {}), "digest": ", ".join(f"{one:%H:%M}" for one in ways.digest),
        "tongues": desk.pages.languages, "errors": errors, "no_errors": NO_ERRORS, "home": HOME, "longest": LONGEST_ADDRESS,
    }  # fmt: skip
    return desk.pages.render(request, "notices.html", REASONS["notice-mail"].status if errors.summary else 200, **context)


def _said(desk: Desk, wish: NoticeWish) -> dict[str, str]:
    begin, end = wish.quiet
    tongue = chosen(wish.language, "", desk.pages.languages).tag
    return {"pace": wish.pace.value, "quiet_from": f"{begin:%H:%M}", "quiet_to": f"{end:%H:%M}", "language": tongue, "mail": "", "hook": ""}
