"""Which acts are first actions: something was done for the person (docs/domain.md, section 3.6, M3 and M7). One table.

Opening, accepting, asking and beginning a task are words and intentions; work that ended as "not possible" has done nothing. Under
protocol 1 a task that was begun counted, and one however it ended.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.protocol.events import ActionTaken, StatusDecided, TaskBegun, TaskCompleted
from shared.protocol.facts import Event
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import ActionCode, Outcome

Acts = Mapping[type[Event], Callable[[Any], ActionCode | None]]


def _task_done(event: TaskCompleted) -> ActionCode | None:
    return ActionCode.PLAN_TASK_DONE if event.outcome is not Outcome.NOT_POSSIBLE else None


FIRST_ACTIONS: Acts = {
    ActionTaken: lambda event: event.action,
    TaskCompleted: _task_done,
    StatusDecided: lambda _: ActionCode.STATUS_DECISION,
}
"""Type → what it says was done; None where nothing was."""
OF_PROTOCOL_1: Acts = {
    ActionTaken: lambda event: event.action,
    TaskBegun: lambda _: ActionCode.PLAN_TASK_DONE,
    TaskCompleted: lambda _: ActionCode.PLAN_TASK_DONE,
}


def done_by(event: Event, protocol: int) -> ActionCode | None:
    """What this event says was done for the person; None where it is no first action."""
    act = (OF_PROTOCOL_1 if protocol == FIRST else FIRST_ACTIONS).get(type(event))
    return act(event) if act else None
