"""The metrics of what waits or stands still here, of main cases alone: the lead's process is read by the operators' Prometheus, too. A
confidential agency, whose cases are all side cases, tells no such number rather than a false one: its pages and `./nrm doctor` do."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from prometheus_client.core import Metric
from sqlmodel import Session

from shared.config.clock import wall
from shared.observability import backlog
from shared.observability.backlog import Backlog
from shared.web.admin.handoff_metrics import gauge, silent

if TYPE_CHECKING:
    from shared.processing.instance import Instance

Count = Callable[["Instance", Session, dict[str, str]], Backlog]
TOLD: Sequence[tuple[Count, tuple[str, str], tuple[str, str] | None]] = (
    (
        backlog.unsent,
        ("nrm_outbox_waiting", "Decisions on main cases that are not on the log yet."),
        ("nrm_outbox_oldest_seconds", "Age of the oldest of them."),
    ),
    (
        backlog.parked,
        ("nrm_parked_records", "Records of main cases that this instance could not apply."),
        ("nrm_parked_oldest_seconds", "Age of the one parked first."),
    ),
    (backlog.set_aside, ("nrm_set_aside_records", "Records of main cases that this instance went on without."), None),
    (backlog.awaiting, ("nrm_cases_awaiting_checkpoint", "Main cases whose lead has not put them on this log yet."), None),
    (backlog.lost, ("nrm_decisions_lost", "On main cases, lost with a database; nobody has dealt with them yet."), None),
)
"""What is counted, the gauge of how many there are, and that of how old the oldest is."""


def of_main_cases(instances: "Sequence[Instance]", traces: dict[str, str]) -> Iterable[Metric]:
    """What waits or stands still, by service. `traces` remembers the trace of each case."""
    telling = [instance for instance in instances if not silent(instance)]
    for count, (name, said), oldest in TOLD:
        found = [([instance.service.name], _counted(count, instance, traces)) for instance in telling]
        yield gauge(name, said, ("service",), [(service, one.number) for service, one in found])
        if oldest:
            yield gauge(*oldest, ("service",), [(service, max(0, wall() - one.since) / 1000 if one.since else 0) for service, one in found])


def _counted(count: Count, instance: "Instance", traces: dict[str, str]) -> Backlog:
    with Session(instance.reader) as session:
        return count(instance, session, traces)
