"""How often a need is passed round, by the hand-offs of its case that no longer wait: which came back, and how many were asked until
somebody agreed. Pure.

Source: docs/domain.md, section 3.6, M7 and M8. Spans say no reason, so a person's own no is among what came back.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from shared.protocol.case import BOUNCED, HandoffState

REQUESTS_TOLD_APART = 9
"""Requests that are told apart; whoever was asked more often is counted as this."""


class AskedHandoff(NamedTuple):
    """A hand-off of which the wait is over. Moments are ms UTC; `month` is that in which it was asked."""

    trace: str
    need: str
    simulated: bool
    start: int
    handoff: str
    month: str
    giver: str
    receiver: str
    outcome: str
    back: bool
    """Whether it came back with nothing done: at once, or after a yes."""


class PairMonth(NamedTuple):
    """What one agency asked another for in a month, and whether it came back."""

    simulated: bool
    month: str
    need: str
    giver: str
    receiver: str
    back: bool


class NeedMonth(NamedTuple):
    """A need of a case that was first asked for in a month: how many agencies were asked one after the other, and whether the last of
    them agreed."""

    simulated: bool
    month: str
    need: str
    times: int
    agreed: bool


def came_back(outcome: str, *, answered: bool, returned: bool, acted: bool) -> bool:
    """Whether a hand-off came back with nothing done. `answered`: something was offered in the wait and nobody said no to it, which is an
    answer; `returned`: it was given back after a yes; `acted`: something was done for the person."""
    if outcome == HandoffState.EXPIRED and answered:
        return False
    return not acted and (returned or outcome in BOUNCED)


def by_pair(asked: Iterable[AskedHandoff]) -> Counter[PairMonth]:
    """How many came back and how many did not."""
    return Counter(PairMonth(one.simulated, one.month, one.need, one.giver, one.receiver, one.back) for one in asked)


def by_need(asked: Iterable[AskedHandoff]) -> Counter[NeedMonth]:
    """How many were asked for each need of each case, until somebody agreed and did not give it back."""
    return Counter(one for _, some in groupby(sorted(asked), lambda one: one[:3]) for one in _rounds(list(some)))


def _rounds(asked: Sequence[AskedHandoff]) -> Iterator[NeedMonth]:
    """Of one need of one case, in the order in which they were asked: after a yes that held the next one begins anew."""
    begun = 0
    for n, one in enumerate(asked):
        agreed = one.outcome == HandoffState.ACCEPTED and not one.back
        if agreed or n == len(asked) - 1:
            yield NeedMonth(one.simulated, asked[begun].month, one.need, min(n - begun + 1, REQUESTS_TOLD_APART), agreed)
            begun = n + 1
