"""One case in which very much has happened, as its lead opens it: the pages of it, the person, words and documents."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy import delete
from sqlmodel import Session

from deploy.process.composition import service
from deploy.proving.bench.desks import landed, officer_of, timed
from deploy.proving.bench.lab import REPORTER, Lab, reports
from deploy.proving.bench.rows import BenchRow, nth
from deploy.proving.bench.serving import served
from services.assistance.decisions import DECISIONS as ASSISTANCE
from services.intake.decisions import DECISIONS as INTAKE
from services.referral.decisions import DECISIONS as REFERRAL
from shared.access.assignments import give
from shared.casework.documents import AttachDocument, attach_document, would_read
from shared.config.clock import WallClock
from shared.config.settings import PARTITIONS
from shared.privacy.document_intake import PieceWriter
from shared.processing.instance import Instance
from shared.protocol.documents import DocumentRef, Media
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import Need
from shared.records.reader import read
from shared.store.database import table
from shared.store.document_folder import DocumentFolder
from shared.store.tables import Position

EVENTS, STATEMENTS, WORDS, PAPERS = 500, 40, 60, 20
PAPER, PAPER_KIND = 1_000_000, "employment_paper"
"""Bytes of a document, and its kind."""
OPENS = 0.3
"""Seconds that nineteen of twenty may take."""
TIMES = 40
STATED = ("alias", "employer", "workplace")
TABLES = {"intake": INTAKE, "referral": REFERRAL, "assistance": ASSISTANCE}


async def measure(lab: Lab) -> list[BenchRow]:
    """Each page some dozens of times, one after the other."""
    return await asyncio.to_thread(_measure, lab)


def _measure(lab: Lab) -> list[BenchRow]:
    folder = lab.home / "busy"
    folder.mkdir()
    case, handoff, events = _played(lab, folder / f"referral.{lab.country.lead}.db")
    pages = {"the case": f"/lead/{case}", "the person": f"/lead/{case}/person", "its words": f"/lead/{case}/words/{handoff}"}
    pages["its documents"] = f"/lead/{case}/documents"
    with served(lab, lab.country.lead, folder, "referral") as one, httpx2.Client(base_url=one.url, timeout=30) as client:
        client.cookies.set(f"nrm_officer_{lab.country.lead}", officer_of(lab))
        took = {name: nth([timed(client, "GET", path) for _ in range(TIMES)][2:], 0.95) for name, path in pages.items()}
    what = f"{events} events, {STATEMENTS} statements, {WORDS} messages, {PAPERS} documents"
    return [
        BenchRow(f"{name}, p95: {what}", f"{seconds * 1000:.0f} ms", target=f"< {OPENS * 1000:.0f} ms", met=seconds < OPENS)
        for name, seconds in took.items()
    ]


class _Room:
    """A lead, who met the person and who helps, in one process, on a log that lies nowhere."""

    def __init__(self, lab: Lab, lead: Path) -> None:
        self.lab, self.ends, self.forms = lab, dict.fromkeys(range(PARTITIONS), 0), 0
        helps = next(line.agency for line in lab.country.invitations if line.need is Need.LEGAL)
        url = f"sqlite:///{lead}"
        self.lead = Instance(service("referral"), lab.country.lead, lab.country, url, WallClock(), protocol=NEWEST)
        others = (("intake", REPORTER), ("assistance", helps))
        self.intake, self.helps = (
            Instance(service(name), agency, lab.country, f"sqlite:///{lab.home}/busy.{name}.db", WallClock(), protocol=NEWEST)
            for name, agency in others
        )

    def attach(self, case: str, n: int) -> None:
        """Who met the person attaches a document, and all its pieces are at the lead."""
        picture = self.intake.view_of(case).case
        assert picture is not None
        ref = asyncio.run(_sealed(DocumentFolder(self.lab.home / "busy" / "documents" / self.lead.me), f"Invented {n}.png"))
        shown = tuple(would_read(picture, PAPER_KIND, self.intake.agency, self.intake.clock.now()[0]))
        command = AttachDocument(case=case, kind=PAPER_KIND, value=ref.written(), shown=shown)
        self.intake.transact(
            lambda work: self.intake.decide_in(work, attach_document, command, form=f"paper{n}", officer=officer_of(self.lab), case=case)
        )

    def settle(self) -> None:
        """Everybody has read what was decided, and what followed."""
        instances = (self.intake, self.lead, self.helps)
        while records := [landed(row, one, self.ends) for one in instances for row in one.outgoing.take(500)]:
            for instance in instances:
                instance.take(read(records))

    def decide(self, instance: Instance, act: str, **said: Any) -> None:
        """One decision, by the service's table."""
        self.forms += 1
        decision = TABLES[instance.service.name][act]
        command = decision.command.model_validate(said)
        instance.transact(
            lambda work: instance.decide_in(
                work, decision.use_case, command, form=f"busy{self.forms}", officer=officer_of(self.lab), case=said["case"]
            )
        )


def _played(lab: Lab, file: Path) -> tuple[str, str, int]:
    """The case, the hand-off on which is spoken, and how many events there are."""
    room = _Room(lab, file)
    (case,) = room.intake.transact(lambda work: reports(room.intake, work, 1))
    room.settle()
    picture = room.lead.transact(lambda work: work.picture(case))
    assert picture is not None
    handoff = next(h.id for h in picture.handoffs.values() if h.to == room.helps.agency)
    of = {"case": case, "handoff": handoff}
    for act in ("acknowledge", "accept"):
        room.decide(room.helps, act, **of)
        room.settle()
    for statement in _statements():
        room.decide(room.intake, "state", case=case, statements=[statement])
    agreed = {"agency": lab.country.lead, "need": Need.IDENTIFICATION, "classes": ["D1", "D2", "D3"], "language": "sr"}
    room.decide(room.lead, "record-consent", case=case, **agreed)
    room.settle()
    for n in range(PAPERS):
        room.attach(case, n)
    for n in range(WORDS):
        room.decide(room.lead, "ask", **of, purpose=Need.LEGAL, about=["communication"], words=f"Invented for the bench: question {n}")
    room.settle()
    for _ in range(EVENTS - _events(room.lead, case)):
        room.decide(room.helps, "take-action", **of, action="legal_step")
    room.settle()
    events = _events(room.lead, case)
    with Session(room.lead.engine) as session, session.begin():
        session.connection().execute(delete(table(Position)))
    room.lead.transact(lambda work: give(work, case, officer_of(lab), officer_of(lab), room.lead.clock.now()[0]))
    for instance in (room.intake, room.lead, room.helps):
        instance.close()
    return case, handoff, events


def _events(lead: Instance, case: str) -> int:
    known = lead.transact(lambda work: work.view(case).case)
    return len(known.settled) if known else 0


async def _sealed(folder: DocumentFolder, name: str) -> DocumentRef:
    writer = PieceWriter(folder)
    await writer.add(bytes(PAPER))
    id, key, size, proof = await writer.end()
    return DocumentRef(id, key.hex(), proof, size, Media.PNG, name)


def _statements() -> Iterable[dict[str, Any]]:
    for n in range(STATEMENTS):
        field = STATED[n % len(STATED)]
        yield {"field": field, "value": f"Invented {uuid4().hex[:8]} {n}", "source": "said"}
