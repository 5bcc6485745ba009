"""The lead's page that invites another agency: first what for, then whom, the competent ones of the case's place first."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from services.referral.decisions import DECISIONS
from services.referral.handlers.consent import must_be_main
from shared.casework.case_reader import CaseReader
from shared.privacy.legal_bases import left_out, unknown
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import case_context
from shared.web.case.competence import need_of, offered, unchosen
from shared.web.http.desk import Desk
from shared.web.http.form_posts import Posted
from shared.web.http.forms import FormErrors, limits

INVITE = "add-agency"
"""The decision."""


async def show(desk: Desk, request: Request, case: str, posted: Posted, errors: FormErrors) -> Response:
    """The page; 422 where its answers need another look. Raises RuleBroken in a side case. Whom the person left out is not offered; where
    it is not known who that is, all are, and the page says to ask the person first."""

    def read(reader: CaseReader) -> tuple[CaseFile, frozenset[str], bool]:
        file = case_file(reader, case)
        must_be_main(file.case)
        if unknown(reader, file.case):
            return file, frozenset(), True
        return file, frozenset(left_out(reader, file.case, [one.id for one in askable], desk.instance.clock.now()[0])), False

    askable = desk.country.askable(desk.agency)
    file, unwanted, unclear = await desk.ask(read)
    context: dict[str, Any] = case_context(desk, request, file)
    need = need_of(request, posted.values)
    members = [one for one in askable if one.id not in unwanted]
    wrong = errors if errors.summary else unchosen(request, need, context["say"])
    context |= {"need": need, "offer": offered(desk, request, file, need, members), "unknown": unclear}
    context |= {"values": posted.values, "errors": wrong}
    context["longest"] = limits(DECISIONS[INVITE].command)
    return desk.pages.render(request, "referral/invite.html", 422 if errors.summary else 200, **context)
