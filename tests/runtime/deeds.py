"""What a person at a desk may think of doing, given the picture."""

from collections.abc import Callable
from random import Random
from typing import Any

from services.assistance import handlers as a
from services.referral import handlers as r
from shared.protocol.case import HELD, Case
from shared.protocol.events import RosterSet
from shared.protocol.facts import Facts
from shared.protocol.states import OPEN_TASK
from shared.protocol.vocabulary import ActionCode, CloseReason, DeclineCode, Need, Stage
from shared.runtime.deciding import Tx

Deed = tuple[Callable[..., Any], Any]
NEEDS = (Need.HOUSING, Need.HEALTH, Need.LEGAL, Need.INVESTIGATION)
AGENCIES = ("rs-insp", "rs-pol", "rs-ngo", "rs-soc")
NO_CAPACITY = DeclineCode.NO_CAPACITY


def deed(random: Random, me: str, case: Case) -> Deed:
    """One of the things that the picture offers; now and then something that it does not."""
    service, _, agency = me.partition(".")
    if service == "referral":
        return random.choice(_lead(random, case))
    offered = [*_handoffs(case, agency), *_tasks(case, agency)]
    wild = [(use_case, a.OfHandoff(case=case.id, handoff=h)) for h in case.handoffs for use_case in (a.accept, a.revoke)]
    asking = [_request(random, case, agency)]
    return random.choice(random.choice([pool for pool in (offered, offered, asking, wild) if pool]))


def _request(random: Random, case: Case, agency: str) -> Deed:
    to = random.choice([other for other in AGENCIES if other != agency])
    return a.request_handoff, a.RequestHandoff(case=case.id, to=to, need=random.choice(NEEDS))


def _handoffs(case: Case, agency: str) -> list[Deed]:
    deeds: list[Deed] = []
    for h in case.handoffs.values():
        of = a.OfHandoff(case=case.id, handoff=h.id)
        no = a.Decline(case=case.id, handoff=h.id, code=NO_CAPACITY)
        if h.to == agency and h.waiting:
            deeds += [(a.acknowledge, of), (a.accept, of), (a.accept, of), (a.ask_info, of), (a.decline, no)]
        if h.to == agency and h.state in HELD:
            act = a.TakeAction(case=case.id, handoff=h.id, action=ActionCode.INTERVIEW_HELD)
            deeds += [(a.take_action, act), (a.give_back, no), (a.complete, a.Complete(case=case.id, handoff=h.id))]
        if h.giver == agency and h.waiting:
            deeds += [(a.revoke, of), (a.supply_info, of)]
    return deeds


def _tasks(case: Case, agency: str) -> list[Deed]:
    deeds: list[Deed] = []
    for task in case.tasks.values():
        if task.owner == agency and task.state in OPEN_TASK:
            of = a.OfTask(case=case.id, task=task.id)
            deeds += [(a.begin_task, of), (a.complete_task, a.CompleteTask(case=case.id, task=task.id)), (a.drop_task, of)]
    return [*deeds, (a.plan_task, a.PlanTask(case=case.id, need=Need.LEGAL))] if case.acting() else deeds


def _lead(random: Random, case: Case) -> list[Deed]:
    of, any_agency = r.OfCase(case=case.id), random.choice(AGENCIES)
    deeds: list[Deed] = [(r.add_agency, r.AddAgency(case=case.id, agency=any_agency, need=random.choice(NEEDS)))] * 3
    deeds += [(r.start_now, of), (r.decide_status, r.DecideStatus(case=case.id, stage=Stage.REASONABLE_GROUNDS, positive=True))]
    deeds += [(r.drop_task, r.DropTask(case=case.id, task=t)) for t in case.tasks]
    return [*deeds, (r.close_case, r.CloseCase(case=case.id, reason=CloseReason.OTHER))] if random.random() < 0.03 else deeds


class SetMembers(Facts):
    """The lead takes an agency off the roster."""

    case: str
    without: str


def remove(command: SetMembers, tx: Tx) -> RosterSet:
    """No page has this yet; the runtime must bear it all the same."""
    return RosterSet(members=tuple(m for m in tx.case(command.case).members if m.agency != command.without))
