"""The oracle's own tables: from which states a record leads a hand-off or a task to which, and who may say it."""

from deploy.oracle import answers

ASKED = (*answers.UNANSWERED, "offered")
HELD = ("accepted", "acting")
BACK = ("declined", "returned", "expired", "called")
OPEN = ("planned", "begun")
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "handoff.acknowledged.v1": (("requested",), "acknowledged"),
    "handoff.info-requested.v1": (("requested", "acknowledged"), "info_requested"),
    "handoff.info-supplied.v1": (("info_requested",), "acknowledged"),
    "handoff.accepted.v1": (ASKED, "accepted"),
    **answers.MOVES,
    "handoff.advised.v1": (ASKED, "completed"),
    "handoff.declined.v1": (ASKED, "declined"),
    "handoff.expired.v1": (ASKED, "expired"),
    "handoff.revoked.v1": (ASKED, "revoked"),
    "action.taken.v1": (HELD, "acting"),
    "handoff.completed.v1": (HELD, "completed"),
    "handoff.returned.v1": (HELD, "returned"),
}
"""Type → from which states to which."""
BY_ADDRESSEE = frozenset({
    "handoff.acknowledged.v1", "handoff.info-requested.v1", "handoff.accepted.v1", "handoff.declined.v1", "action.taken.v1",
    "handoff.completed.v1", "handoff.returned.v1", "handoff.advised.v1",
    *answers.BY_ADDRESSEE,
})  # fmt: skip
BY_GIVER = frozenset({"handoff.info-supplied.v1", "handoff.revoked.v1", *answers.BY_GIVER})
OF_ADVICE = frozenset({
    "handoff.acknowledged.v1", "handoff.advised.v1", "handoff.overdue.v1", "handoff.expired.v1", "handoff.revoked.v1",
})  # fmt: skip
"""What may be said of a consultation under protocol 2: it is answered, and never taken on."""
CLOCKS = frozenset({"handoff.overdue.v1", "handoff.expired.v1"})
BY_LEAD = frozenset({
    "roster.set.v1", "checkpoint.set.v1", "joint-action.called.v1", "joint-action.started.v1", "joint-action.completed.v1",
    "status.decided.v1", "case.closed.v1", "basis.changed.v1", "case.reopened.v1", "clock.paused.v1",
})  # fmt: skip
IN_A_CLOSED_CASE = frozenset({"roster.set.v1", "checkpoint.set.v1", "erasure.asked.v1", "case.reopened.v1"})
TASKS = {"task.begun.v1": (("planned",), "begun"), "task.completed.v1": (OPEN, "completed"), "task.dropped.v1": (OPEN, "dropped")}
