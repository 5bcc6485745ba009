"""The page of a change of lead, the same address for both sides: the lead asks another agency to lead, having seen who then reads what; the
asked agency opens that, and says yes or no; whoever leads no more sees who does."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from services.referral.decisions import DECISIONS
from services.referral.handlers.consent import must_be_main
from services.referral.handlers.lead import GROUNDS, may_be_asked
from shared.casework.case_reader import CaseReader
from shared.config.country import Agency, Country
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy import legal_bases
from shared.privacy.consent import LegalBasis, granted, withdrawn
from shared.protocol.case import Case
from shared.protocol.facts import Member
from shared.protocol.grants import each
from shared.protocol.leading import open_transfer, roster, stands_against
from shared.protocol.roster import CODES
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import DataClass, Need
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import case_context
from shared.web.case.competence import offered
from shared.web.http.desk import Desk
from shared.web.http.form_posts import Posted
from shared.web.http.forms import FormErrors, limits

PAGE = "ask-to-lead"
DECISIONS_HERE = frozenset({PAGE, "take-back-lead", "hand-over-lead", "see-lead", "take-lead", "decline-lead"})
"""The decisions whose forms are on this page."""


async def show(desk: Desk, request: Request, case: str, decision: str, posted: Posted, errors: FormErrors) -> Response:
    """The page; 422 where its answers need another look. Raises RuleBroken in a side case."""
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> tuple[CaseFile, Sequence[LegalBasis], bool]:
        file, work = case_file(reader, case), UnitOfWork(reader.instance, reader.session)
        must_be_main(file.case)
        leads = file.case.lead == desk.agency
        return file, legal_bases.recorded(work, file.case) if leads else (), legal_bases.awaited(work, file.case)

    file, bases, awaited = await desk.ask(read)
    picture, country = file.case, desk.country
    asked = open_transfer(picture)
    context: dict[str, Any] = case_context(desk, request, file) | {"decision": decision, "values": posted.values, "errors": errors}
    agency = str(posted.values.get("agency") or request.query_params.get("agency", ""))
    can = [one for one in country.askable(desk.agency) if may_be_asked(country, picture, one.id)]
    told = {one.id: found for one in can if (found := _told(country, bases, one.id, now))}
    offer = offered(desk, request, file, None, can)
    context |= {
        "asked": asked, "leads": picture.lead == desk.agency, "mine": asked is not None and asked.to == desk.agency,
        "stays": stands_against(picture), "awaited": awaited, "can": can, "offer": offer,
        "of_protocol_1": picture.protocol == FIRST, "agency": agency if agency in {one.id for one in can} else "",
        "until_yes": sorted(_codes(told.get(agency))), "with_yes": sorted(_as_lead(bases, picture, told.get(agency), agency, now)),
        "grounds": [one.value for one in GROUNDS], "others": desk.names(request).choices(_others(country, desk.agency)),
        "longest": limits(*(DECISIONS[one].command for one in DECISIONS_HERE)),
    }  # fmt: skip
    if "chosen" in request.query_params and not context["agency"] and not errors.summary:
        context["errors"] = FormErrors.at("agency", context["say"].translate("Choose one to go on"))
    return desk.pages.render(request, "referral/change_of_lead.html", 422 if errors.summary else 200, **context)


def _told(country: Country, bases: Sequence[LegalBasis], agency: str, at: int) -> Member | None:
    """The entry with which an agency would join to lead; None where the person has not agreed to that."""
    grant = granted(bases, legal_bases.recipient(country, agency), Need.IDENTIFICATION, at)
    found = legal_bases.member(country, agency, Need.IDENTIFICATION, grant) if grant else None
    return found if found is not None and DataClass.D1 in found.classes else None


def _codes(entry: Member | None) -> frozenset[DataClass]:
    return frozenset(entry.classes) & CODES if entry else frozenset[DataClass]()


def _as_lead(bases: Sequence[LegalBasis], case: Case, entry: Member | None, agency: str, at: int) -> frozenset[DataClass]:
    """What it reads once it leads: what the lead's entry opens, as far as its kind may have that, but for what is withdrawn from it."""
    if entry is None:
        return frozenset[DataClass]()
    there = case if case.member(agency) else case.model_copy(update={"members": (*case.members, entry)})
    grown = next(one for one in roster(there, agency, at, withdrawn(bases, agency)).members if one.agency == agency)
    return frozenset(section for one in each(grown) for section in one.classes) - {DataClass.D0}


def _others(country: Country, me: str) -> list[Agency]:
    return [one for one in country.askable(me) if "referral" in one.services]
