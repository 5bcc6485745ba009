"""Spans as a projection of what counted, derived from pictures alone, so that a replay says the same to the byte (docs/adr/0042).

A decision is a span from when it was made to when it lay on the log. A hand-off is one span, written when its wait ends, under the decision
that asked for it; its stages lie inside, and what follows the answer hangs below. The author writes them when its echo counts, and who was
asked. So does the lead, the same bytes: who asked or was asked may send no spans, or be gone, and nobody may seem to wait, or not to
wait, because of that. Times are ms UTC.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.protocol.case import Case, Handoff, Verdict, agency_of
from shared.protocol.core import Core, decision_span, root_span
from shared.protocol.events import CaseReported
from shared.protocol.stages import OFFER_REFUSED, OFFERED, Finished, stages
from shared.records.codec import to_json

ASKED, ANSWERED = "requested", "answered"
AFTER = frozenset({"first_action", "completed"})
SHORTEST = 1
"""ms: what is a moment by a simulated clock, or on one machine, lasts as long; a span of no length is no span."""

Requests = Callable[[], Mapping[str, str]]
"""Hand-off → the key of the decision that asked for it, as far as it is known here."""


def spans_of(me: str, before: Case | None, after: Case, core: Core, logged_at: int, requests: Requests) -> list[dict[str, Any]]:
    """The rows of the spans that this counted event makes here."""
    if after.is_side and agency_of(me) == after.lead:
        return []  # what a side case comes to is in the main case, in the lead's name; its other member sends nothing
    own, lead = core.author == me, me == f"referral.{after.lead}"
    old = before.handoffs if before else {}
    changed = [(old.get(one.id), one) for one in after.handoffs.values() if old.get(one.id) is not one]
    asked = next((now for was, now in changed if was is None), None)
    spans = [_decision(before, after, core, logged_at, asked)] if own or (lead and asked) else []
    for was, now in changed:
        if own or lead or me == _answers(after, now):
            spans += _of_handoff(after, was, now, core, requests)
    return [{"span": s["span_id"], "body": to_json(s), "sent": False} for s in spans]


def _decision(before: Case | None, after: Case, core: Core, logged_at: int, asked: Handoff | None) -> dict[str, Any]:
    opening = core.type == CaseReported.TYPE
    end = core.at if core.simulated else logged_at  # a simulated time cannot be taken from the log's real one
    return {
        "trace_id": after.trace, "span_id": root_span(after.trace) if opening else decision_span(core.key),
        "parent_id": None if opening or before is None else _cause(before, core), "kind": "producer",
        "name": core.type, "start": core.at, "end": max(core.at + SHORTEST, end), "instance": core.author,
        "attributes": {
            "nrm.event.type": core.type, "nrm.simulated": core.simulated, **_log_ms(core, logged_at), **_about(after, core),
            **(_told(asked, core, ASKED) if asked else {}),
        },
    }  # fmt: skip


def _cause(before: Case, core: Core) -> str:
    """The span of the decision from which this one follows; the report's, where none that counted is known."""
    caused = core.cause.partition(":")[0]
    counted, opening = before.settled.get(caused) is Verdict.COUNTED, next(iter(before.settled), "")
    return decision_span(caused) if counted and caused != opening else root_span(before.trace)


def _log_ms(core: Core, logged_at: int) -> dict[str, int]:
    """From the decision to the log. Where the log's clock says that it lay there before it was made, the author's is ahead by so much."""
    if core.simulated:
        return {}
    return {
        "nrm.machine.log_ms": max(0, logged_at - core.at),
        **({"nrm.clock.ahead_ms": core.at - logged_at} if logged_at < core.at else {}),
    }


def _about(after: Case, core: Core) -> dict[str, str]:
    """Which hand-off or task a decision was about, where there is one: the trace alone then shows the path of the case."""
    handoff, task = after.handoffs.get(str(core.facts.get("handoff"))), after.tasks.get(str(core.facts.get("task")))
    about = {"nrm.handoff.id": handoff.id} if handoff else {}
    return about | ({"nrm.task.id": task.id, "nrm.task.need": task.need.value} if task else {})


def _of_handoff(case: Case, was: Handoff | None, now: Handoff, core: Core, requests: Requests) -> Iterator[dict[str, Any]]:
    for stage in stages(was, now, core.at):
        if stage.name == ANSWERED:
            yield _wait(case, now, core, stage, requests)
            yield from (_stage(case, now, core, part) for part in _within(now, stage))
        elif stage.name in AFTER:
            start = max(stage.start, now.answered_at or stage.start)
            yield _stage(case, now, core, Finished(stage.name, start, max(stage.end, start + SHORTEST)))


def _within(handoff: Handoff, whole: Finished) -> list[Finished]:
    """What of the wait was machines', and what until somebody opened it; none where it took no time, or nobody did."""
    if handoff.seen_at is None:
        return []
    there = min(max(whole.start, handoff.applied_at or whole.start), whole.end)
    seen = min(max(there, handoff.seen_at), whole.end)
    parts = (Finished("delivered", whole.start, there), Finished("noticed", there, seen))
    return [part for part in parts if part.end > part.start]


def _wait(case: Case, handoff: Handoff, core: Core, stage: Finished, requests: Requests) -> dict[str, Any]:
    """The hand-off itself, from who asked to who was asked, with the moments in it."""
    key = "" if next(iter(case.handoffs)) == handoff.id else requests().get(handoff.id, "")
    offer = handoff.offer
    of_offer = {OFFERED: offer.at, OFFER_REFUSED: offer.refused_at} if offer else {}
    moments = {"seen": handoff.seen_at, **of_offer, "answer by": handoff.answer_by}
    return _span(case, handoff, core, stage) | {
        "name": "handoff", "kind": "consumer", "parent_id": decision_span(key) if key else root_span(case.trace),
        "events": [[name, at] for name, at in moments.items() if at is not None and stage.start <= at <= stage.end],
    }  # fmt: skip


def _stage(case: Case, handoff: Handoff, core: Core, stage: Finished) -> dict[str, Any]:
    return _span(case, handoff, core, stage) | {"name": f"handoff {stage.name}", "parent_id": decision_span(handoff.id, ANSWERED)}


def _span(case: Case, handoff: Handoff, core: Core, stage: Finished) -> dict[str, Any]:
    return {
        "trace_id": case.trace, "span_id": decision_span(handoff.id, stage.name), "start": stage.start,
        "end": max(stage.start + SHORTEST, stage.end), "instance": _answers(case, handoff),
        "attributes": _told(handoff, core, stage.name) | {"nrm.handoff.late": _late(handoff, stage.end)},
    }  # fmt: skip


def _answers(case: Case, handoff: Handoff) -> str:
    """The instance in whose name a hand-off's time is told: that of who was asked."""
    return f"{'referral' if handoff.to == case.lead else 'assistance'}.{handoff.to}"


def _late(handoff: Handoff, end: int) -> bool:
    return handoff.overdue or (handoff.answered_at or end) > handoff.answer_by


def _told(handoff: Handoff, core: Core, stage: str) -> dict[str, Any]:
    return {
        "nrm.handoff.id": handoff.id, "nrm.handoff.from": handoff.giver, "nrm.handoff.to": handoff.to,
        "nrm.handoff.kind": handoff.kind.value, "nrm.handoff.need": handoff.need.value, "nrm.handoff.stage": stage,
        "nrm.handoff.outcome": handoff.state.value, "nrm.handoff.answer_by": handoff.answer_by,
        "nrm.simulated": handoff.simulated or core.simulated,
    }  # fmt: skip
