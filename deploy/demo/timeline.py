"""Plays stories along a simulated time, oldest first over all cases, so that deadlines fall due between the steps as they would."""

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from typing import Self

from deploy.demo.absence import AbsencePlayer, Presence, planned
from deploy.demo.play import StoryProgress, Teller
from deploy.demo.story import HOUR, Story
from shared.config.clock import FileClock, wall

DAY = 24 * HOUR
LEEWAY = 60_000
"""Milliseconds after a deadline at which the simulated clocks look at it."""


class Timeline:
    """The stories on one time axis that ends now."""

    def __init__(self, teller: Teller, stories: Sequence[Story], clock: FileClock) -> None:
        self.teller, self.clock = teller, clock
        self.end = wall()
        self.told = [StoryProgress(story) for story in stories]
        self.at = 0
        self.absence: AbsencePlayer | None = None

    def with_absence(self, presence: Presence, officer: Callable[[str], str]) -> Self:
        """One agency is away for a while, where the stories have a place for it; `officer`: somebody at an agency."""
        told = [(self.start_of(one), one.story) for one in self.told]
        if found := planned(self.teller.country, told, self.end):
            self.absence = AbsencePlayer(found, presence, self.teller.offices, officer(found.desk))
        return self

    def start_of(self, told: StoryProgress) -> int:
        """When a story's case is reported."""
        return self.end - int(told.story.days_ago * DAY)

    async def play(self) -> list[StoryProgress]:
        """All rounds of all stories up to now, then back to the real time."""
        agenda = [(self.start_of(told), n, -1) for n, told in enumerate(self.told)]
        heapify(agenda)
        while agenda:
            at, n, done = heappop(agenda)
            await self._until(at)
            told = self.told[n]
            rounds = told.story.rounds()
            await (self.teller.report(told) if done < 0 else self.teller.round(told, *rounds[done]))
            if done + 1 < len(rounds):
                heappush(agenda, (self._when(told, rounds[done + 1][0]), n, done + 1))
        await self._until(self.end)
        self.clock.release()
        return self.told

    def _when(self, told: StoryProgress, hour: float) -> int:
        return min(max(self.start_of(told) + int(hour * HOUR), self.at), self.end)

    async def _until(self, at: int) -> None:
        """Go there, stopping at each deadline on the way until it has been noticed, and where somebody leaves or comes back."""
        while self.absence and (found := self.absence.next(at)):
            await self._past_deadlines(found[0])
            await found[1]()
        await self._past_deadlines(at)

    async def _past_deadlines(self, at: int) -> None:
        while True:
            due = min(
                ((when + LEEWAY, handoff, told) for told in self.told for when, handoff in told.deadlines), default=None, key=lambda d: d[0]
            )
            if due is None or due[0] > at:
                break
            self._set(due[0])
            await self.teller.fired(due[2], due[1], due[0])
        self._set(at)

    def _set(self, at: int) -> None:
        self.at = max(at, self.at)
        self.clock.set(self.at)
