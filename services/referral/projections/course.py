"""What the course of a case comes to, in numbers that name nobody: how a hand-off ended, how long nobody had the person in hand, how long
agencies worked side by side. Pure functions of the picture that all members share.

Source: docs/domain.md, section 3.6, M7 to M10, M15 to M16.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from shared.protocol.case import WAITING, Case, Handoff, HandoffState, Task
from shared.protocol.stages import was_left
from shared.protocol.statistics import LONGEST_TIME, MOST_AT_WORK, MOST_OFTEN
from shared.protocol.vocabulary import Need, OfferTerms

Span = tuple[int, int]
"""From when to when, ms UTC."""
NOT_TAKEN_ON = frozenset({HandoffState.DECLINED, HandoffState.FORWARDED})
"""Answers that leave the hand-off with somebody else."""


def has_ended(before: Handoff | None, now: Handoff) -> bool:
    """Whether a hand-off came to its end between two pictures. The rest of what was agreed to in part has none: nobody was asked for it."""
    return not was_left(now) and now.ended_at is not None and (before is None or before.ended_at is None)


def end_of(case: Case, handoff: Handoff) -> dict[str, Any]:
    """How a hand-off ended: its outcome, and how long each step took since it was asked (ms). What never came is not said."""
    asked = handoff.requested_at
    accepted = accepted_at(handoff)
    steps = {"seen": handoff.seen_at, "accepted": accepted, "acted": handoff.first_action_at}
    reasons = {"code": handoff.code.value} if handoff.code else {}
    return {
        "outcome": handoff.state.value, "bounced": handoff.bounced, "run": min(case.bounces(handoff.need), MOST_OFTEN),
        "again": asked_again(case, handoff), "ended": lasted(asked, handoff.ended_at or asked), **reasons,
        **{name: lasted(asked, at) for name, at in steps.items() if at is not None},
    }  # fmt: skip


def accepted_at(handoff: Handoff) -> int | None:
    """When its receiver took it on, ms UTC; None where the answer was another. What was sent on was never taken on, nor was what something
    else was agreed to in the place of (docs/domain.md, section 3.3)."""
    offer = handoff.offer
    replaced = handoff.state is HandoffState.RETURNED and offer and offer.terms is OfferTerms.OTHER and offer.agreed_at is not None
    return None if handoff.state in NOT_TAKEN_ON or replaced else handoff.answered_at


def asked_again(case: Case, handoff: Handoff) -> bool:
    """Whether its receiver had been asked for the need before, with nothing done for it in between."""
    again = False
    for one in case.handoffs.values():
        if one.id == handoff.id:
            return again
        if one.need is handoff.need and not case.merely_advises(one) and not was_left(one):
            again = one.first_action_at is None and (again or one.to == handoff.to)
    return again


def lasted(start: int, end: int) -> int:
    """From start to end, ms, as far as a record tells it."""
    return min(max(0, end - start), LONGEST_TIME)


def unowned(case: Case, until: int) -> int:
    """How long nobody who was asked had taken the person on (ms)."""
    return lasted(case.opened_at, until) - together(_held(case, until), (case.opened_at, until), 1)


def in_nobodys_hands(case: Case, until: int) -> Iterator[Span]:
    """When nobody who was asked had taken the person on: from, until (ms UTC)."""
    return gaps(_held(case, until), (case.opened_at, until))


def _held(case: Case, until: int) -> Iterator[Span]:
    could_hold = (h for h in case.handoffs.values() if h.state not in WAITING and not case.merely_advises(h))
    return ((since, h.ended_at or until) for h in could_hold if (since := accepted_at(h)) is not None)


def side_by_side(case: Case, until: int) -> int:
    """How long two agencies or more had open tasks of the plan at one time (ms)."""
    return together(_at_work(case, until), (case.opened_at, until), 2)


def at_work(case: Case, until: int) -> list[int]:
    """How long one agency had open tasks of the plan, how long two, and so on; the last of them or more (ms)."""
    spans = list(_at_work(case, until))
    least = [together(spans, (case.opened_at, until), n) for n in range(1, MOST_AT_WORK + 1)]
    return [more - most for more, most in zip(least, [*least[1:], 0], strict=True)]


def begun(case: Case) -> int:
    """How many tasks of the plan were begun; one of which nobody said so before it was done is none of them."""
    return sum(_was_begun(task) for task in case.tasks.values())


def in_turn(case: Case) -> int:
    """How many of them waited, though not declared to depend on it, for a task of another agency: they were planned while that was open,
    and begun only when it had ended."""
    return sum(any(_waited_for(case, task, other) for other in case.tasks.values()) for task in case.tasks.values())


def _was_begun(task: Task) -> bool:
    return task.begun_at is not None and task.begun_at != task.ended_at


def _waited_for(case: Case, task: Task, other: Task) -> bool:
    if task.begun_at is None or not _was_begun(task) or other.ended_at is None:
        return False
    beside = other.owner != task.owner and other.id not in _depends_on(case, task)
    return beside and other.planned_at <= task.planned_at < other.ended_at <= task.begun_at


def _depends_on(case: Case, task: Task) -> set[str]:
    """The tasks that must end before it, and those that must end before these."""
    found, left = set[str](), list(task.after)
    while left:
        if (id := left.pop()) not in found:
            found.add(id)
            left += case.tasks[id].after if id in case.tasks else ()
    return found


def _at_work(case: Case, until: int) -> Iterator[Span]:
    """When each agency had open tasks."""
    by_owner: dict[str, list[Span]] = {}
    for task in case.tasks.values():
        by_owner.setdefault(task.owner, []).append((task.planned_at, task.ended_at or until))
    return (span for spans in by_owner.values() for span in _joined(spans))


def _joined(spans: list[Span]) -> Iterator[Span]:
    """The same time in spans that do not touch."""
    start, end = min(spans)
    for first, last in sorted(spans):
        if first > end:
            yield start, end
            start, end = first, last
        end = max(end, last)
    yield start, end


def together(spans: Iterable[Span], within: Span, least: int) -> int:
    """How long so many of these spans, at least, lay over one another (ms)."""
    first, last = within
    turns = sorted((min(max(at, first), last), step) for start, end in spans if end > start for at, step in ((start, 1), (end, -1)))
    total, open_, since = 0, 0, first
    for at, step in turns:
        total += at - since if open_ >= least else 0
        open_, since = open_ + step, at
    return min(total, LONGEST_TIME)


def gaps(spans: Iterable[Span], within: Span) -> Iterator[Span]:
    """What none of these spans covers, each in turn. One that ends before it begins, by a clock that is wrong, covers nothing."""
    at, last = within
    for start, end in sorted((start, end) for start, end in spans if end > start):
        if at < min(start, last):
            yield at, min(start, last)
        at = max(at, end)
    if at < last:
        yield at, last


def needs(case: Case) -> set[Need]:
    """What the person was found to need, beside a decision on who they are."""
    return set(case.needs) - {Need.IDENTIFICATION}


def planned(case: Case) -> int:
    """For how many of the needs the plan has a task."""
    return len({task.need for task in case.tasks.values()} & needs(case))
