"""A small country and its instances on database files, without a bus: what the tests of the runtime stand on."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.proving.simulation.land import COUNTRY as SIMULATED
from services.assistance.service import SERVICE as ASSISTANCE
from services.intake.handlers.reports import ImportedReport, file_report
from services.intake.service import SERVICE as INTAKE
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, RecordConsent, record_consent
from services.referral.handlers.ending import CloseCase
from services.referral.service import SERVICE as REFERRAL
from shared.config.country_tables import Accounts, Region
from shared.decisions.decide import Receipt, UseCase
from shared.processing.instance import Instance
from shared.processing.service import Service
from shared.protocol.case import Case
from shared.protocol.closing import open_handoffs, open_tasks
from shared.protocol.facts import EndedHandoff, EndedTask
from shared.protocol.vocabulary import AgencyKind, CloseReason, Ending, Need
from shared.store import chain
from shared.store.database import engine_for, migrate
from tests.share import alone, folder
from tests.shared.bus import START, SimulatedRecord, Topic

SERVICES = {s.name: s for s in (INTAKE, REFERRAL, ASSISTANCE)}
COUNTRY = SIMULATED.model_copy(update={
    "name": "Test", "code": "RS", "regions": (Region(code="RS11", name="Capital region"), Region(code="RS12", name="The north")),
    "accounts": Accounts(held_by=frozenset({AgencyKind.LABOUR_INSPECTORATE, AgencyKind.IDENTIFIER, AgencyKind.NGO})),
    "invitations": tuple(i for i in SIMULATED.invitations if i.need in (Need.INVESTIGATION, Need.LEGAL)),
})  # fmt: skip
"""The simulation's country with fewer invitations by policy, so that a test invites to the other needs itself."""
INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME = "intake.rs-insp", "referral.rs-lead", "assistance.rs-pol", "assistance.rs-ngo"


@dataclass
class Hand:
    """A clock whose hand the test moves."""

    at: int = START

    def now(self) -> tuple[int, bool]:
        """What the test says."""
        return self.at, False


def templates() -> Path:
    """Where the migrated databases lie that the tests of this run copy: a migration costs more than many a test."""
    place = folder() / "templates"
    place.mkdir(exist_ok=True)
    return place


def database(at: Path, templates: Path, service: Service, name: str) -> Path:
    """A database file of this service, migrated: a copy of its template."""
    template = templates / f"{service.name}.db"
    if not template.exists():
        with alone(template.stem):
            if not template.exists():
                _make(template, service)
    return Path(shutil.copy(template, at / f"{name}.db"))


def _make(template: Path, service: Service) -> None:
    """Whoever finds a template finds a whole one."""
    begun = template.with_suffix(".begun")
    engine = engine_for(f"sqlite:///{begun}")
    migrate(engine, service.migrations)
    with engine.begin() as connection:
        chain.begin(connection, START)  # as the first start of an instance on it would
    engine.dispose()
    begun.rename(template)


def instance_at(path: Path, me: str, clock: Hand, service: Service | None = None) -> Instance:
    """This instance on this file."""
    name, _, agency = me.partition(".")
    instance = Instance(service or SERVICES[name], agency, COUNTRY, f"sqlite:///{path}", clock)
    instance.catches_up()
    return instance


def decide(instance: Instance, use_case: UseCase, command: Any, form: str, officer: str = "o1") -> Receipt:
    """A person asks, in this thread."""
    case = getattr(command, "case", None)
    return instance.transact(lambda work: instance.decide_in(work, use_case, command, form=form, officer=officer, case=case))


def closing(lead: Instance, case: str, ending: Ending = Ending.NOT_NEEDED) -> CloseCase:
    """The lead's closing, with one answer to all that is open."""
    picture = sure(lead, case)
    handoffs = tuple(EndedHandoff(handoff=h.id, ending=ending) for h in open_handoffs(picture))
    tasks = tuple(EndedTask(task=t.id, ending=ending) for t in open_tasks(picture))
    return CloseCase(case=case, reason=CloseReason.OTHER, handoffs=handoffs, tasks=tasks)


def report(instance: Instance, form: str = "f1", **answers: Any) -> str:
    """A report is filed; its case."""
    asked = answers.get("age", "adult") in ("adult", "unknown")
    told: dict[str, Any] = {"danger": False, "consent": asked, "age": "adult", "needs": ("investigation", "legal"), "forms": ("LAB",)}
    return decide(instance, file_report, ImportedReport.model_validate({**told, **answers}), form).case


def agree(instance: Instance, case: str, agency: str, need: Need, form: str, **said: Any) -> Receipt:
    """The lead records that the person agrees."""
    told = {"case": case, "agency": agency, "need": need, "classes": ("D1", "D2"), "language": "sr", **said}
    return decide(instance, record_consent, RecordConsent.model_validate(told), f"agreed {form}")


def invite(instance: Instance, case: str, agency: str, need: Need, form: str) -> Receipt:
    """The person agrees, and the lead brings the agency in."""
    agree(instance, case, agency, need, form)
    return decide(instance, add_agency, AddAgency(case=case, agency=agency, need=need), form)


def seen(instance: Instance, case: str) -> Case | None:
    """What a page shows: the picture with own decisions that wait."""
    return instance.transact(lambda work: work.picture(case))


def send(instance: Instance, topic: Topic, limit: int = 500) -> list[SimulatedRecord]:
    """The relay's round: take, complete, land, acknowledge."""
    landed: list[SimulatedRecord] = []
    for row in instance.outgoing.take(limit):
        key, value, _ = instance.completed(row, instance.view_of(row.case).case)
        record = topic.land(key, value)
        instance.outgoing.acknowledged(row, record.partition, record.offset)
        landed.append(record)
    return landed


def pull(instance: Instance, topic: Topic, limit: int = 500) -> bool:
    """One poll from the last record that the instance knows."""
    taken = topic.after(instance.positions.seeks(topic.bounds()), limit)
    return instance.take(taken) if taken else True


def settle(topic: Topic, *instances: Instance, rounds: int = 60) -> None:
    """Send and read until nothing moves any more."""
    for _ in range(rounds):
        before = topic.ends()
        for instance in instances:
            send(instance, topic)
        for instance in instances:
            if instance.parked or not _has_read(instance, topic):
                pull(instance, topic)
        if topic.ends() == before and not any(len(d.outgoing) for d in instances):
            return
    raise AssertionError({d.me: [(r.type, r.key) for c in d.outgoing.cases() for r in d.outgoing.of(c)] for d in instances})


def _has_read(instance: Instance, topic: Topic) -> bool:
    """Whether a poll would find nothing new for it."""
    return all(instance.positions.next(partition) == bounds.end for partition, bounds in topic.bounds().items())


def rows(instance: Instance, sql: str) -> list[tuple[Any, ...]]:
    """What the database holds, read beside the instance."""
    if instance.engine.dialect.name != "sqlite":
        with instance.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql.replace("%", "%%"))]
    with sqlite3.connect(str(instance.engine.url.database)) as raw:
        return list(raw.execute(sql))


def noted(instance: Instance, case: str) -> list[tuple[str, str]]:
    """(type, verdict) of each record of a case, in order."""
    return [(str(t), str(v)) for t, v in rows(instance, f"select type, verdict from journal where \"case\" = '{case}' order by seq")]


def sure(instance: Instance, case: str) -> Case:
    """The picture of a case that must be there."""
    found = seen(instance, case)
    assert found is not None, f"{instance.me} has no picture"
    return found
