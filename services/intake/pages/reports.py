"""The pages of reports: those filed here, the form of a new one, and what came of each."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field, field_validator

from services.intake.decisions import DECISIONS
from services.intake.handlers import FileReport
from services.intake.queries import PAGE, filed, note
from shared.access.roles import Act, needs
from shared.config.codes import GivenLanguage, Text
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import recorded_under
from shared.privacy.answers import TOLD
from shared.privacy.consent import Months
from shared.privacy.legal_bases import barred
from shared.protocol.facts import Facts
from shared.protocol.vocabulary import AgeBand, AgencyKind, Form, Ground, Indicator, Need, Sex
from shared.web.case_page import case_context, case_file, page_context, speaker
from shared.web.desk import CurrentDesk, Desk
from shared.web.form_ids import is_for, new_id
from shared.web.form_posts import Posted, decide_by_form, see_other
from shared.web.forms import NO_ERRORS, Explained, FormErrors, limits
from shared.web.nobodys import nobodys_of
from shared.web.own_label import labels_of
from shared.web.text.next_steps import headline, moves
from shared.web.uncounted import waiting
from shared.web.unsent import resumes

LABELS = {
    "danger": N_("Danger right now"), "age": N_("Age"), "consent": N_("Consent"), "sex": N_("Sex"),
    "agreed": N_("What may be told"), "withheld": N_("Who must not be told"), "months": N_("How long"), "ground": N_("Ground"),
    "consent_language": N_("Language of the consent"), "ground_words": N_("Note on the ground"),
    "language": N_("Language"), "forms": N_("Forms of exploitation"), "indicators": N_("Signs"), "needs": N_("Needs"), "note": N_("Note"),
}  # fmt: skip


class Answers(Facts):
    """The form's answers. An adult is asked for consent; a child is not, and an unsure age is a child's."""

    danger: bool
    age: AgeBand
    consent: Annotated[bool | None, Field(validate_default=True)] = None
    sex: Sex = Sex.UNKNOWN
    language: GivenLanguage = ""
    interpreter: bool = False
    forms: tuple[Form, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    needs: tuple[Need, ...] = ()
    note: Annotated[Text, Field(max_length=4000)] = ""
    consent_language: GivenLanguage = ""
    agreed: Literal["all", "profile", "nothing"] = "all"
    withheld: tuple[AgencyKind, ...] = ()
    months: Months | None = None
    ground: Ground | None = None
    ground_words: Annotated[Text, Field(max_length=1000)] = ""

    @field_validator("consent")
    @classmethod
    def _asked_of_adults(cls, value: bool | None, info: Any) -> bool | None:
        if value is None and info.data.get("age") is AgeBand.ADULT:
            raise Explained(ASK_AN_ADULT)
        if value is not None and info.data.get("age") in (AgeBand.CHILD, AgeBand.UNSURE):
            raise RuleBroken("not-asked-of-a-child", "consent")
        return value

    def report(self) -> FileReport:
        """The command: only what was answered travels."""
        said: dict[str, Any] = self.model_dump(exclude_unset=True, exclude={"agreed"}) | {"consent": bool(self.consent)}
        said["agreed"] = TOLD[self.agreed]
        return FileReport.model_validate(said)


ASK_AN_ADULT = N_("for an adult, say whether the person consents to the report")


router = APIRouter(include_in_schema=False)


@router.get("/reports")
@needs(Act.LIST)
async def reports(desk: CurrentDesk, request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """Those filed here, the newest first."""
    rows, total = await desk.ask_as(request, lambda clerk: filed(clerk, page))
    to = speaker(desk, request)
    items = [(row, headline(row.case, to.say) if row.case else "", moves(row.case)[:1] if row.case else ()) for row in rows]
    context: dict[str, Any] = page_context(desk, request, to) | {"items": items, "total": total, "page": page, "size": PAGE}
    context["uncounted"] = await waiting(desk, request, to)
    listed = [row.report.case for row in rows]
    context |= {"labels": await labels_of(desk, request, listed), "free": await nobodys_of(desk, request, listed)}
    return desk.pages.render(request, "intake/reports.html", **context)


@router.get("/reports/new")
@needs(Act.DECIDE)
async def new(desk: CurrentDesk, request: Request, id: Annotated[str, Query(alias="form")] = "") -> Response:
    """The form of a new one. Its id stands in the address: who comes back to it after sending finds what it recorded, not an empty form."""
    if not is_for(desk.first.instance.secret, id, desk.officer(request).id):
        return see_other(f"/reports/new?form={new_id(request)}")
    if sent := await desk.ask(lambda clerk: recorded_under(clerk.session, id)):
        to = speaker(desk, request)
        return desk.pages.render(request, "intake/sent.html", recorded=sent, **page_context(desk, request, to))
    return await form(desk, request, Posted(id, ""), NO_ERRORS)


@router.post("/reports/new")
@needs(Act.DECIDE)
@resumes
async def file(desk: CurrentDesk, request: Request) -> Response:
    """File it."""
    made = await decide_by_form(
        desk, request, DECISIONS["reports"], LABELS, partial(form, desk, request), back="/reports", form=Answers, as_command=Answers.report
    )
    return made if isinstance(made, Response) else made.seen_at(f"/reports/{made.receipt.case}")


@router.get("/reports/{case}")
@needs(Act.READ_CASE)
async def report(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What came of one."""
    now = desk.instance.clock.now()[0]
    found, kept, out = await desk.ask(lambda clerk: (file := case_file(clerk, case), note(clerk, case), barred(clerk, file.case, now)))
    led = any(one.author == f"referral.{found.case.lead}" for one in found.records)  # before that nobody could have asked anybody
    return desk.pages.render(request, "intake/report.html", note=kept, barred=out if led else (), **case_context(desk, request, found))


async def form(desk: Desk, request: Request, posted: Posted, errors: FormErrors) -> Response:
    """The form, with what was filled in; 422 where something is missing."""
    lead = desk.country.agency(desk.country.lead).kind
    context: dict[str, Any] = {"number": desk.country.emergency.number, "unnamed": (lead, AgencyKind.COORDINATOR, AgencyKind.RAPPORTEUR)}
    context |= {"values": posted.values, "form_id": posted.form, "errors": errors, "longest": limits(Answers)}
    context |= page_context(desk, request, speaker(desk, request))
    return desk.pages.render(request, "intake/new.html", 422 if errors.summary else 200, **context)
