"""The documents of a case: the page of all, the form of a new one with who would read it, and the page of one on which it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from shared.access.roles import Act
from shared.casework.case_reader import CaseReader
from shared.casework.documents import KINDS, CaseDocument, documents_of, group_of_kind, would_read
from shared.casework.restrictions import restricted
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case_file import CLASS_OF
from shared.protocol.documents import PICTURES, Media
from shared.protocol.versions import FIRST
from shared.store.document_folder import DocumentFolder
from shared.web.case.case_file import CaseFile, case_file
from shared.web.case.case_page import knows_person
from shared.web.http.desk import Desk
from shared.web.http.forms import NO_ERRORS, FormErrors
from shared.web.http.speaking import page_context, speaker
from shared.web.text import file_words
from shared.web.text.case_reference import reference


@dataclass(frozen=True)
class DocumentShown:
    """A document as pages show it."""

    document: CaseDocument
    here: int
    """How many of its pieces are here."""
    to_send: int | None
    """From which piece on it is to be sent; None where it is not, or all is."""

    @property
    def whole(self) -> bool:
        """Whether all pieces with something in them are here."""
        return self.here >= self.document.ref.pieces

    @property
    def looked_at(self) -> bool:
        """Whether it can be looked at on a page."""
        return self.document.ref.media in PICTURES or self.document.ref.media is Media.PDF


def shown_in(folder: DocumentFolder, document: CaseDocument) -> DocumentShown:
    """A document with how much of it is here, and how much is sent."""
    ref = document.ref
    return DocumentShown(document, sum(n < ref.pieces for n in folder.here(ref.id)), folder.to_send(ref.id))


@dataclass(frozen=True)
class DocumentsRead:
    """What the pages read."""

    file: CaseFile
    documents: list[DocumentShown]
    closed: frozenset[str]
    """Groups that are restricted."""


def documents_read(desk: Desk, reader: CaseReader, case: str) -> DocumentsRead:
    """The documents of a case, as far as this agency may know them. Raises RuleBroken."""
    if desk.instance.documents is None:
        raise RuleBroken("document-none")
    file, work = case_file(reader, case), UnitOfWork(reader.instance, reader.session)
    found = documents_of(work, case) if knows_person(file.case, desk.agency) else []
    folder = desk.instance.documents.folder
    return DocumentsRead(file, [shown_in(folder, one) for one in found if one.said.stands], frozenset(restricted(work, case)))


async def _page(desk: Desk, request: Request, case: str) -> tuple[DocumentsRead, dict[str, Any]]:
    found = await desk.ask(lambda reader: documents_read(desk, reader, case))
    file, to = found.file, speaker(desk, request)
    there = file.shown.member and not file.parked and not file.case.closed_at and file.case.protocol > FIRST
    knows = knows_person(file.case, desk.agency)
    context = page_context(desk, request, to) | {
        "own": file.own,
        "case": file.case, "ref": reference(case), "base": f"{desk.cases}/{case}", "said": file_words, "kinds": KINDS, "knows": knows,
        "may_attach": bool(there and knows and desk.may(request, Act.DECIDE)), "may_export": desk.may(request, Act.EXPORT),
        "may_decide": desk.may(request, Act.DECIDE), "me": desk.instance.me,
    }  # fmt: skip
    return found, context


async def show(desk: Desk, request: Request, case: str, status: int = 200, failed: str = "") -> Response:
    """All of them, and the kinds of which one may be attached."""
    found, context = await _page(desk, request, case)
    now = desk.instance.clock.now()[0]
    read = {kind: would_read(found.file.case, kind, desk.agency, now) for kind in KINDS}
    context |= {"documents": found.documents, "readers": read, "closed": found.closed, "failed": failed}
    return desk.pages.render(request, "documents.html", status, **context)


async def show_form(
    desk: Desk, request: Request, case: str, kind: str, answers: Mapping[str, str] | None = None, errors: FormErrors = NO_ERRORS
) -> Response:
    """The form of a new document, with who would read it."""
    group = group_of_kind(kind)
    found, context = await _page(desk, request, case)
    if not context["may_attach"] or group in found.closed:
        raise RuleBroken("statement-restricted" if group in found.closed else "no-such-case")
    now = desk.instance.clock.now()[0]
    context |= {
        "kind": kind, "group": group, "data_class": CLASS_OF[group], "values": answers or {}, "errors": errors,
        "readers": would_read(found.file.case, kind, desk.agency, now),
    }  # fmt: skip
    return desk.pages.render(request, "document_form.html", 422 if errors.summary else 200, **context)


async def document_at(desk: Desk, case: str, id: str) -> DocumentShown:
    """A document of a case, by its statement. Raises RuleBroken where there is none that this agency may read."""
    found = await desk.ask(lambda reader: documents_read(desk, reader, case))
    for one in found.documents:
        if one.document.said.id == id:
            return one
    raise RuleBroken("document-none")


async def show_one(desk: Desk, request: Request, case: str, id: str, errors: FormErrors = NO_ERRORS) -> Response:
    """One document: who stated it, how much of it is here, and itself."""
    found, context = await _page(desk, request, case)
    shown = next((one for one in found.documents if one.document.said.id == id), None)
    if shown is None:
        raise RuleBroken("document-none")
    kind, now = shown.document.said.field, desk.instance.clock.now()[0]
    others = {*would_read(found.file.case, kind, desk.agency, now), shown.document.said.by} - {desk.agency}
    context |= {
        "shown": shown, "kind": kind, "errors": errors, "picture": shown.document.ref.media in PICTURES, "readers": sorted(others),
    }  # fmt: skip
    return desk.pages.render(request, "document.html", 422 if errors.summary else 200, **context)
