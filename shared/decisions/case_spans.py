"""Spans as a projection of what counted, derived from pictures alone, so that a replay says the same to the byte (docs/adr/0042).

A decision is a span from when it was made to when it lay on the log. A hand-off is one span, written when its wait ends, under the decision
that asked for it; its stages lie inside, and what follows the answer hangs below. The author writes them when its echo counts, and who was
asked. So does the lead, the same bytes: who asked or was asked may send no spans, or be gone, and nobody may seem to wait, or not to
wait, because of that. Times are ms UTC.

Nothing begins before what it hangs below, whatever the clocks of agencies say, and by how much they differ is said. So nothing begins
before the report, which is the root; and a decision whose author's clock puts it before its cause hangs below the report, with a link to
the cause.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from shared.protocol.case import Case, Handoff, Verdict, agency_of
from shared.protocol.core import Core, decision_span, root_span
from shared.protocol.events import CaseReported
from shared.protocol.stages import OFFER_REFUSED, OFFERED, Finished, stages
from shared.records.codec import to_json

ASKED, ANSWERED = "requested", "answered"
AFTER = frozenset({"first_action", "completed"})
SHORTEST_SPAN = 1
"""ms: what is a moment by a simulated clock, or on one machine, lasts as long; a span of no length is no span."""


class KnownDecisions(Protocol):
    """What is known here of decisions in the case."""

    def requests(self) -> Mapping[str, str]:
        """Hand-off → the key of the decision that asked for it."""
        ...

    def made_at(self, key: str) -> int | None:
        """When a decision that counted was made (ms UTC); None to who joined after it (docs/adr/0081 says what follows)."""
        ...


def spans_of(me: str, before: Case | None, after: Case, core: Core, logged_at: int, known: KnownDecisions) -> list[dict[str, Any]]:
    """The rows of the spans that this counted event makes here."""
    if after.is_side and agency_of(me) == after.lead:
        return []  # what a side case comes to is in the main case, in the lead's name; its other member sends nothing
    own, lead = core.author == me, me == f"referral.{after.lead}"
    old = before.handoffs if before else {}
    changed = [(old.get(one.id), one) for one in after.handoffs.values() if old.get(one.id) is not one]
    asked = next((now for was, now in changed if was is None), None)
    spans = [_decision(before, after, core, logged_at, asked, known)] if own or (lead and asked) else []
    for was, now in changed:
        if own or lead or me == _answers(after, now):
            spans += _of_handoff(after, was, now, core, known)
    return [{"span": s["span_id"], "body": to_json(s), "sent": False} for s in spans]


def _decision(before: Case | None, after: Case, core: Core, logged_at: int, asked: Handoff | None, known: KnownDecisions) -> dict[str, Any]:
    opening, cause = core.type == CaseReported.TYPE, _cause(before, core)
    caused_at = max(after.opened_at, (known.made_at(cause) if cause else None) or 0)
    start = max(core.at, after.opened_at)
    end = core.at if core.simulated else logged_at  # a simulated time cannot be taken from the log's real one
    follows = cause and start >= caused_at
    return {
        "trace_id": after.trace, "span_id": root_span(after.trace) if opening else decision_span(core.key),
        "parent_id": None if opening or before is None else decision_span(cause) if follows else root_span(after.trace), "kind": "producer",
        "name": core.type, "start": start, "end": max(start + SHORTEST_SPAN, end), "instance": core.author,
        "attributes": {
            "nrm.event.type": core.type, "nrm.simulated": core.simulated, **_log_ms(core, start, logged_at), **_behind(core.at, caused_at),
            **_about(after, core), **(_told(asked, core, ASKED) if asked else {}),
        },
        **({"links": [[after.trace, decision_span(cause)]]} if cause and not follows else {}),
    }  # fmt: skip


def _cause(before: Case | None, core: Core) -> str:
    """The key of the decision from which this one follows; empty where that is the report, or none that counted is known."""
    caused = core.cause.partition(":")[0]
    settled = before.settled if before else {}
    return caused if settled.get(caused) is Verdict.COUNTED and caused != next(iter(settled), "") else ""


def _log_ms(core: Core, start: int, logged_at: int) -> dict[str, int]:
    """From the decision to the log. Where the log's clock says that it lay there before it was made, the author's is ahead by so much."""
    if core.simulated:
        return {}
    return {
        "nrm.machine.log_ms": max(0, logged_at - start),
        **({"nrm.clock.ahead_ms": core.at - logged_at} if logged_at < core.at else {}),
    }


def _behind(at: int, after: int) -> dict[str, int]:
    """By how much a clock is behind that of whoever did what came before."""
    return {"nrm.clock.behind_ms": after - at} if at < after else {}


def _about(after: Case, core: Core) -> dict[str, str]:
    """Which hand-off or task a decision was about, where there is one: the trace alone then shows the path of the case."""
    handoff, task = after.handoffs.get(str(core.facts.get("handoff"))), after.tasks.get(str(core.facts.get("task")))
    about = {"nrm.handoff.id": handoff.id} if handoff else {}
    return about | ({"nrm.task.id": task.id, "nrm.task.need": task.need.value} if task else {})


def _of_handoff(case: Case, was: Handoff | None, now: Handoff, core: Core, known: KnownDecisions) -> Iterator[dict[str, Any]]:
    for stage in stages(was, now, core.at):
        if stage.name == ANSWERED:
            whole = _whole(case, stage)
            yield _wait(case, now, core, whole, known)
            yield from (_stage(case, now, core, part) for part in _within(now, whole))
        elif stage.name in AFTER:
            answered = _whole(case, Finished(ANSWERED, now.requested_at, now.answered_at or now.requested_at)).end
            start = max(stage.start, answered)
            yield _stage(case, now, core, Finished(stage.name, start, max(stage.end, start + SHORTEST_SPAN)))


def _whole(case: Case, stage: Finished) -> Finished:
    """A wait as its span has it: not before the report, and of some length."""
    start = max(stage.start, case.opened_at)
    return Finished(stage.name, start, max(stage.end, start + SHORTEST_SPAN))


def _within(handoff: Handoff, whole: Finished) -> list[Finished]:
    """What of the wait was machines', and what until somebody opened it; none where it took no time, or nobody did."""
    if handoff.seen_at is None:
        return []
    there = min(max(whole.start, handoff.applied_at or whole.start), whole.end)
    seen = min(max(there, handoff.seen_at), whole.end)
    parts = (Finished("delivered", whole.start, there), Finished("noticed", there, seen))
    return [part for part in parts if part.end > part.start]


def _wait(case: Case, handoff: Handoff, core: Core, stage: Finished, known: KnownDecisions) -> dict[str, Any]:
    """The hand-off itself, from who asked to who was asked, with the moments in it."""
    key = "" if next(iter(case.handoffs)) == handoff.id else known.requests().get(handoff.id, "")
    offer = handoff.offer
    of_offer = {OFFERED: offer.at, OFFER_REFUSED: offer.refused_at} if offer else {}
    moments = {"seen": handoff.seen_at, **of_offer, "answer by": handoff.answer_by}
    span = _span(case, handoff, core, stage)
    span["attributes"] |= _behind(handoff.answered_at or stage.end, handoff.requested_at)
    return span | {
        "name": "handoff", "kind": "consumer", "parent_id": decision_span(key) if key else root_span(case.trace),
        "events": [[name, at] for name, at in moments.items() if at is not None and stage.start <= at <= stage.end],
    }  # fmt: skip


def _stage(case: Case, handoff: Handoff, core: Core, stage: Finished) -> dict[str, Any]:
    return _span(case, handoff, core, stage) | {"name": f"handoff {stage.name}", "parent_id": decision_span(handoff.id, ANSWERED)}


def _span(case: Case, handoff: Handoff, core: Core, stage: Finished) -> dict[str, Any]:
    return {
        "trace_id": case.trace, "span_id": decision_span(handoff.id, stage.name), "start": stage.start,
        "end": max(stage.start + SHORTEST_SPAN, stage.end), "instance": _answers(case, handoff),
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
