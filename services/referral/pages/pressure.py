"""The lead's officer says that a mark of pressure was looked at: it is taken back, and stands on top of the lists no more."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referral.decisions import DECISIONS
from services.referral.pages import cases
from services.referral.queries.pressure import marks
from shared.access.roles import Act, needs
from shared.decisions.errors import RuleBroken
from shared.decisions.stating import NewStatement, StateFacts
from shared.protocol.vocabulary import Source
from shared.web.desk import CurrentDesk
from shared.web.form_posts import decide_by_form
from shared.web.person_form import answers_model
from shared.web.unsent import resumes

router = APIRouter(include_in_schema=False)


@router.post("/lead/{case}/person/reviewed")
@needs(Act.DECIDE)
@resumes
async def reviewed(desk: CurrentDesk, request: Request, case: str) -> Response:
    """Somebody of the lead has looked at it."""
    found = await desk.ask(lambda clerk: marks(clerk, case))
    if not found:
        raise RuleBroken("no-such-case")
    taken_back = tuple(NewStatement(field="duress", supersedes=id, withdrawn=True, source=Source.SEEN) for id in found)
    here, again = f"/lead/{case}", partial(cases.show, desk, request, case, "")
    made = await decide_by_form(
        desk, request, DECISIONS["state"], {}, again, case=case, back=here, form=answers_model(()),
        as_command=lambda _: StateFacts(case=case, statements=taken_back),
    )  # fmt: skip
    return made if isinstance(made, Response) else made.seen_at(here)
