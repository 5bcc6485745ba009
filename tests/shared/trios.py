"""Intake, the lead, and a police station that cannot apply some records: what the tests of parking stand on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from shared.decisions.change import Change
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.instance import Instance
from shared.processing.retry import ask_retry
from shared.protocol.vocabulary import Need
from tests.shared.bus import Topic
from tests.shared.land import (
    INTAKE_ME,
    LEAD_ME,
    POLICE_ME,
    SERVICES,
    Hand,
    database,
    instance_at,
    invite,
    pull,
    report,
    rows,
    seen,
    send,
    settle,
)


@dataclass
class Ill:
    """A projection that fails for the types named here, in the cases named here."""

    types: set[str] = field(default_factory=set[str])
    cases: set[str] = field(default_factory=set[str])

    def project(self, work: UnitOfWork, change: Change) -> None:
        core = change.noted.core
        if core.type in self.types and core.case in self.cases:
            raise ZeroDivisionError("a value that must not be told")


@dataclass
class Trio:
    """Intake, the lead, and the police whose projection is ill."""

    topic: Topic
    intake: Instance
    lead: Instance
    police: Instance
    ill: Ill
    again: Callable[[], Instance]

    def settle(self) -> None:
        settle(self.topic, self.intake, self.lead, self.police)

    def settle_others(self) -> None:
        """What the police has decided goes out, and the two others read it."""
        send(self.police, self.topic)
        settle(self.topic, self.intake, self.lead)

    def retry(self) -> None:
        self.police.transact(lambda work: ask_retry(work.session))
        self.police.idle(clocks=False)


@contextmanager
def three(tmp_path: Path, templates: Path) -> Iterator[Trio]:
    """The three on files of a folder, closed in the end."""
    clock, ill = Hand(), Ill()
    service = replace(SERVICES["assistance"], project=ill.project)
    files = {me: database(tmp_path, templates, SERVICES[me.partition(".")[0]], me) for me in (INTAKE_ME, LEAD_ME, POLICE_ME)}

    def again() -> Instance:
        return instance_at(files[POLICE_ME], POLICE_ME, clock, service)

    made = Trio(Topic(), instance_at(files[INTAKE_ME], INTAKE_ME, clock), instance_at(files[LEAD_ME], LEAD_ME, clock), again(), ill, again)
    yield made
    for instance in (made.intake, made.lead, made.police):
        instance.close()


def parked(instance: Instance) -> list[tuple[Any, ...]]:
    return rows(instance, 'select "case", code, reason from parked order by place')


def asked(trio: Trio, case: str) -> str:
    picture = seen(trio.lead, case)
    assert picture
    return next(h.id for h in picture.handoffs.values() if h.to == "rs-pol")


def more(trio: Trio, case: str) -> None:
    """One more hand-off of this case lies on the log."""
    invite(trio.lead, case, "rs-ngo", Need.HEALTH, f"more of {case}")
    settle(trio.topic, trio.intake, trio.lead)


def two_cases(trio: Trio) -> tuple[str, str]:
    """Two cases whose hand-offs the police has not read; of the first one kind of record cannot be applied there."""
    ill, well = report(trio.intake, "f1"), report(trio.intake, "f2")
    settle(trio.topic, trio.intake, trio.lead)
    trio.ill.types, trio.ill.cases = {"checkpoint.set.v1"}, {ill}
    pull(trio.police, trio.topic)
    return ill, well
