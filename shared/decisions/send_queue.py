"""The outbox in memory: which rows wait, in order per case, and which one of each case is on its way. The table is the record."""

from bisect import insort_left, insort_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic

from shared.protocol.case import Case
from shared.protocol.events import CaseReported, RosterSet
from shared.records.codec import Decided, Turn

ECHO_WITHIN = 20.0
"""Seconds for which an acknowledged record may not be at the end of the log that was read up to it."""
BEHIND = 0.5
"""Seconds that a decision waits at most for the record in the channel that it goes behind. It comes within milliseconds, or the bus is slow
or away, and then what is real does not wait for what hides it."""


def _turn(row: Decided) -> Turn:
    return row.turn


def overtakes(row: Decided) -> bool:
    """Whether it is a roster that goes before others that were decided earlier."""
    return row.type == RosterSet.TYPE and row.turn is Turn.WITHDRAWAL


def without_joiners(row: Decided, case: Case) -> Decided:
    """A roster that goes before others brings nobody in under the members in force: who joins does so by the roster that waits its turn,
    behind the checkpoint that must reach those who are in now, of which a late copy may still be on its way."""
    members = [m for m in row.parts["D0"]["members"] if m["agency"] in case.agencies]
    return replace(row, parts={**row.parts, "D0": {**row.parts["D0"], "members": members}})


def hands_over(row: Decided) -> bool:
    """Whether it is the roster by which the lead passes on."""
    return row.type == RosterSet.TYPE and row.parts["D0"].get("lead") is not None


def restated(row: Decided) -> bool:
    """Whether a waiting row is a roster that a later one changes by going before it."""
    return row.type == RosterSet.TYPE


def overtaken(row: Decided, by: Decided) -> Decided:
    """A waiting roster that a later one overtakes: it gets the later one's members, or it would undo that (a withdrawal, above all). Who is
    to lead by it is entered as it was there."""
    facts, lead = row.parts["D0"], row.parts["D0"].get("lead")
    entered = {m["agency"]: m for m in facts["members"] if m["agency"] == lead}
    return replace(row, parts={"D0": {**facts, "members": [entered.get(m["agency"], m) for m in by.parts["D0"]["members"]]}})


@dataclass(slots=True)
class Flight:
    """The one row of a case that is on its way. The offset is known once Kafka has acknowledged it."""

    key: str
    partition: int = -1
    offset: int | None = None
    since: float = 0.0
    """When it was acknowledged, by the machine's monotonic clock."""


@dataclass(frozen=True, slots=True)
class LogEnds:
    """Where the partitions of the log end, and when that was asked (the machine's monotonic seconds)."""

    asked: float
    of: Mapping[int, int]

    def before(self, flight: Flight, offset: int, patience: float) -> bool:
        """Whether the log ended before an offset that was acknowledged so many seconds earlier. A new leader may say less for a moment."""
        return flight.since + patience < self.asked and offset >= self.of.get(flight.partition, offset + 1)


@dataclass(frozen=True, slots=True)
class GoesBehind:
    """What a row waits for."""

    first: str
    """The decision whose echo lets it go."""
    until: float
    """When it goes all the same (the machine's monotonic seconds)."""


@dataclass
class SendQueue:
    """Rows that wait for their echo. The writer thread changes it after commits, the relay reads it: hence the lock."""

    rows: dict[str, list[Decided]] = field(default_factory=dict[str, "list[Decided]"])
    """By case, in the order in which they go: by turn, and of one turn as they were decided. The table gives the same order."""
    flights: dict[str, Flight] = field(default_factory=dict[str, Flight])
    ripe: dict[str, None] = field(default_factory=dict[str, None])
    held: set[str] = field(default_factory=set[str])
    """Cases with a parked record: their rows wait until it is drained."""
    awaiting: set[str] = field(default_factory=set[str])
    """Cases whose checkpoint we wait for: only an opening of ours goes out before it."""
    spoilt: dict[str, str] = field(default_factory=dict[str, str])
    """Cases whose first row can never be sent as it is, with the kind of error: they wait for an administrator, others go on."""
    behind: dict[str, GoesBehind] = field(default_factory=dict[str, GoesBehind])
    """Key of a row → what it waits for, as far as it waits."""
    patience: float = ECHO_WITHIN
    waits: float = BEHIND
    lock: Lock = field(default_factory=Lock)

    def fill(self, rows: Iterable[Decided]) -> None:
        """What the table has waiting, in its order."""
        with self.lock:
            for row in rows:
                self.rows.setdefault(row.case, []).append(row)
                self._ripen(row.case)

    def add(self, decided: list[Decided]) -> None:
        """Rows that have just been committed, in the order in which they were decided."""
        with self.lock:
            for row in decided:
                queue = self.rows.setdefault(row.case, [])
                if overtakes(row):
                    queue[:] = [overtaken(other, row) if restated(other) else other for other in queue]
                insort_right(queue, row, key=_turn)
                if row.behind:
                    self.behind[row.key] = GoesBehind(row.behind, monotonic() + self.waits)
                self._ripen(row.case)

    def of(self, case: str) -> list[Decided]:
        """The rows of a case that wait, in order."""
        with self.lock:
            return list(self.rows.get(case, ()))

    def cases(self) -> list[str]:
        """The cases that have rows waiting."""
        with self.lock:
            return list(self.rows)

    def echoed(self, case: str, keys: set[str]) -> None:
        """These rows are done: their echo has a verdict that settles."""
        with self.lock:
            left = [row for row in self.rows.get(case, ()) if row.key not in keys]
            if left:
                self.rows[case] = left
            else:
                self.rows.pop(case, None)
            if case in self.flights and self.flights[case].key in keys:
                del self.flights[case]
            self.spoilt.pop(case, None)
            self.behind = {key: goes for key, goes in self.behind.items() if goes.first not in keys and key not in keys}
            self._ripen(case)

    def landed(self, case: str, key: str) -> None:
        """A copy of the row came back stale: it goes again, under the roster that is in force now."""
        with self.lock:
            if case in self.flights and self.flights[case].key == key:
                del self.flights[case]
            self._ripen(case)

    def drop(self, case: str) -> None:
        """All rows of a case end: we are not in it any more."""
        with self.lock:
            for row in self.rows.pop(case, ()):
                self.behind.pop(row.key, None)
            self.flights.pop(case, None)
            self.ripe.pop(case, None)
            self.spoilt.pop(case, None)

    def strip(self, case: str, classes: frozenset[str]) -> None:
        """These classes of the case were erased here: what waits of it goes out without what it says in them."""
        with self.lock:
            if case in self.rows:
                self.rows[case] = [row.without(classes) for row in self.rows[case]]

    def revive(self, decided: list[Decided]) -> None:
        """Decisions of a former log, before those of their turn that were made later."""
        with self.lock:
            for row in reversed(decided):
                insort_left(self.rows.setdefault(row.case, []), row, key=_turn)
                self._ripen(row.case)

    def await_checkpoints(self, cases: Iterable[str]) -> None:
        """Of these cases nothing but the opening is sent until their checkpoint has come, and of no other."""
        with self.lock:
            freed, self.awaiting = self.awaiting, set(cases)
            for case in sorted(freed - self.awaiting):
                self._ripen(case)

    def wait_for(self, case: str, awaits: bool) -> None:
        """Whether a checkpoint of this case is awaited."""
        with self.lock:
            self.awaiting.add(case) if awaits else self.awaiting.discard(case)
            self._ripen(case)

    def forget(self) -> None:
        """Forget all rows: they are about to be read from the table again."""
        with self.lock:
            for known in (self.rows, self.flights, self.ripe, self.spoilt, self.behind):
                known.clear()

    def restart(self) -> None:
        """Another log is read from now on: nothing is on its way there."""
        with self.lock:
            self.flights.clear()
            for case in self.rows:
                self._ripen(case)

    def hold(self, cases: set[str]) -> None:
        """The cases whose rows must wait for a parked record, all of them."""
        with self.lock:
            freed, self.held = self.held - cases, cases
            for case in sorted(freed):
                self._ripen(case)

    def take(self, limit: int) -> list[Decided]:
        """The first waiting row of up to `limit` cases that have none on its way; they are on their way now."""
        with self.lock:
            taken, later = list[Decided](), list[str]()
            while self.ripe and len(taken) < limit:
                case = next(iter(self.ripe))
                del self.ripe[case]
                if case in self.rows and case not in self.flights and case not in self.held and case not in self.spoilt:
                    row = self.rows[case][0]
                    if case in self.awaiting and row.type != CaseReported.TYPE:
                        continue
                    if self._goes_behind(row):
                        later.append(case)
                        continue
                    self.flights[case] = Flight(row.key)
                    taken.append(row)
            self.ripe |= dict.fromkeys(later)
            return taken

    def _goes_behind(self, row: Decided) -> bool:
        """Whether this row still waits for a record in the channel."""
        goes = self.behind.get(row.key)
        if goes is not None and monotonic() >= goes.until:
            del self.behind[row.key]
            return False
        return goes is not None

    def unfit(self, row: Decided, error: str) -> None:
        """This row can never be sent: its case waits, visibly, until the process starts again with the cause mended."""
        with self.lock:
            self.flights.pop(row.case, None)
            self.spoilt[row.case] = error

    def acknowledged(self, row: Decided, partition: int, offset: int, now: float | None = None) -> None:
        """Kafka has it there; it is done only when its echo is in the journal."""
        with self.lock:
            flight = self.flights.get(row.case)
            if flight and flight.key == row.key:
                flight.partition, flight.offset, flight.since = partition, offset, monotonic() if now is None else now

    def failed(self, rows: list[Decided]) -> None:
        """In doubt: what Kafka has not acknowledged goes again. If it was stored all the same, one copy settles, the other repeats."""
        with self.lock:
            for row in rows:
                flight = self.flights.get(row.case)
                if flight and flight.key == row.key and flight.offset is None:
                    del self.flights[row.case]
                self._ripen(row.case)

    def passed(self, positions: dict[int, int]) -> None:
        """The log was read beyond an acknowledged offset and the echo was not there: the broker lost it, send again."""
        self._again(lambda flight, offset: offset < positions.get(flight.partition, 0))

    def missed(self, positions: dict[int, int], now: float, ends: LogEnds | None = None) -> bool:
        """The same, and the log was read up to an acknowledged offset where for some time nothing has come, or ends before it: a log that
        lost records may stay quiet behind them. Others' records move positions without a commit, so this is asked now and then. Whether
        one goes again."""

        def lost(flight: Flight, offset: int) -> bool:
            read = positions.get(flight.partition, 0)
            waited = offset == read and now - flight.since > self.patience
            return offset < read or waited or (ends is not None and ends.before(flight, offset, self.patience))

        return self._again(lost)

    def _again(self, lost: Callable[[Flight, int], bool]) -> bool:
        with self.lock:
            gone = [c for c, f in self.flights.items() if f.offset is not None and lost(f, f.offset)]
            for case in gone:
                del self.flights[case]
                self._ripen(case)
            return bool(gone)

    def _ripen(self, case: str) -> None:
        if case in self.rows and case not in self.flights:
            self.ripe[case] = None

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))
