"""Spans as a projection of what counted: one for each decision, one finished span for each hand-off stage, ids derived.

The author of an event writes its spans when its echo counts, so that a replay makes no second one. The lead writes with them, under the
same ids, when a request of others begins to wait and when its waiting ends: who asked or was asked may send no spans, or be gone, and
nobody may seem to wait, or not to wait, because of that. Times are ms UTC.
"""

from typing import Any

from shared.protocol.case import Case, Handoff, agency_of
from shared.protocol.core import Core, decision_span, root_span
from shared.protocol.events import CaseReported
from shared.protocol.stages import stages
from shared.records.codec import to_json

WAITING = frozenset({"requested", "answered"})
"""The stages that say from when to when somebody waited for an answer."""


def spans_of(me: str, before: Case | None, after: Case, core: Core, logged_at: int, applied_at: int) -> list[dict[str, Any]]:
    """The rows of the spans that this counted event makes here."""
    own = core.author == me
    if not (own or me == f"referral.{after.lead}") or (after.is_side and agency_of(me) == after.lead):
        return []  # what a side case comes to is in the main case, in the lead's name; its other member sends nothing
    spans = [_decision(before, after, core, logged_at, applied_at)] if own else []
    old = before.handoffs if before else {}
    for handoff in after.handoffs.values():
        was = old.get(handoff.id)
        if was is not handoff:
            ended = [stage for stage in stages(was, handoff, core.at) if own or stage.name in WAITING]
            spans += [_stage(after, handoff, core, stage.name, stage.start, stage.end) for stage in ended]
    return [{"span": s["span_id"], "body": to_json(s), "sent": False} for s in spans]


def _decision(before: Case | None, after: Case, core: Core, logged_at: int, applied_at: int) -> dict[str, Any]:
    caused = core.cause.partition(":")[0]
    parent = decision_span(caused) if before and caused in before.settled else root_span(after.trace)
    opening = core.type == CaseReported.TYPE
    ended = max(core.at, core.at if core.simulated else applied_at)
    return {
        "trace_id": after.trace, "span_id": root_span(after.trace) if opening else decision_span(core.key),
        "parent_id": None if opening else parent,
        "name": core.type, "start": core.at, "end": ended, "instance": core.author,
        "attributes": {"nrm.event.type": core.type, "nrm.simulated": core.simulated, **_log_ms(core, logged_at), **_about(after, core)},
    }  # fmt: skip


def _log_ms(core: Core, logged_at: int) -> dict[str, int]:
    """From the decision to the log; a simulated time cannot be taken from the log's real one."""
    return {} if core.simulated else {"nrm.machine.log_ms": max(0, logged_at - core.at)}


def _about(after: Case, core: Core) -> dict[str, str]:
    """Which hand-off or task a decision was about, where there is one: the trace alone then shows the path of the case."""
    handoff, task = after.handoffs.get(str(core.facts.get("handoff"))), after.tasks.get(str(core.facts.get("task")))
    about = {"nrm.handoff.id": handoff.id} if handoff else {}
    return about | ({"nrm.task.id": task.id, "nrm.task.need": task.need.value} if task else {})


def _stage(case: Case, handoff: Handoff, core: Core, stage: str, start: int, end: int) -> dict[str, Any]:
    late = handoff.overdue or (handoff.answered_at or end) > handoff.answer_by
    return {
        "trace_id": case.trace, "span_id": decision_span(handoff.id, stage), "parent_id": root_span(case.trace),
        "name": f"handoff {stage}", "start": start, "end": max(start, end), "instance": core.author,
        "attributes": {
            "nrm.handoff.id": handoff.id, "nrm.handoff.from": handoff.giver, "nrm.handoff.to": handoff.to,
            "nrm.handoff.kind": handoff.kind.value,
            "nrm.handoff.need": handoff.need.value, "nrm.handoff.stage": stage, "nrm.handoff.outcome": handoff.state.value,
            "nrm.handoff.answer_by": handoff.answer_by, "nrm.handoff.late": late,
            "nrm.simulated": handoff.simulated or core.simulated,
        },
    }  # fmt: skip
