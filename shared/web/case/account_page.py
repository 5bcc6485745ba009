"""The account of the exploitation: the page of its versions, and the one on which a version is released to one agency.

The same at every service with cases, where the kind of its agency may keep one, or another agency released one to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field

from shared.access.roles import Act
from shared.casework.account import AccountPart, ReleaseAccount, Said, Words, WriteAccount, crosses, receivers
from shared.casework.account_file import AccountFile, account_of
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.facts import Facts
from shared.protocol.file_codes import AccountMeans
from shared.protocol.versions import FIRST
from shared.web.case.case_file import CaseFile, case_file
from shared.web.http.desk import Desk
from shared.web.http.form_posts import EMPTY, Posted
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.speaking import page_context, speaker
from shared.web.text import file_words
from shared.web.text.case_reference import reference

LABELS = {
    "words": N_("What the person told"), "present": N_("Who was present"), "language": N_("Language"), "interpreter": N_("Interpreter"),
    "day": N_("Told on"), "means": N_("How your agency has it"), "to": N_("Agency and purpose"), "parts": N_("What goes"),
    "reason": N_("Reason"), "law": N_("On which law"), "reviewer": N_("Who looked it through"), "number": N_("Number of the proceedings"),
    "authority": N_("Police, prosecution or court"), "version": N_("Version"), "proceedings": N_("Proceedings"),
}  # fmt: skip
PARTS: dict[str, str] = {part.value: LABELS[part.value] for part in AccountPart}
CODES: dict[str, Mapping[str, str]] = {
    "FIELDS": file_words.FIELDS, "MEANS": file_words.words_of(AccountMeans),
}  # fmt: skip
WRITING, RELEASING = "write-account", "release-account"


class ReleaseAnswers(Facts):
    """What the form of a release asks: the agency and what it is in the case for are one answer."""

    case: str
    version: int
    to: Annotated[str, Field(min_length=1, max_length=120)]
    parts: Annotated[tuple[AccountPart, ...], Field(min_length=1)]
    reason: Annotated[Words, Field(min_length=1, max_length=500)]
    law: Annotated[Words, Field(max_length=200)] = ""
    reviewer: Annotated[Said, Field(max_length=80)] = ""

    def release(self) -> ReleaseAccount:
        """The command."""
        to, _, purpose = self.to.partition(" ")
        return ReleaseAccount.model_validate(self.model_dump() | {"to": to, "purpose": purpose})


FORMS: Mapping[str, Mapping[str, Any]] = {RELEASING: {"form": ReleaseAnswers, "as_command": ReleaseAnswers.release}}
"""Decision → how its form differs from its command."""


@dataclass(frozen=True)
class AccountRead:
    """What the pages read."""

    file: CaseFile
    account: AccountFile


async def show(
    desk: Desk, request: Request, case: str, decision: str = "", posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS
) -> Response:  # fmt: skip
    """The versions, what holds them, what others released; `decision` is the form whose answers need another look."""
    if decision == RELEASING:
        return await show_release(desk, request, case, str(posted.values.get("version", "")), posted, errors)
    context = await _page(desk, request, case)
    if not context["holds"] and not context["account"].received:
        raise RuleBroken("account-not-here")
    begins = _begins(context["account"], request.query_params.get("from", ""))
    values = posted.values if decision == WRITING else begins
    context |= {"decision": decision, "errors": errors.of(decision) if decision else errors, "values": values, "other": posted.values}
    return desk.pages.render(request, "account.html", 422 if errors.summary else 200, **context)


async def show_release(
    desk: Desk, request: Request, case: str, version: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS
) -> Response:  # fmt: skip
    """Who would read a version for what, and the form that releases it. Raises RuleBroken where there is none to release."""
    context = await _page(desk, request, case)
    found = next((one for one in context["account"].versions if str(one.number) == version and one.told), None)
    if not context["holds"] or found is None:
        raise RuleBroken("account-no-version")
    now, kind = desk.instance.clock.now()[0], desk.country.agency(desk.agency).kind
    file: CaseFile = context["file"]
    there = receivers(file.case, desk.agency, now) if context["may_release"] else []
    context |= {
        "version": found, "there": there, "crossing": [one.agency for one in there if crosses(kind, one.kind)], "errors": errors,
        "values": posted.values, "filled": [part for part in AccountPart if found.told.get(part)],
    }  # fmt: skip
    return desk.pages.render(request, "account_release.html", 422 if errors.summary else 200, **context)


async def _page(desk: Desk, request: Request, case: str) -> dict[str, Any]:
    def read(reader: CaseReader) -> AccountRead:
        return AccountRead(case_file(reader, case), account_of(UnitOfWork(reader.instance, reader.session), case))

    found = await desk.ask(read)
    file, to = found.file, speaker(desk, request)
    there = file.shown.member and not file.parked and not file.case.closed_at and file.case.protocol > FIRST
    holds = desk.country.holds_accounts(desk.agency)
    decides = desk.may(request, Act.DECIDE) and not found.account.erased
    return page_context(desk, request, to) | {
        "file": file, "own": file.own,
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "account": found.account, "holds": holds,
        "may_write": holds and decides, "may_release": bool(holds and decides and there), "labels": LABELS, "parts": PARTS,
        "longest": limits(WriteAccount, ReleaseAnswers), "codes": CODES, "officers": desk.guard.seen(),
    }  # fmt: skip


def _begins(account: AccountFile, version: str) -> dict[str, str]:
    """What the form of a new version begins with: the version that it is made of, if any."""
    return next((dict(one.told) for one in account.versions if str(one.number) == version), dict[str, str]())
