"""Between polls: which clocks are due, which parked cases somebody wants tried again, what the log has lost."""

from collections.abc import Callable, Iterable
from functools import partial
from math import inf
from time import monotonic

from sqlalchemy import bindparam, func, select

from shared.decisions.send_queue import LogEnds
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.privacy.erasure import tend
from shared.privacy.retention import age
from shared.privacy.statement_erasures import carry_out
from shared.processing import batches
from shared.processing.follow_ups import fire_clocks
from shared.processing.log_switch import NOTHING, Asked, admit, asked, give_anew, look_again
from shared.processing.recovery import recover
from shared.processing.retry import drain, flagged
from shared.processing.service import Service
from shared.processing.startup import recall
from shared.store.database import is_away, reading, table
from shared.store.positions import Moved
from shared.store.tables import CaseView

AGAIN = 20.0
"""Seconds until what could not be done about a departure, or in a service's own tables, is tried again: before one failure is reported."""
OWN_TABLES = 60.0
"""Seconds between two looks at a service's own tables."""
V = table(CaseView).c
PASSED = V.clock_at <= bindparam("now"), V.case > bindparam("after")
FIRST = select(func.min(V.clock_at))
DUE = select(V.case).where(*PASSED).order_by(V.case).limit(bindparam("many"))
"""Made once: each instance asks for the first twice a second, and to make it takes as long as to ask it."""


def idle(instance: State, transact: Transact, service: Service, *, clocks: bool, unwritten: bool = False) -> bool:
    """What is to do between polls: keep the position, drain parked cases that were asked for, fire the clocks that are due.

    `unwritten`: nobody has written to the database since a look that found nothing to do there (`rest`), so it is not asked again.
    Whether somebody has admitted another log, which must be joined from its beginning.
    """
    recall(instance)
    if instance.seal:
        instance.seal.look_again()
    waiting = NOTHING if unwritten else asked(instance)
    if begins(instance, transact, waiting):
        return True
    steps = [lambda: act(instance, transact, waiting)]
    if not instance.fence:
        steps += tidying(instance, service, transact)
        steps += [lambda: batches.tend(instance, transact, unwritten=unwritten)] if service.counts else []
        steps += [lambda: go_on(instance, transact, service, clocks=clocks, unwritten=unwritten)]
    in_turn(steps)
    return False


def in_turn(steps: Iterable[Callable[[], object]]) -> None:
    """One after the other. What fails, whatever it is, keeps nothing behind it waiting, and is raised in the end; a database that is away
    at once."""
    failed: Exception | None = None
    for step in steps:
        try:
            step()
        except Exception as error:
            if is_away(error) or isinstance(error, Moved):
                raise
            failed = failed or error
    if failed is not None:
        raise failed


def miss(instance: State, ends: LogEnds | None = None) -> None:
    """Own records that the log has lost go again; `ends` is where it was last seen to end.

    Never beside a poll that is being applied: it has moved the positions already, and its echoes are not known yet.
    """
    if instance.outgoing.missed({p: at.next for p, at in instance.positions.now.items()}, monotonic(), ends):
        instance.woken()


def tidying(instance: State, service: Service, transact: Transact) -> list[Callable[[], object]]:
    """Periodic work: agencies that leave, classes whose retention is over, and what a service keeps for a time in tables of its own."""
    return [lambda: depart(instance, service, transact), lambda: age(instance, transact), lambda: _own_tables(instance, service, transact)]


def _own_tables(instance: State, service: Service, transact: Transact) -> None:
    if service.tidies is not None and monotonic() >= instance.tidies_due:
        instance.tidies_at(monotonic() + AGAIN)
        with instance.until_done("own tables"):
            service.tidies(instance, transact, instance.clock.now()[0])
        instance.tidies_at(monotonic() + OWN_TABLES)


def depart(instance: State, service: Service, transact: Transact) -> None:
    """After the directory has changed: what the service does about agencies that leave, until all of it is done."""
    settle = service.departures
    if settle is None or not instance.caught_up or monotonic() < instance.departures_due:
        return
    instance.departures_at(inf)  # before: a directory that comes meanwhile asks anew
    settled = False
    try:
        with instance.until_done("departures"):
            settled = transact(settle)
    finally:
        if not settled:  # not all of it, or the database could not do it
            instance.departures_at(min(instance.departures_due, monotonic() + AGAIN))


def due_cases(instance: State) -> list[str]:
    """Cases with a deadline of ours that has passed, in turn: one that cannot be fired now (parked, no bus) keeps no other waiting."""
    now, due = instance.clock.now()[0], list[str]()
    with reading(instance.engine) as connection:
        first = connection.scalar(FIRST)
        if first is not None and first <= now:
            due = list(connection.scalars(DUE, {"now": now, "after": instance.due_after, "many": instance.due_at_once}))
    instance.clocks_looked_at(due[-1] if len(due) == instance.due_at_once else "", inf if first is None else first)
    return due


def asked_for(instance: State) -> list[str]:
    """Parked cases that somebody has flagged for another try, or a record of them to be set aside."""
    if not instance.parked:
        return []
    with reading(instance.engine) as connection:
        return flagged(instance, connection)


def go_on(instance: State, transact: Transact, service: Service, *, clocks: bool, unwritten: bool = False) -> None:
    """What is flagged, what is due, and the position. Where a case cannot be dealt with, the others are, each by itself."""
    due = due_cases(instance) if clocks and instance.caught_up and not unwritten else []
    asked = asked_for(instance)  # also where nothing was written: a key that is back frees what was flagged before
    if not (due or asked or instance.taken or instance.positions.old()):
        return
    try:
        transact(lambda work: between(work, asked, due, service))
    except Exception as error:
        if is_away(error) or isinstance(error, Moved):
            raise
        alone: list[tuple[list[str], list[str]]] = [*(([case], []) for case in asked), *(([], [case]) for case in due), ([], [])]
        in_turn(partial(transact, partial(between, asked=some, due=others, service=service)) for some, others in alone)


def between(work: UnitOfWork, asked: list[str], due: list[str], service: Service) -> None:
    """Drain these parked cases, and fire the clocks of those."""
    drain(work, asked, service)
    for case in due:
        fire_clocks(work, case, service.waits)


def begins(instance: State, transact: Transact, waiting: Asked) -> bool:
    """Do what was said of the log. Whether it must be joined: from its beginning, where it is another one.

    What was said is forgotten in the transaction that does it. So nothing behind that may fail: nobody would say it once more.
    """
    if waiting.admit:
        instance.forget_acknowledged()  # What the former log has of the statistics, this one has not.
        instance.begins_log(*transact(admit))
        return True
    if waiting.same:
        instance.unfenced()  # before: where the commit is not answered, memory is filled with what the database says
        instance.positions.join_anew()
        transact(look_again)
        return True
    return False


def act(instance: State, transact: Transact, waiting: Asked) -> None:
    """Do what else was asked from outside."""
    if waiting.redelivery and instance.caught_up and not instance.fence:
        transact(give_anew)
    if instance.fence != Moved.SAID and waiting.erasure:
        tend(instance, transact)
        carry_out(instance, transact)


def caught_up(instance: State, transact: Transact, begun: int) -> None:
    """The log has been read to where it ended at the start: account for what was forgotten, then release the relay and the clocks.

    Nothing of it where somebody has let the instance read on meanwhile: `begun` is how often that had happened when the log was joined.
    """
    recall(instance)
    if instance.begun == begun:
        transact(recover)
        instance.catches_up()
