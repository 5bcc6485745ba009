"""Side cases: a confidential agency acts with the lead alone. The main case knows it by its kind, and the lead repeats there what it does.

Neither core, roster, trace nor statistic of the main case shows which agency it is. The side case has an id that only the lead can
derive, from the decision that asked; so a lead whose database comes from a backup learns the link from the log again.

A request lapses in the one case in which whoever must answer does so, and the other repeats that: an answer and a lapse have one order.
"""

from collections.abc import Collection
from typing import Any

from sqlmodel import and_, col, select

from services.referral.models import Side
from shared.access.restrictions import follow
from shared.config.country import Country
from shared.decisions.change import Change
from shared.decisions.cover import covers, say_nothing
from shared.decisions.decide import DecisionContext, say
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.came_back import WITHOUT_HELP
from shared.protocol.case import HELD, Case, Handoff, HandoffState, TaskState, agency_of, lapses_at
from shared.protocol.channel import id_in_channel
from shared.protocol.closing import open_handoffs, open_tasks
from shared.protocol.core import Core
from shared.protocol.events import (
    ActionTaken,
    CaseClosed,
    CaseReopened,
    CaseReported,
    DelayExplained,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffOfferAgreed,
    HandoffOffered,
    HandoffOfferRefused,
    HandoffRequested,
    HandoffReturned,
    HandoffRevoked,
    RosterSet,
    TaskBegun,
    TaskCompleted,
)
from shared.protocol.facts import EndedHandoff, EndedTask, Event, Member, hidden
from shared.protocol.letters import ErasureAsked
from shared.protocol.states import OPEN_TASK
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import MUST_NAME_COMPETENT, DeclineCode, Ending, Need
from shared.records.codec import Sections, full_event
from shared.store.database import insert_new

ENDS = (
    HandoffRevoked.TYPE, HandoffOfferAgreed.TYPE, HandoffOfferRefused.TYPE, HandoffExpired.TYPE, CaseClosed.TYPE, CaseReopened.TYPE,
)  # fmt: skip
"""What is said in the main case and must be said in the side case too."""
PROFILE = ("age", "sex", "language", "interpreter")
"""What a side case discloses of the person at its opening (D1); names and words are passed on by telephone."""


def opening(case: Case, request: HandoffRequested, known: dict[str, Any], shelter: Member, tx: DecisionContext) -> list[Event]:
    """The first events of a side case. One: whoever reads the bus without a key sees it among the cover, and many would stand out.

    Under protocol 1 there are five: opened and taken by the lead, the confidential agency on its roster and asked.
    """
    first, lead = _hidden_id(tx, "first"), tx.country.member(case.lead, Need.IDENTIFICATION, case.basis)
    told = {name: known[name] for name in PROFILE if name in known}
    opened = CaseReported(
        protocol=tx.protocol, trace=tx.work.derived(f"side trace\n{tx.cause}").hex()[:32], lead=case.lead,
        roster=(lead,), handoff=first, answer_by=request.answer_by, lapse_at=request.lapse_at, urgency=case.urgency, basis=case.basis,
        pingpong=case.pingpong, **told,
    )  # fmt: skip
    asked = _hidden_id(tx, "asked")
    if tx.protocol == FIRST:
        return [
            opened, HandoffAccepted(handoff=first), RosterSet(members=(lead, shelter)), request.model_copy(update={"handoff": asked}),
            HandoffCompleted(handoff=first),
        ]  # fmt: skip
    asks = {"to": request.to, "need": request.need, "kind": request.kind}
    return [opened.model_copy(update={"roster": (lead, shelter), "handoff": asked, **asks})]


def behind(work: UnitOfWork, case: Case, stands_for: str) -> list[Case]:
    """The side cases of those that this hidden agency stands for in a case; none for an agency that is not hidden."""
    asked = {h.id for h in case.handoffs.values() if h.to == stands_for} if hidden(stands_for) else set[str]()
    return [side for side in beside(work, case, asked) if len(side.members) > 1]


def beside(work: UnitOfWork, case: Case, handoffs: Collection[str] | None = None) -> list[Case]:
    """The side cases of a case; with `handoffs` of these alone."""
    found = work.session.exec(select(Side).where(Side.case == case.id)).all()
    here = [row for row in found if handoffs is None or row.handoff in handoffs]
    return [side for row in here if (side := work.picture(row.side)) is not None]


def new_side(tx: DecisionContext) -> str:
    """The id of a new side case. From protocol 2 on it lies in the lead's channel."""
    return tx.new_case() if tx.protocol == FIRST else _in_channel(tx)


def _in_channel(tx: DecisionContext) -> str:
    return id_in_channel(tx.agency, tx.work.derived(f"side case\n{tx.cause}"))


def _hidden_id(tx: DecisionContext, what: str) -> str:
    """An id that nobody can link to the main case, and the same decision draws again."""
    return tx.work.derived(f"side {what}\n{tx.cause}").hex()[:16]


def note(work: UnitOfWork, side: str, case: str, handoff: str) -> None:
    """Which side case stands behind a hand-off of the main one; where that is restricted, it is restricted with it."""
    insert_new(work.session.connection(), Side, [{"side": side, "case": case, "handoff": handoff}])
    follow(work, case, side)


def mirror(work: UnitOfWork, change: Change) -> None:
    """After a record has counted: what a confidential agency did in its side case is repeated in the main one, in the lead's name."""
    after, core = change.noted.after, change.noted.core
    if not change.counted or after is None:
        return
    if work.instance.me != f"referral.{after.lead}":
        _as_former_lead(work, after, core)
        return
    if core.type == HandoffRequested.TYPE and hidden(str(core.facts.get("to", ""))):
        _learn(work, after, core)
    if core.type in ENDS and not after.is_side:
        _end(work, change.noted.before, after, core)
    if after.is_side and (agency_of(core.author) != after.lead or core.type == HandoffExpired.TYPE):
        side = work.session.exec(select(Side).where(Side.side == after.id)).first()
        if side is not None:
            _tell(work, side, core, change.parts)


def _as_former_lead(work: UnitOfWork, case: Case, core: Core) -> None:
    """Another leads the case, and its side cases, which have nothing open, stay with the desk that led them: they end with it, and what it
    asks to be erased is asked there, too. Who leads now learns of none of them (docs/adr/0073)."""
    if core.type not in (CaseClosed.TYPE, ErasureAsked.TYPE) or not case.has_led(work.agency):
        return
    event = core.event()
    for row in work.session.exec(select(Side).where(Side.case == case.id)).all():
        side = work.picture(row.side)
        if side is None or side.lead != work.agency:
            continue
        if isinstance(event, CaseClosed) and side.closed_at is None:
            _say(work, row.side, core, _closing(side, row.handoff, event))
        elif isinstance(event, ErasureAsked):
            _say(work, row.side, core, event.model_copy(update={"about": side.id, "to": side.lead}))


def _learn(work: UnitOfWork, case: Case, core: Core) -> None:
    """A database from a backup learns from the log what it had asked: under one of two ids, as the protocol was when it did."""
    handoff = core.facts["handoff"]
    if work.session.exec(select(Side).where(Side.case == case.id, Side.handoff == handoff)).first() is None:
        tx = DecisionContext(work, core.cause, core.at, core.simulated)
        for side in (tx.new_case(), _in_channel(tx)):
            note(work, side, case.id, handoff)


def _end(work: UnitOfWork, before: Case | None, case: Case, core: Core) -> None:
    """The main case takes a request back, answers an offer, ends, or stands again: so does what stands behind it. Where nothing does, as
    much lies in the channel."""
    closed_at, said = before.closed_at if before else None, len(work.said)
    for row in work.session.exec(select(Side).where(Side.case == case.id)).all():
        side, event = work.picture(row.side), core.event()
        asked = next((h for h in side.handoffs.values() if h.to != case.lead), None) if side else None
        ours = asked is not None and core.facts.get("handoff") == row.handoff
        if isinstance(event, HandoffRevoked) and asked and ours:
            _say(work, row.side, core, HandoffRevoked(handoff=asked.id))
        elif isinstance(event, HandoffExpired) and asked and ours and asked.waiting:
            _say(work, row.side, core, HandoffExpired(handoff=asked.id), not_before=lapses_at(asked))
        elif isinstance(event, HandoffOfferRefused) and asked and ours:
            _say(work, row.side, core, HandoffOfferRefused(handoff=asked.id))
        elif isinstance(event, HandoffOfferAgreed) and asked and ours and asked.state in WITHOUT_HELP:
            _say(work, case.id, core, _given_back(case, row.handoff, asked, work.instance.country))
        elif isinstance(event, HandoffOfferAgreed) and asked and ours:
            rest = work.derived(f"side rest\n{core.key}").hex()[:16] if event.onward else None
            _say(work, row.side, core, HandoffOfferAgreed(handoff=asked.id, onward=rest))
        elif isinstance(event, CaseClosed) and side:
            _say(work, row.side, core, _closing(side, row.handoff, event))
        elif isinstance(event, CaseReopened) and side and side.closed_at is not None and side.closed_at >= (closed_at or 0):
            _say(work, row.side, core, event)
    if len(work.said) == said and covers(work.instance):
        say_nothing(work, case.lead, f"end:{core.key}", core.at, simulated=core.simulated)


def _given_back(case: Case, handoff: str, asked: Handoff, country: Country) -> HandoffReturned:
    """The yes came too late: the confidential agency had said no. So it has not what the main case says. No room is what is said of one
    whose offer a lead of an earlier release had let lapse there before the main case did: that lead never heard why."""
    no = HandoffDeclined(handoff=asked.id, code=asked.code or DeclineCode.NO_CAPACITY, competent=asked.competent)
    return HandoffReturned(handoff=handoff, code=no.code, competent=_competent(case, handoff, no, country))


def _closing(side: Case, handoff: str, event: CaseClosed) -> CaseClosed:
    """The closing of a side case: what the lead answered to the hand-off that stands for it, to all that is open there."""
    if side.protocol == FIRST:
        return CaseClosed(reason=event.reason)
    ending = next((said.ending for said in event.handoffs if said.handoff == handoff), Ending.NOT_NEEDED)
    return CaseClosed(
        reason=event.reason, handoffs=tuple(EndedHandoff(handoff=h.id, ending=ending) for h in open_handoffs(side)),
        tasks=tuple(EndedTask(task=t.id, ending=ending) for t in open_tasks(side)),
    )  # fmt: skip


def lapses_elsewhere(work: UnitOfWork, case: Case, event: Event) -> bool:
    """Whether the lapse of a request is the other case's to say: the side one's while the confidential agency must answer, the main one's
    while the lead must answer what that offered. Of a case that waits for somebody to mend it nothing is awaited."""
    if not isinstance(event, HandoffExpired):
        return False
    here = Side.side == case.id if case.is_side else and_(col(Side.case) == case.id, col(Side.handoff) == event.handoff)
    rows = work.session.exec(select(Side).where(here)).all()  # a lead from a backup knows two of a hand-off, and one is of nothing
    offered, parked = case.handoffs[event.handoff].state is HandoffState.OFFERED, work.instance.parked
    if case.is_side:  # there it was offered, and the lead's answer is to come, or on its way
        return offered and any(_answers(work, row) for row in rows if row.case not in parked)
    return not offered and any(_asks(work, row) for row in rows if row.side not in parked)


def _answers(work: UnitOfWork, row: Side) -> bool:
    """Whether the main case repeated the offer and waits for the lead's answer, or has it."""
    picture = work.picture(row.case)
    main = picture.handoffs.get(row.handoff) if picture else None
    return main is not None and main.offer is not None and (main.waiting or main.state in HELD)


def _asks(work: UnitOfWork, row: Side) -> bool:
    """Whether the confidential agency must answer, as the log has it: what a clock says in its case may come behind its yes."""
    side = work.view(row.side).case
    return side is not None and any(h.waiting for h in side.handoffs.values() if h.to != side.lead)


def _tell(work: UnitOfWork, side: Side, core: Core, parts: Sections) -> None:
    case, event = work.picture(side.case), core.event()
    if isinstance(event, ActionTaken):
        event = full_event(core.type, {**parts, "D0": core.facts}) or event  # of what cannot be read the act still counts
    told = _translated(case, side.handoff, event, work.instance.country) if case and event else None
    if case is not None and told is not None:
        lapse = lapses_at(case.handoffs[side.handoff]) if isinstance(told, HandoffExpired) else 0
        _say(work, side.case, core, told, not_before=lapse)


def _say(work: UnitOfWork, case: str, core: Core, event: Event, *, not_before: int = 0) -> None:
    """Say it in the other case of a pair, once, under a cause that nobody can link; at this moment (ms UTC) at the earliest: what one
    clock says is over another's may see a little later."""
    cause = work.derived(f"mirror\n{core.key}\n{case}").hex()[:32]
    at, simulated = (core.at, True) if core.simulated else work.instance.clock.now()
    tx = DecisionContext(work, f"mirror:{cause}", max(at, not_before), simulated)
    if work.known_key(work.key(tx.cause, 0)) is None:
        say(tx, case, [event], strict=False)


def _translated(case: Case, handoff: str, event: Event, country: Country) -> Event | None:
    """What an event of the side case is in the main one; None where it is nothing there."""
    task = next((t for t in case.tasks.values() if t.handoff == handoff and t.state in OPEN_TASK), None)
    match event:
        case HandoffAcknowledged():
            return HandoffAcknowledged(handoff=handoff, applied_at=event.applied_at, seen_at=event.seen_at)
        case HandoffAccepted() if _waits(case, handoff):
            return HandoffAccepted(handoff=handoff)
        case HandoffOffered():
            return HandoffOffered(handoff=handoff, terms=event.terms, starts_at=event.starts_at)
        case HandoffDeclined() | HandoffReturned():
            said = HandoffReturned if _held(case, handoff) else type(event)  # a no that crossed the lead's yes to an offer
            return said(handoff=handoff, code=event.code, competent=_competent(case, handoff, event, country))
        case ActionTaken() if case.protocol == FIRST:  # there to begin is the action, and none says what an interview was about
            begins = task is not None and task.state is TaskState.PLANNED
            return TaskBegun(task=task.id) if task and begins else ActionTaken(handoff=handoff, action=event.action)
        case ActionTaken():
            return event.model_copy(update={"handoff": handoff})
        case HandoffCompleted() if not _waits(case, handoff):
            outcome = event.outcome
            return TaskCompleted(task=task.id, outcome=outcome) if task else HandoffCompleted(handoff=handoff, outcome=outcome)
        case HandoffExpired() if _waits(case, handoff):
            return HandoffExpired(handoff=handoff)
        case DelayExplained():
            return DelayExplained(code=event.code, task=task.id) if task else DelayExplained(code=event.code, handoff=handoff)
        case _:
            return None


def _competent(case: Case, handoff: str, event: HandoffDeclined | HandoffReturned, country: Country) -> str | None:
    """Whom it named; one that is confidential, or the lead, which says this, as another of the asked one's kind."""
    if event.code not in MUST_NAME_COMPETENT or event.competent is None:
        return None
    return case.handoffs[handoff].to if event.competent == case.lead else country.told_as(event.competent)


def _held(case: Case, handoff: str) -> bool:
    return handoff in case.handoffs and case.handoffs[handoff].state in HELD


def _waits(case: Case, handoff: str) -> bool:
    return case.handoffs[handoff].waiting if handoff in case.handoffs else False
