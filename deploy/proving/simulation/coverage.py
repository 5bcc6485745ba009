"""What a run has looked at: which fault met an instance in which situation. Of a pair that never occurred "nothing found" says nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator

from shared.processing.instance import Instance
from shared.protocol.events import RosterSet
from shared.protocol.letters import LETTERS
from shared.records.codec import Decided, Turn

FAULTS = (
    "killed", "killed in a transaction", "restored", "message lost", "message doubted", "message doubled", "answer lost", "late seek",
    "fell ill", "clock set", "acknowledged and lost",
)  # fmt: skip
KINDS = ("opening", "withdrawal", "checkpoint", "roster", "letter", "other")
STAGES = ("waits", "is on its way", "is acknowledged without echo")
STATES = ("awaits a checkpoint", "has a parked case", "catches up")
SITUATIONS = (*(f"{kind} {stage}" for kind in KINDS for stage in STAGES), *STATES)
ONLY_WITH_LOSSES = "acknowledged and lost"


def kind(row: Decided) -> str:
    """The kind of a decision that waits, as the order of sending knows it."""
    if row.turn is not Turn.USUAL:
        return row.turn.name.lower()
    return "roster" if row.type == RosterSet.TYPE else "letter" if row.type in LETTERS else "other"


def situations(instance: Instance) -> set[str]:
    """The situations that an instance is in now."""
    return {*_rows(instance), *(name for name, there in zip(STATES, _states(instance), strict=True) if there)}


def _states(instance: Instance) -> tuple[bool, bool, bool]:
    return bool(instance.outgoing.awaiting), bool(instance.parked), not instance.caught_up


def _rows(instance: Instance) -> Iterator[str]:
    for case in instance.outgoing.cases():
        flight = instance.outgoing.flights.get(case)
        for row in instance.outgoing.of(case):
            flies = flight is not None and flight.key == row.key
            yield f"{kind(row)} {STAGES[0] if not flies else STAGES[1] if flight and flight.offset is None else STAGES[2]}"


def pair(fault: str, situation: str) -> str:
    """How a pair is named."""
    return f"{fault} × {situation}"


def never(met: Counter[str], *, losses: bool) -> list[str]:
    """The pairs that could have occurred and did not."""
    faults = [fault for fault in FAULTS if losses or fault != ONLY_WITH_LOSSES]
    return [name for fault in faults for situation in SITUATIONS if met[name := pair(fault, situation)] == 0]


def sentences(met: Counter[str], *, losses: bool, rare: int = 5) -> Iterable[str]:
    """How much was looked at, in words: pairs that occurred, those that did rarely, those that never did."""
    missing = never(met, losses=losses)
    seldom = sorted(name for name, n in met.items() if n < rare)
    whole = len(SITUATIONS) * (len(FAULTS) - (not losses))
    yield f"{whole - len(missing)} of {whole} pairs of fault and situation occurred"
    if seldom:
        yield f"fewer than {rare} times: {', '.join(seldom)}"
    if missing:
        yield f"never: {', '.join(missing)}"
