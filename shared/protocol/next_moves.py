"""Who must move next in a case, and by when: one job for each thing that somebody must do. Pure: a projection of the picture.

Every open case has at least one job, so that no state stands in nobody's list; of a side case its main case says it.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from shared.protocol.came_back import SETTLED, all_back, asker, back_since, due_back, in_main, time_to_answer
from shared.protocol.case import HELD, Case, Handoff, HandoffState, Task, TaskState
from shared.protocol.delays import why
from shared.protocol.states import OPEN_TASK
from shared.protocol.vocabulary import ClockName, HandoffKind, Need, StallCode


class What(StrEnum):
    """What somebody must do; words for each: `MOVES` of `shared/web/text/labels.py`."""

    ANSWER = "answer"
    ADVISE = "advise"
    PROMISED = "promised"
    UNADVISED = "unadvised"
    INFORM = "inform"
    AGREE = "agree"
    """Something else was offered than what was asked: yes or no."""
    BEGIN = "begin"
    FINISH = "finish"
    ACT = "act"
    COMPLETE = "complete"
    REASSIGN = "reassign"
    SETTLE = "settle"
    DECIDE = "decide"
    DECIDE_STATUS = "decide_status"
    """A clock of the country asks for a decision on status, or does not allow it yet."""
    LEAD = "lead"
    """Asked to lead the case: yes or no."""
    HAND_OVER = "hand_over"
    """Another agency has accepted to lead, and something stands against carrying that out."""
    KEEP = "keep"
    """A clock of the country says that something lasts, and must not end before."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that somebody must do."""

    who: str
    what: What
    need: Need | None = None
    by: int | None = None
    handoff: Handoff | None = None
    task: Task | None = None
    began: int | None = None
    """Since when whoever must do it has had the time for it (ms UTC); None where there is no deadline."""
    opens: int | None = None
    """Before when it is not allowed, or until when it lasts."""
    clock: ClockName | None = None
    stall: StallCode | None = None
    """Why it is not done, as whoever must do it has said since they had it."""
    paused: int | None = None
    """Until when its clock stands still, or has stood still last."""

    def late(self, now: int) -> int:
        """By how many milliseconds; 0 while in time."""
        return max(0, now - self.by) if self.by is not None else 0

    @property
    def key(self) -> str:
        """What makes it one job: the hand-off, the task, the clock, or the case itself."""
        return self.handoff.id if self.handoff else self.task.id if self.task else self.clock or ""


def moves(case: Case) -> tuple[Move, ...]:
    """All that must be done, the soonest deadline first; where nobody must, the lead must decide. None in a closed case."""
    if case.closed_at is not None:
        return ()
    found = [_back(case, agency, h) for agency, h in sorted(all_back(case), key=lambda back: back[0])]
    found += [m for h in case.handoffs.values() if (m := _of_handoff(case, h))] + [_of_task(t) for t in case.tasks.values() if is_open(t)]
    if not found:
        return () if case.is_side else (Move(case.lead, What.DECIDE),)
    found = [m if m.handoff is None and m.task is None else replace(m, stall=_why(case, m)) for m in found]
    return tuple(sorted(found, key=lambda m: (m.by is None, m.by or 0)))


def _why(case: Case, move: Move) -> StallCode | None:
    """Why it is not done, as whoever must do it has said since they had it."""
    return why(case, move.began, handoff=move.handoff.id if move.handoff else None, task=move.task.id if move.task else None)


def is_open(task: Task) -> bool:
    """Whether a task is not done yet."""
    return task.state in OPEN_TASK


def _back(case: Case, agency: str, handoff: Handoff) -> Move:
    if case.merely_advises(handoff):
        return Move(agency, What.UNADVISED, handoff.need, due_back(handoff), handoff, began=back_since(handoff))
    over = handoff.code in SETTLED or handoff.state is HandoffState.COMPLETED
    return Move(agency, What.SETTLE if over else What.REASSIGN, handoff.need, due_back(handoff), handoff, began=back_since(handoff))


def _of_handoff(case: Case, handoff: Handoff) -> Move | None:
    if handoff.state is HandoffState.INFO_REQUESTED:
        return Move(asker(case, handoff), What.INFORM, handoff.need, handoff.answer_by, handoff, began=handoff.requested_at)
    if handoff.state is HandoffState.OFFERED and handoff.offer is not None:
        if in_main(case, handoff):
            return None
        return Move(asker(case, handoff), What.AGREE, handoff.need, handoff.offer.answer_by, handoff, began=handoff.offer.at)
    if handoff.waiting:
        what = {HandoffKind.CONSULTATION: What.ADVISE, HandoffKind.TRANSFER: What.LEAD}.get(handoff.kind, What.ANSWER)
        return Move(handoff.to, what, handoff.need, handoff.answer_by, handoff, began=handoff.requested_at)
    if handoff.kind is HandoffKind.TRANSFER and handoff.state in HELD and handoff.to != case.lead:
        since = handoff.answered_at or handoff.requested_at
        return Move(case.lead, What.HAND_OVER, handoff.need, since + time_to_answer(handoff), handoff, began=since)
    carried = any(t.handoff == handoff.id and is_open(t) for t in case.tasks.values())
    if handoff.state not in HELD or carried or (handoff.need is Need.IDENTIFICATION and len(case.handoffs) > 1):
        return None
    if handoff.kind is HandoffKind.CONSULTATION:  # under protocol 1 it is accepted first
        return Move(handoff.to, What.PROMISED, handoff.need, None, handoff, began=handoff.answered_at)
    what = What.ACT if handoff.state is HandoffState.ACCEPTED else What.COMPLETE
    agreed = handoff.offer.starts_at if handoff.offer and handoff.offer.agreed_at is not None and what is What.ACT else None
    return Move(handoff.to, what, handoff.need, agreed, handoff, began=handoff.answered_at)


def _of_task(task: Task) -> Move:
    return Move(
        task.owner, What.BEGIN if task.state is TaskState.PLANNED else What.FINISH, task.need, task.due, None, task, task.planned_at
    )
