"""Decisions of the lead that take a page of their own: it says what happens to whom before anybody can send the form."""

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.referral.decisions import DECISIONS
from services.referral.handlers.consent import OfCase, must_be_main
from services.referral.handlers.ending import CloseCase
from services.referral.handlers.status import DecideStatus
from services.referral.models import Proposal
from services.referral.pages import told
from services.referral.queries.proposals import Decider, deciders, former, waiting_act
from shared.access.assignments import AccessGround
from shared.casework.case_reader import CaseReader
from shared.config.codes import Text
from shared.privacy.consent import PERSONAL
from shared.protocol import closing
from shared.protocol.came_back import came_back
from shared.protocol.case import Case, HandoffState
from shared.protocol.roster import told as told_to
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import CloseReason, DataClass, Stage, StatusGround
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import case_context
from shared.web.http.desk import Desk
from shared.web.http.form_posts import Posted
from shared.web.http.forms import FormErrors, limits
from shared.web.text import labels
from shared.web.text.phrases import Words

PAGES = frozenset({"close", "reopen", "withdraw", "ask-erasure", "confirm-act", "decide-status"})
"""The decisions that have such a page, each a template below `confirm`."""
IN_THE_MAIN_CASE = PAGES - {"ask-erasure", "confirm-act"}
"""Those that are not made in a side case: by its address such a page is shown there no more than by a link."""


Answers = Annotated[tuple[str, ...], Field(validate_default=True)]


class CloseForm(OfCase):
    """What the page asks: each answer to something open is its id and the ending, with a blank between. `shown` and `shown_tasks` are what
    it showed as open, so that a gap is said beside all else that is wrong; what was asked since, the command refuses."""

    reason: CloseReason
    shown: tuple[str, ...] = ()
    shown_tasks: tuple[str, ...] = ()
    handoffs: Answers = ()
    tasks: Answers = ()

    @field_validator("handoffs", "tasks")
    @classmethod
    def answer_each(cls, answers: tuple[str, ...], form: ValidationInfo) -> tuple[str, ...]:
        """Refuses answers that leave out something that the page shows."""
        answered = {id for id, _, _ in (one.partition(" ") for one in answers)}
        if not answered.issuperset(form.data.get(SHOWN[form.field_name or ""], ())):
            raise PydanticCustomError("unanswered", "say of each what becomes of it")
        return answers


SHOWN = {"handoffs": "shown", "tasks": "shown_tasks"}


class AskedAlone(BaseModel):
    """Whether the page asks why one officer decides both stages."""

    alone: bool = False


class StatusForm(DecideStatus, AskedAlone):
    """What the page asks: the ground must be said here, where a program may leave it out. What the command would refuse is said beside all
    else that is wrong."""

    ground: Annotated[StatusGround | None, Field(validate_default=True)] = None
    words: Annotated[Text, StringConstraints(max_length=500), Field(validate_default=True)] = ""

    @field_validator("ground")
    @classmethod
    def rest_on_something(cls, ground: StatusGround | None, form: ValidationInfo) -> StatusGround:
        """Refuses a decision without a ground, and a positive one that rests on nothing having been found."""
        if ground is None:
            raise PydanticCustomError("missing", "say on what it rests")
        if form.data.get("positive") and ground is StatusGround.NOTHING_FOUND:
            raise PydanticCustomError("nothing-found", "rests on nothing")
        return ground

    @field_validator("words")
    @classmethod
    def say_why_alone(cls, words: str, form: ValidationInfo) -> str:
        """Refuses both stages by one officer without a word why."""
        if form.data.get("alone") and not words:
            raise PydanticCustomError("alone", "say why")
        return words


def as_decision(form: StatusForm) -> DecideStatus:
    """The command of the page's answers."""
    return DecideStatus.model_validate(form.model_dump(exclude={"alone"}))


def as_closing(form: CloseForm) -> CloseCase:
    """The command of the page's answers. Raises ValidationError."""
    handoffs = [{"handoff": id, "ending": ending} for id, _, ending in (one.partition(" ") for one in form.handoffs)]
    tasks = [{"task": id, "ending": ending} for id, _, ending in (one.partition(" ") for one in form.tasks)]
    return CloseCase.model_validate({"case": form.case, "reason": form.reason, "handoffs": handoffs, "tasks": tasks})


FORMS: dict[str, dict[str, Any]] = {
    "close": {"form": CloseForm, "as_command": as_closing},
    "decide-status": {"form": StatusForm, "as_command": as_decision},
}
"""Where a page asks otherwise than the command: its questions, and how they become the command."""


def home(request: Request, case: str) -> str:
    """Where whoever asks sees the case: at the service that leads, or at the one where alone they have it."""
    beside = getattr(request.state, "ground", None) is AccessGround.BESIDE
    return f"/cases/{case}" if beside else f"/lead/{case}"


async def show(desk: Desk, request: Request, case: str, decision: str, posted: Posted, errors: FormErrors) -> Response:
    """The page of one of these decisions; 422 where its answers need another look. Raises RuleBroken in a side case."""
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> tuple[CaseFile, list[str], Proposal | None, dict[str, Decider]]:
        file, session = case_file(reader, case), reader.session
        if decision in IN_THE_MAIN_CASE:
            must_be_main(file.case)
        return file, former(session, file.case), waiting_act(session, case), deciders(session, file.case)

    file, left, waits, who = await desk.ask(read)
    context: dict[str, Any] = case_context(desk, request, file) | {"decision": decision, "values": posted.values, "errors": errors}
    context |= {"longest": limits(DECISIONS[decision].command)} | _of_the_end(desk, file)
    agency = str(posted.values.get("agency") or request.query_params.get("agency", ""))
    context |= told.of_erasure(desk.country, file.case, left) | told.of_withdrawal(desk.country, file.case, agency)
    context |= told.of_second(desk.country, waits, desk.officer(request).id, now)
    context |= _of_status(desk, request, context, file.case, str(posted.values.get("stage") or request.query_params.get("stage", "")), who)
    say: Words = context["say"]
    if first := _unchosen(request, context, decision):
        context["errors"] = FormErrors.at(first, say.translate("Choose one to go on"))
    context["others_in"] = [
        {"value": m.agency, "text": context["to"].name(m.agency)} for m in file.case.members if m.agency != file.case.lead
    ]
    context["told_items"] = [{"value": code, "text": say.of(labels.CLASSES, code)} for code in sorted(_tellable(file.case, agency))]
    context["home"] = home(request, case)
    context["possible"] = file.shown.member and not file.parked and _fits(decision, context, file.case)
    return desk.pages.render(request, f"referral/confirm/{decision}.html", 422 if errors.summary else 200, **context)


def _unchosen(request: Request, context: dict[str, Any], decision: str) -> str:
    """The first question of a page that goes on by its answer, where it was sent without one."""
    asked = {"withdraw": "agency", "decide-status": "stage"}.get(decision, "") if "chosen" in request.query_params else ""
    return asked if asked and not context[asked] else ""


def _of_status(
    desk: Desk, request: Request, context: dict[str, Any], case: Case, stage: str, who: dict[str, Decider]
) -> dict[str, Any]:  # fmt: skip
    """Which stage is decided, what it takes the place of, who is told, and whether one officer decides both."""
    say: Words = context["say"]
    again = case.protocol > FIRST  # under protocol 1 a stage is decided once
    reachable = [s for s in Stage if (s is Stage.REASONABLE_GROUNDS or case.statuses) and (again or s not in case.statuses)]
    chosen = next((s for s in reachable if s.value == stage), None)
    first, rule = case.in_force(Stage.REASONABLE_GROUNDS), "decide-status" in desk.country.second_officer.acts
    both = (
        chosen is Stage.CONCLUSIVE_GROUNDS and first is not None and first.key in who and who[first.key].officer == desk.officer(request).id
    )
    in_force = case.in_force(chosen) if chosen else None
    texts, anew = [(s, say.of(labels.STAGES, s)) for s in reachable], say.translate("decide anew")
    return {
        "stages": [{"value": s.value, "text": f"{text} ({anew})" if s in case.statuses else text} for s, text in texts],
        "stage": chosen.value if chosen else "", "one_officer": rule and both,
        "earlier": next((one for one in context["status_decisions"] if in_force and one.key == in_force.key), None),
        "told_status": [m.agency for m in case.members if m.agency != case.lead and DataClass.D2 in told_to(m)],
    }  # fmt: skip


def _tellable(case: Case, agency: str) -> Collection[DataClass]:
    """The classes that a page asks about: those that an agency is told, or all."""
    return told_to(case.member(agency)) or PERSONAL


def _fits(decision: str, context: dict[str, Any], case: Case) -> bool:
    """Whether the form of the page can be sent at all."""
    match decision:
        case "close":
            return case.closed_at is None
        case "reopen":
            return case.closed_at is not None and context["reopens"]
        case "withdraw":
            return bool(context["agency"])
        case "decide-status":
            return case.closed_at is None and bool(context["stage"])
        case "ask-erasure":
            return context["waiting_act"] is None
        case _:
            return context["waiting_act"] is not None


def _of_the_end(desk: Desk, file: CaseFile) -> dict[str, Any]:
    """What is open, what came back, what would stand again."""
    case, reopens = file.case, file.case.protocol > FIRST
    return {
        "open_handoffs": closing.open_handoffs(case) if reopens else (), "open_tasks": closing.open_tasks(case) if reopens else (),
        "back_open": [h for agency in sorted(case.agencies) for h in came_back(case, agency)],
        "again": closing.handoffs_again(case), "tasks_again": closing.tasks_again(case), "asked_in_vain": _in_vain(case),
        "reopens": reopens, "retention": sorted((code, round(days)) for code, days in desk.country.retention.items()),
    }  # fmt: skip


def _in_vain(case: Case) -> list[Any]:
    return [h for h in case.handoffs.values() if h.state is HandoffState.ENDED and h.answered_at is None and h.to != case.lead]
