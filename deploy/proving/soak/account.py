"""The account at the end: all databases and the whole log, given to whoever judges them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from deploy.brokers.topics import PARTITIONS
from deploy.oracle import judge
from deploy.proving.land_keys import unsealed
from deploy.proving.soak.load import Promise
from deploy.proving.soak.log import topic
from deploy.proving.soak.stage import SoakStage


@dataclass(frozen=True)
class Account:
    """What was found: figures, and a sentence for each thing that is wrong, by kind."""

    events: int
    verdicts: dict[str, int]
    wrong: dict[str, list[str]]
    protocols: dict[int, int] = field(default_factory=dict[int, int])
    """Protocol → the cases that were opened under it."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.wrong.values())


def account(stage: SoakStage, promised: Mapping[str, Promise], forgotten: Collection[str]) -> Account:
    """Read everything and let the oracle judge it, which shares no code with who wrote it."""
    lying = topic(stage.brokers.admin)
    records = unsealed(lying, stage.ceremony.seals())
    made = {key: said.instance for key, said in promised.items()}
    found = judge(stage.store.read(), records, partitions=PARTITIONS, promised=made, undone=forgotten)
    return Account(len(lying), found.verdicts, found.wrong, found.protocols)
