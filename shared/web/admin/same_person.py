"""`/search/same-person`: the duplicate check. Two things known exactly; the answer says whom to ask, and nothing of the case."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from shared.access.roles import Act, needs
from shared.access.same_person import look, tell_those_named, two_of
from shared.access.searches import SAME, write_down
from shared.casework.same_person import IDENTIFIERS
from shared.config.codes import Line
from shared.decisions.case_wall import EVERYTHING
from shared.decisions.errors import RuleBroken
from shared.web.admin.named_desk import with_cases
from shared.web.admin.search import keeper, must_be_slow
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import at_fields, read_form
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.unsent import is_shown_again, not_sent, resumes

HOME = "/search/same-person"
LONGEST_SEARCHED = 120
router = APIRouter(include_in_schema=False, prefix=HOME)


class KnownOfPerson(BaseModel):
    """What somebody knows. Never shown by `repr`: it is about a person."""

    name: Line = ""
    birth: Line = ""
    phone: Line = ""
    document: Line = ""
    nationality: Line = ""
    reference: Line = ""
    opened: Line = ""

    def __repr__(self) -> str:
        return "KnownOfPerson()"

    __str__ = __repr__


@router.get("")
@needs(Act.LIST)
async def asked(desk: CurrentDesk, request: Request) -> Response:
    """Asks for two things that are known exactly."""
    return _show(desk, request, {}, NO_ERRORS)


@router.post("")
@needs(Act.LIST)
@resumes
async def answered(desk: CurrentDesk, request: Request) -> Response:
    """Say whom to ask, and nothing else."""
    values = {name: said[:LONGEST_SEARCHED] for name, said in (await read_form(request, KnownOfPerson)).values.items()}
    if is_shown_again(request):
        return _show(desk, request, values, not_sent(desk.pages.gettext(request)))
    try:
        given = two_of(values)
    except RuleBroken as broken:
        return _show(desk, request, values, at_fields(desk, request, broken, {}))
    must_be_slow(desk, request)
    there, whose = await _ask(desk, request, given)
    return _show(desk, request, values, NO_ERRORS, answered=True, there=there, whose=whose)


async def _ask(desk: Desk, request: Request, given: dict[str, str]) -> tuple[bool, list[str]]:
    """At each service. Of a restricted case who asks learns nothing, and those who are named can read that somebody asked."""
    officer, there, whose = desk.officer(request).id, False, dict[str, None]()
    for _, one in with_cases(desk):
        at = one.instance.clock.now()[0]
        hidden = await one.ask(lambda reader: reader.hidden)
        found = await one.instance.ask(lambda reader, hidden=hidden: look(reader, given, hidden), EVERYTHING)
        there, whose = there or found.there, whose | dict.fromkeys(found.whose)
        if found.unseen:
            await one.instance.run(lambda work, at=at, found=found: tell_those_named(work, found.unseen, officer, at))
    keeps = keeper(desk)
    at, words = keeps.instance.clock.now()[0], " ".join(f"{kind} {said}" for kind, said in sorted(given.items()))
    await keeps.instance.run(lambda work: write_down(work, officer, at, SAME, words, "", int(there)))
    return there, list(whose)


def _show(desk: Desk, request: Request, values: dict[str, Any], errors: FormErrors, **told: Any) -> Response:
    context: dict[str, Any] = {"answered": False, "there": False, "whose": list[str]()} | told
    translate = desk.pages.gettext(request)
    asked = [(kind, translate(one.label), translate(one.hint) if one.hint else "") for kind, one in IDENTIFIERS.items()]
    return desk.pages.render(
        request, "search_same.html", 422 if errors.summary else 200, home=HOME, values=values, errors=errors, asked=asked,
        officers=desk.guard.seen(), officer=desk.officer(request).id, **context,
    )  # fmt: skip
