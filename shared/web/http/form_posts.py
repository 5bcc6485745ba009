"""What a form sent: its answers, what is wrong with them in the reader's words, and what somebody wrote in it.

posted = await read_form(request, CloseCase)
command = posted.command(CloseCase, case=case)
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_origin

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from shared.decisions.decide import Decision
from shared.decisions.errors import RuleBroken
from shared.web.http.desk import Desk
from shared.web.http.forms import FormErrors, form_errors, limits, one_break
from shared.web.text.messages import REASONS, UNKNOWN

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Posted:
    """What a form sent: its id, the head of the picture its page was made from, and the answers."""

    form: str
    head: str
    values: dict[str, Any] = field(default_factory=dict[str, Any])

    def command(self, model: type[M], **given: Any) -> M:
        """The command of these answers. Raises ValidationError."""
        return model.model_validate({k: v for k, v in self.values.items() if k in model.model_fields} | given)


EMPTY = Posted("", "")
"""What a form holds before anybody has filled it in."""
Again = Callable[[Posted, FormErrors], Awaitable[Response]]
"""Shows the page of a form again, with what was filled in and what is wrong with it."""


async def read_form(request: Request, model: type[BaseModel]) -> Posted:
    """The answers of a form, empty ones left out; where the command takes several of a kind, all of them."""
    return await read_fields(request, {name: get_origin(info.annotation) is tuple for name, info in model.model_fields.items()})


async def read_fields(request: Request, fields: Mapping[str, bool]) -> Posted:
    """The same of a form whose fields are named: name → whether it takes several of a kind."""
    sent = await request.form()
    values: dict[str, Any] = {}
    for name, several in fields.items():
        given = [said for v in sent.getlist(name) if (said := _said(v))]
        if given:
            values[name] = given if several else given[-1]
    return Posted(_said(sent.get("form_id"))[:100], _said(sent.get("head"))[:100], values)


def _said(value: object) -> str:
    """What somebody typed. No keyboard has NUL, and no text column of PostgreSQL takes it."""
    return one_break(value).replace("\0", "").strip() if isinstance(value, str) else ""


LONG = 200
"""Characters that a field may have at least whose words somebody wrote, and did not choose."""


def wrote(posted: Posted, model: type[BaseModel], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and words of what somebody wrote in a form by themselves: it is not lost with the form."""
    most = limits(model)
    return [(labels.get(name, name), said) for name, said in posted.values.items() if most.get(name, 0) >= LONG and isinstance(said, str)]


def at_fields(desk: Desk, request: Request, error: ValidationError | RuleBroken, labels: Mapping[str, str]) -> FormErrors:
    """What is wrong with the answers of a form, in the request's language. Labels are texts of the catalogue.

    Raises a RuleBroken that is about no field.
    """
    if isinstance(error, RuleBroken) and not error.field:
        raise error
    translate = desk.pages.gettext(request)
    said = {name: translate(label) for name, label in labels.items()}
    if isinstance(error, ValidationError):
        return form_errors(error, said, translate)
    return FormErrors.at(error.field, translate(REASONS.get(error.code, UNKNOWN).words))


def on_pages(decisions: Mapping[str, Decision], about: type[BaseModel]) -> dict[str, Decision]:
    """The decisions whose commands are about this kind of thing, by what the addresses of pages call them."""
    return {decision.on_page or name: decision for name, decision in decisions.items() if issubclass(decision.command, about)}


def see_other(address: str) -> RedirectResponse:
    """After a decision: look at the page, so that reloading it decides nothing."""
    return RedirectResponse(address, 303)
