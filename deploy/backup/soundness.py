"""Whether an agency's databases hold together, without the other agencies': folded once more, compared, recounted."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select

from deploy.language_choice import translate
from deploy.oracle import Rows
from deploy.oracle.by_hand import altered
from deploy.verify.ledger import read_file, read_postgres
from shared.protocol.case import SETTLING, Case, Verdict
from shared.protocol.core import Core
from shared.protocol.fold import Folded, fold
from shared.protocol.following import View
from shared.protocol.versions import FIRST
from shared.records.codec import from_json
from shared.store.tables import Audit, CaseView, Journal, Outbox, Parked
from shared.store.view_cache import load_view

FOLDED = frozenset(verdict.value for verdict in Verdict)
"""Anything else is a mark: the picture came from the lead's checkpoint, or a record was set aside."""


@dataclass
class Sound:
    """What was looked at in one instance's database, and a sentence for each thing that is wrong."""

    instance: str
    cases: int = 0
    folded: int = 0
    """Cases folded once more from their first record; others came by checkpoint."""
    records: int = 0
    decisions: int = 0
    audit: int = 0
    """Lines that tell of what somebody did; those about rows are beside them."""
    parked: int = 0
    opened: int = 0
    """Sections that opened with the keystore that was looked at with it."""
    wrong: list[str] = field(default_factory=list[str])


def examine(instance: str, engine: Engine) -> Sound:
    """Everything that one database can prove by itself."""
    with Session(engine.execution_options(reader=True)) as session:
        journal = list(session.exec(select(Journal).order_by(col(Journal.seq))))
        outbox = list(session.exec(select(Outbox).order_by(col(Outbox.seq))))
        pictures = {row.case: row.view for row in session.exec(select(CaseView))}
        found = Sound(instance, len(pictures), records=len(journal), decisions=len(outbox), parked=len(_all(session, Parked)))
        found.wrong += _audit(session, found)
    found.wrong += (said.removeprefix(f"{instance}: ") for said in altered([_read(instance, engine)]))
    found.wrong += _settled(instance, journal, outbox)
    found.wrong += _pictures(journal, pictures, found)
    return found


def _read(instance: str, engine: Engine) -> Rows:
    if engine.dialect.name == "sqlite":
        return read_file(Path(engine.url.database or ""), instance)
    return read_postgres(engine.url.set(drivername="postgresql").render_as_string(hide_password=False), instance)


def _all(session: Session, model: type[SQLModel]) -> list[SQLModel]:
    return list(session.exec(select(model)))


def _audit(session: Session, found: Sound) -> Iterator[str]:
    digest = ""
    for row in session.exec(select(Audit).order_by(col(Audit.seq))):
        found.audit += not row.rows
        digest = hashlib.sha256(f"{digest}\n{row.at}\n{row.officer}\n{row.act}\n{row.case}\n{row.key}".encode()).hexdigest()
        if digest != row.digest:
            yield translate("the audit's line %(seq)s does not follow from the lines before it: one was changed or taken away", seq=row.seq)
            return


def _settled(instance: str, journal: list[Journal], outbox: list[Outbox]) -> Iterator[str]:
    settled: dict[str, list[str]] = {}
    for row in journal:
        if row.verdict in SETTLING:
            settled.setdefault(row.key, []).append(row.verdict)
    yield from (
        translate("decision %(key)s is settled %(said)s times", key=key[:8], said=len(said))
        for key, said in settled.items()
        if key and len(said) > 1
    )
    for row in outbox:
        said = settled.get(row.key, [])
        if row.state == "done" and said and [row.verdict] != said:
            yield translate(
                "decision %(key)s is %(verdict)s in the outbox and %(said)s in the journal",
                key=row.key[:8],
                verdict=row.verdict,
                said=", ".join(said),
            )
        if row.state == "waiting" and said:
            yield translate("decision %(key)s still waits though the journal has it", key=row.key[:8])


def _pictures(journal: list[Journal], pictures: dict[str, str], found: Sound) -> Iterator[str]:
    rows: dict[str, list[Journal]] = {}
    for row in journal:
        rows.setdefault(row.case, []).append(row)
    for case, text in pictures.items():
        try:
            view = load_view(text)
        except (ValueError, TypeError, KeyError):
            yield translate("the picture of case %(case)s cannot be read", case=case)
            continue
        records = rows.get(case, [])
        if view.member and records and records[0].type == "case.reported.v1" and all(r.verdict in FOLDED for r in records):
            found.folded += 1
            yield from _folded(case, view, records)


def _folded(case: str, view: View, records: list[Journal]) -> Iterator[str]:
    picture: Case | None = None
    for row in records:
        folded = _anew(picture, row)
        picture = folded.case
        if folded.verdict != row.verdict:
            yield translate(
                "in case %(case)s, %(type)s at %(partition)s:%(place)s is %(verdict)s, and folded anew %(anew)s",
                case=case,
                type=row.type,
                partition=row.partition,
                place=row.place,
                verdict=row.verdict,
                anew=folded.verdict,
            )
            return
    if picture is None or view.case is None or json.loads(picture.model_dump_json()) != json.loads(view.case.model_dump_json()):
        yield translate("the picture of case %(case)s is not what its records make", case=case)


def _anew(picture: Case | None, row: Journal) -> Folded:
    """A record folded once more. The journal does not keep the protocol of a core: it is its case's, or the record was unreadable."""
    facts = from_json(row.body)["D0"]
    protocol = picture.protocol if picture else facts.get("protocol", FIRST)
    return fold(
        picture, Core(row.case, row.roster, row.author, row.at, row.key, row.cause, row.type, facts, simulated=row.simulated, v=protocol)
    )
