"""The rules that keep members' pictures equal, each of which can be taken out to see that the explorer notices."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum


class Checkpoints(StrEnum):
    """What a checkpoint does to the pictures of those who read it."""

    SETTLED = "settled"
    """Its key is settled, under whichever roster it was sent: protocol 1."""
    FENCED = "fenced"
    """Its key is settled, and under another roster it is stale and goes again, like any other record."""
    UNSETTLED = "unsettled"
    """It changes no picture: its author alone remembers that it was sent."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One field for each rule; `Checkpoints` is no rule but a choice of the protocol."""

    fence: bool = True
    """A record made under another roster than the one in force is stale for everybody, and goes again."""
    settlement: bool = True
    """Any verdict but stale settles a decision; a second copy is repeated. Without it only what counted is remembered."""
    buffer: bool = True
    """A joiner keeps all records from the roster that names it until it has the checkpoint."""
    place: bool = True
    """A joiner takes no checkpoint made before the roster that names it."""
    one_at_a_time: bool = True
    """Of one case one row of an instance is on its way at a time."""
    echo: bool = True
    """A row is done when its record was read back, not when the broker has acknowledged it."""
    removal: bool = True
    """What an instance had to say in a case ends when it reads that it was removed."""
    withdrawal_first: bool = True
    """A withdrawal goes before what was decided earlier and still waits."""
    restated: bool = True
    """A waiting roster that a withdrawal overtakes says the withdrawal's members."""
    checkpoint_behind: bool = True
    """A checkpoint goes before what waits, a roster that adds somebody too, but behind the withdrawals."""
    one_order: bool = True
    """After a restart the queue has the order that it had in memory."""
    takes_away: bool = True
    """A roster that goes before others brings nobody in when it is sent: who joins does so by the roster that waits for its turn."""
    handed_over: bool = True
    """The lead passes on by a roster of who hands it over, not by the yes of who is asked."""
    passed_on: bool = True
    """A withdrawal that is told to a former lead, and comes too late to go ahead of the change, is told to who leads."""
    checkpoints: Checkpoints = Checkpoints.SETTLED

    def without(self, rule: str) -> "Rules":
        """All of these but one. Raises KeyError where there is no such rule."""
        if rule not in NAMES:
            raise KeyError(rule)
        return replace(self, **{rule: False})


NAMES = tuple(field.name for field in fields(Rules) if field.type is bool)
"""The rules by name."""
