"""What one poll does to an instance's database, inside the transaction that also moves its position."""

from sqlmodel import Session

from shared.decisions.state import State
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.apply import apply_all, ours, parked_row
from shared.processing.park import apply_careful, take_careful
from shared.processing.parking_causes import WAITS_BEHIND
from shared.processing.retry import drain
from shared.processing.service import Service
from shared.processing.unseal import unsealed
from shared.records.codec import TOPIC, Opened
from shared.records.reader import Taken, addressed


def own(door: State, fresh: list[Taken], versions: dict[int, int]) -> list[Taken]:
    """What of a poll is this instance's to read. `versions`: partition → the directory in force there before it."""
    if door.positions.topic != TOPIC:
        return fresh
    concerns = [t for t in fresh if door.seal or addressed(t, door.agency)]
    if not concerns:
        return concerns
    with Session(door.engine.execution_options(reader=True)) as session:
        work, known = UnitOfWork(door, session), set(door.parked)
        concerns = unsealed(work, door.seal, concerns, versions) if door.seal else concerns
        return [t for t in concerns if ours(work, t, known)]


def apply_poll(work: UnitOfWork, fresh: list[Taken], mine: list[Taken], service: Service, *, careful: bool) -> None:
    """Read on past `fresh`, and apply those of it that are `mine`; `careful` parks the record that fails, where else all of it fails."""
    work.door.positions.advance(fresh)
    take = service.take
    if take is not None:
        records = [t.record for t in mine]
        take_careful(work, records, take) if careful else take(work, records)
        return
    drain(work, service)
    parked = work.parked_cases
    behind = [t for t in mine if isinstance(t.opened, Opened) and t.opened.core.case in parked]
    work.parked += [parked_row(t, WAITS_BEHIND) for t in behind]
    free = [t for t in mine if t not in behind]
    apply_careful(work, free, service) if careful else apply_all(work, free, service)
