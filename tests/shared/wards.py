"""A clinic whose instance cannot apply some records, with its pages: what the tests of parked records' pages stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from shared.processing.instance import Instance
from tests.browser.desks import Town, Visitor
from tests.shared.land import rows, sure
from tests.shared.reported import reported
from tests.shared.trios import Ill

HOME = "/operations/parked"


@dataclass
class Ward:
    """A clinic that cannot apply some records of a case in which it was asked for help."""

    town: Town
    case: str
    ill: Ill

    @property
    def clinic(self) -> Visitor:
        return self.town.at["rs-zdr-bg"]

    @property
    def instance(self) -> Instance:
        return next(instance for instance in self.town.instances if instance.me == "assistance.rs-zdr-bg")

    @property
    def handoff(self) -> str:
        return next(h.id for h in sure(self.instance, self.case).handoffs.values() if h.to == "rs-zdr-bg")

    def park(self) -> str:
        """The lawyers' answer cannot be applied, and another record waits behind it; the address of the page about it."""
        self.ill.types, self.ill.cases = {"handoff.acknowledged.v1"}, {self.case}
        lawyers = self.town.at["rs-ngo-pomoc"]
        path = next(h.id for h in sure(self.instance, self.case).handoffs.values() if h.to == "rs-ngo-pomoc")
        for decision in ("open", "accept"):
            assert lawyers.post(f"/cases/{self.case}/handoffs/{path}/{decision}", form_id=decision).status_code == 303
            self.town.carry()
        ((partition, place), *_) = rows(self.instance, "select partition, place from parked order by place")
        return f"{HOME}/assistance/{partition}/{place}"

    def act(self) -> None:
        for instance in self.town.instances:
            instance.idle(clocks=False)


@contextmanager
def warded(data: Path) -> Iterator[Ward]:
    with reported(data) as (made, case):
        found = Ward(made, case, Ill())
        found.instance.service = replace(found.instance.service, project=found.ill.project)
        yield found
