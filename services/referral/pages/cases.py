"""The lead's pages: its caseload, and one case with what the lead may decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.referral.decisions import DECISIONS
from services.referral.handlers.erasure import ACT as ERASURE
from services.referral.handlers.lead import may_be_asked
from services.referral.models import DangerReview, Proposal
from services.referral.pages import change_of_lead, confirm, invite
from services.referral.projections import receipts
from services.referral.queries.caseload import PAGE, CaseloadPage, caseload
from services.referral.queries.conflicts import checks_of, to_settle
from services.referral.queries.consent import OnRecord, on_record
from services.referral.queries.danger import reviews_of, to_review
from services.referral.queries.pressure import marks, under_pressure
from services.referral.queries.proposals import Decider, acts_of, deciders, waiting_acts
from services.referral.queries.side_cases import SideLinks, side_links
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.casework.profile import terms
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy import legal_bases
from shared.privacy.consent import PERSONAL
from shared.protocol.case import Case, JointState
from shared.protocol.leading import handed_over_by, open_transfer
from shared.protocol.next_moves import moves
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import AgencyKind, Basis
from shared.store.own_tables import ConflictCheck
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import case_context
from shared.web.case.competence import offered
from shared.web.case.deciding import decide_by_form
from shared.web.case.nobodys import nobodys_of
from shared.web.case.own_label import labels_of
from shared.web.case.rights_page import waiting_rights
from shared.web.case.uncounted import waiting
from shared.web.case.words_page import talks_of
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import EMPTY, Posted
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import resumes
from shared.web.text import labels
from shared.web.text.next_steps import headline
from shared.web.text.phrases import Words

LABELS = {
    "agency": N_("Agency"), "need": N_("Need"), "stage": N_("Which decision"), "positive": N_("What was decided"), "reason": N_("Reason"),
    "task": N_("Task"), "classes": N_("What may be told"), "language": N_("Language of the consent"), "months": N_("How long"),
    "ground": N_("Ground"), "words": N_("Note"), "age": N_("Age"), "consent": N_("Consent"), "told": N_("What may be told"),
    "withheld": N_("Who must not be told"), "consent_language": N_("Language of the consent"), "ground_words": N_("Note on the ground"),
    "handoffs": N_("What is still open"), "tasks": N_("Tasks that are still open"), "proposal": N_("What waits for a second officer"),
    "review": N_("What was told in danger"), "conflict": N_("Why this agency can be asked"), "needs": N_("Needs"),
    "requests": N_("Requests of other agencies"),
}  # fmt: skip
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class LeadFile:
    """What the lead's page of a case reads: the case, consent on record, receipts owed, side cases, acts that wait, who decided."""

    file: CaseFile
    recorded: OnRecord
    owed: list[receipts.ReceiptStanding]
    beside: SideLinks
    acts: list[Proposal]
    pressed: bool
    """Whether what was said may have been said under pressure, and nobody has looked at that yet."""
    deciders: dict[str, Decider]
    checks: Sequence[ConflictCheck]
    """Where the policy invited nobody by itself."""
    dangers: Sequence[DangerReview]
    """Where one agency was told of somebody in danger without consent."""
    together: int | None
    """How many people were found together, this one among them; which, the finder alone knows."""
    awaited: bool = False
    """Whether what the former lead has on record has not all come."""


class LeadDesk(NamedTuple):
    """What the lead's list reads: cases, late receipts, acts that wait, marks of pressure, danger to look at again, and whom nobody invited
    yet since a suspect may be close to staff."""

    load: CaseloadPage
    late: list[receipts.ReceiptStanding]
    acts: Sequence[Proposal]
    pressed: list[str]
    dangers: Sequence[DangerReview]
    checks: Sequence[ConflictCheck]


@router.get("/lead")
@needs(Act.LIST)
async def lead(desk: CurrentDesk, request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """The cases that this agency leads, and the receipts that are late."""
    to = speaker(desk, request)

    def read(reader: CaseReader) -> LeadDesk:
        late = receipts.late(reader.session, to.now, reader)
        return LeadDesk(
            caseload(reader, page, to.now), late, waiting_acts(reader), under_pressure(reader), to_review(reader), to_settle(reader)
        )

    load, late, acts, pressed, dangers, checks = await desk.ask_as(request, read)
    items = [(row, headline(row.case, to.say), moves(row.case)[:2]) for row in load.cases]
    context: dict[str, Any] = {"load": load, "late_receipts": late, "acts": acts, "items": items, "page": page, "size": PAGE}
    context |= {"pressed": pressed, "dangers": dangers, "checks": checks}
    context["uncounted"] = await waiting(desk, request, to)
    context |= await talks_of(desk, request)
    context["asked_rights"] = await waiting_rights(desk, request)
    listed = {*(row.id for row in load.cases), *(one.case for one in (*acts, *late, *dangers, *checks, *context["asked_rights"]))}
    context |= {"labels": await labels_of(desk, request, listed), "free": await nobodys_of(desk, request, listed)}
    return desk.pages.render(request, "referral/lead.html", **page_context(desk, request, to), **context)


@router.get("/lead/{case}")
@needs(Act.READ_CASE)
async def case_page(desk: CurrentDesk, request: Request, case: str) -> Response:
    """One case, with what the lead may decide."""
    return await show(desk, request, case, "", EMPTY, NO_ERRORS)


@router.get("/lead/{case}/withdraw")
@needs(Act.HEAR_WITHDRAWAL)
async def withdrawal_page(desk: CurrentDesk, request: Request, case: str) -> Response:
    """What a withdrawal would do, and its form."""
    return await confirm.show(desk, request, case, "withdraw", EMPTY, NO_ERRORS)


@router.post("/lead/{case}/withdraw")
@needs(Act.HEAR_WITHDRAWAL)
@resumes
async def withdrawn(desk: CurrentDesk, request: Request, case: str) -> Response:
    """The person withdraws: whoever hears it takes it down, also who has the case at the agency's other service alone."""
    here, again = confirm.home(request, case), partial(confirm.show, desk, request, case, "withdraw")
    made = await decide_by_form(desk, request, DECISIONS["withdraw"], LABELS, again, case=case, back=here)
    return made if isinstance(made, Response) else made.seen_at(here)


@router.get("/lead/{case}/{decision}")
@needs(Act.READ_CASE)
async def confirm_page(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """What one of the decisions would do to whom, and its form."""
    if decision == invite.INVITE:
        return await invite.show(desk, request, case, EMPTY, NO_ERRORS)
    if decision == change_of_lead.PAGE:
        return await change_of_lead.show(desk, request, case, "", EMPTY, NO_ERRORS)
    if decision not in confirm.PAGES:
        raise RuleBroken("no-such-case")
    return await confirm.show(desk, request, case, decision, EMPTY, NO_ERRORS)


@router.post("/lead/{case}/{decision}")
@needs(Act.DECIDE)
@resumes
async def decide(desk: CurrentDesk, request: Request, case: str, decision: str) -> Response:
    """One of the lead's decisions, by its name in the table."""
    if decision not in DECISIONS:
        raise RuleBroken("no-such-case")
    here, again = f"/lead/{case}", partial(confirm.show if decision in confirm.PAGES else show, desk, request, case, decision)
    if decision == invite.INVITE:
        again = partial(invite.show, desk, request, case)
    if decision in change_of_lead.DECISIONS_HERE:
        again = partial(change_of_lead.show, desk, request, case, decision)
    asked = confirm.FORMS.get(decision, {})
    made = await decide_by_form(desk, request, DECISIONS[decision], LABELS, again, case=case, back=here, **asked)
    stays = f"{here}/{change_of_lead.PAGE}" if decision == "see-lead" else here
    return made if isinstance(made, Response) else made.seen_at(stays)


async def show(desk: Desk, request: Request, case: str, decision: str, posted: Posted, errors: FormErrors) -> Response:
    """The case with the lead's decisions; `decision` is the form whose answers need another look."""
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> LeadFile:
        file, session = case_file(reader, case), reader.session
        acts = [act for act in acts_of(session, case) if act.act == ERASURE]
        if file.case.lead != desk.agency:  # what is on record is the lead's, and whoever is in the case beside sees who that is
            return LeadFile(file, OnRecord([], []), [], side_links(reader, file.case), acts, False, {}, (), (), None)
        owed, beside = receipts.of_case(session, case), side_links(reader, file.case)
        pressed = bool(marks(reader, case)) or file.case.paused
        recorded, made = on_record(reader, file.case, now), deciders(session, file.case)
        together = terms(UnitOfWork(reader.instance, session), case).get("together")
        return LeadFile(
            file,
            recorded,
            owed,
            beside,
            acts,
            pressed,
            made,
            checks_of(session, case),
            reviews_of(session, case),
            together,
            legal_bases.awaited(UnitOfWork(reader.instance, session), file.case),
        )

    read_now = await desk.ask(read)
    context: dict[str, Any] = case_context(desk, request, read_now.file) | _of_lead(desk, request, read_now.file, awaited=read_now.awaited)
    context |= {"recorded": read_now.recorded, "now": now, "receipts_owed": read_now.owed, "beside": read_now.beside}
    context |= {
        "together": read_now.together,
        "pressed": read_now.pressed,
        "acts": read_now.acts,
        "deciders": read_now.deciders,
        "dangers": read_now.dangers,
    }
    context["checks"] = [one for one in read_now.checks if one.looked_at is None]
    say: Words = context["say"]
    context["told_items"] = [{"value": code, "text": say.of(labels.CLASSES, code)} for code in sorted(PERSONAL)]
    context |= {"values": posted.values, "errors": errors.of(decision), "decision": decision}
    context["longest"] = limits(*(each.command for each in DECISIONS.values()))
    return desk.pages.render(request, "referral/case.html", 422 if errors.summary else 200, **context)


class FormerLead(NamedTuple):
    """Who led before; its telephone, empty where the directory lists none; and when it was agreed that the lead passes on (ms UTC)."""

    agency: str
    phone: str
    at: int


def _former(desk: Desk, case: Case) -> FormerLead | None:
    """Who hands the record over that a new lead waits for."""
    handed = handed_over_by(case)
    return FormerLead(handed.giver, desk.country.phone_of(handed.giver), handed.answered_at or handed.requested_at) if handed else None


def _of_lead(desk: Desk, request: Request, file: CaseFile, *, awaited: bool) -> dict[str, Any]:
    """What the lead may decide now, and links to its own agency's answers."""
    case, names = file.case, desk.names(request)
    others = desk.country.askable(desk.agency)
    apart = [a for a in desk.country.confidential() if desk.country.told_as(a.id) not in case.agencies]
    called_at_most = case.joint is None or case.joint.state is JointState.CALLED
    stays = {case.lead, *([case.reporter] if case.basis is Basis.NONE else ())}
    return {
        "others": offered(desk, request, file, None, others).items,
        "listed": names.choices((*others, *desk.country.confidential(), desk.country.agency(desk.agency))),
        "others_in": [m.agency for m in case.members if m.agency not in stays],
        "sheltering": names.choices(apart),
        "can_start": called_at_most and len({x.to for x in case.holding()} - {case.lead}) >= 1, "may_invite": case.basis is not Basis.NONE,
        "may_send": case.protocol > FIRST and case.basis not in (Basis.NONE, Basis.CHILD),
        "danger_hours": round(desk.country.emergency.hours),
        "leads": case.lead == desk.agency, "has_led": case.has_led(desk.agency), "transfer": open_transfer(case),
        "may_ask_to_lead": any(may_be_asked(desk.country, case, one.id) for one in others) and case.protocol > FIRST,
        "awaited": awaited, "former": _former(desk, case) if awaited else None,
        "may_change": case.protocol > FIRST and not case.is_side and not awaited,
        "never_left_out": (desk.country.agency(desk.country.lead).kind, AgencyKind.COORDINATOR, AgencyKind.RAPPORTEUR),
        "reopens": case.protocol > FIRST, "handoff_href": f"/cases/{case.id}/handoffs" if "assistance" in desk.peers else "",
    }  # fmt: skip
