"""The relay: outbox → log, until the echo. Many cases at once, one row of a case on its way; in doubt it sends again."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from aiokafka.errors import MessageSizeTooLargeError

from shared.messaging.rounds import ROUND, Producer, Rounds, sent
from shared.processing.faults import Fault
from shared.processing.instance import Instance
from shared.records.codec import TOPIC, Decided, WireRecord
from shared.records.sealer import NotNow

log: Any = structlog.get_logger("nrm.relay")
PAUSE = 1.0
"""Seconds after which what cannot be sealed now is tried again; other cases go on meanwhile."""


class Relay(Rounds):
    """Carries one instance's outbox to the log."""

    def __init__(self, instance: Instance, producer: Producer, within: float = ROUND) -> None:
        """`within`: seconds that a round may take."""
        super().__init__(instance, producer, Fault.NOT_SENT, within)
        self.waits = False
        """Whether something of the last round could not be sealed."""

    async def send(self) -> bool:
        """One round: the first row of each case that has none on its way. False when there is nothing."""
        rows = self.instance.outgoing.take(500)
        if not rows:
            return False
        try:
            async with self.under_way() as producer:
                await self._send_rows(producer, rows)
        except BaseException:
            self.instance.outgoing.failed(rows)
            raise
        return True

    async def _send_rows(self, producer: Any, rows: Sequence[Decided]) -> None:
        under_way: list[Decided] = []
        acks: list[Any] = []
        self.waits = False
        for row, record in self._records(rows):
            try:
                acks.append(await sent(producer, TOPIC, record))
                under_way.append(row)
            except MessageSizeTooLargeError as error:
                self._unfit(row, error)
        try:
            await asyncio.gather(*acks, return_exceptions=True)
        finally:  # also where the round takes too long: what was acknowledged does not go again
            for row, ack in zip(under_way, acks, strict=True):
                if ack.done() and not ack.cancelled() and ack.exception() is None:
                    self.instance.outgoing.acknowledged(row, ack.result().partition, ack.result().offset)
        for ack in acks:
            ack.result()
        if self.waits:
            await asyncio.sleep(PAUSE)

    def _records(self, rows: Sequence[Decided]) -> Iterator[tuple[Decided, WireRecord]]:
        for row in rows:
            case = self.instance.view_of(row.case).case
            try:
                record = self.instance.completed(row, case)
            except NotNow as reason:
                log.warning("a decision waits", instance=self.instance.me, type=row.type, reason=str(reason))
                self.instance.outgoing.failed([row])
                self.waits = True
            except Exception as error:  # noqa: BLE001  one row that cannot be completed must not stop the others
                self._unfit(row, error)
            else:
                yield row, record

    def _unfit(self, row: Decided, error: Exception) -> None:
        log.error("a decision can never be sent", instance=self.instance.me, type=row.type, error=type(error).__name__)
        self.instance.outgoing.unfit(row, type(error).__name__)
