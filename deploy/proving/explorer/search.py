"""Breadth first through all states, so that the first story that goes wrong is one of the shortest."""

import gc
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from deploy.proving.explorer.judging import at_rest, fault
from deploy.proving.explorer.moves import Move, moves
from deploy.proving.explorer.state import Bounds, State, start

Step = tuple[Move, State]
Origins = dict[State, Step | None]
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
    """Moves after which nothing new was met any more; with a fault, those that lead to it."""
    fault: str = ""
    """The first thing that is wrong, in a sentence; "" where nothing is."""
    story: list[Step] = field(default_factory=list[Step])
    """The moves to it, each with the state after it."""
    origins: Origins = field(default_factory=Origins)
    """All states that were met."""

    def story_to(self, state: State) -> list[Step]:
        """One of the shortest ways to a state: moves, each with the state after it."""
        steps = list[Step]()
        while (origin := self.origins[state]) is not None:
            steps.append((origin[0], state))
            state = origin[1]
        return steps[::-1]


def explore(bounds: Bounds, told: Callable[[Found, int], object] = lambda found, open: None) -> Found:
    """Every order of what may happen within the bounds, up to the first fault. `told` hears after each level what was met and how many
    states of the next one are open."""
    first = start(bounds)
    found, level = Found(states=1, origins={first: None}), [first]
    with _no_cycles():
        while level and not found.fault:
            level = _next(level, found, bounds)
            found.states, found.deepest = len(found.origins), found.deepest + bool(level)
            told(found, len(level))
    return found


def _next(level: list[State], found: Found, bounds: Bounds) -> list[State]:
    ahead = list[State]()
    for state in level:
        for move, after in moves(state, bounds):
            found.steps += 1
            if after in found.origins:
                continue
            found.origins[after] = (move, state)
            ahead.append(after)
            found.rest += at_rest(after)
            found.fault = fault(after, bounds)
            if found.fault:
                found.story = found.story_to(after)
                return ahead
    return ahead


@contextmanager
def _no_cycles() -> Generator[None]:
    """States are values and refer to no cycle: looking for cycles among millions of them would take half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
