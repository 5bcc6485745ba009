"""The first responders of an import: an intake instance for each, in one process with one poll, and what they are to report."""

import asyncio
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.importers.ledger import ImportLedger, Reported
from deploy.sent_files.lines import MalformedLine
from deploy.sent_files.uk_nrm import ImportRow
from services.intake.handlers.reports import FileReport, ImportedReport, file_report
from services.intake.service import SERVICE
from shared.config.clock import Clock
from shared.config.country import Country
from shared.crypto.keystore import Keystore
from shared.decisions.decide import foresee
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.instance import Instance
from shared.protocol.vocabulary import AgeBand
from shared.records.sealer import Sealer
from shared.store.database import engine_for, migrate

GROUP = 200
"""Decisions that share a transaction."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a row: who reports, and what."""

    agency: str
    row: str
    number: int
    """From 1, within the row."""
    at: int
    report: FileReport

    @property
    def form(self) -> str:
        """The same person in another run is the same form, so one decision."""
        return f"uk-nrm:{self.row}:{self.number}"


def instances(
    country: Country, agencies: Collection[str], data: Path, clock: Clock, seals: Callable[[str], Sealer | None], keys: Path
) -> dict[str, Instance]:
    """Agency → its intake's instance. `seals` has the seal of each agency's intake, `keys` is the folder of their private keys.

    One folder serves all their keystores; an intake that seals nothing has none.
    """
    writer = ThreadPoolExecutor(1, "intake")
    _prepare([data / f"intake.{a}.db" for a in agencies], data / "intake.empty")

    def instance(agency: str) -> Instance:
        me, seal = f"intake.{agency}", seals(agency)
        keystore = Keystore(me, data / "keystore", keys) if seal else None
        return Instance(SERVICE, agency, country, f"sqlite:///{data}/{me}.db", clock, writer, seal=seal, keystore=keystore)

    return {agency: instance(agency) for agency in agencies}


def _prepare(files: list[Path], empty: Path) -> None:
    """Lay an empty database where there is none: migrated once and copied, since sixty-seven migrations would take their time."""
    missing = [file for file in files if not file.exists()]
    if not missing:
        return
    empty.unlink(missing_ok=True)
    engine = engine_for(f"sqlite:///{empty}")
    migrate(engine, SERVICE.migrations)
    engine.dispose()
    for file in missing:
        half = file.with_suffix(".half")
        shutil.copyfile(empty, half)
        half.replace(file)
    empty.unlink()


def people(
    rows: Iterable[ImportRow],
    limit: int | None,
    agencies: dict[tuple[str, str], str],
    ledger: ImportLedger,
    zone: ZoneInfo,
    bad: Callable[[MalformedLine], None],
) -> Iterator[Person]:
    """The people of these rows, the first `limit` of the file at most, without those that the ledger knows.

    Quarters are those of `zone`."""
    left = limit
    for row in rows:
        name, count = ledger.known(row.identities), row.people if left is None else min(row.people, left)
        before = ledger.people[name]
        if before > row.people:
            bad(MalformedLine(row.line, f"people is {row.people}, and {before} were imported before; a report cannot be taken back"))
        report = report_of(row)
        for number in range(before + 1, count + 1):
            yield Person(agencies[row.responder], name, number, row.moment(number, zone), report)
        left = None if left is None else left - count


def report_of(row: ImportRow) -> ImportedReport:
    """What the first responder files: codes for the rules, and the printed values beside them.

    The published referrals are of adults who consented and of children, whose referral needs no consent.
    """
    _, _, _, forms, age, gender, nationality = row.values
    return ImportedReport(
        danger=False, consent=row.age is not AgeBand.CHILD, age=row.age, sex=row.sex, forms=row.forms, nationality=nationality,
        age_printed=age, sex_printed=gender, forms_printed=forms,
    )  # fmt: skip


async def feed(
    listed: Iterable[Person], instances: dict[str, Instance], ledger: ImportLedger, told: Callable[[int], None], ready: Callable[[], bool]
) -> None:
    """Have the first responders report these people, in groups that share a transaction; `told` hears how many, `ready` says go on."""
    waiting: dict[str, list[Person]] = {}
    for person in listed:
        group = waiting.setdefault(person.agency, [])
        group.append(person)
        if len(group) >= GROUP:
            await _report(waiting.pop(person.agency), instances, ledger, told, ready)
    for group in waiting.values():
        await _report(group, instances, ledger, told, ready)


async def _report(
    group: list[Person], instances: dict[str, Instance], ledger: ImportLedger, told: Callable[[int], None], ready: Callable[[], bool]
) -> None:
    while not ready():  # noqa: ASYNC110  what is waited for is in other threads and has no event
        await asyncio.sleep(0.02)
    instance = instances[group[0].agency]

    def job(work: UnitOfWork) -> list[Reported]:
        foresee(work, [p.form for p in group])
        return [
            Reported(p.row, p.number, instance.decide_in(work, file_report, p.report, form=p.form, officer="importer", at=p.at).case)
            for p in group
        ]

    ledger.write(await instance.run(job))
    told(len(group))
