"""What a control may put in place of a rule, to see that the oracle notices when it is missing. Nothing else ever does."""

from collections.abc import Callable
from dataclasses import dataclass

from deploy.proving.simulation.pieces import SimulatedCourier
from shared.decisions.send_queue import SendQueue
from shared.processing.instance import Instance
from shared.store.positions import Positions


@dataclass(frozen=True)
class Rules:
    """The parts of an instance; all real where nothing else is given."""

    instance: type[Instance] = Instance
    outgoing: Callable[[], SendQueue] | None = None
    positions: Callable[[str], Positions] | None = None
    courier: type[SimulatedCourier] = SimulatedCourier

    def put_in(self, instance: Instance) -> None:
        """Put the parts into an instance that has just been opened, with what they must know."""
        if self.outgoing:
            queue = self.outgoing()
            queue.fill(row for case in instance.outgoing.cases() for row in instance.outgoing.of(case))
            queue.hold(set(instance.parked))
            instance.with_parts(outgoing=queue)
        if self.positions:
            positions = self.positions(instance.service.topic)
            positions.now, positions.stored = instance.positions.now, instance.positions.stored
            instance.with_parts(positions=positions)
