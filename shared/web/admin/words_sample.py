"""`/words-sample`: a supervisor draws a few of the messages that the own agency sent, at random, for a reason that is audited.

Nobody chooses which: whoever wants to see the words of one case opens that case, and is seen to.
"""

from dataclasses import dataclass
from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BeforeValidator
from sqlmodel import col, select

from shared.access.roles import Act, needs
from shared.casework.messages import SentMessage, messages_of
from shared.config.i18n import N_
from shared.decisions import case_wall
from shared.decisions.audit import LONGEST_REASON, AuditLine, proof, reasoned
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.store.message_tables import MessageRow
from shared.web.admin.named_desk import with_cases, without_cases
from shared.web.case.words_view import MessageShown, shown
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.forms import NO_ERRORS, FormErrors, one_break
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text import message_words
from shared.web.text.case_reference import reference
from shared.web.text.messages import REASONS

HOME = "/words-sample"
DRAWN = 5
"""Messages of one sample."""
router = APIRouter(include_in_schema=False, prefix=HOME)


@dataclass(frozen=True)
class SampledMessage:
    """A message of ours, and its case."""

    case: str
    message: SentMessage


@router.get("")
@needs(Act.REVIEW)
async def asked(desk: CurrentDesk, request: Request) -> Response:
    """Asks for the reason."""
    if not with_cases(desk):
        return without_cases(desk, request, N_("Sample of what your agency wrote"))
    return _page(desk, request, "", NO_ERRORS)


@router.post("")
@needs(Act.REVIEW)
@resumes
async def drawn(
    desk: CurrentDesk, request: Request, reason: Annotated[str, BeforeValidator(one_break), Form(max_length=20 * LONGEST_REASON)] = ""
) -> Response:
    """Draw, and write down that it was done, of which cases, and for what reason."""
    if is_shown_again(request):
        return _page(desk, request, reason, not_sent(desk.pages.gettext(request)))
    try:
        words = reasoned(reason, "sample-reason-needed")
    except RuleBroken as error:
        return _page(desk, request, reason, FormErrors.at("reason", desk.pages.gettext(request)(REASONS[error.code].words)))
    found: list[SampledMessage] = []
    for most, service in _shares(desk):
        found += await _draw(service, desk.officer(request).id, words, most)
    return _page(desk, request, reason, NO_ERRORS, found)


def _shares(desk: Desk) -> list[tuple[int, Desk]]:
    """Each desk with cases, and how many of the sample are of it."""
    desks = [one for _, one in with_cases(desk)]
    return [(DRAWN // len(desks) + (n < DRAWN % len(desks)), one) for n, one in enumerate(desks)]


async def _draw(desk: Desk, officer: str, reason: str, most: int) -> list[SampledMessage]:
    at = desk.instance.clock.now()[0]

    def job(work: UnitOfWork) -> list[SampledMessage]:
        rows = select(MessageRow.case, MessageRow.id).where(MessageRow.author == work.instance.me, col(MessageRow.erased_at).is_(None))
        hidden = case_wall.hidden_from(case_wall.in_force(work.session), officer)
        all_of_them = [(case, id) for case, id in work.session.exec(rows) if case not in hidden]
        chosen = SystemRandom().sample(all_of_them, min(most, len(all_of_them)))
        found = [SampledMessage(case, one) for case, id in chosen for one in messages_of(work, case) if one.id == id]
        work.audits += [AuditLine(at, officer, f"sampled:{proof(work.instance.secret, reason)}", one.case, "") for one in found]
        return found

    return await desk.instance.run(job)


def _page(desk: Desk, request: Request, reason: str, errors: FormErrors, found: list[SampledMessage] | None = None) -> Response:
    to = speaker(desk, request)
    lines: list[tuple[str, MessageShown]] = []
    for one in found or ():
        ((line,),) = shown([one.message], desk.agency, to).values()
        lines.append((reference(one.case), line))
    return desk.pages.render(
        request, "words_sample.html", 422 if errors.summary else 200, **page_context(desk, request, to), reason=reason, errors=errors,
        lines=lines if found is not None else None, home=HOME, most=LONGEST_REASON, drawn=DRAWN, spoken=message_words,
    )  # fmt: skip
