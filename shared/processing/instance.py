"""An instance: every change of its database goes through here, in one writer thread, one transaction at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from sqlmodel import Session

from shared.casework.case_reader import CaseReader
from shared.config.clock import Clock, wall
from shared.config.country import Country
from shared.crypto.keystore import Keystore
from shared.decisions import case_wall
from shared.decisions.cover import cover
from shared.decisions.decide import Receipt, UseCase, decide
from shared.decisions.send_queue import overtakes, without_joiners
from shared.decisions.state import State
from shared.decisions.unit_of_work import Authored, UnitOfWork
from shared.processing.consume import take
from shared.processing.housekeeping import idle
from shared.processing.service import Service
from shared.processing.startup import fence_off, load, recall
from shared.protocol.case import Case
from shared.protocol.channel import record_key
from shared.protocol.following import View
from shared.protocol.versions import NEWEST
from shared.records import batch_sealing
from shared.records.codec import Decided, WireRecord, complete
from shared.records.reader import Taken, home
from shared.records.sealer import Sealer
from shared.store.database import engine_for, migrate
from shared.store.decision_log import DecisionLog, Entry
from shared.store.outbox import StatisticBatch, UnsentStatistic
from shared.store.positions import Moved
from shared.store.statements import SENT

T = TypeVar("T")


class Instance(State):
    """One instance. `decide` is for people, `take` for the log, `ask` for pages."""

    def __init__(
        self, service: Service, agency: str, country: Country, url: str, clock: Clock, worker: ThreadPoolExecutor | None = None,
        decision_log: DecisionLog | None = None, seal: Sealer | None = None, keystore: Keystore | None = None,
        protocol: int = NEWEST,
    ) -> None:  # fmt: skip
        """Open an instance's database. `worker` is the one writer thread; many small instances of a process may share theirs.

        `decision_log` remembers beside the database what a restored backup would have forgotten. Without a `seal` records travel
        unsealed, and without a `keystore` the database holds what was disclosed of people unencrypted. `protocol` is the newest that
        cases are opened under here.
        """
        engine = engine_for(url, lambda: clock.now()[0])
        migrate(engine, service.migrations)
        super().__init__(
            f"{service.name}.{agency}", country, engine, clock, service.topic,
            decision_log=decision_log, seal=seal, keystore=keystore, protocol=protocol,
        )  # fmt: skip
        self.service = service
        self.worker = worker or ThreadPoolExecutor(1, self.me)
        load(self)

    # --- one transaction ----------------------------------------------------------------------------------------------------------

    def transact(self, job: Callable[[UnitOfWork], T]) -> T:
        """Do this in one transaction, now, in this thread. What memory knows changes only after the commit."""
        recall(self)
        read, taken = dict(self.positions.now), self.taken[:]
        with Session(self.engine, expire_on_commit=False) as session:
            work = UnitOfWork(self, session, fills=True)
            try:
                if taken:  # first: whoever reads what waits is not to find it
                    session.connection().execute(SENT, [{"r": record} for record in taken])
                result = job(work)
                cover(work)
                work.flush()
                moved = self.positions.store(session)
                if self.keystore:
                    self.keystore.settle()
                with self.until_answered():
                    session.commit()
                self.writes.done()
            except BaseException as error:
                self.writes.failed(error)
                self.positions.back_to(read)
                if isinstance(error, Moved):
                    self.fenced(Moved.SAID)
                raise
            self.positions.settled(moved)
            self.noted(len(taken))
        self._committed(work)
        if self.decision_log:
            self.decision_log.write(_entry(one) for one in work.said if one.officer)
        return result

    async def run(self, job: Callable[[UnitOfWork], T]) -> T:
        """The same in the writer thread, from the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, self.transact, job)

    def _committed(self, work: UnitOfWork) -> None:
        for case, view in work.views.items():
            self.cache.put(case, view)
            self.outgoing.wait_for(case, view.since is not None)
        for case in work.left:
            self.outgoing.drop(case)
        self.outgoing.revive(work.revived)
        for case, keys in work.echoes.items():
            self.outgoing.echoed(case, set(keys))
        for echo in work.stale:
            self.outgoing.landed(echo.case, echo.key)
        said = [one.decided for one in (*work.written, *work.said)]
        self.outgoing.add([one for one in said if one.key not in work.echoes.get(one.case, {}) and one.key not in work.removed])
        self.outgoing.passed({p: at.next for p, at in self.positions.now.items()})
        if work.parked or work.freed:
            self.parks(work.parked_cases)
        self.queue([UnsentStatistic(s["record"], s["body"], s["case"]) for s in work.statistics])
        if work.batched:
            self.looked_for_batches(*work.batched)
        self.woken()
        if work.views or work.said or work.journal:
            self.changed()

    # --- people -------------------------------------------------------------------------------------------------------------------

    async def decide(
        self, use_case: UseCase, command: Any, *, form: str, officer: str, case: str | None = None, at: int | None = None
    ) -> Receipt:
        """A person asks. When this returns, what they decided is stored and on its way. Raises RuleBroken.

        `at` is a simulated time (ms), for replays; such a decision is labelled simulated.
        """
        return await self.run(lambda work: self.decide_in(work, use_case, command, form=form, officer=officer, case=case, at=at))

    def decide_in(
        self, work: UnitOfWork, use_case: UseCase, command: Any, *, form: str, officer: str, case: str | None = None,
        at: int | None = None, asks_within: int | None = None,
    ) -> Receipt:  # fmt: skip
        """The same inside a transaction that is open: many decisions of an import share one.

        `asks_within` (ms): whoever has recorded the same so lately is asked first whether it is meant twice (SentLately).
        """
        now, simulated = self.clock.now() if at is None else (at, True)
        return decide(work, use_case, command, case, form, officer, now, simulated, None if asks_within is None else now - asks_within)

    async def ask(self, query: Callable[[CaseReader], T], viewer: str | None = case_wall.NOBODY) -> T:
        """Somebody reads, by their id: beside the writer, never in its way. Restricted cases of others are not there for them; for the
        instance itself (`case_wall.EVERYTHING`) all are."""

        def read() -> T:
            with Session(self.reader) as session:
                hidden = frozenset[str]() if viewer is None else case_wall.stand_before(session, viewer)
                return query(CaseReader(self, session, hidden=hidden))

        return await asyncio.to_thread(read)

    # --- the log ------------------------------------------------------------------------------------------------------------------

    def take(self, taken: list[Taken]) -> bool:
        """One poll, one transaction (`consume.take`). False when these records do not join on to what we have."""
        return take(self, self.transact, self.service, taken)

    def completed(self, row: Decided, case: Case | None) -> WireRecord:
        """A decision's record, as it must go out now under the picture in force. Raises NotNow."""
        now = self.clock.now()[0]
        row = without_joiners(row, case) if case and overtakes(row) else row
        if self.seal is None:
            return complete(row, self.me, case, now)
        there = self.positions.directory(home(record_key(row.case).encode(), self.partitions)) if self.partitions else 0
        return self.seal.complete(row, case, there, now)

    def batch(self, batch: StatisticBatch) -> WireRecord:
        """The record of a batch of statistical records. Raises NotNow, BatchTooLong."""
        return batch_sealing.seal(self.seal, batch.name, batch.records)

    def idle(self, *, clocks: bool, unwritten: bool = False) -> bool:
        """What is to do between polls (`housekeeping.idle`); whether somebody has admitted another log."""
        return idle(self, self.transact, self.service, clocks=clocks, unwritten=unwritten)

    def view_of(self, case: str) -> View:
        """The view of a case as committed, for the relay."""
        known = self.cache.get(case)
        if known is None:
            with Session(self.reader) as session:
                known = UnitOfWork(self, session).view(case)
        return known

    def fence_off(self, reason: str) -> None:
        """Stop: this is another log. Nothing is sent and nothing applied until somebody has looked."""
        fence_off(self, reason)

    def close(self) -> None:
        """Finish what is running and let go of the database."""
        self.worker.shutdown(wait=True)
        if self.taken:
            with suppress(Exception):
                self.transact(lambda work: None)
        self.changes.close()
        self.engine.dispose()


def _entry(one: Authored) -> Entry:
    decided = one.decided
    return Entry(decided.key, decided.case, decided.type, one.officer, wall())
