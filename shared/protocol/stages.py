"""The stages of a hand-off, each finished when the next thing happens: what machines took apart from what people took.

Source: docs/domain.md, section 3.6.
"""

from dataclasses import dataclass

from shared.protocol.case import Handoff, HandoffState

ANSWERED = "answered"
OFFERED = "offered"
"""The moment in a wait at which something else was offered: what follows is time of who asked."""
OFFER_REFUSED = "offer refused"
"""The moment at which who asked said no to that: it is time of the asked agency again."""
MACHINE = frozenset({"delivered"})
"""Stages that no person can shorten. All others are human time."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A stage that has ended: from when to when, ms UTC."""

    name: str
    start: int
    end: int


def was_left(handoff: Handoff) -> bool:
    """Whether it is the rest of what was agreed to in part: it came back as it began, so nobody was asked anew and nothing has ended."""
    return handoff.state is HandoffState.RETURNED and handoff.origin is not None and handoff.ended_at == handoff.requested_at


def stages(was: Handoff | None, now: Handoff, at: int) -> list[Finished]:
    """The stages that ended between two pictures of a hand-off.

    requested (a moment), delivered (asked → applied there), noticed (applied → seen), answered (asked → answer, M2),
    first_action (answer → first substantive action, M3'), completed (asked → done; of advice there is none: its answer
    is its end).
    """
    asked = now.requested_at
    if was is None:
        if was_left(now):
            return []
        at_once = now.state is HandoffState.CALLED or now.answered_at is not None
        return [Finished("requested", asked, asked)] + ([Finished(ANSWERED, asked, asked)] if at_once else [])
    ended: list[Finished] = []
    if was.seen_at is None and now.seen_at is not None:
        there = max(asked, now.applied_at or asked)
        ended += [Finished("delivered", asked, there), Finished("noticed", there, max(there, now.seen_at))]
    if was.waiting and not now.waiting:
        ended.append(Finished(ANSWERED, asked, max(asked, now.answered_at or now.ended_at or at)))
    if was.first_action_at is None and now.first_action_at is not None:
        answered = now.answered_at or asked
        ended.append(Finished("first_action", answered, max(answered, now.first_action_at)))
    if now.state is HandoffState.COMPLETED and now.advice is None and was.state is not now.state:
        ended.append(Finished("completed", asked, max(asked, at)))
    return ended
