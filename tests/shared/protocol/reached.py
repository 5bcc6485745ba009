"""All pictures that a hand-off and a task can come to: what whoever must move stands in, one of each kind."""

from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache, partial

from shared.protocol import events as e
from shared.protocol import leading
from shared.protocol.case import Case, Verdict
from shared.protocol.effects import apply
from shared.protocol.facts import Event
from shared.protocol.fold import fold, fold_event
from shared.protocol.vocabulary import HandoffKind, Need
from tests.shared.protocol import plays
from tests.shared.protocol.cases import LEAD, LEADING, POLICE, REPORTER, REPORTING, SOCIAL, START, acting, core_of, members, opening

AUTHORS = (LEADING, acting(POLICE))
LATER = START + 3 * plays.SHORT
"""When every deadline has passed."""
SAME = (e.DelayExplained, e.ClockPaused, e.HandoffOverdue)
"""After these a picture is for whoever must move what it was (`brief`): they lead to none that is new."""
ELSEWHERE = (e.RosterSet, e.TaskPlanned, e.StatusDecided, e.JointActionCalled)
"""The first: `changed_by_the_lead` and `test_leading` go through these."""
ONWARD = (e.HandoffForwarded, e.HandoffOfferAgreed)
"""These ask another agency."""


@cache
def reached(protocol: int) -> Sequence[Case]:
    """Each of them once, from the report on, until nothing new comes."""
    first = begun(protocol, POLICE)
    met, waiting, found = {repr(brief(first))}, deque([first]), list[Case]()
    while waiting:
        case = waiting.popleft()
        found.append(case)
        for further in after(case, f"{len(case.settled)}"):
            if (like := repr(brief(further))) not in met:
                met.add(like)
                waiting.append(further)
    return found


def begun(protocol: int, *agencies: str) -> Case:
    case = fold(None, core_of(None, REPORTING, opening(protocol=protocol, pingpong=2))).case
    assert case is not None
    (identification,) = case.handoffs
    for event in (e.RosterSet(members=members(LEAD, REPORTER, *agencies)), e.HandoffAccepted(handoff=identification)):
        case = fold(case, core_of(case, LEADING, event)).case or case
    return case


def brief(case: Case) -> object:
    """What makes two pictures alike for whoever must move: times and salts do not."""
    handoffs = [(h.to, h.kind, h.state, h.code, h.outcome, h.given_up_at is None) for h in case.handoffs.values()]
    return handoffs, [(t.owner, t.state, t.handoff) for t in case.tasks.values()], case.joint and case.joint.state, case.closed_at is None


def after(case: Case, name: str) -> Iterator[Case]:
    """All pictures that one event more leads to, with one hand-off beside the identification and a task for each."""
    for author in AUTHORS:
        said = {id(event): event for event in plays.moves(case, author, name, START, asks=len(case.handoffs) == 1)}
        before = {at: core_of(case, author, e.JointActionCompleted(), at, key="", facts={}) for at in (START, LATER)}
        for event in filter(partial(leads_on, case), said.values()):
            at = LATER if isinstance(event, e.HandoffExpired) else START
            if isinstance(apply(case, before[at], event), Verdict):
                continue  # most change nothing, and a fold would note that
            folded = fold_event(case, core_of(case, author, event, at, key=f"{name}{author}{event.TYPE}", facts={}), event)
            if folded.verdict is Verdict.COUNTED and folded.case is not None and len(folded.case.tasks) <= 2:
                yield folded.case


def leads_on(case: Case, event: Event) -> bool:
    """Whether it can lead to a picture that is looked for here."""
    if isinstance(event, (*ELSEWHERE, *SAME)):
        return False
    if isinstance(event, e.HandoffRequested):
        return event.kind is not HandoffKind.TRANSFER and event.to == POLICE
    if not isinstance(event, ONWARD) or not event.onward:
        return True
    return len(case.handoffs) <= 2 and (isinstance(event, e.HandoffOfferAgreed) or event.to in (LEAD, REPORTER))


def changed_by_the_lead(case: Case) -> Iterator[tuple[str, Case]]:
    """How a lead can change a picture, and to what: an agency is taken out; or the lead passes on, where it can, step by step."""
    for agency in (POLICE, REPORTER):
        if agency in case.agencies and (gone := _said(case, LEADING, plays.roster_toggled(case, agency))):
            yield "withdrawn", gone
    now = START + plays.SHORT
    ask = e.HandoffRequested(
        handoff="lead", to=SOCIAL, need=Need.IDENTIFICATION, kind=HandoffKind.TRANSFER, answer_by=now, lapse_at=2 * now
    )
    asked = _said(case, LEADING, ask)
    joined = _said(asked, LEADING, plays.roster_toggled(asked, SOCIAL)) if asked else None
    agreed = _said(joined, f"referral.{SOCIAL}", e.HandoffAccepted(handoff="lead")) if joined else None
    led = _said(agreed, LEADING, leading.roster(agreed, SOCIAL, START)) if agreed else None
    for name, after in (("asked to lead", asked), ("agreed to lead", agreed), ("leads", led)):
        if after:
            yield name, after


def _said(case: Case, author: str, event: Event) -> Case | None:
    folded = fold(case, core_of(case, author, event, START, key=f"changed {author} {event.TYPE} {len(case.settled)}"))
    return folded.case if folded.verdict is Verdict.COUNTED else None
