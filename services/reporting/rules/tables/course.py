"""The course of one case, as its statistical records tell it in whatever order they came. Pure.

No record leans on another having come: of decisions the highest number is in force, the earliest action is the first service, a case is
closed while there are more closings than reopenings. Source: docs/domain.md, sections 3.6 and 5.7.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple, TypeVar

from shared.protocol.case import HandoffState
from shared.protocol.statistics import (
    ActionCounted,
    BasisCounted,
    BodiesCounted,
    ClosingCounted,
    Counted,
    DecisionCounted,
    HandoffCounted,
    OverdueCounted,
    PingpongCounted,
    ReferralCounted,
    ReopeningCounted,
    StageCounted,
    StallCounted,
    StatedCounted,
    TakenBackCounted,
)
from shared.protocol.vocabulary import ActionCode, InterviewTopic

R = TypeVar("R", bound=Counted)
TAKEN_ON = frozenset({HandoffState.ACCEPTED, HandoffState.ACTING, HandoffState.COMPLETED})
"""Outcomes that say yes."""


def quarter(month: str) -> str:
    """`2026-05` → `2026-Q2`; empty where there is none."""
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}" if month else ""


class KeptFact(NamedTuple):
    """A record as reporting keeps it: its id, what it says, and the month in which it came (empty where that is not known)."""

    record: str
    said: Counted
    came: str


class AlikeHandoffs(NamedTuple):
    """Hand-offs of a case that are alike: in which month they were requested, who asked whom for what."""

    month: str
    giver: str
    receiver: str
    need: str


@dataclass(frozen=True)
class Course:
    """All records of one case, or a single one whose case nobody knows."""

    records: tuple[KeptFact, ...]

    @cached_property
    def known(self) -> bool:
        """Whether its case is known. Else it is one record, and what it does not say may stand in any other."""
        return any(said.case for _, said, _ in self.records)

    def of(self, kind: type[R]) -> list[R]:
        """Its records of a kind, in the order of their ids."""
        return [said for _, said, _ in self.records if isinstance(said, kind)]

    @cached_property
    def referral(self) -> ReferralCounted | None:
        """The person's referral; None where its record was erased, or has not come."""
        return next(iter(self.of(ReferralCounted)), None)

    @cached_property
    def decisions(self) -> list[DecisionCounted]:
        """The decision in force of each stage."""
        found = sorted(self.of(DecisionCounted), key=lambda one: (one.stage, one.number, one.month))
        return [list(some)[-1] for _, some in groupby(found, key=lambda one: one.stage)]

    @cached_property
    def first_decisions(self) -> list[DecisionCounted]:
        """The first decision of each stage."""
        found = sorted(self.of(DecisionCounted), key=lambda one: (one.stage, one.number, one.month))
        return [next(some) for _, some in groupby(found, key=lambda one: one.stage)]

    @cached_property
    def actions(self) -> list[ActionCounted]:
        """What was done, the earliest first."""
        return sorted(self.of(ActionCounted), key=lambda one: (one.ms, one.month))

    @cached_property
    def interviews(self) -> list[ActionCounted]:
        """Interviews on what happened; one on how the person is alone is none (docs/domain.md, section 3.6, M13)."""
        held = (one for one in self.actions if one.action == ActionCode.INTERVIEW_HELD)
        return [one for one in held if one.topics is None or set(one.topics) != {InterviewTopic.WELFARE}]

    @cached_property
    def topics_said(self) -> bool:
        """Whether there was an interview, and of each is known what it was about: else nobody knows whether something was asked twice."""
        return bool(self.interviews) and all(one.topics is not None for one in self.interviews)

    @cached_property
    def handoffs(self) -> list[HandoffCounted]:
        """Hand-offs that have ended, each by its last end: what a closing had ended may have gone on when the case was reopened."""
        return last_ends(self.of(HandoffCounted))

    @cached_property
    def closing(self) -> ClosingCounted | None:
        """The closing in force; None while the case is open."""
        closings = sorted(self.of(ClosingCounted), key=lambda one: (one.ms, one.month))
        return closings[-1] if len(closings) > len(self.of(ReopeningCounted)) else None

    @cached_property
    def bodies(self) -> int:
        """How many agencies knew the person at one time; 0 where no record says it."""
        return max((one.agencies for one in self.of(BodiesCounted)), default=0)

    @cached_property
    def requested(self) -> Mapping[AlikeHandoffs, int]:
        """How many hand-offs were asked for."""
        return alike(one for one in self._begun if one.outcome != HandoffState.ACCEPTED)

    @cached_property
    def begun(self) -> Mapping[AlikeHandoffs, int]:
        """How many were asked for, or agreed to: those are held as they begin."""
        return alike(self._begun)

    @cached_property
    def agreed(self) -> list[tuple[AlikeHandoffs, int]]:
        """Those that were taken on, each with how long that took from the request on (ms). What is held as it begins took no time."""
        at_once = [one for one in self._begun if one.outcome == HandoffState.ACCEPTED]
        said = [one for one in self.of(StageCounted) if one.stage == "answered" and one.outcome in TAKEN_ON] if self.known else []
        return [(alike_of(one), one.since) for one in (*at_once, *said) if one.since is not None]

    @cached_property
    def _begun(self) -> list[StageCounted]:
        """Those alone of which the end will be told, or their being late: a former release, which said no `since`, told neither."""
        asked = (one for one in self.of(StageCounted) if one.stage == "requested" and one.since is not None)
        return list(asked) if self.known else []

    @cached_property
    def overdue(self) -> Mapping[AlikeHandoffs, int]:
        """Of how many the time to answer passed."""
        return alike(self.of(OverdueCounted))

    @cached_property
    def bases(self) -> list[BasisCounted]:
        """Changes of the basis, the earliest first."""
        return sorted(self.of(BasisCounted), key=lambda one: (one.ms, one.month))

    @cached_property
    def stalls(self) -> list[StallCounted]:
        """What agencies said of why something waits."""
        return self.of(StallCounted)

    def stated(self, about: str) -> list[StatedCounted]:
        """What is stated of one thing, without what was corrected or taken back."""
        return [one for record, one in self._stated if one.about == about and record not in self._taken_back]

    @cached_property
    def _stated(self) -> list[tuple[str, StatedCounted]]:
        return [(record, said) for record, said, _ in self.records if isinstance(said, StatedCounted)]

    @cached_property
    def _taken_back(self) -> frozenset[str]:
        return frozenset(one.record for one in self.of(TakenBackCounted))

    @cached_property
    def corrected(self) -> list[StatedCounted]:
        """What was stated, and was corrected or taken back."""
        return [one for record, one in self._stated if record in self._taken_back]

    @cached_property
    def passed_round(self) -> bool:
        """Whether it is a ping-pong case (docs/domain.md, section 3.6, M9)."""
        long_unowned = self.closing is not None and self.closing.unowned > 72 * 3_600_000
        return bool(self.of(PingpongCounted)) or any(h.run > 1 or h.again for h in self.handoffs) or long_unowned


def last_ends(some: Iterable[HandoffCounted]) -> list[HandoffCounted]:
    """These without the ends of hand-offs that went on: a closing ended them, and one that is alike, seen and taken on at the same time,
    ended later. Each later end takes the place of one."""
    kept: list[HandoffCounted] = []
    for one in sorted(some, key=lambda one: one.ended):
        before = next((n for n, other in enumerate(kept) if _went_on(other, one)), None)
        if before is not None:
            del kept[before]
        kept.append(one)
    return kept


def _went_on(one: HandoffCounted, later: HandoffCounted) -> bool:
    same = all(getattr(one, name) == getattr(later, name) for name in (*AlikeHandoffs._fields, "seen", "accepted"))
    return one.outcome == HandoffState.ENDED and one.accepted is not None and same and later.ended > one.ended


def alike(some: Iterable[StageCounted | HandoffCounted | OverdueCounted]) -> Mapping[AlikeHandoffs, int]:
    """How many of these are of hand-offs that are alike."""
    return Counter(map(alike_of, some))


def alike_of(one: StageCounted | HandoffCounted | OverdueCounted) -> AlikeHandoffs:
    """What it has in common with those that are alike."""
    return AlikeHandoffs(one.month, one.giver, one.receiver, str(one.need))
