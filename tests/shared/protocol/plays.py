"""What an author could say next, from what lies in the picture: how random histories come to where it matters."""

from random import Random

from shared.protocol import events as e
from shared.protocol import leading
from shared.protocol.case import HELD, Case, Handoff, Task, Verdict, agency_of, service_of
from shared.protocol.closing import open_handoffs, open_tasks
from shared.protocol.facts import EndedHandoff, EndedTask, Event, PlannedTask
from shared.protocol.fold import fold, passed_round
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import (
    ActionCode,
    Advice,
    ClockName,
    CloseReason,
    DeclineCode,
    Ending,
    HandoffKind,
    Need,
    OfferTerms,
    Outcome,
    Pause,
    Question,
    ReopenReason,
    Stage,
    StallCode,
)
from tests.shared.protocol.cases import HEALTH, LEAD, LEADING, NGO, POLICE, REPORTER, REPORTING, SOCIAL, acting, core_of, members

OTHERS = (POLICE, SOCIAL, NGO, HEALTH)
AGENCIES = (LEAD, REPORTER, *OTHERS)
AUTHORS = (LEADING, REPORTING, *map(acting, OTHERS))
DESKS = (LEADING, f"referral.{NGO}", f"referral.{SOCIAL}")
"""Who can lead."""
NEEDS = (Need.HOUSING, Need.LEGAL)
KINDS = (HandoffKind.REFERRAL, HandoffKind.JOINT_TASK, HandoffKind.CONSULTATION)
RARE: dict[type[Event], float] = {
    e.HandoffRequested: 0.7,
    e.HandoffAdvised: 0.5,
    e.HandoffRevoked: 0.3,
    e.HandoffExpired: 0.4,
    e.JointActionCompleted: 0.5,
    e.TaskDropped: 0.6,
    e.CaseClosed: 0.3,
    e.DelayExplained: 0.4,
    e.ClockPaused: 0.3,
}
SHORT = 20
"""How long the deadlines of random histories are."""


def moves(case: Case, author: str, fresh: str, now: int, asks: bool = True) -> list[Event]:
    """Events that this author might sensibly say of this case now; `fresh` names what is new. `asks`: also requests."""
    me = agency_of(author)
    said = _asking(case, me, fresh, now) if asks else []
    for handoff in case.handoffs.values():
        if me == handoff.to and service_of(author) != "intake":
            said += [*_taking(handoff, now), *(_otherwise(handoff, fresh, now) if case.protocol > FIRST else ())]
        if me == handoff.giver:
            said += [e.HandoffInfoSupplied(handoff=handoff.id), e.HandoffRevoked(handoff=handoff.id), *_late(handoff)]
            said += _answering(handoff, fresh) if case.protocol > FIRST else ()
    for task in case.tasks.values():
        said += _working(task) if me == task.owner else []
    for carried in (None, *case.handoffs) if case.acting() else ():
        after = tuple(case.tasks)[-1:] if carried is None else ()
        said.append(
            e.TaskPlanned(planned=PlannedTask(task=f"t{fresh}", owner=me, need=NEEDS[0], due=now + SHORT, handoff=carried, after=after))
        )
    said += _waiting(case, now) if case.protocol > FIRST else []
    return said + ([*_leading(case, fresh, now), *_handing_over(case, fresh, now)] if author == f"referral.{case.lead}" else [])


def step(case: Case, dice: Random, fresh: str, now: int, authors: tuple[str, ...] = ()) -> tuple[str, Event] | None:
    """Something that counts now, of a type chosen first, so that rare types come as often as those with many variants."""
    said: dict[type[Event], list[tuple[str, Event]]] = {}
    for author in authors or AUTHORS:
        for event in moves(case, author, fresh, now):
            said.setdefault(type(event), []).append((author, event))
    for kind in sorted(said, key=lambda k: dice.random() * RARE.get(k, 1.0), reverse=True):
        for author, event in dice.sample(said[kind], min(4, len(said[kind]))):
            if fold(case, core_of(case, author, event, now, key="step")).verdict is Verdict.COUNTED:
                return author, event
    return None


def roster_toggled(case: Case, agency: str) -> e.RosterSet:
    """The roster with this agency added, or taken out."""
    now = [m.agency for m in case.members]
    return e.RosterSet(members=members(*([a for a in now if a != agency] if agency in now else [*now, agency])))


def _asking(case: Case, me: str, fresh: str, now: int) -> list[Event]:
    of_advice = {"question": Question.PROCEDURE} if case.protocol > FIRST else {}
    asks = {kind: of_advice if kind is HandoffKind.CONSULTATION else {} for kind in KINDS}
    asked = [(to, need, kind) for to in OTHERS for need in NEEDS for kind in KINDS if to != me]
    return [
        e.HandoffRequested(handoff=f"h{fresh}", to=t, need=n, kind=k, answer_by=now + SHORT, lapse_at=now + 2 * SHORT, **asks[k])
        for t, n, k in asked
    ]


def _waiting(case: Case, now: int) -> list[Event]:
    about = [{"handoff": id} for id in case.handoffs] + [{"task": id} for id in case.tasks] + [{"clock": name} for name in ClockName]
    said: list[Event] = [e.DelayExplained.model_validate({"code": StallCode.AWAY, **one}) for one in about]
    return [*said, e.ClockPaused(clock=ClockName.FIRST_DECISION, reason=Pause.COURT, until=now + SHORT)]


def _late(handoff: Handoff) -> list[Event]:
    return [e.HandoffOverdue(handoff=handoff.id), e.HandoffExpired(handoff=handoff.id)]


def _otherwise(handoff: Handoff, fresh: str, now: int) -> list[Event]:
    """Answers beside yes and no."""
    of = {"handoff": handoff.id}
    sent_on = [e.HandoffForwarded(handoff=handoff.id, to=to, code=DeclineCode.NO_CAPACITY, onward=f"f{fresh}") for to in AGENCIES]
    terms = (
        {"terms": OfferTerms.PART},
        {"terms": OfferTerms.LATER, "starts_at": now + SHORT},
        {"terms": OfferTerms.OTHER, "need": NEEDS[1]},
    )
    return [*sent_on, *(e.HandoffOffered.model_validate(of | one) for one in terms)]


def _answering(handoff: Handoff, fresh: str) -> list[Event]:
    """What who asked says to an offer."""
    agreed = [e.HandoffOfferAgreed(handoff=handoff.id, onward=onward) for onward in (None, f"o{fresh}")]
    return [*agreed, e.HandoffOfferRefused(handoff=handoff.id)]


def _taking(handoff: Handoff, now: int) -> list[Event]:
    return [
        e.HandoffAcknowledged(handoff=handoff.id, applied_at=now, seen_at=now),
        e.HandoffInfoRequested(handoff=handoff.id),
        *[e.HandoffAdvised(handoff=handoff.id, advice=advice) for advice in (Advice.EXPLAINED, Advice.CANNOT_SAY)],
        *[e.HandoffAccepted(handoff=handoff.id)] * 3,
        e.HandoffDeclined(handoff=handoff.id, code=DeclineCode.NO_CAPACITY),
        e.HandoffDeclined(handoff=handoff.id, code=DeclineCode.PERSON_DECLINES),
        e.HandoffReturned(handoff=handoff.id, code=DeclineCode.NOT_COMPETENT, competent=LEAD),
        e.ActionTaken(handoff=handoff.id, action=ActionCode.SAFETY_MEASURE),
        e.HandoffCompleted(handoff=handoff.id, outcome=Outcome.PARTLY),
    ]


def _working(task: Task) -> list[Event]:
    return [e.TaskBegun(task=task.id), e.TaskCompleted(task=task.id), e.TaskDropped(task=task.id)]


def closing(case: Case, ending: Ending = Ending.NOT_NEEDED) -> e.CaseClosed:
    """A closing that answers everything that is open alike."""
    return e.CaseClosed(
        reason=CloseReason.GOALS_MET,
        handoffs=tuple(EndedHandoff(handoff=h.id, ending=ending) for h in open_handoffs(case)),
        tasks=tuple(EndedTask(task=t.id, ending=ending) for t in open_tasks(case)),
    )


def _handing_over(case: Case, fresh: str, now: int) -> list[Event]:
    """Another desk is asked to lead, and the case is handed over to it."""
    need, kind, answer_by = Need.IDENTIFICATION, HandoffKind.TRANSFER, now + SHORT
    desks = [agency_of(desk) for desk in DESKS if case.protocol > FIRST]
    asked: list[Event] = [
        e.HandoffRequested(handoff=f"l{fresh}-{to}", to=to, need=need, kind=kind, answer_by=answer_by, lapse_at=answer_by + SHORT)
        for to in desks
    ]
    return asked + [leading.roster(case, to, now) for to in desks if case.member(to)]


def _leading(case: Case, fresh: str, now: int) -> list[Event]:
    held = [h for h in case.handoffs.values() if h.state in HELD]
    tasks = tuple(PlannedTask(task=f"t{fresh}-{h.id}", owner=h.to, need=h.need, due=now + SHORT, handoff=h.id) for h in held)
    said: list[Event] = [event for h in case.handoffs.values() for event in _late(h)]
    said += [closing(case, Ending.DONE), closing(case), e.CaseReopened(reason=ReopenReason.MISTAKE)] if case.protocol > FIRST else []
    said += [e.TaskDropped(task=t) for t in case.tasks] + [e.StatusDecided(stage=s) for s in Stage]
    said += [e.JointActionCalled(need=n, agencies=passed_round(case, n)) for n in NEEDS] + [e.JointActionCompleted()] * 2
    return said + [e.JointActionStarted(agencies=tuple(dict.fromkeys(h.to for h in held)), tasks=tasks)] * 4
