"""The lead's use cases: what its instance does by itself, and what its officers decide."""

from collections.abc import Iterable
from math import exp
from random import Random

from services.referral import rules, sides
from services.referral.departures import taken_off
from shared.protocol.case import HELD
from shared.protocol.events import (
    CaseClosed,
    HandoffAccepted,
    HandoffRequested,
    JointActionCalled,
    JointActionCompleted,
    JointActionStarted,
    RosterSet,
    StatusDecided,
    TaskDropped,
    TaskPlanned,
)
from shared.protocol.facts import Event, Facts, Id, Member, PlannedTask, hidden
from shared.protocol.fold import Follow, passed_round
from shared.protocol.vocabulary import CloseReason, DataClass, HandoffKind, Need, Stage
from shared.runtime.country import HOUR
from shared.runtime.deciding import Due, RuleBroken, Tx, UseCase
from shared.runtime.profile import profile

# --- by itself --------------------------------------------------------------------------------------------------------------------------


def open_case(due: Due, tx: Tx) -> list[Event]:
    """A report came: the roster and the invitations that the policy names (DOMAIN.md 1.5, S4 to S7)."""
    forms = profile(tx.work, due.case.id)[DataClass.D2].get("forms", ())
    policy = [line for line in tx.country.invitations if tx.country.may_ask(line.agency)]
    invited = rules.whom_to_invite(policy, due.case, forms)
    events: list[Event] = []
    if joiners := {a: n for n, a in reversed(invited) if a not in due.case.agencies}:
        members = [tx.country.member(a, n, due.case.basis) for a, n in joiners.items()]
        events.append(RosterSet(members=rules.roster(due.case, members)))
    kind = HandoffKind.REFERRAL
    events += [_request(due, tx, need, agency, kind) for need, agency in invited]
    return [*events, *_simulated_answer(due, tx)]


def _request(due: Due, tx: Tx, need: Need, agency: str, kind: HandoffKind) -> HandoffRequested:
    answer_by, lapse_at = tx.country.deadline(need, due.case.urgency, tx.at)
    return HandoffRequested(handoff=tx.fresh(), to=agency, need=need, kind=kind, answer_by=answer_by, lapse_at=lapse_at)


def _simulated_answer(due: Due, tx: Tx) -> Iterable[Event]:
    """In a replay of published figures nobody sits at the lead's desk.

    The answer comes after a seeded, log-normal time, labelled simulated.
    """
    simulation = tx.country.simulation
    if not simulation.answers_itself or not tx.simulated:
        return ()
    spread = Random(due.case.id).gauss(0, 0.8)  # noqa: S311  a figure, not a secret
    tx.at += int(simulation.median_hours * HOUR * exp(spread))
    return (HandoffAccepted(handoff=next(iter(due.case.handoffs))),)


def add_member(due: Due, tx: Tx) -> RosterSet | None:
    """An agency was asked that is not in the case: it joins, with what policy and directory allow.

    Who was taken off the roster (consent was withdrawn, above all) comes back by an officer's decision alone. So a request of the lead's
    own, which its roster went before, brings nobody in: that roster has been overtaken by a withdrawal.
    """
    handoff = due.case.handoffs[due.about]
    if not tx.country.may_ask(handoff.to) or handoff.to in due.case.agencies:
        return None
    if (handoff.by == tx.me and handoff.kind is not HandoffKind.JOINT_TASK) or taken_off(tx.work, due.case.id, handoff.to):
        return None
    return RosterSet(members=rules.roster(due.case, [tx.country.member(handoff.to, handoff.need, due.case.basis)]))


def call_joint(due: Due, tx: Tx) -> list[Event]:
    """The need came back too often: those who had it are called to act together instead (DOMAIN.md 3.6)."""
    need = Need(due.about)
    agencies = tuple(a for a in passed_round(due.case, need) if a != due.case.lead and not hidden(a))  # a shelter is asked by an officer
    return [JointActionCalled(need=need, agencies=agencies), *(_request(due, tx, need, a, HandoffKind.JOINT_TASK) for a in agencies)]


def start_joint(due: Due, tx: Tx) -> JointActionStarted:
    """Enough agencies have accepted: one plan, concurrent tasks, one owner each, one lead."""
    tasks = rules.plan(due.case, tx.at + int(tx.country.task_hours * HOUR), tx.fresh)
    return JointActionStarted(agencies=tuple(dict.fromkeys((due.case.lead, *(t.owner for t in tasks)))), tasks=tasks)


def plan_task(due: Due, tx: Tx) -> TaskPlanned:
    """An agency accepted while the others act already: it gets its task."""
    handoff = due.case.handoffs[due.about]
    task = PlannedTask(
        task=tx.fresh(), owner=handoff.to, need=handoff.need, due=tx.at + int(tx.country.task_hours * HOUR), handoff=handoff.id
    )
    return TaskPlanned(planned=task)


def complete_joint(due: Due, tx: Tx) -> JointActionCompleted:
    """All tasks have ended."""
    return JointActionCompleted()


FOLLOW_UPS: dict[Follow, UseCase] = {
    Follow.OPEN: open_case,
    Follow.ADD_MEMBER: add_member,
    Follow.CALL_JOINT: call_joint,
    Follow.START_JOINT: start_joint,
    Follow.PLAN_TASK: plan_task,
    Follow.COMPLETE_JOINT: complete_joint,
}
"""What the lead's instance does by itself."""

# --- officers ---------------------------------------------------------------------------------------------------------------------------


class OfCase(Facts):
    """A command about a case."""

    case: Id


class AddAgency(OfCase):
    """Bring an agency in, for this need."""

    agency: Id
    need: Need


class Withdraw(OfCase):
    """Consent is withdrawn for this agency: for these classes, or wherever none is named for its part in the case."""

    agency: Id
    classes: tuple[DataClass, ...] = ()


class DecideStatus(OfCase):
    """Reasonable or conclusive grounds, and what was decided."""

    stage: Stage
    positive: bool


class CloseCase(OfCase):
    """Why the case ends."""

    reason: CloseReason


class DropTask(OfCase):
    """A task that is not needed any more."""

    task: Id


def add_agency(command: AddAgency, tx: Tx) -> list[Event]:
    """An officer of the lead brings another agency into a running case. Raises RuleBroken for one the directory does not list."""
    case = tx.case(command.case)
    if not tx.country.may_ask(command.agency):
        raise RuleBroken("unknown-agency", "agency")
    due = Due(case, "")
    request = _request(due, tx, command.need, command.agency, HandoffKind.REFERRAL)
    if command.agency in case.agencies:
        return [request]
    return [RosterSet(members=rules.roster(case, [tx.country.member(command.agency, command.need, case.basis)])), request]


def ask_confidential(command: AddAgency, tx: Tx) -> list[Event]:
    """An officer of the lead asks a confidential agency, in a side case with the lead alone; this case says `confidential:shelter`.

    Raises RuleBroken for one that is not confidential, and where one of its kind takes part already.
    """
    case = tx.case(command.case)
    if command.agency not in {a.id for a in tx.country.confidential()}:
        raise RuleBroken("unknown-agency", "agency")
    stands_for = tx.country.told_as(command.agency)
    if any(h.to == stands_for and (h.waiting or h.state in HELD) for h in case.handoffs.values()):
        raise RuleBroken("confidential-already", "agency")
    due = Due(case, "")
    request = _request(due, tx, command.need, command.agency, HandoffKind.REFERRAL)
    side = tx.new_case()
    tx.elsewhere(side, sides.opening(case, request, profile(tx.work, case.id)[DataClass.D1], tx))
    sides.note(tx.work, side, case.id, request.handoff)
    asked = request.model_copy(update={"to": stands_for})
    if stands_for in case.agencies:
        return [asked]
    member = Member(agency=stands_for, kind=tx.country.agency(command.agency).kind, purpose=command.need, basis=case.basis)
    return [RosterSet(members=rules.roster(case, [member])), asked]


def withdraw(command: Withdraw, tx: Tx) -> RosterSet:
    """The person takes consent back, for an agency or for some of what it may be told. What is sealed from now on leaves that out,
    also what was decided before and still waits here.

    Raises RuleBroken for an agency that is not in the case, and for the lead, without which there is no case.
    """
    case = tx.case(command.case)
    member = case.member(command.agency)
    if member is None:
        raise RuleBroken("not-in-the-case", "agency")
    if command.agency == case.lead:
        raise RuleBroken("lead-stays", "agency")
    tx.first = True
    less = tuple(c for c in member.classes if c not in command.classes or c is DataClass.D0)
    if command.classes:
        return RosterSet(members=tuple(m.model_copy(update={"classes": less}) if m is member else m for m in case.members))
    for side in sides.behind(tx.work, case, command.agency):
        tx.elsewhere(side.id, [RosterSet(members=tuple(m for m in side.members if m.agency == side.lead))])
    return RosterSet(members=tuple(m for m in case.members if m is not member))


def decide_status(command: DecideStatus, tx: Tx) -> StatusDecided:
    """The competent authority decides on the person's status."""
    tx.case(command.case)
    return StatusDecided(stage=command.stage, positive=command.positive)


def start_now(command: OfCase, tx: Tx) -> JointActionStarted:
    """An officer does not wait for the last answer. Raises RuleBroken where there are not two yet to act together."""
    start = start_joint(Due(tx.case(command.case), ""), tx)
    if len(start.agencies) < 2:
        raise RuleBroken("too-few-agencies")
    return start


def drop_task(command: DropTask, tx: Tx) -> TaskDropped:
    """The lead takes a task out of the plan."""
    tx.case(command.case)
    return TaskDropped(task=command.task)


def close_case(command: CloseCase, tx: Tx) -> CaseClosed:
    """The lead closes the case."""
    tx.case(command.case)
    return CaseClosed(reason=command.reason)
