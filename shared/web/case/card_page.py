"""The page of the card for the person: what it says in their language, when it was offered, and how things are for a person who asks.

Neither names the agency, the case's subject or anybody on the card: it may be found on the person by whoever controls them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import Response

from shared.casework.case_reader import CaseReader
from shared.casework.person_card import Offered, offerings
from shared.config.i18n import N_
from shared.protocol.came_back import leaves_need
from shared.protocol.case import BOUNCED, HELD, Case, Handoff, HandoffState
from shared.protocol.vocabulary import Need
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import knows_person
from shared.web.http.desk import Desk
from shared.web.http.environment import when
from shared.web.http.form_posts import EMPTY, Posted
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.paper import Paper
from shared.web.http.speaking import page_context, speaker
from shared.web.text import card_words as words
from shared.web.text.case_reference import reference
from shared.web.text.languages import Language, translations
from shared.web.text.phrases import Speaker, Words

LABELS = {"how": N_("What became of it"), "language": N_("Language")}
WITHDRAWN = frozenset({HandoffState.REVOKED, HandoffState.ENDED})
"""Of a request that was taken back nothing is said."""
GONE = BOUNCED | WITHDRAWN
"""States in which nobody is at work; every other has words of its own."""


class CardToGive(NamedTuple):
    """A card in one language."""

    language: str
    title: str
    lines: tuple[str, ...]


def languages(desk: Desk, request: Request) -> dict[str, str]:
    """Tag → name of each language in which there is a card: those of the pages, and those of the agency's own files."""
    own: Mapping[str, words.CardText] = request.app.state.cards
    return {language.tag: language.name for language in desk.pages.languages} | {tag: text.name for tag, text in own.items()}


def card_of(desk: Desk, request: Request, case: str, tag: str) -> CardToGive:
    """The card in this language; in that of the page where there is none."""
    phone, number, emergency = desk.country.phone_of(desk.agency), reference(case), desk.country.emergency.number
    if own := request.app.state.cards.get(tag):
        call = own.call % {"phone": phone or "______________________"}
        last = (own.emergency % {"number": emergency},) if own.emergency and emergency else ()
        return CardToGive(tag, own.title, (call, own.say % {"number": number}, *own.lines, *last))
    language = _language(desk, request, tag)
    say = translations(language).gettext
    call = say(words.CALL) % {"phone": phone} if phone else say(words.NO_NUMBER)
    last = (say(words.EMERGENCY) % {"number": emergency},) if emergency else ()
    return CardToGive(language.tag, say(words.TITLE), (call, say(words.SAY) % {"number": number}, *map(say, words.LINES), *last))


def paper_of(card: CardToGive) -> Paper:
    """The same on paper, without a mark that would say whose it is."""
    return Paper(card.title, card.language, "", "", card.lines, [])


def status_of(case: Case, to: Speaker, agency: str = "") -> list[str]:
    """How things are, need by need, in plain words: who has what, what is waited for, whom to call, and how to complain or appeal.
    `agency`: whose officer tells it, and which can be called about all of it."""
    said = [line for asked in _needs(case).values() for line in _need(case, asked, to)]
    phone = to.country.phone_of(agency)
    call = [to.say.translate(words.CALL) % {"phone": phone}] if phone else []
    return said + call + [to.say.translate(line) for line in words.STATUS_END]


async def show(desk: Desk, request: Request, case: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS) -> Response:
    """The page."""

    def read(reader: CaseReader) -> tuple[CaseFile, Sequence[Offered]]:
        return case_file(reader, case), offerings(reader, case)

    (file, before), to = await desk.ask(read), speaker(desk, request)
    offered = languages(desk, request)
    asked = request.query_params.get("language", "") or str(posted.values.get("language", ""))
    speaks = _speaks(desk, file)
    spoken = _spoken(speaks, offered)
    tag = asked if asked in offered else spoken or desk.pages.language(request).tag
    own = _speaker(desk, to, _language(desk, request, tag))
    context: dict[str, Any] = page_context(desk, request, to) | {
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "errors": errors,
        "card": card_of(desk, request, case, tag), "in_languages": offered, "chosen": tag, "before": before, "offerings": words.OFFERINGS,
        "without_card": speaks if speaks and not spoken else "", "status_lines": status_of(file.case, own, desk.agency),
        "status_language": own.language.tag, "status_direction": own.language.direction,
    }  # fmt: skip
    return desk.pages.render(request, "card.html", 422 if errors.summary else 200, **context)


def _speaks(desk: Desk, file: CaseFile) -> str:
    """The language that the person speaks, where that is known here."""
    return str(file.profile["D1"].get("language", "")) if knows_person(file.case, desk.agency) else ""


def _spoken(said: str, offered: Mapping[str, str]) -> str:
    """The card in this language; empty where there is none."""
    return next((tag for tag in offered if said and tag.partition("-")[0] == said.partition("-")[0]), "")


def _language(desk: Desk, request: Request, tag: str) -> Language:
    return next((one for one in desk.pages.languages if one.tag == tag), desk.pages.language(request))


def _speaker(desk: Desk, to: Speaker, language: Language) -> Speaker:
    """Whoever speaks this language of the same things at the same time."""

    def moment(at: int | None) -> str:
        return when(at, locale=language.locale, zone=desk.pages.zone)

    return replace(to, say=Words(translations(language).gettext), when=moment, language=language)


def _needs(case: Case) -> dict[Need, list[Handoff]]:
    """Need → what was asked for it and not taken back, in the order in which it was asked. Who is asked for advice alone deals with
    nothing."""
    asked: dict[Need, list[Handoff]] = {}
    for one in case.handoffs.values():
        if one.state not in WITHDRAWN and one.given_up_at is None and not case.merely_advises(one):
            asked.setdefault(one.need, []).append(one)
    return asked


def _need(case: Case, asked: Sequence[Handoff], to: Speaker) -> list[str]:
    """Of one need: who has it or is to answer, else who has done it; and what came back last, with which nobody is at work."""
    there, last = [one for one in asked if one.waiting or one.state in HELD], asked[-1]
    if last.state not in GONE and not leaves_need(case, last):
        return [_said(one, to) for one in there or [last]]
    nobody = to.say.translate(words.REST if there else words.NOBODY_YET) % {"need": to.say.need(last.need), "lead": to.name(case.lead)}
    return [*(_said(one, to) for one in there), *([nobody] if case.closed_at is None else [])]


def _said(one: Handoff, to: Speaker) -> str:
    """Of one request: what its agency does with it, by when an answer is due or from which day it begins, and how to call whoever has
    taken it on."""
    phone = to.country.phone_of(one.to) if one.state in HELD else ""
    said = _does(one, to)
    return f"{said} {to.say.translate(words.CALL_THERE) % {'phone': phone}}" if phone else said


def _does(one: Handoff, to: Speaker) -> str:
    offer, names = one.offer, {"need": to.say.need(one.need), "agency": to.name(one.to)}
    if offer and offer.agreed_at is not None and offer.starts_at is not None and one.state is HandoffState.ACCEPTED:
        return to.say.translate(words.LATER) % {**names, "when": to.when(offer.starts_at)}
    said = to.say.translate(words.STATUS[one.state]) % names
    by = offer.answer_by if offer and one.state is HandoffState.OFFERED else one.answer_by
    return f"{said} {to.say.translate(words.ANSWER_BY) % {'when': to.when(by)}}" if one.waiting else said
