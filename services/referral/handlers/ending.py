"""The end of a case: the lead closes it with an answer to all that is open, and takes the closing back with a reason."""

from services.referral.handlers.consent import OfCase, main_case, must_be_main
from shared.casework.profile import DECISIONS, profile
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol import standing
from shared.protocol.case import Case
from shared.protocol.closing import open_handoffs, open_tasks
from shared.protocol.events import CaseClosed, CaseReopened
from shared.protocol.facts import EndedHandoff, EndedTask
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import CloseReason, DataClass, ReopenReason, Stage

TOLD = frozenset({DataClass.D1, DataClass.D2})
"""What a case goes on with."""


class CloseCase(OfCase):
    """Why the case ends, and what becomes of each request and task of others that is open."""

    reason: CloseReason
    handoffs: tuple[EndedHandoff, ...] = ()
    tasks: tuple[EndedTask, ...] = ()


class ReopenCase(OfCase):
    """Why the case stands again."""

    reason: ReopenReason


def close_case(command: CloseCase, tx: DecisionContext) -> CaseClosed:
    """The lead closes the case. Raises RuleBroken where something is open and has no answer, and where it says that the person is no victim
    against the decision on status in force."""
    case = main_case(tx, command.case)
    if command.reason is CloseReason.NOT_A_VICTIM and identified(tx, case):
        raise RuleBroken("identified", "reason")
    if case.protocol == FIRST:  # members who know no answers would refuse it
        return CaseClosed(reason=command.reason)
    for field, open_now, answered in (
        ("handoffs", open_handoffs(case), {one.handoff for one in command.handoffs}),
        ("tasks", open_tasks(case), {one.task for one in command.tasks}),
    ):
        if any(one.id not in answered for one in open_now):
            raise RuleBroken(standing.UNANSWERED, field)
    return CaseClosed(reason=command.reason, handoffs=command.handoffs, tasks=command.tasks)


def identified(tx: DecisionContext, case: Case) -> bool:
    """Whether the decision on status in force, the last stage's, is positive (docs/domain.md, section 1.5, S8), as far as it is kept."""
    decided = case.in_force(Stage.CONCLUSIVE_GROUNDS) or case.in_force(Stage.REASONABLE_GROUNDS)
    said = profile(tx.work, case.id)[DataClass.D2].get(DECISIONS, {})
    return decided is not None and bool(said.get(decided.key, {}).get("positive"))


def reopen_case(command: ReopenCase, tx: DecisionContext) -> CaseReopened:
    """The lead takes the closing back. Raises RuleBroken for an open case, for one of protocol 1, and where what was told is erased."""
    case = must_be_main(tx.case(command.case))
    if case.closed_at is None:
        raise RuleBroken("not-closed")
    if case.protocol == FIRST:
        raise RuleBroken("closed-for-good")
    keys = tx.work.instance.keystore
    if keys is not None and not keys.gone(case.id).isdisjoint(TOLD):  # what is told from now on could not be kept either
        raise RuleBroken("reopen-erased")
    return CaseReopened(reason=command.reason)
