"""How a page's form becomes a decision, the same way as in the interface, and what the officer sees when it is not possible.

made = await decide_by_form(desk, request, DECISIONS["close"], LABELS, again, case=case, back=f"/lead/{case}")
return made if isinstance(made, Response) else made.seen_at(f"/lead/{case}")
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from shared.access.roles import Act
from shared.config.i18n import N_
from shared.decisions.decide import Decision, Receipt
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import ANEW, FormUsed, SentLately
from shared.web.case.case_file import case_file
from shared.web.http.desk import Desk
from shared.web.http.form_ids import ask_no_more
from shared.web.http.form_posts import Again, Posted, at_fields, on_pages, read_form, see_other, wrote
from shared.web.http.forms import FormErrors
from shared.web.http.middleware import saying
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, recorded
from shared.web.text.audit_words import done
from shared.web.text.case_reference import reference
from shared.web.text.messages import REASONS, UNKNOWN
from shared.web.text.timeline import since, timeline


class Made(NamedTuple):
    """What was decided by a form."""

    command: Any
    receipt: Receipt

    def seen_at(self, address: str) -> RedirectResponse:
        """Look at the page of what was decided; it says so where the same form had recorded it before."""
        return see_other(f"{address}?sent=again" if self.receipt.repeated else address)


async def decide_by_form(
    desk: Desk, request: Request, decision: Decision, labels: Mapping[str, str], again: Again, *, back: str, case: str | None = None,
    given: Mapping[str, str] = {}, form: type[BaseModel] | None = None, as_command: Callable[[Any], Any] = lambda answers: answers,
) -> Made | Response:  # fmt: skip
    """Decide what a form says, and give the decision a moment to reach the log.

    Where answers need another look, or one of them breaks a rule: the form again. So too where something else was recorded under this form,
    or the same a moment ago: with what was recorded, that this was not, and ready to be sent as a new one. Where the case has moved on: a
    page that says what happened, which leads `back`. `given` is what the address says, `form` the page's questions where they are not the
    command's own, and `as_command` makes the command of them. Raises RuleBroken about the whole.
    """
    model = form or decision.command
    posted = await read_form(request, model)
    if is_shown_again(request):
        return await again(posted, not_sent(desk.pages.gettext(request)))
    try:
        command = as_command(posted.command(model, **({"case": case} if case else {}), **given))
        asks = not posted.form.startswith(ANEW)
        receipt = await desk.decide(request, decision.use_case, command, form=posted.form, case=case, asks=asks)
    except (FormUsed, SentLately) as before:
        ask_no_more(request)
        answer = await again(replace(posted, form=""), await _recorded_before(desk, request, before))
        answer.status_code = REASONS[before.code].status
        return answer
    except (ValidationError, RuleBroken) as error:
        if isinstance(error, RuleBroken) and not error.field and case and error.code not in NOT_OF_THE_CASE:
            return await _moved_on(desk, request, error.code, case, posted, back, wrote(posted, model, labels))
        return await again(posted, at_fields(desk, request, error, labels))
    recorded(desk, request)
    await desk.echoed(receipt)
    return Made(command, receipt)


async def decide_on_page(
    desk: Desk, request: Request, decision: str, about: type[BaseModel], labels: Mapping[str, str],
    show: Callable[..., Awaitable[Response]], *, case: str, page: str, **more: Any,
) -> Response:  # fmt: skip
    """Decide what the address of a page of the case (`waits`) names, and look at that page; `more` goes to `decide_by_form`.

    `about`: what the commands of its decisions are about. `show(desk, request, case, decision, posted, errors)` is the page with its form
    again. Raises RuleBroken also where the page has no such decision.
    """
    offered, here = on_pages(desk.decisions, about), f"{desk.cases}/{case}/{page}"
    if decision not in offered:
        raise RuleBroken("no-such-case")
    again = partial(show, desk, request, case, decision)
    made = await decide_by_form(desk, request, offered[decision], labels, again, case=case, back=here, **more)
    return made if isinstance(made, Response) else made.seen_at(here)


MOVED_ON = N_("The case has moved on")


NOT_OF_THE_CASE = ("no-such-case", "not-ready", "fenced")
"""Refusals that the case's story does not explain."""


async def _moved_on(
    desk: Desk, request: Request, code: str, case: str, posted: Posted, back: str, wrote: list[tuple[str, str]]
) -> Response:  # fmt: skip
    """What the officer meant to do does not fit any more: why, what happened since the page was opened, and what they had written."""
    file = await desk.ask(lambda reader: case_file(reader, case))
    to = speaker(desk, request)
    status, reason = REASONS.get(code, UNKNOWN)
    read = desk.may(request, Act.READ_CASE)  # who answers what a person asks of their data sees no more of the case
    lines = timeline(since(file.records, posted.head) if read else (), (), desk.instance.me, file.case, to)
    told: dict[str, Any] = {
        "heading": to.say.translate(MOVED_ON if lines else saying(status).title),
        "reason": to.say.translate(reason),
        "lines": lines,
    }
    told["wrote"] = [(to.say.translate(label), said) for label, said in wrote]
    return desk.pages.render(request, "moved_on.html", status, back=back, **page_context(desk, request, to), **told)


async def _recorded_before(desk: Desk, request: Request, before: FormUsed | SentLately) -> FormErrors:
    """What is recorded, with the way there; that what was sent now is not; and what to do if it is meant as well. Of what another officer
    recorded, and of a case that does not exist for whoever asks, only that there is something."""
    to, one = speaker(desk, request), before.recorded
    own = one.officer in ("", desk.officer(request).id)
    if not own or await desk.ask(lambda reader: not reader.sees(one.case)):
        return FormErrors([{"text": to.say.translate(REASONS[before.code].words)}, {"text": to.say.translate(SEND_ANEW)}], {})
    name = reference(one.case)
    told = RECORDED if one.at is not None else RECORDED_ONCE
    said = to.say.translate(told) % {"when": to.when(one.at), "did": done(one.use_case, to.say.translate), "case": name}
    lines = [{"text": f"{to.say.translate(REASONS[before.code].words)} {said}"}, {"text": to.say.translate(SEND_ANEW)}]
    if desk.cases:
        lines.append({"text": to.say.translate(OPEN_IT) % {"case": name}, "href": f"{desk.cases}/{one.case}"})
    return FormErrors(lines, {})


RECORDED, RECORDED_ONCE = N_("Recorded on %(when)s: %(did)s (case %(case)s)."), N_("It is recorded in case %(case)s.")


SEND_ANEW = N_("If what stands below is to be recorded as well, look it through and send it once more. If not, there is nothing to do.")


OPEN_IT = N_("Open case %(case)s")
