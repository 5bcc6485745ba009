"""The lead's use cases: what its instance does by itself, and what its officers decide."""

from collections.abc import Iterable
from math import exp
from random import Random

from services.referral import rules, side_cases
from services.referral.handlers.conflict import first_looked_at
from services.referral.handlers.consent import (
    AddAgency,
    OfCase,
    barred,
    invitations,
    kind_of,
    main_case,
    may_join,
    must_be_allowed,
    named_by_policy,
    requested,
    urgency_of,
)
from services.referral.handlers.lead import hand_over
from services.referral.held_back import hold, unseen, waiting_requests
from services.referral.rules import brought_in
from shared.casework.asking import must_make_sense
from shared.casework.conflicts import must_be_looked_at
from shared.casework.profile import profile
from shared.config.calendar import HOUR
from shared.decisions.decide import DecisionContext, UseCase
from shared.decisions.errors import RuleBroken
from shared.privacy import legal_bases
from shared.processing.follow_ups import PolicyQuestion
from shared.protocol.case import HELD, Case
from shared.protocol.events import (
    HandoffAccepted,
    HandoffRevoked,
    JointActionCalled,
    JointActionCompleted,
    JointActionStarted,
    RosterSet,
    TaskDropped,
    TaskPlanned,
)
from shared.protocol.facts import Event, Id, PlannedTask
from shared.protocol.fold import Follow
from shared.protocol.vocabulary import DataClass, HandoffKind, Need

# --- by itself --------------------------------------------------------------------------------------------------------------------------


def open_case(due: PolicyQuestion, tx: DecisionContext) -> list[Event]:
    """A report came: the roster and the invitations that the policy names, as far as the person agrees. Where staff of an agency are said
    to be close to a suspect nobody is invited before an officer has looked.

    Source: docs/domain.md, section 1.5, S4 to S7.
    """
    case, rows = due.case, legal_bases.settled(tx.work, due.case)
    invited = first_looked_at(tx, case, named_by_policy(tx, case, rows))
    entries, requests = invitations(tx, case, invited)
    members = rules.roster(case, entries.values(), tx.at)
    joins = [RosterSet(members=members)] if members != case.members else []
    return [*joins, *requests, *_simulated_answer(due, tx)]


def _simulated_answer(due: PolicyQuestion, tx: DecisionContext) -> Iterable[Event]:
    """In a replay of published figures nobody sits at the lead's desk.

    The answer comes after a seeded, log-normal time, labelled simulated.
    """
    simulation = tx.country.simulation
    if not simulation.answers_itself or not tx.simulated:
        return ()
    spread = Random(due.case.id).gauss(0, 0.8)  # noqa: S311  a figure, not a secret
    tx.at += int(simulation.median_hours * HOUR * exp(spread))
    return (HandoffAccepted(handoff=next(iter(due.case.handoffs))),)


def add_member(due: PolicyQuestion, tx: DecisionContext) -> RosterSet | HandoffRevoked | None:
    """A member has asked an agency that is not in the case, or not for this: it joins, or is in it for one purpose more, by the rule that
    binds the lead's own officers. Where nothing on record lets it be told yet the request waits, and the lead's page says so: who leads
    asks the person, or finds another agency. Who must not be told, or may not be asked, does not join: nobody can receive the request, so
    it goes back at once to who asked (docs/domain.md, section 3.3). Under protocol 1 it waits until it lapses. While a suspect may be close
    to staff of an agency, and nobody who knows it has looked, it waits in the lead's list for an officer."""
    case, handoff = due.case, due.case.handoffs[due.about]
    if legal_bases.awaited(tx.work, case):
        return None  # what the former lead has on record says it, once it has come
    there = handoff.to in case.agencies
    if there and handoff.kind is HandoffKind.CONSULTATION:
        return None
    if handoff in waiting_requests(case, legal_bases.settled(tx.work, case), tx.country, tx.at) and unseen(tx, case, handoff):
        return hold(tx, case)
    listed = tx.country.knows(handoff.to)  # a confidential agency that has left is known by its kind alone
    leaves = listed and tx.country.agency(handoff.to).leaving and not there  # who asked it has not read that yet
    joins = listed and not leaves and not case.is_side
    member = may_join(tx, case, handoff.to, handoff.need, handoff.kind) if joins else None
    if member:
        leads = handoff.kind is HandoffKind.TRANSFER  # until it does it has codes that name nobody
        return brought_in(case, rules.least(member) if leads else member, tx.at)
    if there:
        return None
    never = case.is_side or not tx.country.may_ask(handoff.to) or barred(tx, legal_bases.settled(tx.work, case), handoff.to)
    return HandoffRevoked(handoff=handoff.id) if never else None


def call_joint(due: PolicyQuestion, tx: DecisionContext) -> list[Event]:
    """The need came back too often: those who had it are called to act together instead (docs/domain.md, section 3.6)."""
    need = Need(due.about)
    case, rows = due.case, legal_bases.settled(tx.work, due.case)
    agencies = tuple(
        a
        for a in rules.called_together(case, need)
        if tx.country.may_ask(a) and not barred(tx, rows, a) and not _never_looked_at(tx, case, a)
    )
    if not agencies:  # the need is the lead's: it stands in its list
        return []
    asked = [requested(tx, need, a, HandoffKind.JOINT_TASK, case.urgency) for a in agencies]
    return [JointActionCalled(need=need, agencies=agencies), *asked]


def _never_looked_at(tx: DecisionContext, case: Case, agency: str) -> bool:
    """Whether an agency stands outside, and nobody who knows of a conflict has looked at it: the call would tell it all the same."""
    return agency not in case.agencies and all(unseen(tx, case, h) for h in case.handoffs.values() if h.to == agency)


def start_joint(due: PolicyQuestion, tx: DecisionContext) -> JointActionStarted:
    """Enough agencies have accepted: one plan, concurrent tasks, one owner each, one lead."""
    tasks = rules.plan(due.case, tx.at + int(tx.country.task_hours * HOUR), tx.fresh)
    return JointActionStarted(agencies=tuple(dict.fromkeys((due.case.lead, *(t.owner for t in tasks)))), tasks=tasks)


def plan_task(due: PolicyQuestion, tx: DecisionContext) -> TaskPlanned:
    """An agency accepted while the others act already: it gets its task."""
    handoff = due.case.handoffs[due.about]
    task = PlannedTask(
        task=tx.fresh(), owner=handoff.to, need=handoff.need, due=tx.at + int(tx.country.task_hours * HOUR), handoff=handoff.id
    )
    return TaskPlanned(planned=task)


def complete_joint(due: PolicyQuestion, tx: DecisionContext) -> JointActionCompleted:
    """All tasks have ended."""
    return JointActionCompleted()


FOLLOW_UPS: dict[Follow, UseCase] = {
    Follow.OPEN: open_case,
    Follow.ADD_MEMBER: add_member,
    Follow.CALL_JOINT: call_joint,
    Follow.START_JOINT: start_joint,
    Follow.PLAN_TASK: plan_task,
    Follow.COMPLETE_JOINT: complete_joint,
    Follow.HAND_OVER: hand_over,
}
"""What the lead's instance does by itself."""

# --- officers ---------------------------------------------------------------------------------------------------------------------------


class DropTask(OfCase):
    """A task that is not needed any more."""

    task: Id


def add_agency(command: AddAgency, tx: DecisionContext) -> list[Event]:
    """An officer of the lead brings another agency into a running case, with what the bases on record let it have.

    Raises RuleBroken for one the directory does not list, and where nothing on record allows disclosure and no ground is stated.
    """
    case = main_case(tx, command.case)
    if not tx.country.may_ask(command.agency):
        raise RuleBroken("unknown-agency", "agency")
    must_make_sense(tx, case, command.agency, command.need, kind_of(command), "agency")
    must_be_looked_at(tx, case, command.agency, command.conflict)
    member = must_be_allowed(command, case, tx)
    asked = requested(tx, command.need, command.agency, kind_of(command), urgency_of(command, case))
    joins = brought_in(case, member, tx.at)
    return [joins, asked] if joins else [asked]


def ask_confidential(command: AddAgency, tx: DecisionContext) -> list[Event]:
    """An officer of the lead asks a confidential agency, in a side case with the lead alone; this case says `confidential:shelter`.

    Raises RuleBroken for one that is not confidential, where one of its kind takes part already, and where nothing on record allows
    disclosure and no ground is stated.
    """
    case = main_case(tx, command.case)
    if command.agency not in {a.id for a in tx.country.confidential()}:
        raise RuleBroken("unknown-agency", "agency")
    stands_for = tx.country.told_as(command.agency)
    if any(h.to == stands_for and (h.waiting or h.state in HELD) for h in case.handoffs.values()):
        raise RuleBroken("confidential-already", "agency")
    must_make_sense(tx, case, command.agency, command.need, kind_of(command), "agency")
    must_be_looked_at(tx, case, command.agency, command.conflict)
    member = must_be_allowed(command, case, tx)
    request = requested(tx, command.need, command.agency, kind_of(command), urgency_of(command, case))
    side = side_cases.new_side(tx)
    tx.elsewhere(side, side_cases.opening(case, request, profile(tx.work, case.id)[DataClass.D1], member, tx))
    side_cases.note(tx.work, side, case.id, request.handoff)
    asked = request.model_copy(update={"to": stands_for})
    joins = brought_in(case, member.model_copy(update={"agency": stands_for, "classes": ()}), tx.at)
    return [joins, asked] if joins else [asked]


def start_now(command: OfCase, tx: DecisionContext) -> JointActionStarted:
    """An officer does not wait for the last answer. Raises RuleBroken where there are not two yet to act together."""
    start = start_joint(PolicyQuestion(main_case(tx, command.case), ""), tx)
    if len(start.agencies) < 2:
        raise RuleBroken("too-few-agencies")
    return start


def drop_task(command: DropTask, tx: DecisionContext) -> TaskDropped:
    """The lead takes a task out of the plan."""
    main_case(tx, command.case)
    return TaskDropped(task=command.task)
