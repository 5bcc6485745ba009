"""The page on which an official letter is written: first to what kind of body and for what, then what it says; the paper comes at once."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from shared.casework.case_reader import CaseReader
from shared.casework.official_letters import KINDS, NUMBER, WriteLetter, letter_by, may_say, registered
from shared.casework.restrictions import restricted
from shared.config.i18n import N_
from shared.decisions.decide import Receipt
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case_file import Group
from shared.protocol.support import SupportAsked
from shared.protocol.vocabulary import AgencyKind, Need
from shared.store.own_tables import OfficialLetter
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import knows_person
from shared.web.case.letter_paper import LetterHead, letter_paper
from shared.web.case.support_view import on_paper
from shared.web.http.desk import Desk
from shared.web.http.form_posts import EMPTY, Posted
from shared.web.http.forms import NO_ERRORS, FormErrors, limits
from shared.web.http.paper import pdf
from shared.web.http.speaking import page_context, speaker
from shared.web.http.unsent import is_shown_again
from shared.web.text import file_words, labels
from shared.web.text.case_reference import reference

LABELS = {
    "kind": N_("What they are"), "need": N_("What for"), "to": N_("Name of the recipient"), "address": N_("Their address"),
    "words": N_("What you write"), "groups": N_("What of the file it repeats"), "agreed": N_("Consent"), "note": N_("Note"),
}  # fmt: skip
OTHER = "other"
AGAIN = "took-letter-again"
"""How the audit calls that the paper of a letter was made once more."""
NOTED = N_("Reported by the officer: letter %(number)s to %(to)s, written on %(when)s. It is no answer of theirs.")


async def letter_note(desk: Desk, request: Request) -> Callable[[WriteLetter], WriteLetter]:
    """What puts the note that a letter leaves into its command, whatever was sent as one."""
    to = speaker(desk, request)

    def noted(said: WriteLetter) -> WriteLetter:
        words = to.say.translate(NOTED) % {"number": NUMBER, "to": said.to, "when": to.when(to.now)}
        return said.model_copy(update={"note": words})

    return noted


async def show(desk: Desk, request: Request, case: str, posted: Posted = EMPTY, errors: FormErrors = NO_ERRORS) -> Response:
    """The questions; `kind` and `need` are asked first, because what may be said follows from them."""
    given = {name: str(posted.values.get(name, request.query_params.get(name, ""))) for name in ("kind", "need", "support")}
    kind = AgencyKind(given["kind"]) if given["kind"] in KINDS else None
    need = Need(given["need"]) if given["need"] in [one.value for one in Need] else None

    def read(reader: CaseReader) -> tuple[CaseFile, frozenset[Group], frozenset[Group]]:
        file, work = case_file(reader, case), UnitOfWork(reader.instance, reader.session)
        return file, may_say(work, file.case, kind, need) if need else frozenset(), restricted(work, case)

    (file, allowed, held), to = await desk.ask(read), speaker(desk, request)
    asked = _asked_for(desk, file, given["support"])
    values = posted.values or ({"words": on_paper(asked, to, held)} if asked else {})
    known = {one.group for one in file.person if any(said.value for said in one.present)} if knows_person(file.case, desk.agency) else ()
    offered = [
        {"value": group.value, "text": to.say.of(file_words.GROUPS, group)} for group in Group if group in allowed and group in known
    ]
    kinds = [{"value": one.value, "text": to.say.of(labels.AGENCY_KINDS, one)} for one in AgencyKind if one in KINDS]
    # a letter that is shown again names no kind where it is none of them: the first questions in its place would lose what was typed
    second = need is not None and (kind is not None or given["kind"] == OTHER or request.method == "POST")
    context: dict[str, Any] = page_context(desk, request, to) | {
        "own": file.own,
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "kinds": kinds, "needs": to.say.items(labels.NEEDS),
        "given": given | {"kind": kind.value if kind else OTHER}, "second": second,
        "kind_said": to.say.of(labels.AGENCY_KINDS, kind) if kind else "", "need_said": to.say.need(need) if need else "",
        "offered": offered, "values": values, "errors": errors, "longest": limits(WriteLetter), "other": OTHER,
        # what failed may have its number already: sent once more by the same form it is the same letter
        "form": posted.form if is_shown_again(request) else "",
    }  # fmt: skip
    return desk.pages.render(request, "letter.html", 422 if errors.summary else 200, **context)


def _asked_for(desk: Desk, file: CaseFile, message: str) -> SupportAsked | None:
    """What a request for support asks, which a letter is to repeat; None where this agency reads none."""
    known = file.messages if knows_person(file.case, desk.agency) else ()
    return next((one.said.support for one in known if one.id == message), None)


async def handed_out(desk: Desk, request: Request, said: WriteLetter, receipt: Receipt, form: str) -> Response:
    """The paper, under a name that says nothing. Where this form has given it already, the same letter again: the first paper may have been
    lost, and its words are kept nowhere else. Raises RuleBroken where it is another officer's, or may not say any more what it says."""
    officer = desk.officer(request)

    def read(reader: CaseReader) -> tuple[CaseFile, OfficialLetter]:
        work, file = UnitOfWork(reader.instance, reader.session), case_file(reader, said.case)
        if not set(said.groups) <= may_say(work, file.case, said.kind, said.need):
            raise RuleBroken("letter-not-allowed")
        row = letter_by(work, form, officer.id)
        reader.session.expunge(row)
        return file, row

    file, row = await desk.ask(read)
    if receipt.repeated:
        desk.trail.note(officer.id, AGAIN, said.case, "")
    await desk.trail.flush()
    known = file.person if knows_person(file.case, desk.agency) else ()
    number = registered(desk.instance.me, row.number, row.year)
    head = LetterHead(number, row.at, officer.name, desk.agency, desk.pages.language(request).tag)
    body = await asyncio.to_thread(pdf, letter_paper(said, known, head, speaker(desk, request)))
    name = f"document-{number.replace('/', '-')}.pdf"
    return Response(body, media_type="application/pdf", headers={"content-disposition": f'attachment; filename="{name}"'})
