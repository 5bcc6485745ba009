"""One poll of the log, in the transaction that also moves the position."""

from functools import partial

from sqlmodel import Session

from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.processing.apply import apply_all, ours, parked_row
from shared.processing.park import apply_careful, take_careful
from shared.processing.parking_causes import WAITS_BEHIND
from shared.processing.retry import drain, flagged
from shared.processing.service import Service
from shared.processing.startup import fence_off, recall
from shared.processing.unseal import unsealed
from shared.records.codec import TOPIC, Opened
from shared.records.reader import Taken, addressed
from shared.store.database import is_away
from shared.store.positions import AnotherLog, Moved


def take(instance: State, transact: Transact, service: Service, taken: list[Taken]) -> bool:
    """One poll, one transaction. False when these records do not join on to what we have: seek, then read again.

    Raises what `is_away` knows when the database cannot take it now: nobody's fault, try later. A log that is another fences us.
    """
    recall(instance)
    read = dict(instance.positions.now)
    try:
        return _take(instance, transact, service, taken, {partition: at.directory for partition, at in read.items()})
    except AnotherLog:
        fence_off(instance, "the log is not the one this instance knows")
    except Moved:
        pass  # We are fenced.
    except BaseException:
        instance.positions.back_to(read)
        raise
    return True


def _take(instance: State, transact: Transact, service: Service, taken: list[Taken], versions: dict[int, int]) -> bool:
    fresh, joined = instance.positions.join(taken)
    mine = own(instance, fresh, versions)
    if not mine and not instance.parked:
        return joined
    poll = partial(apply_poll, fresh=fresh, mine=mine, service=service)
    for way in (partial(poll, careful=False), partial(poll, careful=True)):
        try:
            transact(way)
        except Exception as error:  # one of them fails: once more, each behind its own savepoint
            if is_away(error) or isinstance(error, Moved):
                raise
        else:
            return joined
    transact(partial(poll, careful=True, drains=False))
    return joined


def own(instance: State, fresh: list[Taken], versions: dict[int, int]) -> list[Taken]:
    """What of a poll is this instance's to read. `versions`: partition → the directory in force there before it."""
    if instance.positions.topic != TOPIC:
        return fresh
    concerns = [t for t in fresh if instance.seal or addressed(t, instance.agency)]
    if not concerns:
        return concerns
    with Session(instance.reader) as session:
        work, known = UnitOfWork(instance, session), set(instance.parked)
        concerns = unsealed(work, instance.seal, concerns, versions) if instance.seal else concerns
        return [t for t in concerns if _ours(work, t, known)]


def _ours(work: UnitOfWork, taken: Taken, known: set[str]) -> bool:
    """Where that cannot be told, because what is stored of its case is damaged, it is ours: it is parked, and its case alone waits."""
    try:
        return ours(work, taken, known)
    except Exception as error:
        if is_away(error):
            raise
        return True


def apply_poll(work: UnitOfWork, fresh: list[Taken], mine: list[Taken], service: Service, *, careful: bool, drains: bool = True) -> None:
    """Read on past `fresh`, and apply those of it that are `mine`; `careful` parks the record that fails, where else all of it fails.

    Parked cases that somebody flagged come first. Without `drains` they wait: one that cannot be drained keeps nothing from being read.
    """
    work.instance.positions.advance(fresh)
    take = service.take
    if take is not None:
        records = [t.record for t in mine]
        take_careful(work, records, take) if careful else take(work, records)
        return
    if drains:
        drain(work, flagged(work.instance, work.session.connection()), service)
    parked = work.parked_cases
    behind = [t for t in mine if isinstance(t.opened, Opened) and t.opened.core.case in parked]
    work.parked += [parked_row(t, WAITS_BEHIND) for t in behind]
    free = [t for t in mine if t not in behind]
    apply_careful(work, free, service) if careful else apply_all(work, free, service)
