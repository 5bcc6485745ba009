"""A file becomes a document of a case: its form is read as it comes, and what it answers is decided once the file is taken in."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from fastapi import Request
from pydantic import ValidationError

from shared.casework.documents import AttachDocument, attach_document, group_of_kind
from shared.decisions.decide import Receipt
from shared.decisions.errors import RuleBroken
from shared.privacy.cleaning.outcome import NotTaken
from shared.privacy.document_intake import taken_in
from shared.protocol.documents import DocumentRef
from shared.store.document_folder import DocumentShelf
from shared.web.http.desk import Desk
from shared.web.http.file_upload import read_upload


async def attached(desk: Desk, request: Request, case: str, kind: str, answers: dict[str, str]) -> Receipt:
    """Take the file of this form in, and attach it; what it answered is put into `answers`. Where it is refused nothing of the file stays.
    Raises RuleBroken."""
    group_of_kind(kind)
    upload = Upload(shelf_of(desk))
    try:
        command = await _sent(request, case, kind, answers, upload)
    except BaseException:
        upload.let_go()
        raise
    try:
        return await desk.decide(request, attach_document, command, form=answers.get("form_id", "")[:100], case=case)
    except RuleBroken:  # after anything else it may be stated all the same: what is not, is swept away later
        upload.let_go()
        raise


async def _sent(request: Request, case: str, kind: str, answers: dict[str, str], upload: "Upload") -> AttachDocument:
    try:
        answers |= await read_upload(request, upload.take)
    except ValueError:
        raise RuleBroken("document-missing", "file") from None
    if answers.get("naked") != "no":
        raise RuleBroken("document-sexual" if answers.get("naked") == "yes" else "document-answer", "naked")
    if upload.ref is None:
        raise RuleBroken(upload.code, "file")
    upload.shelf.folder.send_from(upload.ref.id, 0)
    shown = tuple(answers.get("shown", "").split())
    try:
        return AttachDocument(case=case, kind=kind, value=upload.ref.written(), shown=shown)
    except ValidationError:
        raise RuleBroken("document-readers") from None


def shelf_of(desk: Desk) -> DocumentShelf:
    """Where documents are kept here. Raises RuleBroken where they are not."""
    if desk.instance.documents is None:
        raise RuleBroken("document-none")
    return desk.instance.documents


class Upload:
    """A file on its way in, and what became of it."""

    def __init__(self, shelf: DocumentShelf) -> None:
        self.shelf = shelf
        self.ref: DocumentRef | None = None
        self.code = "document-missing"

    async def take(self, called: str, content: AsyncIterator[bytes], answers: Mapping[str, str]) -> None:
        """Take it, or note why not. What shows anybody naked, or may, is not even begun with."""
        if answers.get("naked") != "no":
            self.code = "document-answer"
        elif self.shelf.must_scan and not self.shelf.scanner:
            self.code = "document-no-scanner"
        elif await asyncio.to_thread(self.shelf.full):
            self.code = "document-no-room"
        else:
            try:
                async with self.shelf.turn:
                    self.ref = await taken_in(self.shelf.folder, content, called, self.shelf.scanner)
            except NotTaken as refused:
                self.code = refused.code
            except OSError:
                self.code = "document-no-room"

    def let_go(self) -> None:
        """It is nobody's document."""
        if self.ref is not None:
            self.shelf.folder.drop(self.ref.id)
            self.ref = None
