"""One agency is away while the others go on: its process is stopped, and started again before it does anything more.

Nothing is pretended: the time of the stories goes on meanwhile, requests come and run late, and the operators' desk notes it as it notes
every agency that is heard again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from deploy.demo.offices import Offices
from deploy.demo.scene import Untold
from deploy.demo.stories import STILL_LATE, overdue
from deploy.demo.story import HOUR, Story
from deploy.trouble import Trouble
from shared.config.attempts import poll_until_async
from shared.config.country import Country
from shared.protocol.vocabulary import AgencyKind

MARGIN = HOUR // 2
"""So long after its last act it is stopped, and before its next one it is back (ms)."""
NOTED_WITHIN = 90
"""Seconds for the desk to note that it is back: its first word comes as it starts."""


@dataclass(frozen=True)
class PlannedAbsence:
    """Who is away from when to when (ms UTC, by the time of the stories), and who must see it."""

    agency: str
    begin: int
    end: int
    desk: str
    """The coordinator's agency."""


class Presence(Protocol):
    """The processes of all agencies."""

    async def leave(self, agency: str) -> None:
        """End the process of one in order."""
        ...

    async def come_back(self, agency: str) -> None:
        """Start it again; it has read what it missed."""
        ...


def planned(country: Country, told: Sequence[tuple[int, Story]], now: int) -> PlannedAbsence | None:
    """Whoever lets the request of `still_late` run late is away from its last act before that to its next one; nobody where that story is
    not played, or nobody coordinates. `told`: each story with when its case is reported (ms UTC)."""
    desk = next((one.id for one in country.agencies if one.kind is AgencyKind.COORDINATOR and "reporting" in one.services), "")
    try:
        agency, hours = overdue(country)
    except Untold:
        return None
    if not desk or all(story.name != STILL_LATE for _, story in told):
        return None
    due = now - int(hours * HOUR)
    acts = sorted(_acts(told, agency))
    before, after = [at + MARGIN for at in acts if at < due], [at - MARGIN for at in acts if at > due]
    begin, end = max(before, default=due), min(after, default=now - MARGIN)
    return PlannedAbsence(agency, begin, end, desk) if begin < due < end else None


def _acts(told: Sequence[tuple[int, Story]], agency: str) -> list[int]:
    reports = [at for at, story in told if story.reporter == agency]
    return reports + [at + int(step.after * HOUR) for at, story in told for step in story.steps if step.agency == agency]


class AbsencePlayer:
    """Plays it along a timeline."""

    def __init__(self, planned: PlannedAbsence, presence: Presence, offices: Offices, officer: str) -> None:
        """`officer`: somebody at the desk."""
        self.planned, self.presence, self.offices, self.officer = planned, presence, offices, officer
        self.due = [(planned.begin, self.leave), (planned.end, self.come_back)]
        """What is still to come, and when."""

    def next(self, at: int) -> tuple[int, Callable[[], Awaitable[None]]] | None:
        """What happens up to this moment, once."""
        return self.due.pop(0) if self.due and self.due[0][0] <= at else None

    async def leave(self) -> None:
        """It is away from now on."""
        await self.presence.leave(self.planned.agency)

    async def come_back(self) -> None:
        """It is back, and the desk has noted it. Raises Trouble."""
        agency, desk = self.planned.agency, self.planned.desk
        await self.presence.come_back(agency)

        async def noted() -> bool:
            return f"\n{agency}," in await self.offices.page(desk, "operations/away.csv", self.officer)

        await poll_until_async(
            noted,
            NOTED_WITHIN,
            0.2,
            lambda: Trouble("The desk of %(desk)s does not note that %(agency)s is back.", desk=desk, agency=agency),
            1,
        )
