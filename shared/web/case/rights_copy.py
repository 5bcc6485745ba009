"""The copy for the person: made from what is held, looked at by the second officer, handed over as a file once."""

import asyncio
from collections.abc import Sequence

import orjson
from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from sqlmodel import col, or_, select

from shared.casework.access_requests import CopyAnswer, TakeCopy
from shared.casework.acts import acts_of
from shared.casework.asking_others import others_of
from shared.casework.case_reader import CaseReader
from shared.casework.kept_for_proceedings import kept_of_case
from shared.casework.own_record import kept_of
from shared.casework.person_file import Said, statements_of
from shared.casework.person_requests import RequestKind, RightAsked, requests_of
from shared.casework.written_words import written_words
from shared.config.country import Country
from shared.decisions.decide import Receipt
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.account import CaseReading, HeldHere, PersonAccount, account
from shared.privacy.account_documents import LOOKED_AT, TAKEN, uses_of
from shared.privacy.legal_bases import known, recorded
from shared.protocol.case import service_of
from shared.protocol.documents import document_in
from shared.store.document_folder import DocumentFolder
from shared.store.tables import Audit
from shared.web.case.account_paper import PaperCopy, data, letter, paper
from shared.web.case.case_file import case_file
from shared.web.case.case_page import knows_person
from shared.web.case.document_attaching import shelf_of
from shared.web.case.document_set import document_set
from shared.web.case.file_paper import file_paper
from shared.web.http.desk import Desk
from shared.web.http.paper import pdf
from shared.web.http.speaking import speaker
from shared.web.text.phrases import Speaker

HAS_BASES = ("intake", "referral")
"""The services that write legal bases down."""
TYPES = {"pdf": "application/pdf", "json": "application/json"}


def held_here(reader: CaseReader, case: str) -> HeldHere:
    """All that this instance holds of a case and its person. Raises RuleBroken where the case is not here."""
    shown = reader.shown(case)
    if shown is None:
        raise RuleBroken("case-parked" if case in reader.parked else "no-such-case")
    work, keys = UnitOfWork(reader.instance, reader.session), reader.instance.keystore
    lines, said = _lines(reader, case), statements_of(work, case)
    reads = [CaseReading(at, ground) for at, _, act, ground in lines if act.startswith("read:")]
    return HeldHere(
        shown.case, reader.agency, reader.profile(case), said, kept_of(reader, case),
        known(recorded(work, shown.case)) if service_of(reader.instance.me) in HAS_BASES else [],
        reads, requests_of(keys, reader.session, case), written_words(work, case), sorted(keys.gone(case)) if keys else (), uses_of(lines),
        [one for asked in others_of(keys, reader.session, case).values() for one in asked],
        kept_of_case(reader, case),
        _whole(reader.instance.documents.folder, said) if reader.instance.documents else (),
        acts_of(reader, shown.case),
    )  # fmt: skip


def _lines(reader: CaseReader, case: str) -> list[tuple[int, str, str, str]]:
    """Who read the case, looked at a document of it or took one, in order."""
    acts = or_(col(Audit.act).startswith("read:"), col(Audit.act).in_((LOOKED_AT, TAKEN)))
    asked = select(Audit.at, Audit.officer, Audit.act, Audit.key).where(Audit.case == case, acts).order_by(col(Audit.seq))
    return list(reader.session.exec(asked))


def _whole(folder: DocumentFolder, statements: Sequence[Said]) -> set[str]:
    """The documents of which all pieces are here."""
    refs = [ref for said in statements if (ref := document_in(said.value))]
    return {ref.id for ref in refs if folder.here(ref.id) >= set(range(ref.pieces))}


def account_of(reader: CaseReader, asked: RightAsked) -> PersonAccount:
    """The account that a second officer has released."""
    return released(held_here(reader, asked.case), reader.country, asked)


def released(held: HeldHere, country: Country, asked: RightAsked) -> PersonAccount:
    """The entries that were released alone; nothing where no copy is given."""
    gives = asked.reply if asked.answer == CopyAnswer.COPY else {}
    return account(held, country, set(gives.get("entries", ())), set(gives.get("documents", ())))


async def handed_over(desk: Desk, request: Request, command: TakeCopy, receipt: Receipt) -> Response:
    """The file, under a name that says nothing. Raises RuleBroken where this form has given it already."""
    if receipt.repeated:
        raise RuleBroken("copy-taken")
    await desk.trail.flush()
    asked, found = await desk.ask(lambda reader: _released(reader, command))
    copy = PaperCopy(asked.decided_at or asked.at, asked.id[:8], desk.pages.language(request).tag)
    if command.format == "documents":
        return _documents(desk, request, command.case, found, copy)
    body = await asyncio.to_thread(file_of, speaker(desk, request), asked, found, copy, command.format)
    headers = {"content-disposition": f'attachment; filename="document-{copy.mark}.{command.format}"'}
    return Response(body, media_type=TYPES[command.format], headers=headers)


def _documents(desk: Desk, request: Request, case: str, found: PersonAccount, copy: PaperCopy) -> Response:
    """The documents that go along, each written down as a copy that was taken."""
    going = [one for one in found.documents if one.goes_along]
    if not going:
        raise RuleBroken("document-none")
    for one in going:
        desk.trail.note(desk.officer(request).id, TAKEN, case, one.said.id)
    headers = {
        "content-disposition": f'attachment; filename="document-{copy.mark}.zip"', "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }  # fmt: skip
    content = document_set(shelf_of(desk).folder, found.documents, copy.mark)
    return StreamingResponse(content, media_type="application/zip", headers=headers)


def _released(reader: CaseReader, command: TakeCopy) -> tuple[RightAsked, PersonAccount]:
    asked = next((one for one in requests_of(reader.instance.keystore, reader.session, command.case) if one.id == command.request), None)
    if asked is None or not asked.legible:
        raise RuleBroken("nothing-is-kept")
    return asked, account_of(reader, asked)


def file_of(to: Speaker, asked: RightAsked, found: PersonAccount, copy: PaperCopy, format: str) -> bytes:
    """The copy that was released, or the letter that says that there is none."""
    gives = asked.answer == CopyAnswer.COPY
    reason = asked.reply.get("refusal", "")
    if format == "json":
        nothing = {"mark": copy.mark, "at": copy.at, "agency": found.agency, "answer": asked.answer, "reason": reason}
        return orjson.dumps(data(found, copy) if gives else nothing, option=orjson.OPT_INDENT_2)
    return pdf(paper(found, to, copy) if gives else letter(asked.answer, reason, found.agency, to, copy))


async def exported(desk: Desk, request: Request, case: str, receipt: Receipt) -> Response:
    """The file on paper, once for each time that a reason was written down. Raises RuleBroken where this form has given it already."""
    if receipt.repeated:
        raise RuleBroken("copy-taken")
    file, requests = await desk.ask(lambda reader: (case_file(reader, case), requests_of(reader.instance.keystore, reader.session, case)))
    taken = next(one for one in requests if one.kind is RequestKind.EXPORT)
    known = file.person if knows_person(file.case, desk.agency) else ()
    to, mark, language = speaker(desk, request), taken.id[:8], desk.pages.language(request).tag
    body = await asyncio.to_thread(pdf, file_paper(known, to, desk.officer(request).name, taken.at, mark, language))
    return Response(body, media_type=TYPES["pdf"], headers={"content-disposition": f'attachment; filename="document-{mark}.pdf"'})
