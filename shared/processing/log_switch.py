"""A new generation of the log: admitted by hand, then the leads' checkpoints first, then what those lack.

An instance that met a log it does not know has fenced itself. Nothing is re-published on its own into an address that somebody
mistyped: somebody looks, and admits (`./nrm topics generation`). From then on it reads from the beginning; its pictures wait for
the lead's checkpoints, and its own decisions that a checkpoint lacks go out once more. The same checkpoint serves an agency
that was away for longer than the log is kept, a lost database and a changed number of partitions.
"""

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from shared.decisions.decide import Tx, say
from shared.decisions.state import State
from shared.decisions.unit_of_work import Work
from shared.privacy.erasure import ASK
from shared.protocol.case import Verdict
from shared.protocol.core import decision_key
from shared.protocol.events import CaseReported, RosterSet
from shared.protocol.following import Mark, View, await_anew
from shared.protocol.letters import LETTERS
from shared.records.codec import Decided, Turn, turn_of
from shared.store import at_rest
from shared.store.database import table
from shared.store.tables import Journal, Note, Outbox, Picture, Position, Statistic
from shared.store.view_cache import load_view

ADMIT, SAME, FENCE, GENERATION, ANEW = "admit", "same", "fence", "generation", "anew"
"""Notes: somebody admits the log that is there, or says that it is the known one after all; why we stopped; which log this is, from 1;
whom the lead gives its cases anew."""
EVERYBODY = "*"
SETTLING = frozenset({Verdict.COUNTED, Verdict.SUPERSEDED, Verdict.REFUSED})


def ask(session: Session, name: str, value: str) -> None:
    """Flag it in an instance's database; its own process acts on it."""
    session.merge(Note(name=name, value=value))


def asked(door: State) -> dict[str, str]:
    """What was flagged: note → value."""
    with Session(door.engine.execution_options(reader=True)) as session:
        flags = col(Note.name).in_((ADMIT, SAME, ANEW)) | col(Note.name).startswith(ASK)
        rows = session.exec(select(Note).where(flags)).all()
        return {row.name: row.value for row in rows}


def admit(work: Work) -> None:
    """The log that is there is the one to read from now on, from its beginning."""
    session, door = work.session, work.door
    door.positions.back()
    session.connection().execute(delete(table(Position)).where(table(Position).c.topic == door.positions.topic))
    session.connection().execute(delete(table(Note)).where(table(Note).c.name.in_((ADMIT, SAME, FENCE))))
    session.merge(Note(name=GENERATION, value=str(generation(session) + 1)))
    session.connection().execute(update(table(Statistic)).values(done=False))
    led = False
    for case, view in [(row.case, load_view(row.view)) for row in session.exec(select(Picture))]:
        waits = await_anew(view, door.me)
        if waits is not view:
            work.see(case, waits)
        led = led or (view.case is not None and not view.left and waits is view)
    for row in session.exec(select(Journal).where(Journal.type == CaseReported.TYPE, Journal.author == door.me)).all():
        if row.verdict == Verdict.COUNTED:
            revive(work, row, again=True)
    for row in session.exec(select(Journal).where(col(Journal.type).in_(LETTERS), Journal.author == door.me)).all():
        if row.verdict == Verdict.COUNTED and session.get(Picture, row.case) is None:
            work.remarked.append({"e": row.event, "v": Mark.UNDONE.value})
            revive(work, row)  # no checkpoint shows whether its addressee has read it
    if led:
        session.merge(Note(name=ANEW, value=EVERYBODY))


def look_again(work: Work) -> None:
    """The address was wrong and is right now: go on where we were. Should it be another log all the same, we stop again."""
    work.session.connection().execute(delete(table(Note)).where(table(Note).c.name.in_((SAME, FENCE))))


def generation(session: Session) -> int:
    """Which log this is that the instance reads, counted from 1."""
    note = session.get(Note, GENERATION)
    return int(note.value) if note else 1


def give_anew(work: Work, whom: str) -> None:
    """The lead puts its cases on the log once more, some at a time: the roster names who takes them anew, the checkpoint follows.

    `whom` is an agency, or everybody; with what distinguishes this request from another: `AGENCY@TIME`, `*`.
    After a blank follows the last case looked at.
    """
    whom, _, after = whom.partition(" ")
    most = work.door.anew_at_once
    agency, session = whom.partition("@")[0], work.session
    cause = f"anew:{generation(session)}:{whom}"
    some = list(session.exec(select(Picture.case).where(col(Picture.case) > after).order_by(col(Picture.case)).limit(most)))
    work.load(set(some))
    for case in some:
        view = work.view(case)
        key = work.key(f"{cause}:{case}", 0)
        if not _led(view, work.door.me) or (agency != EVERYBODY and not _has(view, agency)) or work.known_key(key) is not None:
            continue
        assert view.case is not None
        anew = tuple(sorted(view.case.agencies)) if agency == EVERYBODY else (agency,)
        at, simulated = work.door.clock.now()
        tx = Tx(work, f"{cause}:{case}", at, simulated or view.case.simulated)
        picture = work.picture(case)
        say(tx, case, [RosterSet(members=picture.members if picture else view.case.members, anew=anew)], strict=False, first=True)
    if len(some) == most:
        session.merge(Note(name=ANEW, value=f"{whom} {some[-1]}"))
    else:
        session.connection().execute(delete(table(Note)).where(table(Note).c.name == ANEW))


def _led(view: View, me: str) -> bool:
    return view.member and view.case is not None and me == f"referral.{view.case.lead}"


def _has(view: View, agency: str) -> bool:
    return view.case is not None and agency in view.case.agencies


def resume(work: Work, case: str, view: View) -> None:
    """We have taken a checkpoint: what it knows of ours is done; what we knew and it lacks is undone, and ours of that goes again."""
    assert view.case is not None
    settled, open_rows = view.case.settled, {row.key for row in work.pending(case)}
    for key in open_rows & settled.keys():
        work.echo(case, key, settled[key])
    told = select(Journal).where(Journal.case == case, col(Journal.verdict).in_(SETTLING)).order_by(col(Journal.seq))
    for row in work.session.exec(told).all():
        if row.key not in settled and row.event not in work.journal:
            work.remarked.append({"e": row.event, "v": Mark.UNDONE.value})
            if row.author == work.door.me and row.key not in open_rows:
                revive(work, row)


def revive(work: Work, row: Journal, *, again: bool = False) -> None:
    """An own decision that was on a former log goes to the outbox once more, as the journal kept it."""
    keys = work.door.keystore
    parts = at_rest.opened(keys, at_rest.JOURNAL, row.event, row.case, row.body)
    if again:
        parts["D0"]["again"] = True
    number, outbox = ordinal(work.door.me, row.cause, row.key), table(Outbox).c
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
