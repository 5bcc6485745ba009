"""Between polls: which clocks are due, which parked cases somebody wants tried again, what the log has lost."""

from math import inf
from time import monotonic

from sqlmodel import Session, col, select

from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.privacy.erasure import tend
from shared.privacy.retention import age
from shared.processing import batches
from shared.processing.follow_ups import fire_clocks
from shared.processing.log_switch import admit, asked, generation, give_anew, look_again
from shared.processing.recovery import recover
from shared.processing.retry import FLAGGED, drain
from shared.processing.service import Service
from shared.processing.startup import recall
from shared.store.instance_tables import LogRequestKind
from shared.store.outbox import unsent
from shared.store.positions import Moved
from shared.store.tables import CaseView, Parked

AGAIN = 30.0
"""Seconds until what could not be done about a departure is tried again."""


def idle(door: State, transact: Transact, service: Service, *, clocks: bool) -> bool:
    """What is to do between polls: keep the position, drain parked cases that were asked for, fire the clocks that are due.

    Whether somebody has admitted another log, which must be joined from its beginning.
    """
    recall(door)
    if act(door, transact):
        return True
    if door.fence:
        return False
    tidy(door, service, transact)
    if service.counts:
        batches.tend(door, transact)
    due = due_cases(door) if clocks and door.caught_up else []
    if due or asked_for(door) or door.taken or door.positions.old():
        transact(lambda work: between(work, due, service))
    return False


def miss(door: State) -> None:
    """Own records that the log has lost go again.

    Never beside a poll that is being applied: it has moved the positions already, and its echoes are not known yet.
    """
    if door.outgoing.missed({p: at.next for p, at in door.positions.now.items()}, monotonic()):
        door.woken()


def tidy(door: State, service: Service, transact: Transact) -> None:
    """Periodic work: agencies that leave, and classes whose retention is over."""
    depart(door, service, transact)
    age(door, transact)


def depart(door: State, service: Service, transact: Transact) -> None:
    """After the directory has changed: what the service does about agencies that leave, until all of it is done."""
    settle = service.departures
    if settle is None or not door.caught_up or monotonic() < door.departures_due:
        return
    door.departures_at(inf)  # before: a directory that comes meanwhile asks anew
    if not transact(settle):
        door.departures_at(min(door.departures_due, monotonic() + AGAIN))


def due_cases(door: State) -> list[str]:
    """Cases with a deadline of ours that has passed, in turn: one that cannot be fired now (parked, no bus) keeps no other waiting."""
    now = door.clock.now()[0]
    passed = select(CaseView.case).where(col(CaseView.clock_at) <= now, col(CaseView.case) > door.due_after)
    with Session(door.engine.execution_options(reader=True)) as session:
        due = list(session.exec(passed.order_by(col(CaseView.case)).limit(door.due_at_once)))
    door.clocks_looked_at(due[-1] if len(due) == door.due_at_once else "")
    return due


def asked_for(door: State) -> bool:
    """Whether somebody has flagged a parked case for another try, or a record to be set aside."""
    if not door.parked or (door.seal and not door.seal.ready):
        return False
    with Session(door.engine.execution_options(reader=True)) as session:
        return session.exec(select(Parked.seq).where(FLAGGED).limit(1)).first() is not None


def between(work: UnitOfWork, due: list[str], service: Service) -> None:
    """Drain what is flagged, and fire the clocks of these cases."""
    drain(work, service)
    for case in due:
        fire_clocks(work, case)


def begin_anew(door: State) -> None:
    """Another log is read from now on, from its beginning."""
    with Session(door.engine) as session, session.begin():
        door.begins_log(generation(session), unsent(session, door.keystore))


def act(door: State, transact: Transact) -> bool:
    """Do what was asked from outside. Whether another log is read from now on: then it must be joined from its beginning."""
    if door.seal:
        door.seal.look_again()
    waiting = asked(door)
    if LogRequestKind.ADMIT in waiting.log:
        door.forget_acknowledged()  # What the former log has of the statistics, this one has not.
        transact(admit)
        begin_anew(door)
        return True
    if LogRequestKind.SAME in waiting.log:
        transact(look_again)
        door.unfenced()
        door.positions.join_anew()
        return True
    if waiting.redelivery and door.caught_up and not door.fence:
        transact(give_anew)
    if door.fence != Moved.SAID and waiting.erasure:
        tend(door, transact)
    return False


def caught_up(door: State, transact: Transact) -> None:
    """The log has been read to where it ended at the start: account for what was forgotten, then release the relay and the clocks."""
    transact(recover)
    door.catches_up()
