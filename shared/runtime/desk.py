"""What a route stands at: the instance's door, who sits there today, and how a decision is made and answered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from fastapi import Request
from opentelemetry.trace import NoOpTracer, Tracer

from shared.runtime.clerk import Clerk
from shared.runtime.country import Country, Officer
from shared.runtime.deciding import Receipt, RuleBroken, UseCase
from shared.runtime.door import Transactions
from shared.runtime.pages import Pages
from shared.runtime.telemetry import join, request_span

T = TypeVar("T")
OFFICER_COOKIE = "nrm_officer"
NO_OFFICER = Officer(id="nobody", name="")
INTERFACE = Officer(id="interface", name="")
"""Who acts where a program calls the API without naming an officer."""


@dataclass
class Desk:
    """One instance as its routes see it."""

    door: Transactions
    pages: Pages
    bus_up: Callable[[], bool] = lambda: False
    """Whether the log is being read and the last record sent was taken."""
    tracer: Tracer = field(default_factory=NoOpTracer)
    """Decisions by HTTP leave a short span, linked to their case."""
    peers: dict[str, "Desk"] = field(default_factory=dict[str, "Desk"])
    """The agency's other services in this process, by name: for links between their pages, never for data."""

    @property
    def country(self) -> Country:
        """The directory and the policies."""
        return self.door.country

    @property
    def agency(self) -> str:
        """The agency of this instance."""
        return self.door.agency

    @property
    def cookie(self) -> str:
        """The cookie of whoever sits here: one for each agency, because a browser shares cookies among all ports of a host."""
        return f"{OFFICER_COOKIE}_{self.agency}"

    def officer(self, request: Request) -> Officer:
        """Who acts: the officer chosen on the page "who are you today?", or named by a calling program."""
        named = request.cookies.get(self.cookie) or request.headers.get("nrm-officer")
        ours = {o.id: o for o in self.country.agency(self.agency).officers}
        return ours.get(named or "", INTERFACE if request.url.path.startswith("/api/") else NO_OFFICER)

    async def decide(self, request: Request, use_case: UseCase, command: Any, *, form: str = "", case: str | None = None) -> Receipt:
        """Through the door, as this officer; the same form twice is one decision. Raises RuleBroken."""
        if self.door.fence:
            raise RuleBroken("fenced")
        officer = self.officer(request).id
        with request_span(self.tracer, request) as span:
            receipt = await self.door.decide(use_case, command, form=form or uuid4().hex, officer=officer, case=case)
            join(span, self.door, receipt, getattr(use_case, "__name__", "decide"))
        return receipt

    async def ask(self, query: Callable[[Clerk], T]) -> T:
        """What a page reads."""
        return await self.door.ask(query)

    async def echoed(self, receipt: Receipt, within: float = 1.0) -> bool:
        """Whether a decision is on the log by now: pages wait a moment for it, so that they seldom have to say "waiting for the bus"."""
        until = asyncio.get_running_loop().time() + within
        while any(row.key in receipt.keys for row in self.door.outgoing.of(receipt.case)):
            if asyncio.get_running_loop().time() > until or not self.bus_up():
                return False
            await asyncio.sleep(0.01)
        return True
