"""What one instance knows while it runs: who it is, what it is made of, and what memory holds of the database.

Others read it and call its methods; nobody else writes its fields. Most of them the writer thread alone changes, after a commit.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import inf
from typing import Any

from sqlalchemy import Engine

from shared.config.clock import Clock, wall
from shared.config.country import Country
from shared.crypto.keystore import Keystore
from shared.decisions.job_share import JobShare
from shared.decisions.send_queue import SendQueue
from shared.protocol.case import agency_of
from shared.protocol.versions import NEWEST
from shared.records.sealer import Sealer
from shared.store.changes import Changes
from shared.store.decision_log import DecisionLog
from shared.store.document_folder import DocumentShelf
from shared.store.outbox import StatisticBatch, UnsentStatistic, batches
from shared.store.positions import Positions
from shared.store.view_cache import ViewCache
from shared.store.writes import Writes

DUE, ANEW = 200, 300
"""Cases whose clocks fire in one transaction, and cases that the lead gives anew in one."""


@dataclass(frozen=True)
class Stored:
    """What the database of an instance says when it is opened."""

    secret: bytes
    secret_is_new: bool
    fence: str
    generation: int
    keeps: bool
    parked: frozenset[str]
    unsent: tuple[UnsentStatistic, ...]
    lost: int
    slot: int | None


class State:
    """The state of one instance, `service.agency`."""

    def __init__(
        self, me: str, country: Country, engine: Engine, clock: Clock, topic: str, *,
        decision_log: DecisionLog | None = None, seal: Sealer | None = None, keystore: Keystore | None = None,
        protocol: int = NEWEST,
    ) -> None:  # fmt: skip
        """`decision_log` remembers beside the database what a restored backup would have forgotten. Without a `seal` records travel
        unsealed, and without a `keystore` the database holds what was disclosed of people unencrypted. `protocol` is the newest that
        cases are opened under here."""
        self.newest = protocol
        self.began = wall()
        """When this process took it up (ms, by the machine's own clock)."""
        self.me, self.country, self.engine, self.clock = me, country, engine, clock
        self.reader = engine.execution_options(reader=True)
        """The engine for who only reads: made once, since each one made has all events looked up anew."""
        self.decision_log, self.seal, self.keystore = decision_log, seal, keystore
        self.writes, self.changes = Writes(), Changes(engine)
        self.documents: DocumentShelf | None = None
        """Where pieces of documents lie; without it none are taken, sent or fetched."""
        self.tells_of: JobShare | None = None
        """The jobs of which officers get a notice from here; none where none are sent."""
        self.cache, self.outgoing, self.positions = ViewCache(), SendQueue(), Positions(topic)
        self.partitions = 0
        """Of the log that is read; 0 where none is."""
        self.parked: set[str] = set()
        self.fence = ""
        """Why this instance has fenced itself; empty while all is well."""
        self.lost = 0
        """Decisions that a restored database had forgotten, that are not on the log either, and that nobody has dealt with."""
        self.caught_up, self.in_doubt = False, False
        """All that lay on the log at the start was read; a commit was never answered, so only the database knows whether it was made."""
        self.begun = 0
        """How often somebody has looked and let it read on: whoever reads for it joins the log once more then."""
        self.keeps = False  # by law something of a case that it has left: letters about it may come
        self.departures_due, self.ages_due, self.tidies_due = 0.0, 0.0, 0.0
        """When to look for agencies that have left, for what was kept long enough, and at the service's own tables (the machine's monotonic
        seconds)."""
        self.undone: set[str] = set()
        """What is tried now and then and failed when it was tried last, until it has gone well."""
        self.due_after = ""
        """Up to which case the clocks were looked at, while more were due than one look takes."""
        self.next_clock = inf
        """When the next clock of a case comes (ms by the instance's clock), as the last look at them found it."""
        self.due_at_once, self.anew_at_once = DUE, ANEW
        self.unsent: list[UnsentStatistic] = []
        """Statistical records that wait for their batch."""
        self.batches: list[StatisticBatch] = []
        """Batches that Kafka has not acknowledged."""
        self.slot: int | None = None
        """The fixed time at which batches were last looked at (`BatchSchedule`)."""
        self.batches_wait = ""
        """Why no batch can be sealed at present."""
        self.taken: list[str] = []
        """Those that it has: the next transaction writes it down. A crash before it sends them again, and they are known by their id."""
        self.secret, self.secret_is_new, self.generation = b"", False, 1
        self.reads_generation = 0
        """Which log is really read, while the database may know already that another was admitted; 0 before the database was read."""
        self.wakes: list[Callable[[], object]] = []
        self.changed: Callable[[], object] = lambda: None

    @property
    def agency(self) -> str:
        """The agency of this instance."""
        return agency_of(self.me)

    @property
    def protocol(self) -> int:
        """The protocol under which a case is opened here now: one that everybody reads whom the directory lists."""
        return min(self.newest, self.seal.listing.protocol) if self.seal else self.newest

    # --- at the start ---------------------------------------------------------------------------------------------------------------

    def fill(self, stored: Stored) -> None:
        """The database has been read, perhaps once more: a fence and a new secret that memory alone knows stay so."""
        self.secret, self.secret_is_new = stored.secret, stored.secret_is_new or self.secret_is_new
        self.generation, self.reads_generation = stored.generation, self.reads_generation or stored.generation
        self.fence, self.keeps, self.lost = stored.fence or self.fence, stored.keeps, stored.lost
        self.parked, self.slot = set(stored.parked), stored.slot
        self._fill_statistics(stored.unsent)

    def no_longer_in_doubt(self) -> None:
        """Memory was filled again from the database."""
        self.in_doubt = False

    def keeps_documents(self, shelf: DocumentShelf) -> None:
        """Documents are kept here."""
        self.documents = shelf

    def sends_notices_of(self, share: JobShare) -> None:
        """Officers are told of the jobs of this share from now on."""
        self.tells_of = share

    def tells(self, job: Mapping[str, Any]) -> bool:
        """Whether officers are told here of a job of the agency."""
        return self.tells_of is not None and self.tells_of.has(job, self.agency)

    def reads(self, partitions: int) -> None:
        """A log of so many partitions is read."""
        self.partitions = partitions

    def on_wake(self, call: Callable[[], object]) -> None:
        """Who sends is called when there is something to send; from the writer thread. Several may send, each something else."""
        self.wakes.append(call)

    def woken(self) -> None:
        """There is something to send."""
        for call in self.wakes:
            call()

    def on_change(self, call: Callable[[], object]) -> None:
        """Who watches is called when something of a case has changed; from the writer thread."""
        self.changed = call

    def with_parts(self, *, outgoing: SendQueue | None = None, positions: Positions | None = None) -> None:
        """Other parts than the usual, before anything is read or sent: for who proves that the usual are needed."""
        self.outgoing = self.outgoing if outgoing is None else outgoing  # an empty queue counts, too
        self.positions = self.positions if positions is None else positions

    # --- transactions ---------------------------------------------------------------------------------------------------------------

    @contextmanager
    def until_answered(self) -> Generator[None]:
        """Around a commit: until the database has answered, it alone knows whether it was made."""
        self.in_doubt = True
        yield
        self.in_doubt = False

    def parks(self, cases: set[str]) -> None:
        """Records of these cases are parked, and of no other."""
        self.parked = cases
        self.outgoing.hold(set(cases))

    def keeps_something(self) -> None:
        """A law keeps something of a case that was left."""
        self.keeps = True

    def lacks(self, decisions: int) -> None:
        """So many decisions are lost, and nobody has dealt with them."""
        self.lost = decisions

    # --- statistical records --------------------------------------------------------------------------------------------------------

    def queue(self, statistics: Sequence[UnsentStatistic]) -> None:
        """These wait for their batch."""
        self.unsent += statistics

    def _fill_statistics(self, unsent: Sequence[UnsentStatistic]) -> None:
        self.unsent, self.batches = [one for one in unsent if not one.batch], batches(unsent)
        has = set(self.taken)
        for batch in list(self.batches):
            if not has.isdisjoint(one.record for one in batch.records):  # Kafka has it since, and the database does not know yet
                self._is_out(batch)

    def looked_for_batches(self, slot: int, cut: Sequence[StatisticBatch]) -> None:
        """At this fixed time these were put in batches, and are to be sent."""
        self.slot = slot
        names = {one.record for batch in cut for one in batch.records}
        self.unsent = [one for one in self.unsent if one.record not in names]
        self.batches.extend(cut)  # in place: the sender's thread takes out what Kafka has

    def batches_waiting_for(self, reason: str) -> None:
        """Why no batch can be sealed at present; empty where one can."""
        self.batches_wait = reason

    def acknowledged(self, batch: StatisticBatch) -> None:
        """Kafka has this one."""
        self.taken += [one.record for one in batch.records]
        for one in list(self.batches):
            if one.name == batch.name:  # what is in it may have been erased meanwhile, and its order made anew
                self._is_out(one)

    def _is_out(self, batch: StatisticBatch) -> None:
        with suppress(ValueError):  # the other thread has said so
            self.batches.remove(batch)

    def noted(self, records: int) -> None:
        """Of so many the database knows by now that Kafka has them."""
        del self.taken[:records]

    def refill_statistics(self, unsent: Sequence[UnsentStatistic]) -> None:
        """What waits, as the database has it now: something of it was erased."""
        self._fill_statistics(unsent)

    def forget_acknowledged(self) -> None:
        """Another log does not have what the former had."""
        self.taken.clear()

    def send_no_statistics(self) -> None:
        """None of those that wait may go out."""
        self.unsent, self.batches = [], []

    # --- which log ------------------------------------------------------------------------------------------------------------------

    def fenced(self, reason: str) -> None:
        """Nothing is sent and nothing applied until somebody has looked."""
        self.fence = reason

    def unfenced(self) -> None:
        """Somebody has looked; what lies on the log is read first."""
        self.fence, self.caught_up, self.begun = "", False, self.begun + 1

    def begins_log(self, generation: int, unsent: Sequence[UnsentStatistic]) -> None:
        """Another log is read from its beginning."""
        self.generation = generation
        self.reads_from_beginning()
        self._fill_statistics(unsent)

    def reads_from_beginning(self) -> None:
        """Nothing is on its way to the log that is read now, and nothing was acknowledged there."""
        self.reads_generation = self.generation
        self.positions.forget()
        self.unfenced()
        self.outgoing.restart()
        self.taken.clear()

    def catches_up(self) -> None:
        """All that lay on the log at the start has been read."""
        self.caught_up = True

    # --- what comes round -----------------------------------------------------------------------------------------------------------

    def knows(self, country: Country) -> None:
        """The directory has changed: agencies may have come, and some may leave."""
        self.country, self.departures_due = country, 0.0

    def departures_at(self, due: float) -> None:
        """Agencies that leave are looked for then (the machine's monotonic seconds)."""
        self.departures_due = due

    def ages_at(self, due: float) -> None:
        """What was kept long enough is looked for then (the machine's monotonic seconds)."""
        self.ages_due = due

    def tidies_at(self, due: float) -> None:
        """The service's own tables are looked at then (the machine's monotonic seconds)."""
        self.tidies_due = due

    @contextmanager
    def until_done(self, what: str) -> Generator[None]:
        """Around what is tried now and then: where it fails, looks between two tries that find nothing to do do not make that good."""
        self.undone.add(what)
        yield
        self.undone.discard(what)

    def clocks_looked_at(self, up_to: str, next_clock: float) -> None:
        """Clocks were looked at up to this case; empty where all were. When the first of all comes (ms)."""
        self.due_after, self.next_clock = up_to, next_clock
