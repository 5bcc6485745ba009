"""Instances without one of the rules, each a real part with a piece taken out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from deploy.proving.simulation.pieces import SimulatedCourier
from shared.decisions.send_queue import Flight, SendQueue
from shared.processing.instance import Instance
from shared.protocol.case import Case, Verdict
from shared.protocol.documents import DocumentRef
from shared.protocol.events import RosterSet
from shared.records.codec import Decided, Opened, Turn, WireRecord, complete
from shared.records.reader import Taken
from shared.records.record import Record
from shared.store.positions import Positions


class AllAtOnce(SendQueue):
    """Without the rule that one row of a case is under way at a time."""

    def take(self, limit: int) -> list[Decided]:
        with self.lock:
            under_way = {flight.key for flight in self.flights.values()}
            taken = [r for case, queue in self.rows.items() if case not in self.held for r in queue if r.key not in under_way][:limit]
            self.flights |= {row.key: Flight(row.key) for row in taken}
            return taken

    def acknowledged(self, row: Decided, partition: int, offset: int) -> None:
        self.flights.pop(row.key, None)

    def failed(self, rows: list[Decided]) -> None:
        for row in rows:
            self.flights.pop(row.key, None)


class Clinging(SendQueue):
    """Without the rule that one's own removal ends one's rows."""

    def drop(self, case: str) -> None:
        return None


class Trusting(SendQueue):
    """Without the rule that only the own echo ends a row: Kafka's word is enough."""

    def acknowledged(self, row: Decided, partition: int, offset: int) -> None:
        self.echoed(row.case, {row.key})


class TwoOrders(SendQueue):
    """Without one order of what waits: in memory a checkpoint goes behind every roster, as the table does not know."""

    def add(self, decided: list[Decided]) -> None:
        for row in decided:
            super().add([row])
            if row.turn is Turn.CHECKPOINT:
                queue = self.rows[row.case]
                queue.remove(row)
                queue.insert(next((n for n, other in enumerate(queue) if other.type != RosterSet.TYPE), len(queue)), row)


class BringingIn(Instance):
    """Without the rule that a roster that goes before others brings nobody in."""

    def completed(self, row: Decided, case: Case | None) -> WireRecord:
        return complete(row, self.me, case, self.clock.now()[0])


class Blind(Positions):
    """Without the comparison of positions: what the consumer brings is taken for what comes next, with no look at what lies between."""

    def fresh(self, partition: int, records: Sequence[Record]) -> list[Record] | None:
        self.joined.add(partition)
        return [r for r in records if r.offset >= self.next(partition)]


class Unsettled(Instance):
    """Without settlement: only what counted is remembered, so what did not may be said once more by a copy of itself."""

    def _committed(self, work: Any) -> None:
        for case, view in work.views.items():
            if view.case:
                counted = {key: verdict for key, verdict in view.case.settled.items() if verdict is Verdict.COUNTED}
                work.views[case] = replace(view, case=view.case.model_copy(update={"settled": counted}))
        super()._committed(work)


class Forgetful(Instance):
    """Without the joiner's buffer: what comes before the checkpoint is let go."""

    def _committed(self, work: Any) -> None:
        for case, view in work.views.items():
            work.views[case] = replace(view, kept=view.kept[:1])
        super()._committed(work)


class Believing(SimulatedCourier):
    """Without a look at whether a piece opens: what lies under its name is kept."""

    def _keep(self, records: list[Any], wanted: dict[bytes, tuple[DocumentRef, int]]) -> None:
        for record in records:
            if record.value is not None and (found := wanted.pop(record.key, None)):
                self.folder.put(found[0].id, found[1], record.value)


class Hoarding(SimulatedCourier):
    """Without a thought of whose a document is: what is on the topic is kept."""

    async def at_once(self) -> None:
        await super().at_once()
        for record in self.topic.all():
            if record.value is not None:
                self.folder.put("f" * 32, 0, record.value)


class Unfenced(Instance):
    """Without the roster fence: under whichever roster a record was made, here it was made under the one in force."""

    def take(self, taken: list[Taken]) -> bool:
        return all([super(Unfenced, self).take([self._as_if(one)]) for one in taken])

    def _as_if(self, one: Taken) -> Taken:
        if not isinstance(one.opened, Opened):
            return one
        case = self.view_of(one.opened.core.case).case
        return replace(one, opened=replace(one.opened, core=replace(one.opened.core, roster=case.version))) if case else one
