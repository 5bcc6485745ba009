"""The end of a case, and its return. Under protocol 2 the lead answers to all that is open: nothing of others ends without a word."""

from typing import Any

from shared.protocol.case import HELD, Case, Handoff, HandoffState, Task, TaskState
from shared.protocol.core import Core
from shared.protocol.events import CaseClosed, CaseReopened
from shared.protocol.joint import SUPERSEDED, Effect, put, put_task
from shared.protocol.states import OPEN_TASK
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Ending, HandoffKind


def open_handoffs(case: Case) -> tuple[Handoff, ...]:
    """The hand-offs to which a closing must answer. To what the lead was asked itself, the reason of the closing is the answer;
    and advice that nobody has given yet is not needed any more."""
    return tuple(h for h in case.handoffs.values() if _open(h) and h.to != case.lead and not case.merely_advises(h))


def open_tasks(case: Case) -> tuple[Task, ...]:
    """The tasks to which it must answer: those of others that no open hand-off carries."""
    carried = {h.id for h in open_handoffs(case)}
    return tuple(t for t in case.tasks.values() if t.state in OPEN_TASK and t.owner != case.lead and t.handoff not in carried)


def closed(case: Case, core: Core, event: CaseClosed) -> Effect:
    """The lead closes the case. What is open without an answer stands against it: somebody asked, or planned, meanwhile."""
    if case.protocol == FIRST:
        ended = _taken_back(case, core.at)
    else:
        handoffs, tasks = {e.handoff: e.ending for e in event.handoffs}, {e.task: e.ending for e in event.tasks}
        if any(h.id not in handoffs for h in open_handoffs(case)) or any(t.id not in tasks for t in open_tasks(case)):
            return SUPERSEDED
        ended = _ended(case, core.at, handoffs, tasks)
    return ended.model_copy(update={"closed_at": core.at, "close_reason": event.reason})


def _taken_back(case: Case, at: int) -> Case:
    for handoff in case.handoffs.values():
        if handoff.waiting:  # nobody shall wait for an answer in a case that is closed
            case = put(case, handoff, state=HandoffState.REVOKED, ended_at=at)
    return case


def _ended(case: Case, at: int, handoffs: dict[str, Ending], tasks: dict[str, Ending]) -> Case:
    for task in case.tasks.values():
        if task.state in OPEN_TASK:
            ending = tasks.get(task.id) or handoffs.get(task.handoff or "")
            case = put_task(case, task, state=TaskState.ENDED, ending=ending, ended_at=at)
    for handoff in case.handoffs.values():
        if _open(handoff):
            case = put(case, handoff, state=HandoffState.ENDED, ending=handoffs.get(handoff.id), ended_at=at)
    return case


def reopened(case: Case, core: Core, event: CaseReopened) -> Effect:
    """The case stands again. What an agency of the roster had taken on, and the closing ended unfinished, is its own again, with the time
    for its tasks moved by how long the case was closed. What nobody had answered stays ended: whoever needs an answer asks anew."""
    if case.closed_at is None:
        return SUPERSEDED
    away = max(0, core.at - case.closed_at)
    for handoff in handoffs_again(case):
        state = HandoffState.ACCEPTED if handoff.first_action_at is None else HandoffState.ACTING
        case = put(case, handoff, state=state, **NOT_ENDED)
    for task in tasks_again(case):
        state = TaskState.PLANNED if task.begun_at is None else TaskState.BEGUN
        case = put_task(case, task, state=state, due=task.due + away, **NOT_ENDED)
    stands = {"closed_at": None, "close_reason": None, "reopened_at": core.at, "reopen_reason": event.reason}
    return case.model_copy(update=stands)


def handoffs_again(case: Case) -> tuple[Handoff, ...]:
    """The hand-offs that are their agencies' again when this case is reopened."""
    ended = (h for h in case.handoffs.values() if h.state is HandoffState.ENDED)
    mine = (h for h in ended if h.kind is not HandoffKind.TRANSFER or h.to == case.lead)  # whoever was to lead then is asked anew
    return tuple(h for h in mine if h.answered_at is not None and _back(case, h.to, h.ending))


def tasks_again(case: Case) -> tuple[Task, ...]:
    """The tasks that are."""
    return tuple(t for t in case.tasks.values() if t.state is TaskState.ENDED and _back(case, t.owner, t.ending))


NOT_ENDED: dict[str, Any] = {"ended_at": None, "ending": None}


def _open(handoff: Handoff) -> bool:
    return handoff.waiting or handoff.state in HELD


def _back(case: Case, agency: str, ending: Ending | None) -> bool:
    return ending is not Ending.DONE and agency in case.agencies
