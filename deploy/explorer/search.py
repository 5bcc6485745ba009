"""Breadth first through all states, so that the first story that goes wrong is one of the shortest."""

from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.explorer.judging import at_rest, fault
from deploy.explorer.moves import Move, moves
from deploy.explorer.state import Bounds, State, start

Step = tuple[Move, State]
Origins = dict[State, "Step | None"]
"""Each state met, and the step that led to it first: the move, and the state before it."""


@dataclass
class Found:
    """What was met within the bounds."""

    states: int = 0
    steps: int = 0
    """Moves tried, those that led to a state known already too."""
    rest: int = 0
    """States in which everything had come to rest."""
    deepest: int = 0
    """Moves of the longest story that was played."""
    fault: str = ""
    """The first thing that is wrong, in a sentence; "" where nothing is."""
    story: list[Step] = field(default_factory=list[Step])
    """The moves to it, each with the state after it."""


def explore(bounds: Bounds, told: Callable[[Found, int], object] = lambda found, open: None) -> Found:
    """Every order of what may happen within the bounds, up to the first fault. `told` hears after each level what was met and how many
    states of the next one are open."""
    first = start(bounds)
    origins: Origins = {first: None}
    found, level = Found(states=1), [first]
    while level:
        ahead = list[State]()
        for state in level:
            for move, after in moves(state, bounds):
                found.steps += 1
                if after in origins:
                    continue
                origins[after] = (move, state)
                ahead.append(after)
                found.rest += at_rest(after)
                found.fault = fault(after, bounds)
                if found.fault:
                    found.states, found.deepest = len(origins), found.deepest + 1
                    found.story = _story(after, origins)
                    return found
        level = ahead
        found.states, found.deepest = len(origins), found.deepest + bool(ahead)
        told(found, len(ahead))
    return found


def _story(state: State, origins: Origins) -> list[Step]:
    steps = list[Step]()
    while (origin := origins[state]) is not None:
        steps.append((origin[0], state))
        state = origin[1]
    return steps[::-1]
