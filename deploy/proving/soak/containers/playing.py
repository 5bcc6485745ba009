"""Cases of the containers' country: reported on a page or through `/api`, and brought to joint action by the agencies that run there."""

import re
from collections.abc import Mapping
from typing import Any

import httpx2

from deploy.demo.offices import Offices, Seen
from deploy.demo.play import StoryProgress, Teller
from deploy.demo.scene import StoryScene, report
from deploy.demo.story import Story, StoryStep
from deploy.proving.soak.containers import joining
from deploy.trouble import Trouble
from shared.access.actor import OFFICER_COOKIE
from shared.config.country import Country

INSPECTORATE, HELP = "rs-ir", "rs-ngo-pomoc"
SILENT_AT_MOST = 180.0
"""Seconds for which a container may stay silent: longer than one of them needs to start on a busy machine."""
OPEN = 3
"""Hours of a story up to which the lead alone acts."""
ASKED = {HELP: "legal", joining.ID: "housing"}
"""Who is asked for what: one by the lead's policy, the other by an officer of the lead."""


class Instances(Offices):
    """The agencies, a process for each service; what was promised is noted."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """`addresses`: instance → where it answers."""
        super().__init__(lambda _: "", SILENT_AT_MOST)
        self.addresses = addresses
        self.promised: dict[str, str] = {}
        """Key of a decision → the instance that confirmed it as stored."""

    def at(self, agency: str, path: str) -> str:
        """The process of the service that the path begins with."""
        return self.addresses[f"{path.partition('/')[0]}.{agency}"]

    async def decide(self, agency: str, path: str, body: dict[str, Any], key: str, officer: str = "") -> tuple[str, list[str]]:
        """As it is; what was answered is noted."""
        case, keys = await super().decide(agency, path, body, key, officer)
        self.promised |= dict.fromkeys(keys, f"{path.partition('/')[0]}.{agency}")
        return case, keys

    async def health_of(self, instance: str) -> dict[str, Any] | None:
        """How an instance is; None while it is away."""
        try:
            return (await self.client.get(f"{self.addresses[instance]}/health")).json()
        except (httpx2.HTTPError, ValueError):
            return None

    async def file(self, officer: str, said: Mapping[str, Any]) -> str:
        """Report a case on the inspectorate's page, as a browser without scripts does; the case. Raises Trouble."""
        home = self.addresses[f"intake.{INSPECTORATE}"]
        who = {"cookie": f"{OFFICER_COOKIE}_{INSPECTORATE}={officer}", "origin": home}
        page = await self.client.get(f"{home}/reports/new", headers=who)
        found = re.search(r'name="form_id" value="([^"]+)"', page.text)
        if found is None:
            raise Trouble(f"The page of a new report has no form ({page.status_code}).")
        filled = {"form_id": found[1], **{name: str(value).lower() if isinstance(value, bool) else value for name, value in said.items()}}
        answer = await self.client.post(f"{home}/reports/new", data=filled, headers=who)
        if answer.status_code != 303:
            raise Trouble(f"The report on the page was not taken ({answer.status_code}).")
        return answer.headers["location"].rpartition("/")[2]


class Play:
    """Tells one story after another, half by half, so that something can be broken in between."""

    def __init__(self, instances: Instances, country: Country, seed: int) -> None:
        self.instances, self.country, self.seed, self.n = instances, country, seed, 0
        self.teller = Teller(instances, country, seed, strict=True)
        self.cases: list[str] = []

    async def report(self, *, on_page: bool = False) -> StoryProgress:
        """A new case is reported: stored by the inspectorate or by the agency that joined, whoever else is away."""
        reporter = INSPECTORATE if on_page or self.n % 2 == 0 else joining.ID
        told = StoryProgress(_story(self.country, self.n, reporter))
        self.n += 1
        said, officer = told.story.report, self.teller.officer(reporter)
        if on_page:
            told.case = await self.instances.file(officer, said)
        else:
            told.case, _ = await self.instances.decide(reporter, "intake/reports", said, f"{self.seed}-{told.story.name}", officer)
        self.cases.append(told.case)
        return told

    async def open(self, told: StoryProgress) -> None:
        """The lead has it, takes it on, and asks the others."""
        seen = await self.instances.until(self.country.lead, "referral", told.case, lambda _: True, "a report")
        told.picture = seen.case
        await self._rounds(told, before=True)

    async def act(self, told: StoryProgress) -> None:
        """The others answer, and all act together."""
        await self._rounds(told, before=False)

    async def _rounds(self, told: StoryProgress, *, before: bool) -> None:
        for hour, steps in told.story.rounds():
            if (hour <= OPEN) is before:
                await self.teller.round(told, hour, steps)

    async def unseen(self) -> list[str]:
        """Where a case is not seen as the lead sees it, though it must be: at the lead and at all who act in it."""
        wrong: list[str] = []
        for case in self.cases:
            lead = await self.instances.look(self.country.lead, "referral", case)
            for agency in (self.country.lead, *ASKED):
                seen = await self.instances.look(agency, "assistance", case)
                if seen is None or lead is None or _picture(seen) != _picture(lead):
                    wrong.append(f"{agency} does not see case {case} as the lead does")
        return wrong


def _picture(seen: Seen) -> dict[str, str]:
    """What all who are in a case must agree on: the last record, and where each hand-off and task stands."""
    things = [*seen.case["handoffs"].values(), *seen.case["tasks"].values()]
    return {"head": seen.case["head"], **{thing["id"]: thing["state"] for thing in things}}


def _story(country: Country, n: int, reporter: str) -> Story:
    said = report(f"case {n} of the containers", forms=["LAB"], indicators=["LI04"], needs=["legal"], language=country.language)
    s = StoryScene(country, reporter, said)
    return s.story(
        f"containers-{n}", 0,
        s.lead(1, "accept", "identification"), s.consents(2, "housing", joining.ID),
        s.lead(OPEN, "add-agency", "housing", agency=joining.ID),
        [StoryStep(4, agency, "acknowledge", need) for agency, need in ASKED.items()],
        [StoryStep(5, agency, "accept", need) for agency, need in ASKED.items()],
        s.lead(6, "start-joint-action"),
        [StoryStep(7, agency, "begin", need) for agency, need in ASKED.items()],
        [StoryStep(8, agency, "finish", need) for agency, need in ASKED.items()],
    )  # fmt: skip
