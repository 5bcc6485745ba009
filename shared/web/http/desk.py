"""What a route works with: its instance, who is acting, and how a decision is made and answered."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar
from uuid import uuid4

from fastapi import Depends, Request
from opentelemetry.trace import NoOpTracer, Tracer
from sqlmodel import Session

from shared.access.actor import INTERFACE, Actor, DemoAccess, Guard
from shared.access.assignments import AccessGround, entitled, give, ground, is_here, leads_now, led_before, release
from shared.access.audit_trail import AuditTrail
from shared.access.kept_forms import KeptForms
from shared.access.kept_searches import KeptSearches
from shared.access.last_forms import LastForms
from shared.access.rate_limit import RateLimit
from shared.access.restrictions import has_any, leave
from shared.access.roles import OF_RIGHTS, Act, Role, may, needed
from shared.casework.case_reader import CaseReader
from shared.config.capacity import CapacityNow, Key
from shared.config.clock import wall
from shared.config.country import Agency, Country, Officer
from shared.decisions import case_wall
from shared.decisions.decide import Decision, Receipt, UseCase
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import FormUsed, SentLately
from shared.decisions.unit_of_work import UnitOfWork
from shared.observability.request_spans import join, request_span
from shared.processing.faults import BUS, DATABASE, TAKING_IN, UNSEEN, Fault
from shared.processing.instance import Instance
from shared.web.http.own_jobs import OwnJob
from shared.web.http.pages import Pages
from shared.web.text.phrases import AgencyNames

T = TypeVar("T")
Nav = tuple[tuple[str, str] | tuple[str, str, Act], ...]
"""(text, address) of each entry of the navigation; and what one must be allowed to do for it, where that is more than its service asks."""
NO_OFFICER = Officer(id="nobody", name="")
ASKED_WITHIN = 3_600_000
"""ms within which a page asks whoever records the same once more whether it is meant twice."""
SEARCHES_AT_MOST = 20
"""Of one officer in a minute."""
NOT_LET_IN = (None, AccessGround.UNASSIGNED)
"""Grounds on which nobody is told of a case."""
OPEN_BESIDE: dict[Act | None, tuple[Callable[[CaseReader, str], bool], tuple[str, ...]]] = {
    Act.HEAR_WITHDRAWAL: (led_before, ("assistance", "intake")),
    Act.SEE_REQUEST: (leads_now, ("referral",)),
    Act.DECIDE_REQUEST: (leads_now, ("referral",)),
}
"""Acts for which a case is open, too, to whoever has it at another service of the agency: in which cases, and at which services."""


@dataclass
class Desk:
    """One instance as its routes see it."""

    instance: Instance
    pages: Pages
    cases: str = ""
    """Where its service's pages show a case; empty where it has no pages of cases."""
    decisions: Mapping[str, Decision] = field(default_factory=dict[str, Decision])
    """Its service's table of what one may decide: what pages that every service has decide by."""
    entries: Callable[[Agency], Nav] = lambda _agency: ()
    """Its service's entries in the navigation of an agency."""
    faults: Callable[[], Sequence[Fault]] = lambda: (Fault.NOT_READ, Fault.NOT_SENT)
    """What keeps the instance from its work now; without a process that reads and sends for it, the bus is away."""
    tracer: Tracer = field(default_factory=NoOpTracer)
    """Decisions by HTTP leave a short span, linked to their case."""
    peers: dict[str, "Desk"] = field(default_factory=dict[str, "Desk"])
    """The agency's other services in this process, by name: for links between their pages, never for data."""
    guard: Guard = field(init=False)
    """How the process knows who asks; the demo's way unless another is set."""
    viewer: str = case_wall.NOBODY
    """In whose eyes this desk reads: the gate makes one for each request (`seen_by`). Restricted cases of others are not there."""
    linked: Callable[[Session, str], Iterable[str]] = lambda _session, _case: ()
    """The cases that a case must be restricted with: of a main case its side cases, of a side case all of them."""
    places: Callable[[CaseReader], Sequence[tuple[str, str]] | None] = lambda _clerk: None
    """The places to meet that the agency keeps, id and words; None where it keeps no list."""
    begun: Callable[[CaseReader, str, int], Sequence[OwnJob]] = lambda _clerk, _officer, _now: ()
    """What an officer has begun at this service that is no case yet."""
    came: Callable[[CaseReader, int], int] = lambda _clerk, _since: 0
    """How many of what is no case, and waits for any officer, came in at this service since a moment (ms UTC)."""
    assignment: bool = False
    """Whether a case is open only to those to whom it is assigned."""
    kept: KeptForms = field(default_factory=lambda: KeptForms(wall))
    """Forms of this process that could not be recorded, until their officer sends them again."""
    sent: LastForms = field(default_factory=lambda: LastForms(wall))
    """The last form of each officer of this process, which does nothing when it comes twice."""
    searches: KeptSearches = field(default_factory=lambda: KeptSearches(wall))
    """What officers of this process searched for lately."""
    search_rate: RateLimit = field(default_factory=lambda: RateLimit(wall, SEARCHES_AT_MOST))
    capacity: Callable[[], Mapping[Key, CapacityNow]] = lambda: {}
    """What agencies say they can take, as far as it is believed."""
    sends_spans: Callable[[str], bool] = lambda _header: False
    """Whether an Authorization header is that of an agency whose spans are taken here."""

    def __post_init__(self) -> None:
        """Reads and refusals get their trail."""
        self.guard = DemoAccess(self.country.agency(self.agency))
        self.trail = AuditTrail(self.instance)

    def seen_by(self, officer: str) -> "Desk":
        """The same desk, and those beside it, in the eyes of this officer."""
        own = {id(peer): copy(peer) for peer in (self, *self.peers.values())}
        for one in own.values():
            one.viewer, one.peers = officer, {name: own[id(peer)] for name, peer in self.peers.items()}
        return own[id(self)]

    @property
    def first(self) -> "Desk":
        """The first desk of this process: what belongs to the process and to no service is its."""
        return next(iter(self.peers.values()), self)

    @property
    def country(self) -> Country:
        """The directory and the policies."""
        return self.instance.country

    @property
    def agency(self) -> str:
        """The agency of this instance."""
        return self.instance.agency

    def names(self, request: Request) -> AgencyNames:
        """What a page calls agencies."""
        return AgencyNames(self.country, self.pages.language(request))

    def bus_up(self) -> bool:
        """Whether the log is seen to be readable, and what is sent to be taken."""
        return (BUS | UNSEEN).isdisjoint(self.faults())

    def bus_away(self) -> bool:
        """Whether it is seen that the log cannot be read, or that nothing is taken."""
        return not BUS.isdisjoint(self.faults())

    def takes_in(self) -> bool:
        """Whether nothing is seen that keeps what others decide from being taken in, though bus and database answer."""
        return TAKING_IN.isdisjoint(self.faults())

    def saves(self) -> bool:
        """Whether nothing is seen that keeps what is decided from being stored."""
        return DATABASE.isdisjoint(self.faults())

    def actor(self, request: Request) -> Actor | None:
        """Who asks: as the gate found, else as far as it is known without asking the issuer."""
        return request.state.actor if hasattr(request.state, "actor") else self.guard.present(request)

    def officer(self, request: Request) -> Officer:
        """Who acts, as decisions and audit name them."""
        actor = self.actor(request)
        return Officer(id=actor.id, name=actor.name) if actor else NO_OFFICER

    def may(self, request: Request, act: Act) -> bool:
        """Whether whoever asks has a role for this: for links that lead somewhere."""
        actor = self.actor(request)
        return actor is not None and may(actor.roles, act)

    def takes_cases(self, officer: str) -> bool:
        """Whether a case can be given to an officer: not to one who is known to have no role in which cases are read. Nobody else would
        see it any more, and they could do nothing about it. Of whoever is not there now the roles from the issuer are not known."""
        roles = self.guard.roles_of(officer)
        return not roles or may(roles, Act.READ_CASE) or officer not in self.guard.seen()

    def colleagues(self) -> dict[str, str]:
        """Officers whose names are known now and to whom a case can be given, by id."""
        return {id: name for id, name in self.guard.seen().items() if self.takes_cases(id)}

    async def ground(self, actor: Actor, case: str, act: Act | None = None) -> AccessGround | None:
        """On what ground somebody may see a case, for this act; None where it is to look as if it were not there."""
        now = self.instance.clock.now()[0]
        if not self.assignment or actor is INTERFACE:  # programs of the demo that name nobody
            return AccessGround.EVERYBODY
        found = await self.ask(lambda reader: ground(reader, actor.id, case, now))
        if found not in NOT_LET_IN:
            return found
        rule, others = OPEN_BESIDE.get(act, (None, ()))
        if rule and await self.ask(lambda reader: rule(reader, case)) and await self._beside(actor, case, others):
            return AccessGround.BESIDE
        if act not in OF_RIGHTS or Role.DATA_PROTECTION not in actor.roles:
            return found
        return AccessGround.RIGHTS if await self.ask(lambda reader: is_here(reader, case)) else None

    async def _beside(self, actor: Actor, case: str, services: Collection[str]) -> bool:
        """Whether somebody is let into a case at another of these services of this process."""
        others = [peer for name, peer in self.peers.items() if name in services and peer.instance is not self.instance]
        return any([await peer.ground(actor, case) not in NOT_LET_IN for peer in others])

    async def sees(self, case: str) -> bool:
        """Whether a case may exist for whoever asks."""
        return await self.ask(lambda reader: reader.sees(case))

    async def release(self, officer: str, by: str = "") -> None:
        """Whoever lost the role, or left, has no case any more at any service of this process: the cases stand as nobody's."""
        for peer in (self.peers or {"": self}).values():
            at = peer.instance.clock.now()[0]
            if peer.cases and await peer.instance.ask(lambda reader: has_any(reader, officer), case_wall.EVERYTHING):
                await peer.instance.run(lambda work, at=at: (leave(work, officer, by, at), release(work, officer, by, at)))

    async def decide(
        self, request: Request, use_case: UseCase, command: Any, *, form: str = "", case: str | None = None, asks: bool = False
    ) -> Receipt:  # fmt: skip
        """One transaction of the instance, as this officer; the same form with the same content twice is one decision. Raises RuleBroken.

        `asks`: whoever has recorded the same within the hour is asked first whether it is meant twice (SentLately).
        """
        if self.instance.fence:
            raise RuleBroken("fenced")
        actor = self.actor(request)
        officer = actor.id if actor else NO_OFFICER.id
        request.state.about = case
        if case is not None and not await self.ask(lambda reader: is_here(reader, case)):  # in the same words as of one that is restricted
            raise RuleBroken("no-such-case")
        if case is not None and self.assignment:
            entitled(await self.ground(actor, case, needed(request.scope.get("endpoint"))) if actor else None)

        def job(work: UnitOfWork) -> Receipt:
            receipt = self.instance.decide_in(
                work, use_case, command, form=form or uuid4().hex, officer=officer, case=case, asks_within=ASKED_WITHIN if asks else None
            )
            if case is None and self.assignment and actor is not INTERFACE and not receipt.repeated:  # whoever reports a case has it
                give(work, receipt.case, officer, officer, self.instance.clock.now()[0], "taken")
            return receipt

        with request_span(self.tracer, request, self.instance, case) as span:
            try:
                receipt = await self.instance.run(job)
            except FormUsed as used:
                if not await self._tells(actor, used.recorded.case):
                    raise RuleBroken("form-of-another") from None
                raise
            except SentLately as lately:
                if await self.sees(lately.recorded.case):
                    raise
                asks = False
                receipt = await self.instance.run(job)
            if receipt.repeated and not await self.sees(receipt.case):
                raise RuleBroken("form-of-another")
            join(span, self.instance, receipt, getattr(use_case, "__name__", "decide"))
        return receipt

    async def _tells(self, actor: Actor | None, case: str) -> bool:
        """Whether somebody may be told what was recorded in a case."""
        if not self.assignment:
            return await self.sees(case)
        return actor is not None and await self.ground(actor, case) not in NOT_LET_IN

    async def ask(self, query: Callable[[CaseReader], T]) -> T:
        """What a page reads: without the restricted cases that are not for whoever asks."""
        return await self.instance.ask(query, self.viewer)

    async def ask_as(self, request: Request, query: Callable[[CaseReader], T]) -> T:
        """What a list reads, without the cases of other officers."""
        actor = self.actor(request)
        if not self.assignment or (actor is not None and may(actor.roles, Act.ASSIGN)):
            return await self.ask(query)
        officer = actor.id if actor else NO_OFFICER.id

        def limited(reader: CaseReader) -> T:
            reader.officer = officer
            return query(reader)

        return await self.ask(limited)

    async def echoed(self, receipt: Receipt, within: float = 1.0) -> bool:
        """Whether a decision is on the log by now: pages wait a moment for it, so that they seldom have to say "waiting for the bus"."""
        until = asyncio.get_running_loop().time() + within
        while any(row.key in receipt.keys for row in self.instance.outgoing.of(receipt.case)):
            if asyncio.get_running_loop().time() > until or not self.bus_up():
                return False
            await asyncio.sleep(0.01)
        return True


async def current_desk(request: Request) -> Desk:
    """The desk of the instance whose routes these are: the gate before them has put it on the request, so without a gate there is none.

    A coroutine, as whatever routes depend on: it must not wait for a thread, which databases that hang may all hold.
    """
    return request.state.desk


CurrentDesk = Annotated[Desk, Depends(current_desk)]
"""What a route takes to stand at its instance. Several agencies' applications may live in one process, so no module holds one."""
