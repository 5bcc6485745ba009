"""A new generation of the log: admitted by hand, then the leads' checkpoints first, then what those lack.

An instance that met a log it does not know has fenced itself. Nothing is re-published on its own into an address that somebody
mistyped: somebody looks, and admits (`./nrm topics generation`). From then on it reads from the beginning; its pictures wait for
the lead's checkpoints, and its own decisions that a checkpoint lacks go out once more. The same checkpoint serves an agency
that was away for longer than the log is kept, a lost database and a changed number of partitions.
"""

from typing import NamedTuple

import sqlalchemy
from sqlalchemy import delete, exists, update
from sqlmodel import Session, col, select

from shared.decisions.decide import DecisionContext, say
from shared.decisions.send_queue import hands_over
from shared.decisions.state import State
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.erasure_requests import ANYTHING
from shared.protocol.case import SETTLING, Verdict
from shared.protocol.core import decision_key
from shared.protocol.events import CaseReported, RosterSet
from shared.protocol.following import Mark, View, await_anew
from shared.protocol.letters import LETTERS, CoverSent
from shared.records.codec import Decided, Turn, turn_of
from shared.store import at_rest
from shared.store.database import reading, table
from shared.store.instance_tables import LogRequest, LogRequestKind, LogState, Redelivery, only
from shared.store.outbox import UnsentStatistic, unsent
from shared.store.tables import CaseView, Journal, Outbox, Position, Statistic
from shared.store.view_cache import load_view

EVERYBODY = "*"


class Asked(NamedTuple):
    """What is asked of an instance from outside, as its database says."""

    admit: bool
    """Whether an operator says that the log is the one to read from now on (`LogRequestKind`)."""
    same: bool
    """Whether one says that it is the known one."""
    redelivery: bool
    """Whether the lead owes somebody its cases anew."""
    erasure: bool
    """Whether something is asked about the data of a case."""


NOTHING = Asked(admit=False, same=False, redelivery=False, erasure=False)
ASKED = sqlalchemy.select(
    *(exists(select(LogRequest.kind).where(LogRequest.kind == kind.value)) for kind in (LogRequestKind.ADMIT, LogRequestKind.SAME)),
    exists(select(Redelivery.agency)), ANYTHING,
)  # fmt: skip


def ask(session: Session, kind: LogRequestKind) -> None:
    """Say it in an instance's database; its own process acts on it."""
    session.merge(LogRequest(kind=kind.value))


def ask_redelivery(session: Session, agency: str, occasion: str = "") -> None:
    """Have the lead give an agency, or everybody, its cases anew: from the first, whatever was under way for it."""
    if agency == EVERYBODY:
        session.connection().execute(delete(table(Redelivery)))
    session.merge(Redelivery(agency=agency, occasion=occasion, after=""))


def asked(instance: State) -> Asked:
    """What was asked and waits: in one statement, since each instance that is not at rest looks twice a second."""
    with reading(instance.engine) as connection:
        return Asked(*connection.execute(ASKED).one())


def admit(work: UnitOfWork) -> tuple[int, list[UnsentStatistic]]:
    """The log that is there is the one to read from now on, from its beginning. Which log that is, and the statistical records to send."""
    session, instance = work.session, work.instance
    instance.positions.back()
    session.connection().execute(delete(table(Position)).where(table(Position).c.topic == instance.positions.topic))
    session.connection().execute(delete(table(LogRequest)))
    log = only(session, LogState)
    log.generation, log.fence = log.generation + 1, ""
    session.add(log)
    session.connection().execute(update(table(Statistic)).values(done=False))
    led = False
    for case, view in [(row.case, load_view(row.view)) for row in session.exec(select(CaseView))]:
        waits = await_anew(view, instance.me)
        if waits is not view:
            work.see(case, waits)
        led = led or (view.case is not None and not view.left and waits is view)
    for row in session.exec(select(Journal).where(Journal.type == CaseReported.TYPE, Journal.author == instance.me)).all():
        if row.verdict == Verdict.COUNTED:
            revive(work, row, again=True)
    for row in session.exec(select(Journal).where(col(Journal.type).in_(LETTERS - {CoverSent.TYPE}), Journal.author == instance.me)).all():
        if row.verdict == Verdict.COUNTED and session.get(CaseView, row.case) is None:
            work.remarked.append({"e": row.event, "v": Mark.UNDONE.value})
            revive(work, row)  # no checkpoint shows whether its addressee has read it
    if led:
        ask_redelivery(session, EVERYBODY)
        _first_those_handed_over(work)
    return log.generation, unsent(session, instance.keystore)


def look_again(work: UnitOfWork) -> None:
    """The address was wrong and is right now: go on where we were. Should it be another log all the same, we stop again."""
    work.session.connection().execute(delete(table(LogRequest)).where(table(LogRequest).c.kind == LogRequestKind.SAME.value))
    log = only(work.session, LogState)
    log.fence = ""
    work.session.add(log)


def generation(session: Session) -> int:
    """Which log this is that the instance reads, counted from 1."""
    return only(session, LogState).generation


def give_anew(work: UnitOfWork) -> None:
    """The lead puts its cases on the log once more for the first who is owed them, some at a time: the roster names who takes them anew,
    the checkpoint follows."""
    session, most = work.session, work.instance.anew_at_once
    owed = session.exec(select(Redelivery).order_by(Redelivery.agency).limit(1)).first()
    if owed is None:
        return
    agency, whom = owed.agency, f"{owed.agency}@{owed.occasion}" if owed.occasion else owed.agency
    cause = f"anew:{generation(session)}:{whom}"
    some = list(session.exec(select(CaseView.case).where(col(CaseView.case) > owed.after).order_by(col(CaseView.case)).limit(most)))
    work.load(set(some))
    for case in some:
        view = work.view(case)
        key = work.key(f"{cause}:{case}", 0)
        if not _led(view, work.instance.me) or (agency != EVERYBODY and not _has(view, agency)) or work.known_key(key) is not None:
            continue
        _put_anew(work, case, f"{cause}:{case}", agency)
    if len(some) == most:
        owed.after = some[-1]
    else:
        session.delete(owed)


def _put_anew(work: UnitOfWork, case: str, cause: str, agency: str) -> None:
    """The roster by which an agency, or everybody, takes a case that we lead anew: before all that waits, that by which the lead passes on
    too, behind which nobody would give the case to anybody."""
    view = work.view(case).case
    assert view is not None
    picture = work.picture(case, as_lead=True) or view
    at, simulated = work.instance.clock.now()
    anew = tuple(sorted(view.agencies)) if agency == EVERYBODY else (agency,)
    tx = DecisionContext(work, cause, at, simulated or view.simulated)
    say(tx, case, [RosterSet(members=picture.members, anew=anew)], strict=False, first=True, as_lead=True)


def _first_those_handed_over(work: UnitOfWork) -> None:
    """Cases whose lead is about to pass on are given anew at once, by who leads them still: whoever leads next waits for them, too."""
    waiting = (row for case in work.instance.outgoing.cases() for row in work.instance.outgoing.of(case))
    for case in sorted({row.case for row in waiting if hands_over(row)}):
        if _led(work.view(case), work.instance.me):
            _put_anew(work, case, f"anew:{generation(work.session)}:{EVERYBODY}:{case}", EVERYBODY)


def _led(view: View, me: str) -> bool:
    return view.member and view.case is not None and me == f"referral.{view.case.lead}"


def _has(view: View, agency: str) -> bool:
    return view.case is not None and agency in view.case.agencies


def resume(work: UnitOfWork, case: str, view: View) -> None:
    """We have taken a checkpoint: what it knows of ours is done; what we knew and it lacks is undone, and ours of that goes again."""
    assert view.case is not None
    settled, open_rows = view.case.settled, {row.key for row in work.pending(case)}
    for key in open_rows & settled.keys():
        work.echo(case, key, settled[key])
    told = select(Journal).where(Journal.case == case, col(Journal.verdict).in_(SETTLING)).order_by(col(Journal.seq))
    for row in work.session.exec(told).all():
        if row.key not in settled and row.event not in work.journal:
            work.remarked.append({"e": row.event, "v": Mark.UNDONE.value})
            if row.author == work.instance.me and row.key not in open_rows:
                revive(work, row)


def revive(work: UnitOfWork, row: Journal, *, again: bool = False) -> None:
    """An own decision that was on a former log goes to the outbox once more, as the journal kept it."""
    keys = work.instance.keystore
    parts = at_rest.opened(keys, at_rest.JOURNAL, row.event, row.case, row.body)
    if again:
        parts["D0"]["again"] = True
    number, outbox = ordinal(work.instance.me, row.cause, row.key), table(Outbox).c
    turn = work.session.connection().execute(select(Outbox.turn).where(outbox.key == row.key)).scalar()
    kept = turn_of(row.type) if turn is None else Turn(turn)
    decided = Decided(row.key, row.case, row.type, row.cause, row.at, row.simulated, parts, number, kept)
    if turn is None:
        work.say(decided)
        return
    column = at_rest.closed(keys, at_rest.OUTBOX, row.key, row.case, parts)
    waits = update(table(Outbox)).where(outbox.key == row.key).values(state="waiting", verdict=None, parts=column)
    work.session.connection().execute(waits)
    work.revived.append(decided)


def ordinal(me: str, cause: str, key: str) -> int:
    """Which of its cause's decisions one is: few causes have more than a handful."""
    return next(n for n in range(1000) if decision_key(me, cause, n) == key)
