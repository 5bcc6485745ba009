"""Why something waits, and pauses of the country's clocks: what the two events do to the picture. Pure functions.

Neither ends, accepts or decides anything. Source: docs/domain.md, sections 1.7 and 3.5.
"""

from shared.protocol.came_back import asker, leaves_need
from shared.protocol.case import HELD, Case, ClockPause, Delay, Handoff, HandoffState, agency_of
from shared.protocol.core import Core
from shared.protocol.events import ClockPaused, DelayExplained
from shared.protocol.facts import hidden
from shared.protocol.joint import REFUSED, SUPERSEDED, Effect
from shared.protocol.states import OPEN_TASK
from shared.protocol.vocabulary import ClockName, HandoffKind, StallCode, Urgency

ASKERS = frozenset({HandoffState.INFO_REQUESTED, HandoffState.OFFERED})
"""Whoever asked must say more, or yes or no."""
LONGEST_CLOCK_PAUSE = 366 * 86_400_000
"""How long one pause may be at most (ms); a country allows less."""


def paused(case: Case, core: Core, event: ClockPaused) -> Effect:
    """The clock stands still until then. In danger none does: what protects the person is never paused."""
    if case.urgency is Urgency.DANGER or not core.at <= event.until <= core.at + LONGEST_CLOCK_PAUSE:
        return REFUSED
    kept = tuple(_cut(one, core.at) if one.clock is event.clock else one for one in case.pauses)
    pause = ClockPause(clock=event.clock, reason=event.reason, since=core.at, until=event.until)
    return case.model_copy(update={"pauses": (*kept, pause)})


def _cut(pause: ClockPause, at: int) -> ClockPause:
    """What is left of a pause once a later one of the same clock begins: it ends there, if it had not ended before."""
    return pause.model_copy(update={"until": max(pause.since, min(pause.until, at))})


def explained(case: Case, core: Core, event: DelayExplained) -> Effect:
    """The last word counts; said by whom it is no more to move, it does not."""
    if sum(about is not None for about in (event.handoff, event.task, event.clock)) != 1:
        return REFUSED
    mover = must_move(case, event)
    if mover is None or agency_of(core.author) != (case.lead if hidden(mover) else mover):  # the lead speaks for who is hidden
        return SUPERSEDED
    delay = Delay(code=event.code, at=core.at, handoff=event.handoff, task=event.task, clock=event.clock)
    return case.model_copy(update={"delays": (*(one for one in case.delays if one.subject != delay.subject), delay)})


def still_said(before: Case, after: Case) -> Case:
    """The picture after an event, without what was said of things in which somebody else must move since: it is not their reason."""
    kept = tuple(one for one in after.delays if must_move(before, one) == must_move(after, one))
    return after if kept == after.delays else after.model_copy(update={"delays": kept})


def must_move(case: Case, event: DelayExplained | Delay) -> str | None:
    """Who must move in what a delay is about; nobody where it has ended."""
    if event.clock is not None:
        return case.lead
    task, handoff = case.tasks.get(event.task or ""), case.handoffs.get(event.handoff or "")
    if task is not None:
        return task.owner if task.state in OPEN_TASK else None
    return None if handoff is None else _mover(case, handoff)


def _mover(case: Case, handoff: Handoff) -> str | None:
    if handoff.state in ASKERS or (leaves_need(case, handoff) and handoff.given_up_at is None):
        return asker(case, handoff)
    if handoff.kind is HandoffKind.TRANSFER and handoff.state in HELD and handoff.to != case.lead:
        return case.lead  # which has the yes, and carries it out
    return handoff.to if handoff.waiting or handoff.state in HELD else None


def why(
    case: Case, since: int | None, *, handoff: str | None = None, task: str | None = None, clock: ClockName | None = None
) -> StallCode | None:  # fmt: skip
    """Why something waits, as was said of it since whoever must move has had it; None where nothing was said since then."""
    said = next((one for one in case.delays if one.subject == (handoff, task, clock)), None)
    return said.code if said is not None and (since is None or said.at >= since) else None
