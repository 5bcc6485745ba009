"""Agencies of Serbia on a bus, with a case told by `/api` alone: what requests are tried against."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.browser.agencies import Agency, until
from tests.shared import network

REPORTER, LEAD, POLICE, RAPPORTEUR, OPERATORS = "rs-ir", "rs-czztlj", "rs-pu-bg", "rs-zg", "rs-koord"
REPORT = {
    "danger": False, "consent": True, "age": "adult", "sex": "male", "forms": ["LAB"], "indicators": ["LI04"],
    "needs": ["housing", "legal", "investigation", "health"], "note": "kept here",
}  # fmt: skip


@dataclass
class World:
    """Agencies in threads of the test, and the ids that requests may name."""

    bus: str
    folder: Path
    agencies: dict[str, Agency] = field(default_factory=dict[str, Agency])
    known: dict[str, Any] = field(default_factory=dict[str, Any])

    def start(self, *ids: str, ready: bool = True) -> None:
        """Start these agencies."""
        for id in ids:
            self.agencies[id] = Agency(id, self.bus, self.folder)
            self.agencies[id].start()
        for agency in self.agencies.values():
            until(lambda agency=agency: reached(agency, ready), f"{agency.id} answers")

    def stop(self) -> None:
        """Stop all."""
        for agency in self.agencies.values():
            agency.stop()

    def post(self, agency: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A decision that must be taken."""
        answer = network.post(f"{self.agencies[agency].url}/api/{path}", json=body)
        assert answer.status_code == 201, (path, answer.status_code, answer.text)
        return answer.json()

    def get(self, agency: str, path: str) -> Any:
        """What is there to read; None where there is nothing."""
        answer = network.get(f"{self.agencies[agency].url}/api/{path}")
        return answer.json() if answer.status_code == 200 else None

    def case(self, agency: str, service: str = "assistance") -> dict[str, Any]:
        """The picture at an agency; empty while it has none."""
        found = self.get(agency, f"{service}/cases/{self.known['case']}")
        return found["case"] if found else {}

    def await_case(self, agency: str, fits: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """The picture once it fits."""
        until(lambda: (case := self.case(agency)) and fits(case), what)
        return self.case(agency)

    def asked(self, agency: str) -> str:
        """The hand-off that waits for this agency, once it is there."""

        def mine(case: dict[str, Any]) -> list[str]:
            return [h["id"] for h in case["handoffs"].values() if h["to"] == agency and h["state"] in ("requested", "acknowledged")]

        return mine(self.await_case(agency, lambda case: bool(mine(case)), f"{agency} is asked"))[0]

    def tell(self) -> None:
        """A case on its way: reported, identified, the police act, another agency is asked in turn, a plan runs."""
        self.known["case"] = case = self.post(REPORTER, "intake/reports", REPORT)["case"]
        first = {"case": case, "handoff": self.asked(LEAD)}
        self.post(LEAD, "assistance/acknowledge", first)
        self.post(LEAD, "assistance/accept", first)
        police = {"case": case, "handoff": self.asked(POLICE)}
        self.post(POLICE, "assistance/acknowledge", police)
        self.post(POLICE, "assistance/accept", police)
        self.post(POLICE, "assistance/take-action", {**police, "action": "safety_measure"})
        self.post(POLICE, "assistance/request", {"case": case, "to": REPORTER, "need": "investigation"})
        self.post(LEAD, "referral/decide-status", {"case": case, "stage": "reasonable_grounds", "positive": True})
        own = {"case": case, "handoff": self.asked(REPORTER)}
        self.post(REPORTER, "assistance/accept", own)
        self.await_case(LEAD, lambda c: state_of(c, own["handoff"]) == "accepted", "the lead sees it accepted")
        self.post(LEAD, "referral/start-joint-action", {"case": case})
        self.await_case(REPORTER, lambda c: bool(own_tasks(c)), "the plan and their task of it are there")
        self.known |= {"handoff": own["handoff"], "task": own_tasks(self.case(REPORTER))[0]}


def state_of(case: dict[str, Any], handoff: str) -> str:
    """How far a hand-off is; nothing where this picture does not have it yet."""
    return case["handoffs"].get(handoff, {}).get("state", "")


def own_tasks(case: dict[str, Any]) -> list[str]:
    """The reporter's tasks of the plan: each task is a record of its own, and comes when it comes."""
    return [task["id"] for task in case["tasks"].values() if task["owner"] == REPORTER]


def reached(agency: Agency, ready: bool) -> bool:
    """Whether an agency answers; where the bus is away it is never ready, and serves."""
    try:
        return network.get(f"{agency.url}/health").status_code in ((200,) if ready else (200, 503))
    except httpx2.TransportError:
        return False
