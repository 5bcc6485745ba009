"""What an officer may decide, given the picture; now and then something that it does not offer."""

from collections.abc import Callable
from random import Random
from typing import Any

from deploy.proving.simulation.land import AGENCIES
from services.assistance.handlers import handoffs as a
from services.intake.handlers import FileReport, file_report
from services.referral.handlers import cases as r
from services.referral.handlers import consent as c
from services.referral.handlers.erasure import AskErasure, ask_erasure
from shared.decisions.decide import Tx
from shared.protocol.case import HELD, Case
from shared.protocol.events import HandoffInfoSupplied, RosterSet
from shared.protocol.facts import Facts
from shared.protocol.states import OPEN_TASK
from shared.protocol.vocabulary import (
    ActionCode,
    CloseReason,
    DataClass,
    DeclineCode,
    Form,
    Ground,
    HandoffKind,
    Indicator,
    Need,
    Outcome,
    Stage,
)

Deed = tuple[Callable[..., Any], Any]
NEEDS = (Need.HOUSING, Need.HEALTH, Need.LEGAL, Need.INVESTIGATION)
NO = (DeclineCode.NO_CAPACITY, DeclineCode.NO_CAPACITY, DeclineCode.PERSON_DECLINES, DeclineCode.NO_INTERPRETER)


def report(random: Random) -> Deed:
    """Somebody is met."""
    needs = tuple(random.sample(NEEDS, random.randint(0, 3)))
    forms = (Form.LABOUR,) if random.random() < 0.4 else ()
    age, sure = random.choice(("adult", "adult", "child", "unsure")), random.random() < 0.8
    told = {"danger": random.random() < 0.2, "consent": sure, "age": age, "needs": needs, "forms": forms, "ground": "life"}
    limits: dict[str, Any] = {"withheld": ("police",)} if random.random() < 0.2 else {"agreed": ("D1",)} if random.random() < 0.2 else {}
    return file_report, FileReport.model_validate(told | limits)


def deed(random: Random, me: str, case: Case) -> Deed:
    """One thing to do in a case."""
    service, _, agency = me.partition(".")
    if service == "referral":
        return random.choice(_lead(random, case))
    offered = [*_handoffs(random, case, agency), *_tasks(case, agency)]
    wild = [(use_case, a.OfHandoff(case=case.id, handoff=h)) for h in case.handoffs for use_case in (a.accept, a.revoke)]
    asking = [_request(random, case, agency)]
    return random.choice(random.choice([pool for pool in (offered, offered, offered, asking, wild) if pool]))


def _request(random: Random, case: Case, agency: str) -> Deed:
    to = random.choice([other for other in AGENCIES if other != agency])
    kind = random.choice((HandoffKind.REFERRAL, HandoffKind.REFERRAL, HandoffKind.CONSULTATION))
    return a.request_handoff, a.RequestHandoff(case=case.id, to=to, need=random.choice(NEEDS), kind=kind)


def _handoffs(random: Random, case: Case, agency: str) -> list[Deed]:
    deeds: list[Deed] = []
    for h in case.handoffs.values():
        of = a.OfHandoff(case=case.id, handoff=h.id)
        no = a.Decline(case=case.id, handoff=h.id, code=random.choice(NO))
        if h.to == agency and h.waiting:
            deeds += [(a.acknowledge, of), (a.accept, of), (a.accept, of), (a.ask_info, of), (a.decline, no)]
        if h.to == agency and h.state in HELD:
            act = a.TakeAction(case=case.id, handoff=h.id, action=ActionCode.INTERVIEW_HELD)
            deeds += [(a.take_action, act), (a.give_back, no), (a.complete, a.Complete(case=case.id, handoff=h.id, outcome=Outcome.DONE))]
        if h.giver == agency and h.waiting:
            deeds += [(a.revoke, of), (a.supply_info, of), (tell, of), (tell, of)]
    return deeds


def _tasks(case: Case, agency: str) -> list[Deed]:
    deeds: list[Deed] = []
    for task in case.tasks.values():
        if task.owner == agency and task.state in OPEN_TASK:
            of = a.OfTask(case=case.id, task=task.id)
            deeds += [(a.begin_task, of), (a.complete_task, a.CompleteTask(case=case.id, task=task.id)), (a.drop_task, of)]
    return [*deeds, (a.plan_task, a.PlanTask(case=case.id, need=Need.LEGAL))] if case.acting() else deeds


def _lead(random: Random, case: Case) -> list[Deed]:
    of, stage = c.OfCase(case=case.id), random.choice((*Stage,))
    about: dict[str, Any] = {"case": case.id, "agency": random.choice(AGENCIES), "need": random.choice(NEEDS)}
    agreed = c.RecordConsent(**about, classes=(DataClass.D1, random.choice((DataClass.D1, DataClass.D2))), language="sr")
    deeds: list[Deed] = [(r.add_agency, c.AddAgency(**about)), (r.add_agency, c.AddAgency(**about, ground=Ground.HEALTH))]
    deeds += [(c.record_consent, agreed), (c.consult, c.Consult(**about))]
    deeds += [(r.start_now, of), (r.decide_status, r.DecideStatus(case=case.id, stage=stage, positive=True))]
    deeds += [(r.drop_task, r.DropTask(case=case.id, task=t)) for t in case.tasks]
    asked = [a.OfHandoff(case=case.id, handoff=h.id) for h in case.handoffs.values() if h.to == case.lead and h.waiting]
    deeds += [(a.accept, of) for of in asked] + [(a.acknowledge, of) for of in asked]
    there = random.choice([m.agency for m in case.members])
    deeds += [(c.withdraw, c.Withdraw(case=case.id, agency=there, classes=random.choice(((), (DataClass.D2,)))))]
    rare: list[Deed] = [(r.close_case, r.CloseCase(case=case.id, reason=CloseReason.OTHER)), (ask_erasure, AskErasure(case=case.id))]
    return [*deeds, *rare] if random.random() < 0.08 else deeds


class Without(Facts):
    """The lead takes an agency off the roster."""

    case: str
    agency: str


def tell(command: a.OfHandoff, tx: Tx) -> HandoffInfoSupplied:
    """The requester says what signs it saw: a section that goes to some of the members."""
    tx.case(command.case)
    return HandoffInfoSupplied(handoff=command.handoff, indicators=(Indicator.LI04, Indicator.LI07))


def remove(command: Without, tx: Tx) -> RosterSet:
    """No page has this yet; the runtime must bear it all the same."""
    return RosterSet(members=tuple(m for m in tx.case(command.case).members if m.agency != command.agency))
