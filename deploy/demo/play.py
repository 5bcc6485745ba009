"""Plays stories as users would: each step a request to the agency that acts, once that agency sees what came before."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.demo import papers
from deploy.demo.acting import WAITING_STATES, Request, request_of, service_of_act
from deploy.demo.offices import Offices, RequestRefused, Seen
from deploy.demo.story import Story, StoryStep
from deploy.trouble import Trouble
from shared.config.country import Country

HOUSE = ("Invented Street 0, Nowhere", "Invented: ring at the second door, and ask for the keyworker on duty.")
"""Address and directions of every shelter of the demo."""
POINT = "Invented Library, reading room"
"""Where the shelter of a story meets people: of its list, on which it stands by then."""


class OutOfStep(Trouble):
    """A story cannot go on as it is written: the demo's own fault."""


@dataclass
class StoryProgress:
    """How far a story has come: its case, and the lead's picture after the last round, with all that followed by itself."""

    story: Story
    case: str = ""
    picture: dict[str, Any] = field(default_factory=dict[str, Any])

    def lead(self, country: Country) -> str:
        """Who leads the case now: whom the country's file names, until that has handed it over."""
        return self.picture.get("lead", country.lead)

    @property
    def deadlines(self) -> list[tuple[int, str]]:
        """(when, hand-off) of the deadlines that run."""
        if self.picture.get("closed_at"):
            return []
        waiting = [h for h in self.picture.get("handoffs", {}).values() if h["state"] in WAITING_STATES]
        return [(h["lapse_at"] if h["overdue"] else h["answer_by"], h["id"]) for h in waiting]


class Teller:
    """Tells stories to the agencies. `strict`: every step must be possible; else one that came too late is left out, as people leave it."""

    def __init__(
        self, offices: Offices, country: Country, seed: int, *, strict: bool, step_done: Callable[[], None] = lambda: None
    ) -> None:
        self.offices, self.country, self.seed, self.strict, self.step_done = offices, country, seed, strict, step_done
        self.left_out = 0

    def officer(self, agency: str, n: int = 0) -> str:
        """One of the agency's invented officers."""
        officers = [one for one in self.country.agency(agency).officers if not one.roles or "officer" in one.roles]
        return officers[n % len(officers)].id if officers else ""

    async def houses(self) -> None:
        """Confidential agencies write down where they are: invented, and only there."""
        for agency in self.country.confidential():
            await self.offices.house(agency.id, self.officer(agency.id), *HOUSE)

    async def report(self, told: StoryProgress) -> None:
        """The case is reported, and the lead's instance has done what follows by itself."""
        story, by = told.story, told.story.reporter
        told.case, keys = await self.offices.decide(by, "intake/reports", story.report, f"{self.seed}-{story.name}", self.officer(by))
        await self._lead(told, lambda s: s.knows(keys), "the report")
        self.step_done()

    async def round(self, told: StoryProgress, hour: float, steps: Sequence[StoryStep]) -> None:
        """The steps of one hour, at once; then wait until the lead has them and all that follows from them by itself."""
        done = await asyncio.gather(*(self._step(told, hour, step) for step in steps))
        keys = [key for said in done for key in said]
        await self._lead(told, lambda s: s.knows(keys), "what was decided")

    async def _step(self, told: StoryProgress, hour: float, step: StoryStep) -> list[str]:
        if self.country.agency(step.agency).apart:
            return await self._hidden_step(told, hour, step)
        service, head = service_of_act(step.act, of_lead=step.agency == told.lead(self.country)), told.picture["head"]
        if step.agency not in {m["agency"] for m in told.picture["members"]}:
            return self._left_out(told, step, "is not in the case")
        seen = await self.offices.until(step.agency, service, told.case, lambda s: s.knows([head]), f"a case up to {step.act}")
        if step.act in papers.ACTS:
            return await self._paper(told, hour, step, service)
        request = request_of(step, seen.case)
        if request is None:
            return self._left_out(told, step, "finds nothing to do that to")
        if step.act == "answer":
            request[1]["answers"] = await self.offices.question(step.agency, service, told.case)
        return await self._decided(told, hour, step, request)

    async def _paper(self, told: StoryProgress, hour: float, step: StoryStep, service: str) -> list[str]:
        """A paper is attached, or looked at, on a page; the instance has said so on the bus before anything follows."""
        form = f"{self.seed}-{told.story.name}-{hour}-{step.agency}-{step.body['paper']}"
        try:
            await papers.on_its_page(self.offices, step, service, told.case, self.officer(step.agency), form)
        except RequestRefused as refused:
            return self._left_out(told, step, f"was told {refused}")
        await self.offices.until(step.agency, service, told.case, lambda s: not s.waiting, "that nothing of its own waits")
        self.step_done()
        return []

    async def _hidden_step(self, told: StoryProgress, hour: float, step: StoryStep) -> list[str]:
        """A confidential agency acts in its side case; what it did shows in the main one in the lead's name."""
        found = await self.offices.of_any(step.agency, lambda case: request_of(step, case))
        if found is None:
            return self._left_out(told, step, "finds nothing to do that to")
        side, request = found
        if place := request[1].get("point"):
            await self.offices.meets_at(step.agency, self.officer(step.agency), place, f"{self.seed}-{place}")
            request[1]["point"] = await self.offices.point(step.agency, self.officer(step.agency), place)
        keys = await self._decided(told, hour, step, request)
        await self.offices.until(told.lead(self.country), "referral", side, lambda s: s.knows(keys), "what a confidential agency decided")
        return []

    async def _decided(self, told: StoryProgress, hour: float, step: StoryStep, request: Request) -> list[str]:
        key = f"{self.seed}-{told.story.name}-{hour}-{step.agency}-{step.act}-{step.need}"
        try:
            _, keys = await self.offices.decide(step.agency, *request, key, self.officer(step.agency))
        except RequestRefused as refused:
            return self._left_out(told, step, f"was told {refused}")
        self.step_done()
        return keys

    def _left_out(self, told: StoryProgress, step: StoryStep, why: str) -> list[str]:
        if self.strict:
            raise OutOfStep(
                "story %(story)s: %(agency)s wants to %(act)s %(need)s and %(why)s.",
                story=told.story.name,
                agency=step.agency,
                act=step.act,
                need=step.need,
                why=why,
            )
        self.left_out += 1
        self.step_done()
        return []

    async def fired(self, told: StoryProgress, handoff: str, at: int) -> None:
        """Wait until a deadline that has passed shows in the lead's picture."""

        def over(seen: Seen) -> bool:
            h = seen.case["handoffs"][handoff]
            return h["state"] not in WAITING_STATES or h["overdue"] and at < h["lapse_at"]

        await self._lead(told, over, "a deadline that has passed")

    async def _lead(self, told: StoryProgress, true: Callable[[Seen], bool], what: str) -> None:
        seen = await self.offices.until(told.lead(self.country), "referral", told.case, lambda s: true(s) and not s.waiting, what)
        told.picture = seen.case
