"""Traces on their way out: span rows go to the operators' process by OTLP; a decision by HTTP leaves a short span linked to its case.

A span row is marked as sent when the other side has taken it and not before: while the operators' process is away the rows wait, the log
says so once, and `nrm_spans_unsent` shows how many. Spans of requests join them there within a second, so a collector that was lost gets
them again, too; of a request in a side case there is none.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Tracer
from sqlmodel import Session

from shared.config.country import Country
from shared.config.sender_tokens import shown
from shared.config.tasks import end, kept
from shared.observability.beat import Beat, knowing
from shared.observability.open_statement import BEAT
from shared.observability.request_spans import RequestSpans
from shared.observability.span_delivery import DeliveryLedger, Marks, destinations, handoffs
from shared.observability.span_filter import REQUESTS, resource
from shared.records.codec import from_json

if TYPE_CHECKING:
    from shared.processing.instance import Instance

log: Any = structlog.get_logger("nrm.telemetry")
BATCH = 500
"""Spans in one request: some 250 KB before compression, far below what the receiver takes. Each has a transaction of its own here."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between looks at the table, and at most between attempts while the other side is away."""


class SpanSender(Protocol):
    """Takes rows of the span table to a place."""

    def send(self, bodies: Sequence[Mapping[str, Any]], country: Country, /) -> bool:
        """Whether the other side took them."""
        ...

    def shutdown(self) -> None:
        """Let go of the connection."""
        ...


def otlp(address: str, *, direct: bool, headers: Mapping[str, str] | None = None) -> SpanSender:
    """By OTLP to an address and no other. `direct`: past any proxy that the environment names."""
    from shared.observability.otlp_sender import sender  # a process that sends none never loads what it stands on

    return sender(address, direct=direct, headers=headers or {})


class ReceiverUnavailable(Exception):
    """The other side did not take the spans."""


@dataclass
class Shipper:
    """Carries the spans of a process's instances to one destination."""

    instances: "Sequence[Instance]"
    exporter: SpanSender
    ledger: DeliveryLedger
    pause: float = FIRST_PAUSE
    away: bool = False
    empty: dict[str, int] = field(default_factory=dict[str, int])
    """Instance → how many of its transactions had ended when no span waited there: an instance at rest is not looked at."""
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "spans"))

    async def run(self) -> None:
        """Send what there is; wait a little, or longer and longer while the other side is away."""
        wait = self.pause
        while True:
            try:
                full = [await self._ship_new(instance) for instance in self.instances]
                self._heard()
                wait = self.pause
                if any(full):
                    continue
            except ReceiverUnavailable:
                self._unheard()
                wait = min(wait * 2, LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001  a database that is locked or full: the rows are still there
                log.error("spans could not be read", error=type(error).__name__)
                wait = min(wait * 2, LONGEST_PAUSE)
            await asyncio.sleep(wait)

    async def _ship_new(self, instance: "Instance") -> bool:
        """A batch, where the instance has written anything since none was found. Whether it was a whole one, so that there may be more."""
        ended = instance.writes.ended
        if self.empty.get(instance.me) == ended:
            return False
        number = await self.ship(instance)
        if not number:
            self.empty[instance.me] = ended
        return number == BATCH

    async def ship(self, instance: "Instance") -> int:
        """One batch of an instance: how many went. Raises ReceiverUnavailable; then none is marked."""
        numbers: list[int] = await self._in_thread(self._send_rows, instance)
        if numbers:
            await instance.run(lambda work: self.ledger.mark(work.session, numbers))
        return len(numbers)

    async def _in_thread(self, job: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.thread, job, *arguments)

    def _send_rows(self, instance: "Instance") -> list[int]:
        with Session(instance.reader) as session:
            rows = self.ledger.unsent(session, BATCH)
        if rows and not self.exporter.send([from_json(body) for _, body in rows], instance.country):
            raise ReceiverUnavailable
        return [number for number, _ in rows]

    def _heard(self) -> None:
        if self.away:
            log.info("spans are taken again")
        self.away = False

    def _unheard(self) -> None:
        if not self.away:
            log.warning("spans are not taken: they wait here until they are")
        self.away = True

    def close(self) -> None:
        """Break off an attempt that is waiting; what was not taken is still in the table."""
        self.exporter.shutdown()
        self.thread.shutdown(wait=False, cancel_futures=True)


class Telemetry:
    """All that a process sends by OTLP."""

    def __init__(
        self,
        instances: "Sequence[Instance]",
        operators: str,
        environment: Mapping[str, str],
        token: Path | None = None,
        pause: float = FIRST_PAUSE,
        tls: Path | None = None,
    ) -> None:
        """`token` is the file with the token that the operators' process knows; a collector beside it never sees that. `tls`: the folder
        with what it shows the bus."""
        first = instances[0]
        self.provider = TracerProvider(resource=resource("pages", first.country.watched_as(first.agency)), shutdown_on_exit=False)
        self.tracer: Tracer = self.provider.get_tracer(REQUESTS)
        self.requests = RequestSpans(knowing(instances), pause)
        self.shippers = [
            Shipper(
                instances,
                otlp(address, direct=True, headers=shown(token)) if isinstance(ledger, Marks) else otlp(address, direct=False),
                ledger,
                pause,
            )
            for address, ledger in destinations(operators, environment).items()
        ]
        if self.shippers:
            self.provider.add_span_processor(self.requests)
        proof = tls / "cert.pem" if tls else None
        self.beats = [Beat(knowing(instances), handoffs(operators), shown(token), pause * BEAT, proof)] if operators else []

    def start(self) -> None:
        """Begin to send."""
        self.tasks = [kept("spans", each.run) for each in (*self.shippers, *([self.requests] if self.shippers else []))]
        for beat in self.beats:
            beat.start()

    async def stop(self) -> None:
        """Stop; what was not taken goes at the next start."""
        await end(*self.tasks)
        await self.requests.keep()
        for beat in self.beats:
            await beat.stop()
        for shipper in self.shippers:
            shipper.close()
