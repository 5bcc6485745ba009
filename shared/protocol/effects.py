"""What each event that counts does to the picture: small pure functions, one for each type, in one table.

An effect returns the next picture, or the verdict of what is not allowed here: *superseded* by what came first, or *refused*.
"""

from collections.abc import Callable
from typing import Any, cast

from shared.protocol.case import BOUNCED, HELD, Case, Handoff, HandoffState, JointAction, JointState, Task, TaskState, Verdict, agency_of, service_of
from shared.protocol.core import Core
from shared.protocol.events import (
    ActionTaken, CaseClosed, CaseReported, HandoffAccepted, HandoffAcknowledged, HandoffCompleted, HandoffDeclined, HandoffExpired,
    HandoffInfoRequested, HandoffInfoSupplied, HandoffOverdue, HandoffRequested, HandoffReturned, HandoffRevoked, JointActionCalled,
    JointActionCompleted, JointActionStarted, RosterSet, StatusDecided, TaskBegun, TaskCompleted, TaskDropped, TaskPlanned,
)  # fmt: skip
from shared.protocol.facts import Event, PlannedTask
from shared.protocol.states import HANDOFF, OPEN_TASK, TASK
from shared.protocol.vocabulary import MUST_NAME_COMPETENT, NEVER_A_GROUND, ActionCode, AgencyKind, Basis, HandoffKind, Need, Stage

Effect = Case | Verdict
SUPERSEDED, REFUSED = Verdict.SUPERSEDED, Verdict.REFUSED


def open_case(core: Core, event: Event | None) -> Case | None:
    """The picture that an opening event makes; None where its author may not open this case so."""
    if not isinstance(event, CaseReported) or core.roster != 0:
        return None
    agencies = {m.agency for m in event.roster}
    if agencies != {agency_of(core.author), event.lead} or len(agencies) != len(event.roster) or service_of(core.author) not in ("intake", "referral"):
        return None
    first = Handoff(
        id=event.handoff, giver=agency_of(core.author), by=core.author, to=event.lead, need=Need.IDENTIFICATION, kind=HandoffKind.REFERRAL,
        state=HandoffState.REQUESTED, requested_at=core.at, answer_by=event.answer_by, lapse_at=event.lapse_at, simulated=core.simulated,
    )  # fmt: skip
    return Case(
        id=core.case, protocol=event.protocol, trace=event.trace, opened_at=core.at, opened_by=core.author, lead=event.lead,
        urgency=event.urgency, basis=event.basis, pingpong=event.pingpong, needs=event.needs, version=1, members=event.roster,
        handoffs={first.id: first}, simulated=core.simulated,
    )  # fmt: skip


def apply(case: Case, core: Core, event: Event) -> Effect:
    """The picture after an event whose author may say it; or why it does not count here."""
    if case.closed_at is not None and not isinstance(event, RosterSet):
        return SUPERSEDED
    return EFFECTS[type(event)](case, core, event)


def _put(case: Case, handoff: Handoff, **changes: Any) -> Case:
    return case.model_copy(update={"handoffs": {**case.handoffs, handoff.id: handoff.model_copy(update=changes)}})


def _put_task(case: Case, task: Task, **changes: Any) -> Case:
    return case.model_copy(update={"tasks": {**case.tasks, task.id: task.model_copy(update=changes)}})


def _reported(case: Case, core: Core, event: CaseReported) -> Effect:
    return SUPERSEDED


def _roster(case: Case, core: Core, event: RosterSet) -> Effect:
    agencies = {m.agency for m in event.members}
    confidential = any(m.kind is AgencyKind.SHELTER for m in event.members)
    if case.lead not in agencies or len(agencies) != len(event.members) or (confidential and len(agencies) > 2):
        return REFUSED
    return case.model_copy(update={"members": event.members, "version": case.version + 1})


def _requested(case: Case, core: Core, event: HandoffRequested) -> Effect:
    giver = agency_of(core.author)
    if event.to == giver or (case.basis is Basis.NONE and event.kind is not HandoffKind.CONSULTATION):
        return REFUSED
    if event.handoff in case.handoffs:
        return SUPERSEDED
    passed_enough = event.kind is not HandoffKind.JOINT_TASK and case.bounces(event.need) >= case.pingpong - 1
    handoff = Handoff(
        id=event.handoff, giver=giver, by=core.author, to=event.to, need=event.need, kind=event.kind,
        state=HandoffState.CALLED if passed_enough else HandoffState.REQUESTED, requested_at=core.at,
        answer_by=event.answer_by, lapse_at=event.lapse_at, ended_at=core.at if passed_enough else None, simulated=core.simulated,
    )  # fmt: skip
    return _put(case, handoff)


def _moved(case: Case, core: Core, event: Event) -> Effect:
    """A hand-off moves along its table; the stage times are kept with it."""
    handoff = case.handoffs[cast(Any, event).handoff]
    state = HANDOFF.get((handoff.state, type(event)))
    if state is None:
        return SUPERSEDED
    changes: dict[str, Any] = {"state": state, "simulated": handoff.simulated or core.simulated}
    if state in (HandoffState.ACCEPTED, HandoffState.DECLINED):
        changes["answered_at"] = core.at
    if state in BOUNCED or state in (HandoffState.COMPLETED, HandoffState.REVOKED):
        changes["ended_at"] = core.at
    return _put(case, handoff, **changes)


def _acknowledged(case: Case, core: Core, event: HandoffAcknowledged) -> Effect:
    moved = _moved(case, core, event)
    return _put(moved, moved.handoffs[event.handoff], applied_at=event.applied_at, seen_at=event.seen_at) if isinstance(moved, Case) else moved


def _accepted(case: Case, core: Core, event: HandoffAccepted) -> Effect:
    moved = _moved(case, core, event)
    if not isinstance(moved, Case) or moved.joint is None or not moved.acting():
        return moved
    agencies = tuple(dict.fromkeys((*moved.joint.agencies, moved.handoffs[event.handoff].to)))
    return moved.model_copy(update={"joint": moved.joint.model_copy(update={"agencies": agencies})})


def _declined(case: Case, core: Core, event: HandoffDeclined | HandoffReturned) -> Effect:
    if event.code in NEVER_A_GROUND or (event.code in MUST_NAME_COMPETENT and event.competent in (None, agency_of(core.author))):
        return REFUSED
    moved = _moved(case, core, event)
    return _put(moved, moved.handoffs[event.handoff], code=event.code, competent=event.competent) if isinstance(moved, Case) else moved


def _overdue(case: Case, core: Core, event: HandoffOverdue) -> Effect:
    handoff = case.handoffs[event.handoff]
    if core.at < handoff.answer_by:
        return REFUSED
    moved = _moved(case, core, event)
    return _put(moved, moved.handoffs[event.handoff], overdue=True) if isinstance(moved, Case) and not handoff.overdue else SUPERSEDED


def _expired(case: Case, core: Core, event: HandoffExpired) -> Effect:
    return REFUSED if core.at < case.handoffs[event.handoff].lapse_at else _moved(case, core, event)


def _action(case: Case, core: Core, event: ActionTaken) -> Effect:
    moved = _moved(case, core, event)
    return _first_action(moved, event.handoff, core.at, event.action) if isinstance(moved, Case) else moved


def _first_action(case: Case, handoff: str, at: int, action: ActionCode) -> Case:
    done = case.handoffs[handoff]
    return case if done.first_action_at is not None else _put(case, done, first_action_at=at, action=action)


def _completed(case: Case, core: Core, event: HandoffCompleted) -> Effect:
    moved = _moved(case, core, event)
    return _put(moved, moved.handoffs[event.handoff], outcome=event.outcome) if isinstance(moved, Case) else moved


def _called(case: Case, core: Core, event: JointActionCalled) -> Effect:
    if case.joint is not None and case.joint.state is not JointState.COMPLETED:
        return SUPERSEDED
    return case.model_copy(update={"joint": JointAction(state=JointState.CALLED, agencies=event.agencies, need=event.need, called_at=core.at)})


def _started(case: Case, core: Core, event: JointActionStarted) -> Effect:
    if case.joint is not None and case.joint.state is not JointState.CALLED:
        return SUPERSEDED
    holding = {h.to for h in case.handoffs.values() if h.state in HELD} | {case.lead}
    owners = {t.owner for t in event.tasks}
    if len(set(event.agencies)) < 2 or not set(event.agencies) <= holding or not owners <= set(event.agencies):
        return SUPERSEDED
    if any(t.task in case.tasks for t in event.tasks):
        return SUPERSEDED
    joint = case.joint or JointAction(state=JointState.CALLED, agencies=())
    acting = joint.model_copy(update={"state": JointState.ACTING, "agencies": event.agencies, "started_at": core.at})
    planned = {t.task: _task(t, core.at) for t in event.tasks}
    return case.model_copy(update={"joint": acting, "tasks": {**case.tasks, **planned}})


def _task(planned: PlannedTask, at: int) -> Task:
    return Task(id=planned.task, owner=planned.owner, need=planned.need, due=planned.due, handoff=planned.handoff, after=planned.after, planned_at=at)


def _planned(case: Case, core: Core, event: TaskPlanned) -> Effect:
    if case.joint is None or not case.acting() or event.planned.task in case.tasks or event.planned.owner not in case.joint.agencies:
        return SUPERSEDED
    return _put_task(case, _task(event.planned, core.at))


def _task_moved(case: Case, core: Core, event: TaskBegun | TaskCompleted | TaskDropped) -> Effect:
    task = case.tasks[event.task] if event.task in case.tasks else None
    state = TASK.get((task.state, type(event))) if task else None
    blocked = task and state is not TaskState.DROPPED and any(case.tasks[t].state in OPEN_TASK for t in task.after if t in case.tasks)
    if task is None or state is None or blocked:
        return SUPERSEDED
    changes: dict[str, Any] = {"state": state}
    if task.begun_at is None and state is not TaskState.DROPPED:
        changes["begun_at"] = core.at
    if state not in OPEN_TASK:
        changes |= {"ended_at": core.at, "outcome": getattr(event, "outcome", None)}
    return _carry(_put_task(case, task, **changes), task, state, core.at)


def _carry(case: Case, task: Task, state: TaskState, at: int) -> Case:
    """A task carries the hand-off that it came from: begun is its first action, its last task done completes it."""
    handoff = case.handoffs.get(task.handoff or "")
    if handoff is None or handoff.state not in HELD or state is TaskState.DROPPED:
        return case
    case = _first_action(_put(case, handoff, state=HandoffState.ACTING), handoff.id, at, ActionCode.PLAN_TASK_DONE)
    still = any(t.state in OPEN_TASK for t in case.tasks.values() if t.handoff == handoff.id)
    return case if still else _put(case, case.handoffs[handoff.id], state=HandoffState.COMPLETED, ended_at=at, outcome=case.tasks[task.id].outcome)


def _joint_completed(case: Case, core: Core, event: JointActionCompleted) -> Effect:
    if case.joint is None or not case.acting() or any(t.state in OPEN_TASK for t in case.tasks.values()):
        return SUPERSEDED
    return case.model_copy(update={"joint": case.joint.model_copy(update={"state": JointState.COMPLETED, "ended_at": core.at})})


def _status(case: Case, core: Core, event: StatusDecided) -> Effect:
    if event.stage in case.statuses or (event.stage is Stage.CONCLUSIVE_GROUNDS and Stage.REASONABLE_GROUNDS not in case.statuses):
        return SUPERSEDED
    return case.model_copy(update={"statuses": {**case.statuses, event.stage: core.at}})


def _closed(case: Case, core: Core, event: CaseClosed) -> Effect:
    return case.model_copy(update={"closed_at": core.at, "close_reason": event.reason})


EFFECTS: dict[type[Event], Callable[[Case, Core, Any], Effect]] = {
    CaseReported: _reported, RosterSet: _roster, HandoffRequested: _requested, HandoffAcknowledged: _acknowledged,
    HandoffInfoRequested: _moved, HandoffInfoSupplied: _moved, HandoffAccepted: _accepted, HandoffDeclined: _declined,
    HandoffReturned: _declined, HandoffOverdue: _overdue, HandoffExpired: _expired, HandoffRevoked: _moved, ActionTaken: _action,
    HandoffCompleted: _completed, JointActionCalled: _called, JointActionStarted: _started, TaskPlanned: _planned,
    TaskBegun: _task_moved, TaskCompleted: _task_moved, TaskDropped: _task_moved, JointActionCompleted: _joint_completed,
    StatusDecided: _status, CaseClosed: _closed,
}  # fmt: skip
"""Type → what it does. CheckpointSet is missing: it changes nothing in a picture that is there (see `following`)."""
