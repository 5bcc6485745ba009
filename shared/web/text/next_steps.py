"""Who must move next in a case, and the case's state in one sentence: words for a projection of the picture."""

from collections.abc import Collection

from shared.protocol.case import HELD, Case, Handoff, JointState
from shared.protocol.next_moves import is_open
from shared.protocol.vocabulary import Basis, HandoffKind, Need
from shared.web.text.labels import CLOSINGS
from shared.web.text.phrases import Words


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
    done, total = sum(not is_open(t) for t in case.tasks.values()), len(case.tasks)
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
