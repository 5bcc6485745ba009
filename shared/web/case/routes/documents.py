"""Documents of a case: attached, looked at, taken out, sent once more, taken back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.access.roles import Act, needs
from shared.casework.stating import NewStatement, StateFacts
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import FormUsed
from shared.privacy.account_documents import LOOKED_AT, TAKEN
from shared.protocol.vocabulary import Source
from shared.web.case import document_copy, documents_page
from shared.web.case.deciding import decide_by_form
from shared.web.case.document_attaching import attached, shelf_of
from shared.web.case.person_form import answers_model
from shared.web.http.desk import CurrentDesk
from shared.web.http.form_posts import Posted, see_other
from shared.web.http.forms import FormErrors
from shared.web.text.document_words import LABELS, OF_DOCUMENTS
from shared.web.text.messages import REASONS, UNKNOWN

router = APIRouter(include_in_schema=False)
ATTACHED = N_(
    "A file that was sent by this form is attached: it is among the documents. If you mean another one, choose it here and send it."
)


@router.get("/{case}/documents")
@needs(Act.READ_CASE)
async def documents(desk: CurrentDesk, request: Request, case: str) -> Response:
    """The documents of a case."""
    return await documents_page.show(desk, request, case)


@router.get("/{case}/documents/new/{kind}")
@needs(Act.READ_CASE)
async def form(desk: CurrentDesk, request: Request, case: str, kind: str) -> Response:
    """The form of a new document, and who would read it."""
    return await documents_page.show_form(desk, request, case, kind)


@router.post("/{case}/documents/new/{kind}")
@needs(Act.DECIDE)
async def attach(desk: CurrentDesk, request: Request, case: str, kind: str) -> Response:
    """Take a file in, and attach it. Whatever is wrong with it, nothing of it stays."""
    answers, here = dict[str, str](), f"{desk.cases}/{case}/documents"
    try:
        receipt = await attached(desk, request, case, kind, answers)
    except FormUsed:  # each copy of a file has its own key, so nobody can say whether it is the same one
        errors = FormErrors.at("file", desk.pages.gettext(request)(ATTACHED))
        return await documents_page.show_form(desk, request, case, kind, answers, errors)
    except RuleBroken as broken:
        if broken.code not in OF_DOCUMENTS:
            raise
        said = desk.pages.gettext(request)(REASONS.get(broken.code, UNKNOWN).words)
        return await documents_page.show_form(desk, request, case, kind, answers, FormErrors.at(broken.field or "file", said))
    await desk.echoed(receipt)
    return see_other(here)


@router.get("/{case}/documents/{document}")
@needs(Act.READ_CASE)
async def one(desk: CurrentDesk, request: Request, case: str, document: str) -> Response:
    """One document."""
    return await documents_page.show_one(desk, request, case, document)


@router.get("/{case}/documents/{document}/content")
@needs(Act.READ_CASE)
async def content(desk: CurrentDesk, request: Request, case: str, document: str) -> Response:
    """The picture, or the PDF, to be looked at."""
    shelf, found = shelf_of(desk), await documents_page.document_at(desk, case, document)
    if not found.whole or not found.looked_at:
        raise RuleBroken("document-not-looked-at" if found.whole else "document-not-whole")
    desk.trail.note(desk.officer(request).id, LOOKED_AT, case, document)
    return document_copy.looked_at(shelf.folder, found.document.ref)


@router.post("/{case}/documents/{document}/file")
@needs(Act.EXPORT)
async def take_out(desk: CurrentDesk, request: Request, case: str, document: str) -> Response:
    """A copy of it, for a reason that is written down."""
    shelf, found = shelf_of(desk), await documents_page.document_at(desk, case, document)
    if not found.whole:
        raise RuleBroken("document-not-whole")
    here = f"{desk.cases}/{case}/documents/{document}"

    async def again(_posted: Posted, errors: FormErrors) -> Response:
        return await documents_page.show_one(desk, request, case, document, errors)

    made = await decide_by_form(desk, request, desk.decisions["export-file"], LABELS, again, case=case, back=here)
    if isinstance(made, Response):
        return made
    if made.receipt.repeated:
        raise RuleBroken("copy-taken")
    desk.trail.note(desk.officer(request).id, TAKEN, case, document)
    return document_copy.taken_out(shelf.folder, found.document.ref)


@router.post("/{case}/documents/{document}/anew")
@needs(Act.DECIDE)
async def send_anew(desk: CurrentDesk, request: Request, case: str, document: str) -> Response:
    """Send it once more, to those who lack pieces of it."""
    shelf, found = shelf_of(desk), await documents_page.document_at(desk, case, document)
    if not found.whole:
        raise RuleBroken("document-not-whole")
    shelf.folder.send_from(found.document.ref.id, 0)
    desk.trail.note(desk.officer(request).id, "sent-document-anew", case, document)
    return see_other(f"{desk.cases}/{case}/documents/{document}")


@router.post("/{case}/documents/{document}/back")
@needs(Act.DECIDE)
async def take_back(desk: CurrentDesk, request: Request, case: str, document: str) -> Response:
    """Take it back: nobody is shown it any more."""
    here, found = f"{desk.cases}/{case}/documents", await documents_page.document_at(desk, case, document)
    said = found.document.said
    gone = NewStatement(field=said.field, source=Source.AGENCY, supersedes=said.id, withdrawn=True)

    async def again(_posted: Posted, errors: FormErrors) -> Response:
        return await documents_page.show_one(desk, request, case, document, errors)

    made = await decide_by_form(
        desk, request, desk.decisions["state"], LABELS, again, case=case, back=here, form=answers_model(()),
        as_command=lambda _: StateFacts(case=case, statements=(gone,)),
    )  # fmt: skip
    return made if isinstance(made, Response) else made.seen_at(here)
