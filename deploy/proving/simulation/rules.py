"""What a control may put in place of a rule, to see that the oracle notices when it is missing. Nothing else ever does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine

from shared.decisions.send_queue import SendQueue
from shared.processing.instance import Instance
from shared.store.positions import Positions

COMPILED: Any = create_engine("sqlite://", hide_parameters=True)
"""Statements compiled once for all instances: each engine would do it anew."""


@dataclass(frozen=True)
class Rules:
    """The parts of an instance; all real where nothing else is given."""

    door: type[Instance] = Instance
    outgoing: Callable[[], SendQueue] | None = None
    positions: Callable[[str], Positions] | None = None

    def put_in(self, door: Instance) -> None:
        """Put the parts into an instance that has just been opened, with what they must know."""
        door.engine.dialect, door.engine._compiled_cache = COMPILED.dialect, COMPILED._compiled_cache  # pyright: ignore
        if self.outgoing:
            queue = self.outgoing()
            queue.fill(row for case in door.outgoing.cases() for row in door.outgoing.of(case))
            queue.hold(set(door.parked))
            door.with_parts(outgoing=queue)
        if self.positions:
            positions = self.positions(door.service.topic)
            positions.now, positions.stored = door.positions.now, door.positions.stored
            door.with_parts(positions=positions)
