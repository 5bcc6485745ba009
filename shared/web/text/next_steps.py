"""Who must move next in a case, by when, and the case's state in one sentence. Pure: a projection of the picture."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.config.i18n import N_
from shared.protocol.came_back import SETTLED, asker, came_back, due_back
from shared.protocol.case import HELD, Case, Handoff, HandoffState, JointState, Task, TaskState
from shared.protocol.states import OPEN_TASK
from shared.protocol.vocabulary import Basis, HandoffKind, Need
from shared.web.text.labels import CLOSINGS
from shared.web.text.phrases import Words

MOVES: dict[str, str] = {
    "answer": N_("must answer the request: %(need)s"),
    "advise": N_("must answer a question about: %(need)s"),
    "promised": N_("must give the advice that it promised: %(need)s"),
    "unadvised": N_("must ask another agency for advice, or say that none is needed: %(need)s"),
    "inform": N_("must tell more, which was asked for: %(need)s"),
    "begin": N_("must begin its task: %(need)s"),
    "finish": N_("must finish its task: %(need)s"),
    "act": N_("must act on what it accepted: %(need)s"),
    "complete": N_("must complete what it accepted: %(need)s"),
    "reassign": N_("must find help elsewhere, the request came back: %(need)s"),
    "settle": N_("must say whether anything more is needed, the request ended without help: %(need)s"),
    "decide": N_("must decide how the case goes on"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that somebody must do."""

    who: str
    what: str
    need: Need | None = None
    by: int | None = None
    handoff: Handoff | None = None
    task: Task | None = None

    def late(self, now: int) -> int:
        """By how many milliseconds; 0 while in time."""
        return max(0, now - self.by) if self.by is not None else 0

    def text(self, say: Words) -> str:
        """What must be done, in words that follow the agency's name."""
        return say.translate(MOVES[self.what]) % {"need": say.need(self.need) if self.need else ""}


def moves(case: Case) -> tuple[Move, ...]:
    """All that must be done, the soonest deadline first; where nobody must, the lead must decide. None in a closed case."""
    if case.closed_at is not None:
        return ()
    found = [_back(case, agency, h) for agency in sorted(case.agencies) for h in came_back(case, agency)]
    found += [m for h in case.handoffs.values() if (m := _of_handoff(case, h))] + [_of_task(t) for t in case.tasks.values() if _open(t)]
    if not found:
        return () if case.is_side else (Move(case.lead, "decide"),)
    return tuple(sorted(found, key=lambda m: (m.by is None, m.by or 0)))


def _open(task: Task) -> bool:
    return task.state in OPEN_TASK


def _back(case: Case, agency: str, handoff: Handoff) -> Move:
    if case.merely_advises(handoff):
        return Move(agency, "unadvised", handoff.need, due_back(handoff), handoff)
    over = handoff.code in SETTLED or handoff.state is HandoffState.COMPLETED
    return Move(agency, "settle" if over else "reassign", handoff.need, due_back(handoff), handoff)


def _of_handoff(case: Case, handoff: Handoff) -> Move | None:
    if handoff.state is HandoffState.INFO_REQUESTED:
        return Move(asker(case, handoff), "inform", handoff.need, handoff.answer_by, handoff)
    if handoff.waiting:
        what = "advise" if handoff.kind is HandoffKind.CONSULTATION else "answer"
        return Move(handoff.to, what, handoff.need, handoff.answer_by, handoff)
    carried = any(t.handoff == handoff.id and _open(t) for t in case.tasks.values())
    if handoff.state not in HELD or carried or (handoff.need is Need.IDENTIFICATION and len(case.handoffs) > 1):
        return None
    if handoff.kind is HandoffKind.CONSULTATION:  # under protocol 1 it is accepted first
        return Move(handoff.to, "promised", handoff.need, None, handoff)
    return Move(handoff.to, "act" if handoff.state is HandoffState.ACCEPTED else "complete", handoff.need, None, handoff)


def _of_task(task: Task) -> Move:
    return Move(task.owner, "begin" if task.state is TaskState.PLANNED else "finish", task.need, task.due, None, task)


def called_to(case: Case, needs: Collection[Need]) -> tuple[Handoff, ...]:
    """Who has been asked for one of these needs and must still answer, or has accepted: in danger, who was called to safety.
    Who is asked for advice is not called."""
    asked = (h for h in case.handoffs.values() if h.need in needs and h.kind is not HandoffKind.CONSULTATION)
    return tuple(h for h in asked if h.waiting or h.state in HELD)


def headline(case: Case, say: Words) -> str:
    """The state of a case in one sentence."""
    _ = say.translate
    if case.closed_at is not None:
        return _("The case is closed: %(reason)s.") % {"reason": say.of(CLOSINGS, case.close_reason).lower()}
    if case.basis is Basis.NONE and case.based_at is not None:
        return _("There is no consent any more: only who met the person and the lead are in the case, and nobody is invited.")
    if case.basis is Basis.NONE:
        return _("The person did not consent: only the figure was reported, and nobody is invited.")
    if case.joint is not None and case.joint.state is not JointState.CALLED:
        return _of_joint(case, say)
    if case.joint is not None:
        return _("The agencies are called to act together: %(need)s was passed round enough.") % {"need": say.need(case.joint.need)}
    return _without_joint(case, say)


def _of_joint(case: Case, say: Words) -> str:
    _, joint = say.translate, case.joint
    assert joint is not None
    if joint.state is JointState.COMPLETED:
        return _("The joint action is completed.")
    done, total = sum(not _open(t) for t in case.tasks.values()), len(case.tasks)
    counts = {"agencies": len(joint.agencies), "done": done, "total": total}
    return _("Joint action under way. Agencies that act together: %(agencies)s. Tasks ended: %(done)s of %(total)s.") % counts


def _without_joint(case: Case, say: Words) -> str:
    _ = say.translate
    waiting = [h for h in case.handoffs.values() if h.waiting]
    asked = [h for h in waiting if not case.merely_advises(h)]
    held = {h.to for h in case.holding()}
    if asked and held:
        return _("Agencies that act: %(held)s. Requests that wait for an answer: %(asked)s.") % {"held": len(held), "asked": len(asked)}
    if asked:
        return _("Nobody acts yet. Requests that wait for an answer: %(asked)s.") % {"asked": len(asked)}
    if held:
        return _("Agencies that act, each by itself: %(held)s.") % {"held": len(held)}
    if waiting:
        return _("Nobody holds this case now. Questions that wait for advice: %(asked)s.") % {"asked": len(waiting)}
    return _("Nobody holds this case now.")
