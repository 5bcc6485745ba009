"""Batches of statistical records → their topic, in rounds and over a producer of their own: where that topic does not answer, what people
decide goes on, and a withdrawal does not wait until a figure was given up."""

from typing import Any

import structlog

from shared.messaging.rounds import Producer, Rounds, sent
from shared.processing.faults import Fault
from shared.processing.instance import Instance
from shared.records.codec import STATISTICS, WireRecord
from shared.records.sealer import NotNow
from shared.store.outbox import StatisticBatch

log: Any = structlog.get_logger("nrm.relay")
BATCHES = 16
"""Batches of statistical records that are on their way at one time."""


class FiguresRelay(Rounds):
    """Carries one instance's batches; each is done when Kafka has acknowledged it."""

    def __init__(self, instance: Instance, producer: Producer) -> None:
        super().__init__(instance, producer, Fault.FIGURES_NOT_SENT)

    async def send(self) -> bool:
        """One round: some of the batches that are to be sent. False when there are none, or none can be sealed now."""
        batches = self._sealed()
        if not batches:
            return False
        async with self.under_way() as producer:
            acks = [await sent(producer, STATISTICS, record) for _, record in batches]
            for (batch, _), ack in zip(batches, acks, strict=True):
                await ack
                self.instance.acknowledged(batch)
        return True

    def _sealed(self) -> list[tuple[StatisticBatch, WireRecord]]:
        try:
            return [(batch, self.instance.batch(batch)) for batch in self.instance.batches[:BATCHES]]
        except NotNow as reason:
            log.warning("a batch of statistical records waits", instance=self.instance.me, reason=str(reason))
            return []
