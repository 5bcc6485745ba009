"""A document: its name and its key are with who may read it and nowhere else, its content nowhere in the clear, and all of it ends with its
statement, its class or its case."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pikepdf
import pytest

from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency
from shared.casework.documents import AttachDocument, attach_document, documents_of, known_documents
from shared.casework.stating import NewStatement, StateFacts, made
from shared.config.kafka import Bus
from shared.crypto.document_pieces import LENGTH
from shared.decisions.errors import RuleBroken
from shared.messaging.document_courier import DocumentCourier
from shared.privacy.document_intake import taken_in
from shared.privacy.erasure import erase_statement
from shared.privacy.erasure_requests import HoldDecision
from shared.processing.instance import Instance
from shared.protocol.documents import DocumentRef
from shared.protocol.vocabulary import Need, Source
from shared.store.document_folder import DocumentFolder, DocumentShelf
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, agree, decide, report
from tests.shared.privacy.files import pdf
from tests.shared.processing.test_statement_leaks import HOLDERS, cells
from tests.shared.rested import Land, erase

ON_DISK = {INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME}
PLANTED = "PlantedPaperName"
INSIDE = b"PlantedPaperContent"


def planted() -> bytes:
    from io import BytesIO

    made = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.pages[0].Contents = pikepdf.Stream(document, b"% " + INSIDE)
        document.save(made, compress_streams=False)
    return made.getvalue()


def keeping(land: Land, me: str) -> DocumentFolder:
    folder = DocumentFolder(land.folder / "documents" / me)
    land[me].keeps_documents(DocumentShelf(folder))
    return folder


def attach(instance: Instance, case: str, kind: str, shown: Iterable[str], name: str = PLANTED, form: str = "doc") -> DocumentRef:
    async def content() -> AsyncIterator[bytes]:
        yield planted()

    assert instance.documents
    ref = asyncio.run(taken_in(instance.documents.folder, content(), f"{name}.pdf", ""))
    command = AttachDocument(case=case, kind=kind, value=ref.written(), shown=tuple(shown))
    instance.transact(lambda work: instance.decide_in(work, attach_document, command, form=form, officer="o1", case=case))
    return ref


def known(instance: Instance) -> list[DocumentRef]:
    return instance.transact(lambda work: [one.ref for _, one in known_documents(work) if one])


def files_with(folder: Path, word: bytes) -> set[str]:
    return {file.name for file in folder.rglob("*") if file.is_file() and word in file.read_bytes()}


def test_its_name_and_key_are_with_who_may_read_it_and_its_content_nowhere(
    files: Land, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    files.keyed = False  # else nothing could be found
    for me in ON_DISK:
        keeping(files, me)
    case = report(files[INTAKE_ME], age="child", consent=False, needs=("investigation", "legal"))
    files.settle()
    ref = attach(files[INTAKE_ME], case, "proceedings_paper", ["rs-lead"])
    files.settle()
    for me, may in ((INTAKE_ME, True), (LEAD_ME, True), (POLICE_ME, False), (NGO_ME, False)):
        written = list(cells(files, me))
        for word in (PLANTED, ref.key, ref.id):
            assert {place for place, text in written if word in text} <= (HOLDERS if may else set()), (me, word)
            assert any(word in text for _, text in written) is may, (me, word)
    assert files_with(files.folder, INSIDE) == set(), "content is in the clear nowhere"
    assert files_with(files.folder / "documents", PLANTED.encode()) == set()
    told = caplog.text + "".join(capfd.readouterr())
    assert not any(word in told for word in (PLANTED, ref.key, ref.id, INSIDE.decode()))


def test_with_its_statement_its_class_or_its_case_it_is_gone_and_the_folder_follows(files: Land) -> None:
    here, there = keeping(files, INTAKE_ME), keeping(files, LEAD_ME)
    case = report(files[INTAKE_ME], age="child", consent=False, needs=("legal",))
    files.settle()
    first = attach(files[INTAKE_ME], case, "medical_paper", ["rs-lead"], form="a")
    second = attach(files[INTAKE_ME], case, "identity_paper", ["rs-lead"], form="b")
    files.settle()
    for ref in (first, second):
        for n in range(ref.sent):
            there.put(ref.id, n, here.piece(ref.id, n) or b"")
    assert known(files[LEAD_ME]) == [first, second]
    assert files.folder.joinpath("keystore").is_dir()
    courier = DocumentCourier(files[LEAD_ME], Bus("127.0.0.1:1"), 1)
    asyncio.run(courier.once())
    assert set(there.all()) == {first.id, second.id}

    lead = files[LEAD_ME]
    (statement,) = [one.said.id for one in lead.transact(lambda work: documents_of(work, case)) if one.ref == first]
    assert erase_statement(lead, lead.transact, case, statement, HoldDecision("o1", "asked", 1))
    assert known(lead) == [second]
    courier._anew = 0.0
    asyncio.run(courier.once())
    assert set(there.all()) == {second.id}
    erase(lead, case)
    assert known(lead) == []
    courier._anew = 0.0
    asyncio.run(courier.once())
    assert set(there.all()) == set()
    assert known(files[INTAKE_ME]) == [first, second], "an agency erases its own"


def test_nobody_states_a_document_and_nobody_reads_what_they_were_not_shown(files: Land) -> None:
    keeping(files, INTAKE_ME)
    assert files[LEAD_ME].agency
    case = report(files[INTAKE_ME], age="child", consent=False, needs=("legal",))
    files.settle()
    intake = files[INTAKE_ME]
    with pytest.raises(RuleBroken, match="document-readers"):
        attach(intake, case, "medical_paper", ["rs-lead", "rs-pol"])
    with pytest.raises(RuleBroken, match="statement-no-field"):
        attach(intake, case, "given_names", ["rs-lead"])
    ref = attach(intake, case, "medical_paper", ["rs-lead"])
    written = NewStatement(field="medical_paper", value=ref.written(), source=Source.SAID)
    with pytest.raises(RuleBroken, match="statement-document"):
        intake.transact(
            lambda work: intake.decide_in(work, made, StateFacts(case=case, statements=(written,)), form="s", officer="o1", case=case)
        )


@pytest.mark.parametrize("days", [1, 61])
def test_who_joins_is_told_and_an_old_document_is_sent_anew_by_whoever_tells(files: Land, days: int) -> None:
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME):
        keeping(files, me)
    case = report(files[INTAKE_ME], needs=(), forms=())
    files.settle()
    agree(files[LEAD_ME], case, "rs-lead", Need.IDENTIFICATION, "more", classes=("D1", "D2", "D3"))
    files.settle()
    ref = attach(files[INTAKE_ME], case, "employment_paper", ["rs-lead"])
    files.settle()
    held = files[LEAD_ME].documents
    assert held
    for n in range(ref.pieces):
        held.folder.put(ref.id, n, bytes(LENGTH))
    files.clock.at += days * 24 * 3_600_000
    agree(files[LEAD_ME], case, "rs-pol", Need.INVESTIGATION, "police", classes=("D1", "D2", "D3"))
    decide(files[LEAD_ME], add_agency, AddAgency(case=case, agency="rs-pol", need=Need.INVESTIGATION), "police")
    files.settle()
    assert known(files[POLICE_ME]) == [ref], "who joins is told of it, with its key"
    assert held.folder.on_their_way() == ([ref.id] if days > 60 else [])
