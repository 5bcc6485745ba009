"""The words on a hand-off: the page of its messages, and the forms of a question, an answer and an arrangement.

Intake, the lead and assistance show the same, each below the address of its cases. A form is sent in two steps: first it shows who will
read the words, by the rule by which they are sealed; then it sends them, and to nobody else than it showed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import InitErrorDetails, PydanticCustomError

from shared.access.roles import Act
from shared.casework.messages import SentMessage
from shared.casework.open_messages import open_messages
from shared.casework.saying import AnswerQuestion, ArrangeMeeting, AskQuestion, SaySomething
from shared.casework.support import AskSupport
from shared.casework.today import listed_at
from shared.decisions.errors import RuleBroken
from shared.decisions.job_share import JobShare
from shared.privacy.file_values import WRONG, Unclear, day_of
from shared.protocol.case import Handoff
from shared.protocol.case_file import Group
from shared.protocol.message_readers import reached
from shared.protocol.messages import Spot
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import knows_person, words_of
from shared.web.case.nobodys import nobodys_of
from shared.web.case.support_view import details
from shared.web.case.words_view import would_read
from shared.web.http.desk import Desk
from shared.web.http.form_posts import EMPTY, Posted, at_fields, read_form, see_other
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.sent_before import nothing_recorded
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again
from shared.web.text import message_words
from shared.web.text.case_reference import reference

COMMANDS: Mapping[str, type[SaySomething]] = {
    "ask": AskQuestion, "answer": AnswerQuestion, "arrange": ArrangeMeeting, "ask-support": AskSupport,
}  # fmt: skip
DATED = frozenset({"arrange", "ask-support"})
"""Forms that ask for a day and a time."""
LABELS = message_words.LABELS


@dataclass(frozen=True)
class WordsForm:
    """What a form of words asks, and the command of its answers."""

    form: type[BaseModel]
    command: Callable[[Any], Any]


def form_of(desk: Desk, act: str, case: str, handoff: str) -> WordsForm:
    """The questions of a form. Raises RuleBroken for one that there is not."""
    if act not in COMMANDS:
        raise RuleBroken("no-such-handoff")
    model = desk.decisions[act].command
    typed = {name: (str, "") for name in model.model_fields.keys() - {"case", "handoff", "about", "when", "own_place"}}
    when = {name: (str, "") for name in ("when-day", "when-month", "when-year", "time")} if act in DATED else {}
    own: dict[str, Any] = {"own_place": (bool, False)} if "own_place" in model.model_fields else {}
    fields: dict[str, Any] = {**typed, **when, **own, "about": (tuple[str, ...], ())}

    def command(answers: Any) -> Any:
        told = {name: value for name, value in answers.model_dump().items() if value}
        told["shown"] = tuple(told.get("shown", "").split())
        if act in DATED:
            told["when"] = _moment(told, desk.country.zone)
        if "languages" in told:
            told["languages"] = tuple(told["languages"].replace(",", " ").split())
        asked = {name: value for name, value in told.items() if name in model.model_fields and value is not None}
        return model.model_validate({**asked, "case": case, "handoff": handoff})

    return WordsForm(create_model("WordsAnswers", **fields), command)


def _moment(told: Mapping[str, str], zone: str) -> int | None:
    """The moment that was typed; None where none was. Raises ValidationError."""
    try:
        day = day_of(*(told.get(f"when-{part}", "") for part in ("day", "month", "year")))
    except Unclear as unclear:
        raise _wrong("when", unclear.code) from None
    if not day:
        return None
    try:
        at = time.fromisoformat(told.get("time", "").replace(".", ":").zfill(5))
    except ValueError:
        raise _wrong("time", "time") from None
    return int(datetime.combine(datetime.fromisoformat(day), at, ZoneInfo(zone)).timestamp() * 1000)


def _wrong(field: str, code: str) -> ValidationError:
    kind: Any = f"file-{code}"
    words: Any = WRONG[code]
    error: InitErrorDetails = {"type": PydanticCustomError(kind, words), "loc": (field,), "input": None}
    return ValidationError.from_exception_data("words", [error])


class _Page(NamedTuple):
    file: CaseFile
    handoff: Handoff
    context: dict[str, Any]


async def _page(desk: Desk, request: Request, case: str, handoff: str) -> _Page:
    file = await desk.ask(lambda reader: case_file(reader, case))
    if handoff not in file.case.handoffs:
        raise RuleBroken("no-such-handoff")
    to = speaker(desk, request)
    context: dict[str, Any] = page_context(desk, request, to) | words_of(desk, request, file, to)
    context |= {
        "letters": desk.may(request, Act.EXPORT),
        "own": file.own,
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "handoff": file.case.handoffs[handoff],
        "knows": knows_person(file.case, desk.agency),
    }  # fmt: skip
    return _Page(file, file.case.handoffs[handoff], context)


async def show(
    desk: Desk, request: Request, case: str, handoff: str, _posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS
) -> Response:  # fmt: skip
    """The messages on a hand-off."""
    page = await _page(desk, request, case, handoff)
    return desk.pages.render(request, "words.html", 422 if errors.summary else 200, **page.context, errors=errors)


async def show_form(
    desk: Desk, request: Request, case: str, handoff: str, act: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS,
    looked: bool = False,
) -> Response:  # fmt: skip
    """The form of a question, an answer or an arrangement; 422 where its answers need another look."""
    page = await _page(desk, request, case, handoff)
    if act not in COMMANDS or handoff not in page.context["speaks"]:
        nothing_recorded(request)
        return see_other(f"{page.context['base']}/words/{handoff}")  # which says why
    values: dict[str, Any] = posted.values or {"answers": request.query_params.get("to", ""), **_on_file(page.file, act)}
    about = [Group(one) for one in values.get("about", ()) if one in message_words.ABOUT]
    now, me = desk.instance.clock.now()[0], desk.agency
    question = _question(page.file.messages, values.get("answers", ""))
    context = page.context | {
        "act": act, "values": values, "errors": errors, "longest": limits(desk.decisions[act].command), 
        "points": await _points(desk), "spots": message_words.SPOTS,
        "payers": [{"value": code, "text": text} for code, text in page.context["to"].payers().items()],
        "elsewhere": Spot.ELSEWHERE, "question": question,
        "asked_for": details(question.said.support, page.context["to"]) if question and question.said.support else (),
        "looked": looked or bool(errors.summary and about),
        "readers": would_read(page.file.case, page.handoff, about, me, now, page.context["to"]),
        "reached": reached(page.file.case, page.handoff, about, me, now) if about else (),
    }  # fmt: skip
    return desk.pages.render(request, "words_form.html", 422 if errors.summary else 200, **context)


def _on_file(file: CaseFile, act: str) -> dict[str, str]:
    """What the file says already of what a request for an interpreter asks."""
    known = {one.field: one.present[0].value for one in file.person if one.present} if act == "ask-support" else {}
    told = {"languages": known.get("interpreter_language") or known.get("language", ""), "interpreter": known.get("interpreter_sex", "")}
    return {name: value for name, value in told.items() if value}


async def _points(desk: Desk) -> list[dict[str, Any]] | None:
    """The places to meet that the agency keeps, as items to choose from; None where it keeps no list."""
    found = await desk.ask(desk.places)
    return None if found is None else [{"value": id, "text": place} for id, place in found]


def _question(messages: Sequence[SentMessage], id: str) -> SentMessage | None:
    return next((one for one in messages if one.id == id), None)


async def look(desk: Desk, request: Request, case: str, handoff: str, act: str) -> Response | None:
    """The first step: who will read what was written, or what is wrong with it. None where the form has shown that already."""
    sent = await request.form()
    if is_shown_again(request) or ("shown" in sent and "look" not in sent):
        return None
    asked = form_of(desk, act, case, handoff)
    posted = await read_form(request, asked.form)
    try:
        asked.command(posted.command(asked.form))
    except ValidationError as error:
        return await show_form(desk, request, case, handoff, act, posted, at_fields(desk, request, error, LABELS))
    return await show_form(desk, request, case, handoff, act, posted, looked=True)


async def talks_of(desk: Desk, request: Request) -> dict[str, Any]:
    """What work lists get: messages that somebody must answer, read or wait for, in the cases that are listed at this service. Of a case
    that nobody has, need and time alone."""
    listed = listed_at([name for name, peer in desk.peers.items() if peer.cases])
    share = listed.get(desk.instance.service.name, JobShare.ALL)
    found = await desk.ask_as(request, partial(open_messages, share=share))
    return {"talks": found, "talks_free": await nobodys_of(desk, request, found.cases), "spoken": message_words}
