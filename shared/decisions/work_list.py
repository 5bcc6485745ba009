"""Who must do what by when, as rows: a projection of the picture that work lists, clocks and operators read."""

from typing import Any

from shared.protocol.case import HELD, Case, Handoff, HandoffState, Task
from shared.protocol.states import OPEN_TASK
from shared.protocol.vocabulary import HandoffKind


def duties(before: Case | None, after: Case | None, now: int, left: bool = False) -> list[dict[str, Any]]:
    """The rows that changed between two pictures; all of a case that we have left are closed."""
    if after is None:
        return []
    known = before if before and not left and before.closed_at is None else None  # after a closing all are said anew
    old_handoffs = known.handoffs if known else {}
    old_tasks = known.tasks if known else {}
    closed = left or after.closed_at is not None
    rows = [_handoff(after, h, now) for h in after.handoffs.values() if closed or old_handoffs.get(h.id) is not h]
    rows += [_task(after, t, now) for t in after.tasks.values() if closed or old_tasks.get(t.id) is not t]
    return [{**row, "open": False} for row in rows] if closed else rows


def _handoff(case: Case, handoff: Handoff, now: int) -> dict[str, Any]:
    offered = handoff.offer if handoff.state is HandoffState.OFFERED else None  # then who asked must say yes or no by its deadline
    return {
        "case": case.id, "id": handoff.id, "kind": _kind(case, handoff),
        "giver": handoff.giver, "holder": handoff.to, "need": handoff.need.value,
        "state": handoff.state.value, "open": handoff.waiting or handoff.state in HELD, "waiting": handoff.waiting,
        "overdue": handoff.overdue,
        "urgency": case.urgency.value, "simulated": handoff.simulated, "asked_at": handoff.requested_at,
        "due": (offered or handoff).answer_by,
        "applied_at": now,
    }  # fmt: skip


def _kind(case: Case, handoff: Handoff) -> str:
    if handoff.kind is HandoffKind.TRANSFER:
        return "transfer"
    return "consultation" if case.merely_advises(handoff) else "handoff"


def _task(case: Case, task: Task, now: int) -> dict[str, Any]:
    return {
        "case": case.id, "id": task.id, "kind": "task", "giver": case.lead, "holder": task.owner, "need": task.need.value,
        "state": task.state.value, "open": task.state in OPEN_TASK, "waiting": False, "overdue": False,
        "urgency": case.urgency.value, "simulated": case.simulated, "asked_at": task.planned_at, "due": task.due, "applied_at": now,
    }  # fmt: skip
