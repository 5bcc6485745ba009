"""The explorer's whole world at one moment: the log, the network and three instances. A value, so that it can be met again."""

from dataclasses import dataclass
from typing import NamedTuple

from deploy.proving.explorer.instance import NOBODY, Instance
from deploy.proving.explorer.picture import Picture, Record
from deploy.proving.explorer.rules import Rules
from deploy.proving.explorer.view import LEAD, View

MEMBER, JOINER = "M", "J"
EVERYBODY = (LEAD, MEMBER, JOINER)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may happen in one story."""

    decisions: int = 3
    """Of anybody: to take, to release, a roster, a withdrawal."""
    troubles: int = 1
    """A restart, a record whose answer does not come, a record that the broker acknowledges and forgets."""
    start: str = LEAD + MEMBER
    """Who is in the case at the start."""
    acts: bool = True
    """Whether members also take and release; else only rosters are decided."""
    hands_over: bool = False
    """Whether the lead may ask the member to lead, who says yes or no."""
    rules: Rules = Rules()
    eager: bool = True
    """Whether reads whose moment makes no difference happen at once: the same ends are met by fewer states."""


class Message(NamedTuple):
    """A record on its way. It may arrive though nobody waits for it any more."""

    record: Record
    awaited: bool


class State(NamedTuple):
    """One moment."""

    instances: tuple[Instance, ...]
    decisions: int
    troubles: int
    log: tuple[Record, ...] = ()
    network: tuple[Message, ...] = ()
    withdrawn: frozenset[str] = NOBODY
    """Whom the lead has decided to withdraw, and not to bring back since."""
    wanted: frozenset[str] = NOBODY
    """Who is in the case by all that the lead has decided."""
    fault: str = ""
    """What went wrong in the step that led here, and no later step could mend."""

    @property
    def lead(self) -> Instance:
        """The lead's instance."""
        return self.instances[0]


def start(bounds: Bounds) -> State:
    """The case has just been opened, and everybody in it has read that."""
    picture = Picture(frozenset(bounds.start))
    views = (View(picture) if name in picture.members else View() for name in EVERYBODY)
    instances = tuple(Instance(name, view) for name, view in zip(EVERYBODY, views, strict=True))
    return State(instances, bounds.decisions, bounds.troubles, wanted=picture.members)


def having(state: State, one: Instance) -> State:
    """The state with this instance as it is now."""
    return state._replace(instances=tuple(one if one.name == other.name else other for other in state.instances))


def sorted_network(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """One order for the same messages, whichever was sent first."""
    if len(messages) < 2:
        return messages
    return tuple(sorted(messages, key=lambda m: (m.record.author, m.record.key, m.record.roster, m.awaited, sorted(m.record.members))))
