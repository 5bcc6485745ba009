"""The command: a person asks for a copy, a second officer releases it on the page, and the command writes it out once."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.backup.subject_access import subject_access
from deploy.terminal_language import spoken
from deploy.trouble import Trouble
from shared.casework.access_requests import CopyAnswer, ReleaseCopy, release_copy
from shared.casework.documents import AttachDocument, attach_document, would_read
from shared.config.clock import wall
from shared.config.settings import Settings
from shared.privacy.document_intake import taken_in
from shared.store.document_folder import DocumentFolder, DocumentShelf
from tests.shared.casework.test_rights_requests import asked
from tests.shared.land import INTAKE_ME, LEAD_ME, decide, rows
from tests.shared.privacy.files import picture
from tests.shared.rested import Canaries, Land, told

OUT = "for the person"


def attach_one(land: Land, settings: Settings, case: str) -> None:
    """A document at intake, of which no piece has come to the lead."""
    folder = DocumentFolder(settings.documents_in_use() / INTAKE_ME)

    async def content() -> AsyncIterator[bytes]:
        yield picture("PNG")

    ref = asyncio.run(taken_in(folder, content(), "Canary.png", ""))
    at = land[INTAKE_ME]
    at.keeps_documents(DocumentShelf(folder))
    shown = tuple(would_read(at.view_of(case).case, "employment_paper", at.agency, at.clock.now()[0]))  # pyright: ignore[reportArgumentType]
    decide(at, attach_document, AttachDocument(case=case, kind="employment_paper", value=ref.written(), shown=shown), "attach", "o1")
    land.settle()


@pytest.fixture
def land(tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Land]:
    made = Land(tmp_path, templates, None)
    monkeypatch.setattr(made.clock, "now", lambda: (wall(), False))
    yield made
    made.close()


@pytest.fixture
def settings(land: Land) -> Settings:
    return Settings(agency="rs-lead", country=Path("serbia"), data=land.folder, keys=land.folder / "keys")


def urls(land: Land) -> dict[str, str]:
    return {me: land.url(me) for me in (INTAKE_ME, LEAD_ME)}


def run(land: Land, settings: Settings, case: str, by: str = "o1", **more: object) -> list[str]:
    said = subject_access(settings, urls(land), case, by, **more)  # pyright: ignore[reportArgumentType]
    for instance in land.instances.values():
        instance.idle(clocks=False)
    return said


def test_it_is_written_down_released_on_the_page_and_written_out_once(
    land: Land, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    canaries = Canaries()
    case = told(land, canaries)
    attach_one(land, settings, case)
    assert all("nothing was asked" in line for line in run(land, settings, case))
    assert all("waits for a second officer" in line for line in run(land, settings, case, identity="known"))
    run(land, settings, case, "o2", identity="document")
    assert run(land, settings, case, to=land.folder / OUT)[0].endswith("and releases it"), "nothing before it is released"
    assert not (land.folder / OUT).exists()
    for me in (INTAKE_ME, LEAD_ME):
        (one,) = asked(land[me], case)
        assert one.told == {"identity": "known", "pressure": "no"}, "one request, however often it is written down"
        assert rows(land[me], "select count(*) from personrequest where told like '%known%'") == [(0,)], "closed by the instance"
        assert rows(land[me], "select officer from audit where act = 'ask_access'") == [("o1",)]
        decide(land[me], release_copy, ReleaseCopy(case=case, request=one.id, answer=CopyAnswer.COPY), f"yes {me}", "o2")
    with monkeypatch.context() as there:
        there.setenv("NRM_LANGUAGE", "fi")
        assert spoken().tag == "fi"
        kek = (land.folder / "keys" / f"{INTAKE_ME}.kek").rename(land.folder / "away")
        with pytest.raises(Trouble, match=r"Avainvarastoa intake.rs-insp ei voi käyttää: .*avain"):
            run(land, settings, case, to=land.folder / OUT)
        kek.rename(land.folder / "keys" / f"{INTAKE_ME}.kek")
    said = run(land, settings, case, to=land.folder / OUT)
    files = sorted((land.folder / OUT).iterdir(), key=lambda file: file.suffix)
    assert {str(file) for file in files} <= set(said)
    assert [file.suffix for file in files] == [".json", ".json", ".pdf", ".pdf", ".zip"]
    with ZipFile(files[-1]) as went:
        assert went.namelist() == [f"{files[-1].stem.rpartition('-')[0]}-1.png"], "of the one that has it"
    assert all(file.name.startswith("document-") and file.stat().st_mode & 0o077 == 0 for file in files)
    assert json.loads(files[0].read_bytes())["reported"]["D1"]["age_printed"] == canaries.told["age_printed"]
    assert rows(land[LEAD_ME], "select officer from audit where act = 'take_copy'") == [("o1",)]
    again = run(land, settings, case, to=land.folder / "again")
    assert [line.partition(": ")[2] for line in again] == ["handed over", "handed over"]
    assert not (land.folder / "again").exists()


def test_what_cannot_be_done_is_said(land: Land, settings: Settings) -> None:
    told(land, Canaries())
    with pytest.raises(Trouble, match="knows a case"):
        run(land, settings, "elsewhere")
    with pytest.raises(Trouble, match="document, known or representative"):
        run(land, settings, "elsewhere", identity="seen")
    with pytest.raises(Trouble, match="which officer"):
        run(land, settings, "elsewhere", " ")
    with pytest.raises(Trouble, match="no keystore"):
        run(land, settings.model_copy(update={"sealed": False}), "elsewhere")
