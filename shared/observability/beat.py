"""The steady beat: each process tells the operators which hand-offs are open at its agency, and that it lives."""

import asyncio
import gzip
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import requests
import structlog
from sqlalchemy import false
from sqlmodel import Session, col, select

from shared.config.clock import wall
from shared.config.escalation import Rung
from shared.config.release import VERSION
from shared.config.tasks import end, kept
from shared.crypto.certificate import ends
from shared.observability import backlog
from shared.observability.open_statement import BEAT, SAID_NOTHING, SIGNATURE, OpenHandoff, OpenStatement, Stalled, signed
from shared.observability.unheard import Unheard
from shared.protocol.delays import ASKERS
from shared.protocol.next_moves import What
from shared.store.job_tables import Job, reached
from shared.store.tables import Duty

if TYPE_CHECKING:
    from shared.processing.instance import Instance

log: Any = structlog.get_logger("nrm.beat")
ANSWERED_WITHIN = 5.0
"""Seconds that the operators have to take a statement."""
KINDS = ("handoff", "consultation")
TAKEN = 204
SENT = {"content-type": "application/json", "content-encoding": "gzip"}
RANKED = ("referral", "assistance", "intake", "reporting")


def knowing(instances: "Sequence[Instance]") -> "Instance":
    """The instance that knows all cases of its agency; intake knows only those it opened."""
    return min(instances, key=lambda instance: RANKED.index(instance.service.name) if instance.service.name in RANKED else len(RANKED))


def statement(
    instance: "Instance", traces: dict[str, str], unheard_since: int | None = None, certificate: Path | None = None
) -> OpenStatement:
    """What an instance says now. `traces` remembers the trace of each case, which never changes: empty for a side case. `unheard_since`:
    the last number of its journal of which the operators heard, where they have not heard it for long. `certificate`: the file of that by
    which it shows the bus who it is."""
    with Session(instance.reader) as session:
        duties = session.exec(
            select(Duty).where(col(Duty.open).is_(True), col(Duty.kind).in_(KINDS)).order_by(col(Duty.asked_at), col(Duty.id))
        ).all()
        jobs = _at_the_top(instance, session)
        backlog.remember(session, ({duty.case for duty in duties} | {job.case for job in jobs}) - traces.keys(), traces)
        unsent = backlog.unsent(instance, session, traces)
        parked = backlog.parked(instance, session, traces)
        missed = 0 if unheard_since is None else backlog.taken_in(session, traces, unheard_since)
    told = instance.country.watched_as
    found = tuple(
        OpenHandoff(
            handoff=one.id, trace=traces[one.case], giver=told(one.giver), receiver=told(one.holder), need=one.need, kind=_kind(one),
            state=one.state, waiting=one.waiting, mover=told(one.giver if one.state in ASKERS else one.holder),
            asked_at=one.asked_at, due=one.due, simulated=one.simulated,
        )
        for one in duties if traces.get(one.case)
    )  # fmt: skip
    return OpenStatement(
        instance=instance.me, at=wall(), release=VERSION, unsent=unsent.number, unsent_since=unsent.since, parked=parked.number,
        open=found, stalled=tuple(dict.fromkeys(_stalled(job, traces[job.case]) for job in jobs if traces.get(job.case))),
        began=instance.began, behind=not instance.caught_up, missed=missed, **_directory(instance),
        certificate_ends=ends(certificate) if certificate else 0,
    )  # fmt: skip


def _at_the_top(instance: "Instance", session: Session) -> Sequence[Job]:
    """What has come up to the coordinator by now."""
    step = instance.country.ladder.step(Rung.COORDINATOR)
    due = reached(step, instance.clock.now()[0]) if step else false()
    return session.exec(select(Job).where(due).order_by(col(Job.due), col(Job.case), col(Job.what), col(Job.key))).all()


def _stalled(job: Job, trace: str) -> Stalled:
    clock = job.key if job.what == What.DECIDE_STATUS else job.what
    return Stalled(trace=trace, clock=clock, code=job.stall or SAID_NOTHING, simulated=job.simulated)


def _directory(instance: "Instance") -> dict[str, int]:
    known = instance.seal.listing.now if instance.seal else None
    return {"directory": known.version, "directory_ends": known.expires} if known else {}


def _kind(duty: Duty) -> Literal["handoff", "consultation"]:
    return "consultation" if duty.kind == "consultation" else "handoff"


@dataclass
class Beat:
    """Sends the statements of one process to the operators. One that they do not take is not kept: the next says what is so then."""

    instance: "Instance"
    address: str
    headers: dict[str, str]
    pause: float = BEAT
    certificate: Path | None = None
    away: bool = False
    traces: dict[str, str] = field(default_factory=dict[str, str])
    unheard: Unheard = field(default_factory=Unheard)
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "beat"))
    tasks: list[asyncio.Task[None]] = field(default_factory=list["asyncio.Task[None]"])

    def start(self) -> None:
        """Begin to send."""
        self.tasks = [kept("beat", self._run)]

    async def stop(self) -> None:
        """Stop; one that is on its way is not waited for."""
        await end(*self.tasks)
        self.thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        while True:
            taken = await asyncio.get_running_loop().run_in_executor(self.thread, self.tell)
            if taken is self.away:
                (log.info if taken else log.warning)("statements are taken again" if taken else "statements are not taken")
            self.away = not taken
            await asyncio.sleep(self.pause)

    def tell(self) -> bool:
        """One statement, now: whether it was taken."""
        try:
            reached = self.unheard.reached(self.instance)
            said = statement(self.instance, self.traces, self.unheard.since(wall()), self.certificate)
        except Exception as error:  # noqa: BLE001  whatever keeps it from saying what is open now, it says it next time
            log.error("what is open could not be read", error=type(error).__name__)
            return False
        taken = self._sent(said.written())
        if taken and not said.behind:
            self.unheard.heard(reached, wall())
        return taken

    def _sent(self, body: bytes) -> bool:
        try:
            with requests.Session() as session:
                session.trust_env = False  # past any proxy that the environment names
                packed, headers = gzip.compress(body, 1), {**self.headers, **self._signature(body), **SENT}
                return (
                    session.post(self.address, packed, headers=headers, timeout=ANSWERED_WITHIN, allow_redirects=False).status_code == TAKEN
                )
        except requests.RequestException:
            return False

    def _signature(self, body: bytes) -> dict[str, str]:
        seal = self.instance.seal
        return {SIGNATURE: signed(next(iter(seal.ring.signers.values())), body)} if seal else {}
