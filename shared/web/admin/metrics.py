"""`/metrics` for Prometheus: how long hand-offs took, what is open now, what waits here. Numbers and agencies only: no case, no person; as
OpenMetrics an exemplar of each bucket of time names the trace of a hand-off, which operators have.

Everything is read from the databases when it is asked for. So nothing is forgotten at a restart, nothing counts twice after a replay, and
folding and deciding do no work for it. Open hand-offs are counted by the agency that was asked, and times by the one whose decision ended
them, so that a sum over all agencies is right.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from shared.access.roles import Act, needs
from shared.config.clock import wall
from shared.observability.beat import knowing
from shared.processing.faults import ASIDE, BUS, DATABASE, DOCUMENTS, FIGURES, TAKING_IN, TENDING, UNSEEN, Fault
from shared.processing.notice_round import waiting_notices
from shared.web.admin.backlog_metrics import of_main_cases
from shared.web.admin.handoff_metrics import Durations, gauge, histogram, open_now

if TYPE_CHECKING:
    from shared.messaging.health import Health
    from shared.observability.exporter import Shipper
    from shared.processing.instance import Instance

T = TypeVar("T")
More = Callable[[Session, "Instance"], Iterable[Metric]]
"""What a service tells beside, from its own tables."""


@dataclass(eq=False)
class Gauges(Collector):
    """What is so now."""

    instances: "Sequence[Instance]"
    shippers: "Sequence[Shipper]"
    health: "Health"
    more: Mapping[str, More] = field(default_factory=dict[str, More])
    """By service."""
    traces: dict[str, str] = field(default_factory=dict[str, str])
    """The trace of each case, which never changes: empty for a side case."""

    def collect(self) -> Iterable[Metric]:
        """All gauges of the process."""
        yield from of_readiness({instance.service.name: self.health.faults(instance) for instance in self.instances})
        yield gauge(
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
        own = [*_plumbing(self.instances), *of_main_cases(self.instances, self.traces), *_spans(self.instances, self.shippers)]
        return [*open_now(knowing(self.instances), self.traces), *own, *self._of_services()]

    def _of_services(self) -> Iterable[Metric]:
        for instance in self.instances:
            if more := self.more.get(instance.service.name):
                with Session(instance.reader) as session:
                    yield from more(session, instance)


def of_readiness(faults: Mapping[str, Sequence[Fault]]) -> Iterable[Metric]:
    """By these faults of each service: whether it is ready, and which of its parts are up."""
    for name, said, part in (
        ("nrm_ready", "Whether people can work: the instance reads, sends and stores.", frozenset(Fault) - ASIDE),
        ("nrm_bus_up", "Whether the log can be read, and what is sent is taken.", BUS),
        ("nrm_database_up", "Whether the database takes what is written.", DATABASE),
        ("nrm_taking_in", "Whether what is read is taken in, as far as bus and database answer.", TAKING_IN),
        ("nrm_figures_up", "Whether statistical records are taken by their topic.", FIGURES),
        ("nrm_documents_up", "Whether documents are sent and fetched.", DOCUMENTS),
        ("nrm_tended", "Whether deadlines, erasures and departures are all dealt with.", TENDING),
    ):
        seen = {service: found for service, found in faults.items() if part >= UNSEEN or UNSEEN.isdisjoint(found)}
        yield gauge(name, said, ("service",), [([service], float(part.isdisjoint(found))) for service, found in seen.items()])


def _plumbing(instances: "Sequence[Instance]") -> Iterable[Metric]:
    said: dict[str, list[tuple[Sequence[str], float]]] = {
        name: [] for name in ("fenced", "position", "generation", "keystore", "directory", "notices", "untold")
    }
    for instance in instances:
        service = [instance.service.name]
        with Session(instance.reader) as session:
            untold = waiting_notices(session)
        said["notices"].append((service, untold.messages))
        said["untold"].append((service, max(0, wall() - untold.since) / 1000 if untold.since else 0))
        said["fenced"].append((service, float(bool(instance.fence))))
        said["keystore"].append((service, float(bool(instance.keystore and instance.keystore.warning))))
        said["directory"].append((service, float(bool(instance.seal and instance.seal.listing.distrusted))))
        said["generation"].append((service, instance.generation))
        said["position"] += [([*service, str(partition)], at.next) for partition, at in sorted(dict(instance.positions.stored).items())]
    yield gauge("nrm_log_generation", "Which log this is that the instance reads, from 1.", ("service",), said["generation"])
    yield gauge("nrm_notices_waiting", "Notices to officers that nobody has taken yet.", ("service",), said["notices"])
    yield gauge("nrm_notices_oldest_seconds", "Age of the oldest of them.", ("service",), said["untold"])
    yield gauge("nrm_fenced", "Whether the instance has fenced itself: this is another log.", ("service",), said["fenced"])
    yield gauge("nrm_keystore_troubled", "Its second place is away, or a case cannot be erased.", ("service",), said["keystore"])
    yield gauge("nrm_directory_distrusted", "The last directory that came was not to be trusted.", ("service",), said["directory"])
    yield gauge("nrm_position", "The next offset to read.", ("service", "partition"), said["position"])


def _spans(instances: "Sequence[Instance]", shippers: "Sequence[Shipper]") -> Iterable[Metric]:
    left: list[tuple[Sequence[str], float]] = []
    for instance in instances:
        with Session(instance.reader) as session:
            left += [([instance.service.name, shipper.ledger.destination], shipper.ledger.left(session)) for shipper in shippers]
    yield gauge("nrm_spans_unsent", "Finished spans that the other side has not taken yet.", ("service", "destination"), left)


class Metrics:
    """What `/metrics` of one process tells, with a registry of its own."""

    def __init__(self, instances: "Sequence[Instance]", shippers: "Sequence[Shipper]", health: "Health", more: Mapping[str, More]) -> None:
        self.registry = CollectorRegistry()
        self.durations = Durations(instances, histogram(self.registry))
        self.gauges = Gauges(instances, shippers, health, more)
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
