"""A small country in one process on real parts: instances, relays and logs as agencies run them; only the web server is missing."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from sqlmodel import col, select

from deploy.brokers.topics import PARTITIONS
from deploy.directory import publishing
from deploy.proving.land_keys import rooted
from services.assistance.handlers import handoffs as assistance
from services.assistance.service import SERVICE as ASSISTANCE
from services.intake.handlers.reports import ImportedReport, file_report
from services.intake.service import SERVICE as INTAKE
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, RecordConsent, record_consent
from services.referral.service import SERVICE as REFERRAL
from services.reporting.service import SERVICE as REPORTING
from shared.casework.case_reader import CaseReader
from shared.config.clock import Clock, WallClock
from shared.config.country import Agency, Country, Deadline, Invitation
from shared.config.country_tables import Batches
from shared.crypto import envelopes
from shared.crypto.directory import Directory
from shared.crypto.keystore import Keystore
from shared.decisions.decide import Receipt, UseCase
from shared.messaging.runner import Running
from shared.processing.instance import Instance
from shared.processing.service import Service
from shared.protocol.case import Case, Handoff
from shared.protocol.core import Core, encode
from shared.protocol.vocabulary import AgeBand, DataClass, Form, Need
from shared.records.codec import TOPIC, Decided
from shared.store.positions import At
from shared.store.tables import Journal
from shared.web.admin.application import follow
from tests.journeys.parts import Parts

T = TypeVar("T")
SERVICES: dict[str, Service] = {s.name: s for s in (INTAKE, REFERRAL, ASSISTANCE, REPORTING)}
LONG = Deadline(answer=48, lapse=240)
LOOK_AGAIN = 0.2
"""Seconds until pictures are looked at once more though nobody has read on: what was read may not have been committed at the last look."""
EACH_SECOND = Batches(every=1 / 3600, cases=1)
"""A journey tells one case, and nobody waits a day in it for its figure."""


def country(deadline: Deadline = LONG, batches: Batches = EACH_SECOND, *, two_desks: bool = False) -> Country:
    """Seven agencies whose ids no other test uses, so that tests may share a log. With two desks social work can lead, too."""
    tag = uuid4().hex[:16]  # of 8 the base64 is found by chance where megabytes of it lie

    def agency(name: str, kind: str, *services: str) -> Agency:
        return Agency(id=f"{name}-{tag}", name=name, type=tag, kind=kind, services=services or ("intake", "assistance"))  # type: ignore[arg-type]

    agencies = (
        agency("inspectorate", "labour_inspectorate"),
        agency("centre", "identifier", "referral", "assistance"),
        agency("police", "police"),
        agency("ngo", "ngo"),
        agency("social", "social_services", *(("referral", "assistance") if two_desks else ())),
        agency("health", "health"),
        agency("rapporteur", "rapporteur", "reporting"),
    )
    invited = {Need.INVESTIGATION: "police", Need.LEGAL: "ngo", Need.GUARDIANSHIP: "social"}
    return Country(
        id=f"land-{tag}",
        name="Testland",
        lead=f"centre-{tag}",
        agencies=agencies,
        invitations=tuple(Invitation(need=n, agency=f"{a}-{tag}") for n, a in invited.items()),
        deadlines={"default": deadline},
        statistics=batches,
    )


class Land:
    """The agencies of a country on real parts. `police` stands for the agency whose id begins so."""

    def __init__(
        self, parts: Parts, deadline: Deadline = LONG, keys: Path | None = None, batches: Batches = EACH_SECOND, *, two_desks: bool = False
    ) -> None:
        """With a folder for `keys` what is told is closed at rest, and can be erased."""
        self.parts, self.country, self.keys = parts, country(deadline, batches, two_desks=two_desks), keys
        parts.admit(self.country.agencies)
        self.seals, self.root = rooted(self.country)
        self.clocks: dict[str, Clock] = {}
        """The clocks of agencies whose time is not the real one."""
        self.instances: dict[str, Instance] = {}
        self.running: dict[str, Running] = {}
        """What runs by agency, as each has one process."""

    @property
    def tag(self) -> str:
        """What the ids of this country's agencies end in, and no other's on the same log."""
        return self.country.agencies[0].type

    def id(self, name: str) -> str:
        """The id of an agency by the beginning of its name."""
        return next(a.id for a in self.country.agencies if a.id.startswith(name))

    async def start(self, *names: str) -> None:
        """Start these agencies, all of them where none is named; what they knew is in their databases."""
        for agency in self.country.agencies:
            if not names or agency.name in names:
                made = {f"{service}.{agency.name}": self._instance(service, agency) for service in agency.services}
                self.instances |= made
                self.running[agency.name] = Running([*made.values()], self.parts.bus_of(agency.id), PARTITIONS)
                await self.running[agency.name].start()

    def _instance(self, service: str, agency: Agency) -> Instance:
        me = f"{service}.{agency.id}"
        seal, clock = self.seals.get(me), self.clocks.get(agency.name, WallClock())
        keys = Keystore(me, self.keys / "keystore", self.keys / "keys") if self.keys and seal else None
        url = self.parts.database(service, agency.id)
        return Instance(SERVICES[service], agency.id, self.country, url, clock, seal=seal, keystore=keys)

    async def stop(self, *names: str) -> None:
        """Stop these agencies, all of them where none is named; at once, because each waits for its connections."""
        ending = [name for name in self.running if not names or name in names]
        await asyncio.gather(*(self.running.pop(name).stop() for name in ending))
        self.instances = {name: one for name, one in self.instances.items() if name.partition(".")[2] in self.running}

    async def decide(self, instance: str, use_case: UseCase, command: Any, form: str = "") -> Receipt:
        """An officer decides at this instance."""
        form = form or uuid4().hex
        return await self.instances[instance].decide(use_case, command, form=form, officer="officer", case=getattr(command, "case", None))

    async def agree(self, agency: str, need: Need, case: str) -> None:
        """The lead records that the person agrees that this agency is told, once it has the case: others may have it earlier."""
        await until(lambda: self.case("referral.centre", case), "the case at the lead", stands=self.stands)
        told = RecordConsent(case=case, agency=self.id(agency), need=need, classes=(DataClass.D1, DataClass.D2), language="en")
        await self.decide("referral.centre", record_consent, told)

    async def report(self, **told: Any) -> str:
        """The inspectorate reports somebody who was made to work; the id of the case."""
        said = {"danger": False, "consent": True, "age": AgeBand.ADULT, "forms": (Form.LABOUR,), "needs": (Need.INVESTIGATION, Need.LEGAL)}
        return (await self.decide("intake.inspectorate", file_report, ImportedReport(**(said | told)))).case

    async def answer(self, who: str, use_case: UseCase, handoff: Handoff, case: str, **more: Any) -> Receipt:
        """An agency says something of a hand-off."""
        commands: dict[Any, Any] = {assistance.decline: assistance.Decline, assistance.take_action: assistance.TakeAction}
        command = commands.get(use_case, assistance.OfHandoff)
        return await self.decide(f"assistance.{who}", use_case, command(case=case, handoff=handoff.id, **more))

    async def request(self, giver: str, to: str, need: Need, case: str) -> None:
        """One agency asks another; the lead does so where it knows what the person agreed to."""
        if giver == "centre":
            await self.decide("referral.centre", add_agency, AddAgency(case=case, agency=self.id(to), need=need))
            return
        asked = assistance.RequestHandoff(case=case, to=self.id(to), need=need)
        await self.decide(f"assistance.{giver}", assistance.request_handoff, asked)

    async def case(self, instance: str, case: str) -> Case | None:
        """The picture at an instance, own decisions that wait included."""
        shown = await self.ask(instance, lambda reader: reader.shown(case))
        return shown.case if shown else None

    async def ask(self, instance: str, query: Callable[[CaseReader], T]) -> T:
        """What a page of this instance would read."""
        return await self.instances[instance].ask(query)

    async def asked(self, who: str, need: Need, case: str, nth: int = 0) -> Handoff:
        """The n-th hand-off of a need to an agency, once its instance has it."""
        to = self.id(who)

        async def found() -> Handoff | None:
            picture = await self.case(f"assistance.{who}", case)
            mine = [h for h in picture.handoffs.values() if h.to == to and h.need is need] if picture else []
            return mine[nth] if len(mine) > nth else None

        return await until(found, f"{who} is asked for {need}", stands=self.stands)

    async def everywhere(self, case: str, fits: Callable[[Case], bool], *instances: str) -> Case:
        """Wait until the picture fits at all these instances (all that run and have the case), and is the same at all of them."""
        names = instances or tuple(n for n in self.instances if not n.startswith("reporting"))

        def quiet() -> bool:
            return not any(len(self.instances[n].outgoing) for n in names)

        seen, again = self._read_so_far(), 0.0

        async def same() -> Case | None:
            """Looks only while all may be so, and where somebody has read on: the question comes every few hundredths of a second."""
            nonlocal seen, again
            if not quiet() or (self._read_so_far() == seen and monotonic() < again):
                return None
            seen, again = self._read_so_far(), monotonic() + LOOK_AGAIN
            first: Case | None = None
            for name in names:
                picture = await self.case(name, case)
                first = first or picture
                if picture is not None and picture != first:
                    return None
            return first if first is not None and quiet() and fits(first) else None

        return await until(same, "the same picture everywhere", stands=self.stands)

    def stands(self) -> str:
        """Where each instance stands, for whoever waits in vain."""
        told = [
            f"{name} has {'caught up' if one.caught_up else 'not caught up'}, {len(one.outgoing)} to send, {len(one.parked)} parked,"
            f" read to {sorted((partition, at.next) for partition, at in one.positions.now.items())} {one.fence}"
            for name, one in self.instances.items()
        ]
        return "; ".join(told)

    def _read_so_far(self) -> list[dict[int, At]]:
        """Where each instance stands in the log: what moves a picture moves this."""
        return [dict(one.positions.now) for one in self.instances.values()]

    async def verdicts(self, instance: str, case: str) -> dict[str, str]:
        """Event id → verdict, as an instance journalled them."""
        rows = select(Journal.event, Journal.verdict).where(Journal.case == case).order_by(col(Journal.seq))
        return await self.ask(instance, lambda reader: dict(reader.session.exec(rows).all()))

    async def put_stale(self, row: Decided, author: str, picture: Case, version: int) -> None:
        """A decision reaches the log as it was completed under a former roster."""
        name = f"{author.partition('.')[0]}.{self.id(author.partition('.')[2])}"
        key, value, _ = self.seals[name].complete(row, picture.model_copy(update={"version": version}), 0, row.at)
        await self.put(key, value)

    async def put_sealed(self, core: Core, author: str, *, protocol: int = 2) -> None:
        """Somebody puts this core on the topic, signed with the keys of `author`, sealed for everybody."""
        seal = self.seals[author]
        readers = [(key, ()) for key in seal.listing.readers(self.seals).values()]
        value = envelopes.seal(protocol, core.case, encode(core), next(iter(seal.ring.signers.values())), {}, readers)
        await self.put(core.case.encode(), value)

    async def lists(self, change: Callable[[Directory], Directory]) -> None:
        """The coordinator puts the next directory in force, and all know it as it comes."""
        listing = next(iter(self.seals.values())).listing
        now = listing.now
        assert now is not None
        follow(listing, [*self.instances.values()])
        await publishing.publish(self.parts.admin, change(now), self.root, PARTITIONS)

    async def put(self, key: bytes | None, value: bytes | None) -> None:
        """Somebody puts this on the case topic."""
        producer = AIOKafkaProducer(**self.parts.admin.aiokafka())
        await producer.start()
        await producer.send_and_wait(TOPIC, value, key=key)
        await producer.stop()


async def until(check: Callable[[], Awaitable[T | None]], what: str, within: float = 120, stands: Callable[[], str] = str) -> T:
    """What `check` finds, soon after there is something: a look costs more than what it waits for. `stands` says how all is where it
    finds nothing in so many seconds."""
    loop = asyncio.get_running_loop()
    end, pause = loop.time() + within, 0.02
    while loop.time() < end:
        found = await check()
        if found:
            return found
        await asyncio.sleep(pause)
        pause = min(pause * 1.25, 0.08)
    raise TimeoutError(f"waited in vain: {what} {stands()}".strip())
