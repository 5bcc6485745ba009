"""How a page's form becomes a decision, the same way as in the interface, and what the officer sees when it is not possible.

posted = await read_form(request, Decline)
command = posted.command(Decline, case=case, handoff=handoff)                    # raises ValidationError
answer = await posted.decide(desk, request, decline, command, case=case, back=f"/cases/{case}")
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_origin

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from shared.decisions.decide import Receipt, UseCase
from shared.decisions.errors import RuleBroken
from shared.web.case_page import case_file, page_context, speaker
from shared.web.desk import Desk
from shared.web.forms import FormErrors, form_errors
from shared.web.middleware import saying
from shared.web.text.messages import REASONS, UNKNOWN
from shared.web.text.timeline import since, timeline

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

    async def decide(
        self, desk: Desk, request: Request, use_case: UseCase, command: Any, *, back: str, case: str | None = None
    ) -> Receipt | Response:
        """Decide, and give the decision a moment to reach the log. Where the case has moved on: a page that says what happened.

        Raises RuleBroken where an answer of the form is what breaks the rule: the form is shown again.
        """
        try:
            receipt = await desk.decide(request, use_case, command, form=self.form, case=case)
        except RuleBroken as broken:
            if broken.field or case is None or broken.code in ("no-such-case", "not-ready", "fenced"):
                raise
            return await moved_on(desk, request, broken.code, case, self.head, back)
        await desk.echoed(receipt)
        return receipt


async def read_form(request: Request, model: type[BaseModel]) -> Posted:
    """The answers of a form, empty ones left out; where the command takes several of a kind, all of them."""
    sent = await request.form()
    values: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        given = [said for v in sent.getlist(name) if (said := _said(v))]
        if given:
            values[name] = given if get_origin(info.annotation) is tuple else given[-1]
    return Posted(_said(sent.get("form_id"))[:100], _said(sent.get("head"))[:100], values)


def _said(value: object) -> str:
    """What somebody typed. No keyboard has NUL, and no text column of PostgreSQL takes it."""
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


async def moved_on(desk: Desk, request: Request, code: str, case: str, head: str, back: str) -> Response:
    """What the officer meant to do does not fit any more: why, and what happened since the page was opened."""
    file = await desk.ask(lambda clerk: case_file(clerk, case))
    to = speaker(desk, request)
    status, reason = REASONS.get(code, UNKNOWN)
    title, _advice = saying(status)
    lines = timeline(since(file.records, head), (), desk.door.me, file.case, to)
    context = page_context(desk, request, to) | {"heading": to.say.translate(title), "reason": to.say.translate(reason), "lines": lines}
    return desk.pages.render(request, "moved_on.html", status, back=back, **context)


def explain(desk: Desk, request: Request, error: ValidationError | RuleBroken, labels: Mapping[str, str]) -> FormErrors:
    """What is wrong with the answers, in the request's language. Labels are texts of the catalogue."""
    translate = desk.pages.gettext(request)
    said = {name: translate(label) for name, label in labels.items()}
    if isinstance(error, ValidationError):
        return form_errors(error, said, translate)
    text = translate(REASONS.get(error.code, UNKNOWN)[1])
    return FormErrors([{"text": text, "href": f"#{error.field}"}], {error.field: text})


def see_other(address: str) -> RedirectResponse:
    """After a decision: look at the page, so that reloading it decides nothing."""
    return RedirectResponse(address, 303)
