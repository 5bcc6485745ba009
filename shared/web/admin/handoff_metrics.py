"""The metrics of hand-offs, from an agency's own tables: how long their stages took, and what is open. Of side cases nothing is told, and
by a confidential agency nothing at all: what its process says would be a time of the side case."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from shared.observability.backlog import remember
from shared.observability.span_filter import trace_number
from shared.protocol.case import WAITING
from shared.records.codec import from_json
from shared.store.database import table
from shared.store.tables import Duty, Span

if TYPE_CHECKING:
    from shared.processing.instance import Instance

HOUR, DAY = 3600, 86_400
YEAR = 366 * DAY
BUCKETS = (
    1, 10, 60, 600, HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 10 * DAY, 14 * DAY, 30 * DAY,
    60 * DAY, 90 * DAY, 180 * DAY, YEAR, 2 * YEAR, 3 * YEAR,
)  # fmt: skip
"""Seconds. Three years, as the desk counts: what takes as long as a case of a court must not end in the last bucket."""
CHUNK = 5000
S = table(Span).c
SINCE = select(S.seq, S.body).where(S.seq > bindparam("last")).order_by(S.seq).limit(CHUNK)
OF_OPEN = ("from", "to", "need", "state", "simulated")


def histogram(registry: CollectorRegistry) -> Histogram:
    """How long the stages of hand-offs took."""
    labels = ("from", "to", "stage", "simulated")
    return Histogram("nrm_handoff_duration_seconds", "How long the stages of hand-offs took.", labels, registry=registry, buckets=BUCKETS)


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
                while not silent(instance) and self._observe(instance):
                    pass

    def _observe(self, instance: "Instance") -> bool:
        after = self.read.get(instance.me, 0)
        with Session(instance.reader) as session:
            rows = session.connection().execute(SINCE, {"last": after}).all()
        for _, text in rows:
            body = from_json(text)
            if body["instance"] == instance.me and body["attributes"].get("nrm.handoff.stage", "requested") != "requested":
                self._observe_stage(instance, body)
        self.read[instance.me] = max((seq for seq, _ in rows), default=after)
        return len(rows) == CHUNK

    def _observe_stage(self, instance: "Instance", body: dict[str, Any]) -> None:
        told = body["attributes"]
        pair = [instance.country.watched_as(told[f"nrm.handoff.{end}"]) for end in ("from", "to")]
        simulated = str(told["nrm.simulated"]).lower()
        one = self.histogram.labels(*pair, told["nrm.handoff.stage"], simulated)
        one.observe((body["end"] - body["start"]) / 1000, {"trace_id": f"{trace_number(body['trace_id']):032x}"})


def silent(instance: "Instance") -> bool:
    """Whether it tells operators nothing of hand-offs: all cases of a confidential agency are side cases."""
    return instance.country.knows(instance.agency) and instance.country.agency(instance.agency).apart


def gauge(name: str, said: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]) -> Metric:
    """A gauge with its values by their labels."""
    found = GaugeMetricFamily(name, said, labels=labels)
    for label_values, value in values:
        found.add_metric(label_values, value)
    return found


def open_now(instance: "Instance", traces: dict[str, str]) -> Iterable[Metric]:
    """What the agency was asked and has not ended, by who asked, need and state. `traces` remembers the trace of each case."""
    now = instance.clock.now()[0]
    groups: dict[tuple[str, ...], list[Duty]] = defaultdict(list)
    for one in [] if silent(instance) else _open(instance, traces):
        groups[_key(instance, one)].append(one)
    found = sorted(groups.items())
    oldest = [(key, max(0, now - min(one.asked_at for one in some)) / 1000) for key, some in found]
    late = [(key, sum(one.due < now for one in some)) for key, some in found if key[3] in WAITING]
    yield gauge("nrm_handoffs_open", "Hand-offs that nobody has ended yet.", OF_OPEN, [(key, len(some)) for key, some in found])
    yield gauge("nrm_handoff_oldest_open_seconds", "Age of the oldest open one.", OF_OPEN, oldest)
    yield gauge("nrm_handoffs_late", "Unanswered, and the time to answer has passed.", OF_OPEN, late)


def _open(instance: "Instance", traces: dict[str, str]) -> list[Duty]:
    """Of main cases alone."""
    asked = select(Duty).where(col(Duty.kind) == "handoff", col(Duty.open).is_(True), col(Duty.holder) == instance.agency)
    with Session(instance.reader) as session:
        duties = session.scalars(asked).all()
        remember(session, {one.case for one in duties} - traces.keys(), traces)
    return [one for one in duties if traces.get(one.case)]


def _key(instance: "Instance", one: Duty) -> tuple[str, ...]:
    told = instance.country.watched_as
    return told(one.giver), told(instance.agency), one.need, one.state, str(bool(one.simulated)).lower()
