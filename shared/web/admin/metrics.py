"""`/metrics` for Prometheus: how long hand-offs took, what is open now, what waits here. Numbers and agencies only: no case, no person.

Everything is read from the databases when it is asked for. So nothing is forgotten at a restart, nothing counts twice after a replay, and
folding and deciding do no work for it. Open hand-offs are counted by the agency that was asked, and times by the one whose decision ended
them, so that a sum over all agencies is right.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy import case, func, text
from sqlalchemy import select as pick
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from shared.access.roles import Act, needs
from shared.config.clock import wall
from shared.observability.beat import knowing
from shared.processing.faults import BUS, DATABASE, UNSEEN, Fault
from shared.processing.notice_round import waiting_notices
from shared.protocol.case import WAITING
from shared.records.codec import from_json
from shared.store.tables import ASIDE, Duty, Journal, Outbox, Parked, Span

if TYPE_CHECKING:
    from shared.messaging.health import Health
    from shared.observability.exporter import Shipper
    from shared.processing.instance import Instance

HOUR, DAY = 3600, 86_400
BUCKETS = (
    1, 10, 60, 600, HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 10 * DAY, 14 * DAY, 30 * DAY,
)  # fmt: skip
CHUNK = 5000
T = TypeVar("T")


@dataclass
class Durations:
    """The histogram, brought up to date from the span table at each scrape."""

    instances: "Sequence[Instance]"
    histogram: Histogram
    read: dict[str, int] = field(default_factory=dict[str, int])
    """Instance → last row that was observed."""
    lock: Lock = field(default_factory=Lock)

    def update(self) -> None:
        """Observe each stage that has been written since the last time, once."""
        with self.lock:
            for instance in self.instances:
                while self._observe(instance):
                    pass

    def _observe(self, instance: "Instance") -> bool:
        after = self.read.get(instance.me, 0)
        with Session(instance.engine.execution_options(reader=True)) as session:
            rows = session.exec(select(Span).where(col(Span.seq) > after).order_by(col(Span.seq)).limit(CHUNK)).all()
        for row in rows:
            body = from_json(row.body)
            told, took = body["attributes"], (body["end"] - body["start"]) / 1000
            if body["instance"] == instance.me and told.get("nrm.handoff.stage", "requested") != "requested":
                pair = [instance.country.told_as(told[f"nrm.handoff.{end}"]) for end in ("from", "to")]
                self.histogram.labels(*pair, told["nrm.handoff.stage"], str(told["nrm.simulated"]).lower()).observe(took)
        self.read[instance.me] = max((row.seq or 0 for row in rows), default=after)
        return len(rows) == CHUNK


@dataclass(eq=False)
class Gauges(Collector):
    """What is so now."""

    instances: "Sequence[Instance]"
    shippers: "Sequence[Shipper]"
    health: "Health"

    def collect(self) -> Iterable[Metric]:
        """All gauges of the process."""
        yield from _ready({instance.service.name: self.health.faults(instance) for instance in self.instances})
        yield _gauge(
            "nrm_clock_simulated", "Whether times come from a simulated clock.", [], [([], float(self.instances[0].clock.now()[1]))]
        )
        yield from self.asked(self._counted) or ()

    def asked(self, read: Callable[[], T]) -> T | None:
        """What the databases contain; None while one of them cannot be read or does not answer, which `nrm_database_up` shows."""
        if any(self.health.hangs(instance) for instance in self.instances):
            return None
        try:
            return read()
        except DBAPIError:
            return None

    def _counted(self) -> Sequence[Metric]:
        return [*_handoffs(knowing(self.instances)), *_plumbing(self.instances), *_spans(self.instances, self.shippers)]


def _ready(faults: Mapping[str, Sequence[Fault]]) -> Iterable[Metric]:
    for name, said, part in (
        ("nrm_ready", "Whether the instance can do all its work: read, send and store.", frozenset(Fault)),
        ("nrm_bus_up", "Whether the log can be read, and what is sent is taken.", BUS),
        ("nrm_database_up", "Whether the database takes what is written.", DATABASE),
    ):
        seen = {service: found for service, found in faults.items() if part >= UNSEEN or UNSEEN.isdisjoint(found)}
        yield _gauge(name, said, ("service",), [([service], float(part.isdisjoint(found))) for service, found in seen.items()])


def _gauge(name: str, said: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]) -> Metric:
    gauge = GaugeMetricFamily(name, said, labels=labels)
    for label_values, value in values:
        gauge.add_metric(label_values, value)
    return gauge


def _handoffs(instance: "Instance") -> Iterable[Metric]:
    now = instance.clock.now()[0]
    with Session(instance.engine.execution_options(reader=True)) as session:
        late = func.sum(case((col(Duty.due) < now, 1), else_=0))
        by = (col(Duty.giver), col(Duty.state), col(Duty.simulated))
        mine = pick(*by, func.count(), func.min(col(Duty.asked_at)), late).where(
            col(Duty.kind) == "handoff", col(Duty.open).is_(True), col(Duty.holder) == instance.agency
        )
        rows = session.connection().execute(mine.group_by(*by)).all()
    told, to = instance.country.told_as, instance.country.told_as(instance.agency)
    found = [([told(giver), to, state, str(bool(made_up)).lower()], n, now - asked, over) for giver, state, made_up, n, asked, over in rows]
    waiting = [one for one in found if one[0][2] in WAITING]
    labels = ("from", "to", "state", "simulated")
    yield _gauge("nrm_handoffs_open", "Hand-offs that nobody has ended yet.", labels, [(k, n) for k, n, _, _ in found])
    yield _gauge(
        "nrm_handoff_oldest_open_seconds", "Age of the oldest open one.", labels, [(k, max(0, age) / 1000) for k, _, age, _ in found]
    )
    yield _gauge("nrm_handoffs_late", "Unanswered, and the time to answer has passed.", labels, [(k, over) for k, _, _, over in waiting])


def _plumbing(instances: "Sequence[Instance]") -> Iterable[Metric]:
    said: dict[str, list[tuple[Sequence[str], float]]] = {
        name: []
        for name in (
            "waiting",
            "oldest",
            "parked",
            "longest",
            "aside",
            "fenced",
            "position",
            "generation",
            "awaiting",
            "lost",
            "keystore",
            "directory",
            "notices",
            "untold",
        )
    }
    for instance in instances:
        service = [instance.service.name]
        with Session(instance.engine.execution_options(reader=True)) as session:
            waiting = select(func.count(), func.min(Outbox.decided_at)).where(Outbox.state == "waiting")
            number, since = session.exec(waiting).one()
            parked, parked_at = session.exec(select(func.count(), func.min(Parked.parked_at))).one()
            untold = waiting_notices(session)
            aside = session.exec(select(func.count()).select_from(Journal).where(text(ASIDE))).one()
        said["waiting"].append((service, number))
        said["oldest"].append((service, max(0, wall() - since) / 1000 if since else 0))
        said["parked"].append((service, parked))
        said["longest"].append((service, max(0, wall() - parked_at) / 1000 if parked_at else 0))
        said["aside"].append((service, aside))
        said["notices"].append((service, untold.messages))
        said["untold"].append((service, max(0, wall() - untold.since) / 1000 if untold.since else 0))
        said["fenced"].append((service, float(bool(instance.fence))))
        said["keystore"].append((service, float(bool(instance.keystore and instance.keystore.warning))))
        said["directory"].append((service, float(bool(instance.seal and instance.seal.listing.distrusted))))
        said["generation"].append((service, instance.generation))
        said["awaiting"].append((service, len(instance.outgoing.awaiting)))
        said["lost"].append((service, instance.lost))
        said["position"] += [([*service, str(partition)], at.next) for partition, at in sorted(dict(instance.positions.stored).items())]
    yield _gauge("nrm_log_generation", "Which log this is that the instance reads, from 1.", ("service",), said["generation"])
    yield _gauge("nrm_cases_awaiting_checkpoint", "Cases whose lead has not put them on this log yet.", ("service",), said["awaiting"])
    yield _gauge("nrm_decisions_lost", "Lost with a database, and nobody has dealt with them yet.", ("service",), said["lost"])
    yield _gauge("nrm_outbox_waiting", "Decisions that are not on the log yet.", ("service",), said["waiting"])
    yield _gauge("nrm_outbox_oldest_seconds", "Age of the oldest of them.", ("service",), said["oldest"])
    yield _gauge("nrm_parked_records", "Records that this instance could not apply.", ("service",), said["parked"])
    yield _gauge("nrm_parked_oldest_seconds", "Age of the one parked first.", ("service",), said["longest"])
    yield _gauge("nrm_set_aside_records", "Records that this instance went on without.", ("service",), said["aside"])
    yield _gauge("nrm_notices_waiting", "Notices to officers that nobody has taken yet.", ("service",), said["notices"])
    yield _gauge("nrm_notices_oldest_seconds", "Age of the oldest of them.", ("service",), said["untold"])
    yield _gauge("nrm_fenced", "Whether the instance has fenced itself: this is another log.", ("service",), said["fenced"])
    yield _gauge("nrm_keystore_troubled", "Its second place is away, or a case cannot be erased.", ("service",), said["keystore"])
    yield _gauge("nrm_directory_distrusted", "The last directory that came was not to be trusted.", ("service",), said["directory"])
    yield _gauge("nrm_position", "The next offset to read.", ("service", "partition"), said["position"])


def _spans(instances: "Sequence[Instance]", shippers: "Sequence[Shipper]") -> Iterable[Metric]:
    left: list[tuple[Sequence[str], float]] = []
    for instance in instances:
        with Session(instance.engine.execution_options(reader=True)) as session:
            left += [([instance.service.name, shipper.ledger.destination], shipper.ledger.left(session)) for shipper in shippers]
    yield _gauge("nrm_spans_unsent", "Finished spans that the other side has not taken yet.", ("service", "destination"), left)


class Metrics:
    """What `/metrics` of one process tells, with a registry of its own."""

    def __init__(self, instances: "Sequence[Instance]", shippers: "Sequence[Shipper]", health: "Health") -> None:
        self.registry = CollectorRegistry()
        labels = ("from", "to", "stage", "simulated")
        histogram = Histogram(
            "nrm_handoff_duration_seconds", "How long the stages of hand-offs took.", labels, registry=self.registry, buckets=BUCKETS
        )
        self.durations = Durations(instances, histogram)
        self.gauges = Gauges(instances, shippers, health)
        self.registry.register(self.gauges)

    def read(self, encode: Callable[[CollectorRegistry], bytes]) -> bytes:
        """All of it, as it is now."""
        self.gauges.asked(self.durations.update)
        return encode(self.registry)


async def current_metrics(request: Request) -> Metrics:
    """Those of the process that is asked."""
    return request.app.state.metrics


router = APIRouter(include_in_schema=False)


@router.get("/metrics")
@needs(Act.ANYBODY)
async def scraped(metrics: Annotated[Metrics, Depends(current_metrics)], request: Request) -> Response:
    """Prometheus' text, or OpenMetrics where that is asked for."""
    encode, kind = choose_encoder(request.headers.get("accept", ""))
    return Response(await asyncio.to_thread(metrics.read, encode), media_type=kind)
