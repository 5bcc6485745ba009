"""What the operators' process tells Prometheus: hand-offs that wait as the lead says it, and how each agency's process stands.

It is what `/operations` shows, so an alarm and the page agree; and it is there while an agency's own `/metrics` is out of reach. While the
lead is silent no number of hand-offs is told, since nobody knows it: `nrm_agency_silent` is then the alarm. While a second desk that leads
cases is, the numbers are told as they were heard last in its cases, and `nrm_desk_lead_silent` says beside them whose these are.
"""

from collections.abc import Iterable, Sequence

from prometheus_client.core import Metric
from sqlmodel import Session

from services.reporting.queries import open_handoffs, restricted, stage_tally
from services.reporting.queries.open_handoffs import ALWAYS, AgencyStanding, PairWaits
from services.reporting.rules.latency.promises import Budget
from shared.observability.open_statement import machine_time
from shared.processing.instance import Instance
from shared.protocol.vocabulary import AgencyKind
from shared.web.admin.handoff_metrics import gauge

PAIR = ("from", "to", "need", "simulated")
"""Who waits, and for whom."""
AGENCY = ("agency",)
PROMISE = ("from", "to", "stage", "simulated")
"""Of whom something is promised: the alarms on promises ask how fast these grow (deploy/observability/alerts.yaml)."""


def desk_metrics(session: Session, instance: Instance) -> Iterable[Metric]:
    """All gauges of a process to which agencies say what is open; none at a rapporteur that is no coordinator."""
    if _is_rapporteur(instance):
        return
    now, at = instance.clock.now()[0], machine_time()
    lead = open_handoffs.lead_standings(session, instance.country, at)
    yield from _of_pairs([] if lead.main.silent else open_handoffs.by_pair(session, instance.country.leading(), now), now)
    gone = [([one.agency], 1) for one in lead.silent_ones]
    yield gauge("nrm_desk_lead_silent", "Agencies that lead cases and are silent: nobody knows what waits in these now.", AGENCY, gone)
    yield from _of_agencies(open_handoffs.standings(session, instance.country, at), at)


def promise_metrics(session: Session, instance: Instance) -> Iterable[Metric]:
    """How the promises are kept, by pair and stage. For who is cleared to see all figures, as the page of promises is: a number may be one
    hand-off (docs/adr/0062)."""
    if not _is_rapporteur(instance):
        yield from _of_promises(_budgets(session, instance, instance.clock.now()[0]) if _known(session, instance) else [])


def _is_rapporteur(instance: Instance) -> bool:
    return instance.country.knows(instance.agency) and instance.country.agency(instance.agency).kind is AgencyKind.RAPPORTEUR


def _known(session: Session, instance: Instance) -> bool:
    return not open_handoffs.lead_standings(session, instance.country, machine_time()).main.silent


def _of_pairs(waits: Sequence[PairWaits], now: int) -> Iterable[Metric]:
    keyed = [((one.waits, one.mover, one.need, str(one.simulated).lower()), one) for one in waits]
    overdue = [(key, max(0, now - one.first_due) / 1000) for key, one in keyed if one.late]
    yield gauge("nrm_desk_waiting", "Hand-offs without an answer, as the lead says it.", PAIR, [(key, one.number) for key, one in keyed])
    yield gauge("nrm_desk_late", "Those of them whose time to answer has passed.", PAIR, [(key, one.late) for key, one in keyed])
    yield gauge(
        "nrm_desk_oldest_waiting_seconds", "Age of the oldest of them.", PAIR, [(key, max(0, now - one.since) / 1000) for key, one in keyed]
    )
    yield gauge("nrm_desk_longest_late_seconds", "For how long the one that is most late has been late.", PAIR, overdue)


def _budgets(session: Session, instance: Instance, now: int) -> list[tuple[Budget, bool]]:
    """Of real and of simulated hand-offs."""
    by, country, kinds = restricted.on_this_machine(), instance.country, stage_tally.kinds_of_data(session, stage_tally.SPAN)
    of_all = "", ALWAYS
    return [(one, kind) for kind in sorted(kinds) for one in restricted.budgets_of(by, session, country, now, kind, *of_all)]


def _of_promises(budgets: Sequence[tuple[Budget, bool]]) -> Iterable[Metric]:
    keyed = [((one.giver, one.receiver, one.promise.stage, str(simulated).lower()), one) for one, simulated in budgets]
    yield gauge(
        "nrm_desk_promised", "Stages that have ended, or are open beyond the promised time.", PROMISE, [(key, one.n) for key, one in keyed]
    )
    yield gauge("nrm_desk_broken", "Those of them that took longer than promised.", PROMISE, [(key, one.late) for key, one in keyed])
    share = [(key, (100 - one.promise.percent) / 100) for key, one in keyed]
    yield gauge("nrm_desk_promise_budget", "The share of them that may take longer.", PROMISE, share)


def _of_agencies(standings: Sequence[AgencyStanding], at: int) -> Iterable[Metric]:
    heard = [([one.agency], one.heard) for one in standings if one.heard]
    yield gauge("nrm_agency_silent", "Whether nothing was heard of it for 90 seconds.", AGENCY, [([s.agency], s.silent) for s in standings])
    yield gauge("nrm_agency_heard_seconds", "Since it was heard last.", AGENCY, [(key, max(0, at - h.heard_at) / 1000) for key, h in heard])
    yield gauge("nrm_agency_unsent", "Decisions that wait there to be sent.", AGENCY, [(key, h.unsent) for key, h in heard])
    yield gauge("nrm_agency_parked", "Records that it could not apply.", AGENCY, [(key, h.parked) for key, h in heard])
    ends = {"directory": [(key, h.directory_ends) for key, h in heard], "certificate": [(key, h.certificate_ends) for key, h in heard]}
    for what, said in ends.items():
        left = [(key, (end - at) / 1000) for key, end in said if end]
        yield gauge(f"nrm_agency_{what}_seconds", f"Until its {what} ends; below zero since.", AGENCY, left)
