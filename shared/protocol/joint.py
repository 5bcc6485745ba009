"""What the events of a joint action do to the picture: the call, the start, the tasks and the hand-offs that they carry."""

from typing import Any

from shared.protocol.case import HELD, Case, Handoff, HandoffState, JointAction, JointState, Task, TaskState, Verdict
from shared.protocol.core import Core
from shared.protocol.events import (
    JointActionCalled,
    JointActionCompleted,
    JointActionStarted,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)
from shared.protocol.facts import Event, PlannedTask
from shared.protocol.first_actions import done_by
from shared.protocol.states import OPEN_TASK, TASK

Effect = Case | Verdict
"""The next picture, or why the event does not count here."""
SUPERSEDED, REFUSED = Verdict.SUPERSEDED, Verdict.REFUSED


def put(case: Case, handoff: Handoff, **changes: Any) -> Case:
    """The case with this hand-off changed."""
    return case.model_copy(update={"handoffs": {**case.handoffs, handoff.id: handoff.model_copy(update=changes)}})


def put_task(case: Case, task: Task, **changes: Any) -> Case:
    """The case with this task changed."""
    return case.model_copy(update={"tasks": {**case.tasks, task.id: task.model_copy(update=changes)}})


def acted(case: Case, handoff: Handoff, at: int, event: Event) -> Case:
    """The case after an event at a hand-off that is held: acting where something was done for the person; the first time is noted, once."""
    action = done_by(event, case.protocol)
    if action is None:
        return case
    first = {} if handoff.first_action_at is not None else {"first_action_at": at, "action": action}
    return put(case, handoff, state=HandoffState.ACTING, **first)


def called(case: Case, core: Core, event: JointActionCalled) -> Effect:
    """The lead calls the agencies together."""
    if case.joint is not None and case.joint.state is not JointState.COMPLETED:
        return SUPERSEDED
    return case.model_copy(
        update={"joint": JointAction(state=JointState.CALLED, agencies=event.agencies, need=event.need, called_at=core.at)}
    )


def started(case: Case, core: Core, event: JointActionStarted) -> Effect:
    """The joint action begins: those who act hold a hand-off of the case, each task has one owner among them."""
    if case.joint is not None and case.joint.state is not JointState.CALLED:
        return SUPERSEDED
    if len(set(event.agencies)) < 2 or not _in_order(event.tasks, case):
        return REFUSED
    holding = {case.lead, *(h.to for h in case.holding())}
    fits = all(t.owner in event.agencies and _carries_own(t, case) and t.task not in case.tasks for t in event.tasks)
    if not set(event.agencies) <= holding or not fits:
        return SUPERSEDED
    joint = case.joint or JointAction(state=JointState.CALLED, agencies=())
    everybody = tuple(dict.fromkeys((*event.agencies, *(h.to for h in case.holding()))))
    acting = joint.model_copy(update={"state": JointState.ACTING, "agencies": everybody, "started_at": core.at})
    planned = {t.task: _task(t, core.at) for t in event.tasks}
    return case.model_copy(update={"joint": acting, "tasks": {**case.tasks, **planned}})


def _in_order(tasks: tuple[PlannedTask, ...], case: Case) -> bool:
    """Each task has an id of its own and waits for tasks named before it only: then none waits for ever."""
    named = set(case.tasks)
    for task in tasks:
        if task.task in named - set(case.tasks) or not set(task.after) <= named - {task.task}:
            return False
        named.add(task.task)
    return True


def _carries_own(task: PlannedTask, case: Case) -> bool:
    """A task may carry a hand-off only if its owner holds it."""
    handoff = case.handoffs.get(task.handoff or "")
    return task.handoff is None or (handoff is not None and handoff.to == task.owner and handoff.state in HELD)


def _task(planned: PlannedTask, at: int) -> Task:
    return Task(
        id=planned.task,
        owner=planned.owner,
        need=planned.need,
        due=planned.due,
        handoff=planned.handoff,
        after=planned.after,
        planned_at=at,
    )


def planned(case: Case, core: Core, event: TaskPlanned) -> Effect:
    """A task joins the plan of a running joint action."""
    task = event.planned
    if not _in_order((task,), case):
        return REFUSED
    if case.joint is None or not case.acting() or task.task in case.tasks or task.owner not in case.agencies & {*case.joint.agencies}:
        return SUPERSEDED
    if not _carries_own(task, case):
        return SUPERSEDED
    return put_task(case, _task(event.planned, core.at))


def task_moved(case: Case, core: Core, event: TaskBegun | TaskCompleted | TaskDropped) -> Effect:
    """A task moves along its table, not before what it declared to wait for."""
    task = case.tasks.get(event.task)
    state = TASK.get((task.state, type(event))) if task else None
    blocked = task and state is not TaskState.DROPPED and any(case.tasks[t].state in OPEN_TASK for t in task.after if t in case.tasks)
    if task is None or state is None or blocked:
        return SUPERSEDED
    changes: dict[str, Any] = {"state": state}
    if task.begun_at is None and state is not TaskState.DROPPED:
        changes["begun_at"] = core.at
    if state not in OPEN_TASK:
        changes |= {"ended_at": core.at, "outcome": getattr(event, "outcome", None)}
    return _carry(put_task(case, task, **changes), task, event, core.at)


def _carry(case: Case, task: Task, event: TaskBegun | TaskCompleted | TaskDropped, at: int) -> Case:
    """A task carries the hand-off that it came from: what it does is done there; once all its tasks have ended and one is done, it is."""
    handoff = case.handoffs.get(task.handoff or "")
    if handoff is None or handoff.state not in HELD:
        return case
    case = acted(case, handoff, at, event)
    carried = [t for t in case.tasks.values() if t.handoff == handoff.id]
    done = [t for t in carried if t.state is TaskState.COMPLETED]
    if not done or any(t.state in OPEN_TASK for t in carried):
        return case
    last = max(done, key=lambda t: t.ended_at or 0)
    return put(case, case.handoffs.get(handoff.id, handoff), state=HandoffState.COMPLETED, ended_at=at, outcome=last.outcome)


def leave(case: Case, gone: frozenset[str], at: int) -> Case:
    """What agencies that left the roster still had comes back: nobody waits for somebody who is not there."""
    for handoff in case.handoffs.values():
        if handoff.to in gone and (handoff.waiting or handoff.state in HELD):
            case = put(case, handoff, state=HandoffState.RETURNED, ended_at=at)
    for task in case.tasks.values():
        if task.owner in gone and task.state in OPEN_TASK:
            case = put_task(case, task, state=TaskState.DROPPED, ended_at=at)
    return case


def joint_completed(case: Case, core: Core, event: JointActionCompleted) -> Effect:
    """The joint action ends, once all tasks have."""
    if case.joint is None or not case.acting() or any(t.state in OPEN_TASK for t in case.tasks.values()):
        return SUPERSEDED
    return case.model_copy(update={"joint": case.joint.model_copy(update={"state": JointState.COMPLETED, "ended_at": core.at})})
