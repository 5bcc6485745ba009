"""Two desks that can lead a case, and one of them asked to take it over: where changes of the lead begin."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deploy.proving.simulation.land import BESIDE_IT, OTHER_LEAD, with_two_desks
from services.referral.handlers.consent import RecordConsent, record_consent
from services.referral.handlers.lead import AskToLead, OfTransfer, ask_to_lead
from shared.config.country import Country
from shared.decisions.errors import RuleBroken
from shared.processing.instance import Instance
from shared.protocol.case import Case
from shared.protocol.vocabulary import DataClass, HandoffKind, Need
from tests.shared.bus import SimulatedRecord, Topic
from tests.shared.land import (
    COUNTRY,
    INTAKE_ME,
    LEAD_ME,
    POLICE_ME,
    SERVICES,
    Hand,
    database,
    decide,
    report,
    settle,
    sure,
)
from tests.shared.land import templates as templates_of_this_run

WORKS = BESIDE_IT
CLINIC = "assistance.rs-health"
EVERYBODY = (INTAKE_ME, LEAD_ME, OTHER_LEAD, WORKS, POLICE_ME)


@dataclass
class Desks:
    """Two desks that can lead, who reports, and two who act. Each is opened when it is first asked for."""

    folder: Path
    templates: Path
    land: Country = field(default_factory=lambda: with_two_desks(COUNTRY))
    topic: Topic = field(default_factory=Topic)
    clock: Hand = field(default_factory=Hand)
    instances: dict[str, Instance] = field(default_factory=dict[str, Instance])

    def __getitem__(self, me: str) -> Instance:
        return self.instances.get(me) or self.opened(me)

    def opened(self, me: str, path: Path | None = None) -> Instance:
        """This instance on its file, or on another."""
        name, _, agency = me.partition(".")
        file = path or self.folder / f"{me}.db"
        if not file.exists():
            file = database(self.folder, self.templates, SERVICES[name], me)
        self.instances[me] = Instance(SERVICES[name], agency, self.land, f"sqlite:///{file}", self.clock)
        self.instances[me].catches_up()
        return self.instances[me]

    def open_all(self) -> None:
        for me in EVERYBODY:
            if me not in self.instances:
                self.opened(me)

    def settle(self) -> None:
        self.open_all()
        settle(self.topic, *self.instances.values())

    def close(self) -> None:
        for one in self.instances.values():
            one.close()


@pytest.fixture
def desks(tmp_path: Path, templates: Path) -> Iterator[Desks]:
    made = Desks(tmp_path, templates)
    yield made
    made.close()


def led_by(desks: Desks, case: str) -> set[str]:
    return {sure(desks[me], case).lead for me in EVERYBODY}


def asked(desks: Desks, classes: tuple[DataClass, ...] = tuple(DataClass)[1:9]) -> tuple[str, OfTransfer]:
    """A case whose person agrees to all; the other desk is asked to lead it, and knows. Played once for all tests of a process: where
    nothing has happened yet, these desks go on from a copy."""
    if desks.instances:
        return _ask(desks, classes)
    files, log, case, command = _asked(classes)
    shutil.copytree(files, desks.folder, dirs_exist_ok=True)
    for record in log:
        desks.topic.land(record.key, record.value, record.timestamp, record.partition)
    desks.open_all()
    return case, command


@cache
def _asked(classes: tuple[DataClass, ...]) -> tuple[Path, Sequence[SimulatedRecord], str, OfTransfer]:
    files = Path(tempfile.mkdtemp(prefix="nrm-desks-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    desks = Desks(files, templates_of_this_run())
    case, command = _ask(desks, classes)
    desks.close()
    return files, desks.topic.all(), case, command


def _ask(desks: Desks, classes: tuple[DataClass, ...]) -> tuple[str, OfTransfer]:
    case = report(desks[INTAKE_ME], form="met")
    desks.settle()
    for agency in ("rs-lead", "rs-west"):
        told = RecordConsent(case=case, agency=agency, need=Need.IDENTIFICATION, classes=classes, language="sr")
        decide(desks[LEAD_ME], record_consent, told, f"agreed {agency}")
    decide(desks[LEAD_ME], ask_to_lead, AskToLead(case=case, agency="rs-west"), "asks")
    desks.settle()
    return case, OfTransfer(case=case, handoff=transfer(sure(desks[OTHER_LEAD], case)))


def transfer(case: Case) -> str:
    return next(h.id for h in case.handoffs.values() if h.kind is HandoffKind.TRANSFER)


def broken(instance: Instance, use_case: Any, command: Any, form: str) -> str:
    with pytest.raises(RuleBroken) as raised:
        decide(instance, use_case, command, form)
    return raised.value.code
