"""A log in memory for the tests of the runtime: the simulation's, read a poll at a time."""

from aiokafka.partitioner import DefaultPartitioner

from deploy.proving.simulation import bus
from deploy.proving.simulation.bus import SimulatedRecord
from deploy.proving.simulation.land import START
from shared.records.reader import Taken, read

__all__ = ["PLACE", "START", "SimulatedRecord", "Topic"]
PLACE = DefaultPartitioner()


class Topic(bus.Topic):
    """The partitions of one topic; only `land` writes."""

    def land(self, key: bytes | None, value: bytes | None, at: int = START, partition: int | None = None) -> SimulatedRecord:
        """A message has arrived."""
        return super().land(key, value, at, partition)

    def after(self, positions: dict[int, int], limit: int) -> list[Taken]:
        """A poll: up to `limit` records from these offsets on, opened."""
        found = [r for p, log in enumerate(self.logs) for r in log[positions.get(p, 0) :]]
        return read(found[:limit])
