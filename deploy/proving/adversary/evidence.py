"""Seen and true, side by side: what the adversary learns from, and is held to."""

from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

from deploy.proving.adversary import features
from deploy.proving.adversary.features import Surroundings
from deploy.proving.adversary.forest import Example
from deploy.proving.adversary.truth import Happened, Truth
from deploy.proving.adversary.view import BrokerView
from shared.protocol.case import agency_of, service_of
from shared.protocol.channel import in_channel
from shared.protocol.letters import CoverSent

YES, NO = "yes", "no"
AGENCY, SERVICE, TYPE, CLASSES = "which agency wrote it", "which service wrote it", "which event it is", "which data classes are in it"
PERSONAL = "whether it says anything of the person"
REAL = "whether a record of the channel is a side case's"
TAKES_PART, IS_SIDE = "whether a confidential agency takes part", "whether it is a side case"


def _agency(record: Happened) -> str:
    return agency_of(record.author)


def _service(record: Happened) -> str:
    return service_of(record.author)


def _type(record: Happened) -> str:
    return record.type


def _classes(record: Happened) -> str:
    return " ".join(sorted(record.classes)) or "none"


def _personal(record: Happened) -> str:
    return YES if record.classes else NO


RECORDS: dict[str, Callable[[Happened], str]] = {
    AGENCY: _agency, SERVICE: _service, TYPE: _type, CLASSES: _classes, PERSONAL: _personal,
}  # fmt: skip
"""What is asked of each record."""


@dataclass
class Evidence:
    """A view with its truth."""

    view: BrokerView
    truth: Truth

    @cached_property
    def times(self) -> dict[str, list[int]]:
        """When each real case had records, ms UTC."""
        return {case: [r.at for r in records] for case, records in self.view.cases.items() if case in self.truth.cases}

    @cached_property
    def _halves(self) -> dict[str, int]:
        families = sorted({self.truth.family(case) for case in self.truth.cases})
        Random(5).shuffle(families)  # noqa: S311  a figure, not a secret
        return {family: n % 2 for n, family in enumerate(families)}

    def half(self, case: str) -> int:
        """0 or 1: in which half of the cases this one is; side cases are where their main ones are."""
        return self._halves[self.truth.family(case)]

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings.of(self.view)

    @cached_property
    def records(self) -> dict[str, list[Example]]:
        """Question → an example for each record of a case."""
        seen = [
            (case, self.truth.events[place], what)
            for case, records in self.view.cases.items()
            if case in self.truth.cases
            for record, what in zip(records, features.of_records(case, records, self._around), strict=True)
            if (place := (record.partition, record.offset)) in self.truth.events
        ]
        family = self.truth.family
        asked = {name: [Example(family(case), answer(event), what) for case, event, what in seen] for name, answer in RECORDS.items()}
        return {**asked, REAL: list(self._channel())}

    def _channel(self) -> Iterator[Example]:
        """An example for each record of a channel; those of a side case, and the cover of a case, go with the main case."""
        for key, records in self.view.cases.items():
            if not in_channel(key):
                continue
            for record, what in zip(records, features.of_records(key, records, self._around), strict=True):
                main = self.truth.channel.get((record.partition, record.offset))
                if main is not None:
                    real = self.truth.events[record.partition, record.offset].type != CoverSent.TYPE
                    yield Example(main, YES if real else NO, what | self._main_near(record.at))

    def _main_near(self, at: int) -> dict[str, Hashable]:
        """What lies beside a record of the channel in main cases: how long before and after it, and how much."""
        before, after, soon = self._around.cases_near(at)
        return {"main_before": before, "main_after": after, "main_soon": soon}

    @cached_property
    def cases(self) -> dict[str, list[Example]]:
        """Question → an example for each case."""
        truth, sheltered = self.truth, set(self.truth.sides.values())
        seen = {case: features.of_case(case, records, self._around) for case, records in self.view.cases.items() if case in truth.cases}
        return {
            TAKES_PART: [Example(case, YES if case in sheltered else NO, what) for case, what in seen.items() if case not in truth.sides],
            IS_SIDE: [Example(truth.family(case), YES if case in truth.sides else NO, what) for case, what in seen.items()],
        }


@dataclass(frozen=True)
class GameRules:
    """What is asked, and what the adversary may use."""

    questions: Collection[str] = ()
    """These alone; all where none is named."""
    lessons: Evidence | None = None
    """What he has played himself, since the programs are public: to learn from beside one half of the cases."""
    only: Collection[str] | None = None
    """The groups of features (`features.GROUPS`, `CASE_GROUPS`) that he may use; all where None."""
    given: Collection[str] = ()
    """Groups of features that the baseline has too: to ask what others say beyond them."""
    why: bool = False
    """Whether each finding says by which groups it was made: takes twice the time."""

    def wants(self, question: str) -> bool:
        """Whether this is among what is asked."""
        return not self.questions or question in self.questions
