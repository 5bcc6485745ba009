"""A document of 25 MB: taken in, cleaned, sealed, and whole at three readers; and how much more memory that takes of their process."""

import asyncio
import time
from collections.abc import AsyncIterator
from io import BytesIO
from random import Random

import pikepdf
import psutil

from deploy.proving.bench.lab import REPORTER, Lab, reports, running, until
from deploy.proving.bench.rows import BenchRow
from shared.casework.documents import AttachDocument, attach_document, would_read
from shared.config.tasks import end
from shared.privacy.document_intake import taken_in
from shared.processing.instance import Instance
from shared.protocol.documents import DocumentRef
from shared.protocol.vocabulary import AgeBand, AgencyKind, Need
from shared.store.document_folder import DocumentFolder, DocumentShelf

SIZE, CHUNK = 25_000_000, 65_536
WITHIN, MORE = 10.0, 32.0
"""Seconds, and megabytes."""


async def measure(lab: Lab) -> list[BenchRow]:
    """Once, of a child, so that who guards children reads it beside the lead."""
    country = lab.country
    guards = next(one.id for one in country.agencies if one.kind is AgencyKind.SOCIAL_SERVICES and "assistance" in one.services)
    intake, readers = (
        lab.instance("intake", REPORTER),
        [lab.lead(), lab.instance("assistance", country.lead), lab.instance("assistance", guards)],
    )
    for n, one in enumerate((intake, *readers)):
        one.keeps_documents(DocumentShelf(DocumentFolder(lab.home / "documents" / f"{one.me}.{n}")))
    file = await asyncio.to_thread(_file)
    async with running(lab, intake, *readers) as changed:
        await until(lambda: all(one.caught_up for one in (intake, *readers)), changed)
        told = {"age": AgeBand.CHILD, "consent": False, "needs": (Need.GUARDIANSHIP,)}
        case = (await intake.run(lambda work: reports(intake, work, 1, **told)))[0]
        await until(lambda: _joined(intake, case, guards), changed)
        before, watched = _resident(), asyncio.create_task(_most())
        started = time.perf_counter()
        ref = await _attached(intake, case, file)
        sealed = time.perf_counter() - started
        await until(lambda: all(_whole(one, ref) for one in readers), changed)
        took = time.perf_counter() - started
        await end(watched)
    more = (max(_seen) - before) / 1e6
    what, memory = (
        f"{ref.size / 1e6:.0f} MB attached here → whole at three readers",
        "more memory for it, sender and readers in one process",
    )
    figure = f"{took:.1f} s, of it {sealed:.1f} s until it is clean and sealed"
    return [
        BenchRow(what, figure, target=f"< {WITHIN:g} s", met=took < WITHIN),
        BenchRow(memory, f"{more:.0f} MB", target=f"< {MORE:g} MB", met=more < MORE),
    ]


def _file() -> bytes:
    """A PDF of one page with a picture of noise."""
    made, side = BytesIO(), int((SIZE / 3) ** 0.5)
    with pikepdf.new() as document:
        document.add_blank_page()
        noise = Random(7).randbytes(side * side * 3)  # noqa: S311  it need not be unguessable
        drawn = pikepdf.Stream(
            document, noise, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=side, Height=side, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB,
        )  # fmt: skip
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=drawn))
        document.save(made, compress_streams=False)
    return made.getvalue()


async def _attached(intake: Instance, case: str, file: bytes) -> DocumentRef:
    async def content() -> AsyncIterator[bytes]:
        for at in range(0, len(file), CHUNK):
            yield file[at : at + CHUNK]

    assert intake.documents is not None
    folder, picture = intake.documents.folder, intake.view_of(case).case
    assert picture is not None
    ref = await taken_in(folder, content(), "invented.pdf", "")
    folder.send_from(ref.id, 0)
    shown = tuple(would_read(picture, "identity_paper", intake.agency, intake.clock.now()[0]))
    command = AttachDocument(case=case, kind="identity_paper", value=ref.written(), shown=shown)
    await intake.decide(attach_document, command, form="bench-document", officer="bench", case=case)
    return ref


def _joined(intake: Instance, case: str, agency: str) -> bool:
    picture = intake.view_of(case).case
    return picture is not None and picture.member(agency) is not None


def _whole(one: Instance, ref: DocumentRef) -> bool:
    return one.documents is not None and one.documents.folder.here(ref.id) >= frozenset(range(ref.pieces))


_seen = list[int]()


def _resident() -> int:
    return psutil.Process().memory_info().rss


async def _most() -> None:
    while True:
        _seen.append(_resident())
        await asyncio.sleep(0.02)
