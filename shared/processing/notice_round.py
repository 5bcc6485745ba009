"""What is told to whom now: waiting notices become messages, one for each way of a reader, however many cases need them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, and_, col, func, or_, select

from shared.config.calendar import DAY, HOUR, MINUTE
from shared.config.clock import wall
from shared.config.notice_ways import NoticeWays
from shared.config.notices import NoticeWish, told_at
from shared.decisions.case_wall import in_force, may_see
from shared.decisions.notice_addresses import NOTICE, Reachable, new_message
from shared.decisions.notices import DESK, left_undone, open_ranks, opened, reminded, tell_of_left_undone, tell_of_opened
from shared.decisions.state import State
from shared.decisions.unit_of_work import UnitOfWork
from shared.store.database import table
from shared.store.notice_tables import Notice, NoticeMessage
from shared.store.tables import Assignment

AT_ONCE = 5000
"""Waiting notices that one round looks at: of danger first, then the oldest."""
KEPT = 7 * DAY
"""How long a message that went is remembered (ms)."""
FIRST_PAUSE, LONGEST_PAUSE = MINUTE // 2, 15 * MINUTE
"""How long a message waits after the first try that failed, and at most (ms)."""
BARRED_AT_MOST = HOUR
"""How long a message is tried at an address to which the other side does not let it through (ms), before the desk is told."""
DANGERS_APART = MINUTE
"""Between two messages to the desk of dangers that nobody has made a case (ms): who floods the page floods no mailbox."""
M = table(NoticeMessage)
NOBODY_ELSE = Reachable({})
"""The desk alone."""


@dataclass(frozen=True, slots=True)
class WaitingNotices:
    """What has not been told yet: notices that wait for their hour, messages on their way, and since when (ms) the oldest of these is."""

    notices: int
    messages: int
    since: int | None


def waiting_notices(session: Session) -> WaitingNotices:
    """What an instance has not told yet."""
    notices = session.exec(select(func.count()).select_from(Notice)).one()
    unsent = select(func.count(), func.min(NoticeMessage.made_at)).where(col(NoticeMessage.sent_at).is_(None))
    messages, since = session.exec(unsent).one()
    return WaitingNotices(notices, messages, since)


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """What is to become of the notices that wait now."""

    dropped: list[Notice]
    """Of what was done meanwhile, or must not be told."""
    told: dict[str, list[Notice]]
    """Reader → all that one message to them tells."""
    opened: bool = False
    """Whether notices are to be written first, of what is allowed from now on, or was not done in danger."""

    def __bool__(self) -> bool:
        return bool(self.dropped or self.told or self.opened)


def plan(session: Session, instance: State, ways: NoticeWays, told: Reachable) -> NoticePlan:
    """Who is to be told now. Whom nobody can tell, the desk is told in their place; of danger so is whoever is on duty, by name, unless
    the case is there for others alone."""
    rows = session.exec(select(Notice).order_by(col(Notice.rank), col(Notice.at)).limit(AT_ONCE)).all()
    walls, now = in_force(session), instance.clock.now()[0]
    stands = _standing(session, instance, rows, walls)
    found = NoticePlan([], {}, bool(opened(session.connection(), instance) or left_undone(session.connection(), instance)))
    waiting = dict[str, list[tuple[Notice, int]]]()
    for row in rows:
        to, wish = _reader(row.officer, ways, told)
        due = told_at(row.at, wish, ways.digest, ways.zone, danger=row.rank == 0)
        if due is None or (row.officer, row.case) not in stands:
            found.dropped.append(row)
            continue
        besides = told.in_danger(ways.channels) if to == DESK and row.rank == 0 else []
        for one in {to, *(officer for officer in besides if may_see(walls, officer, row.case))}:
            waiting.setdefault(one, []).append((row, due))
    for to, theirs in waiting.items():
        due = [row for row, at in theirs if at <= now]
        if due and (any(row.rank == 0 for row in due) or not _told_lately(session, to, ways)):
            found.told[to] = [row for row, _ in theirs]
    return found


def make_messages(work: UnitOfWork, ways: NoticeWays, told: Reachable) -> None:
    """Make the messages that are due now."""
    tell_of_opened(work.session.connection(), work.instance)
    tell_of_left_undone(work.session.connection(), work.instance)
    now = plan(work.session, work.instance, ways, told)
    for to in sorted(now.told):
        _make(work, to, ways, told)
    for row in {id(row): row for rows in (now.dropped, *now.told.values()) for row in rows}.values():
        work.session.delete(row)


def _make(
    work: UnitOfWork, to: str, ways: NoticeWays, told: Reachable, at: int | None = None, *, but: Collection[str] = ()
) -> None:  # fmt: skip
    at = wall() if at is None else at  # of all of them, so that each knows the others
    reader = told.by(to, ways.channels)
    for channel in sorted((reader.addresses if reader else ways.desk).keys() & ways.channels - set(but)):
        new_message(work, to if reader else DESK, channel, NOTICE, at)


def tell_desk(work: UnitOfWork, ways: NoticeWays, told: Reachable, *, danger: bool) -> None:
    """Something came in that is no case, and needs somebody: the desk is told. In danger at once, with whoever is on duty, else when it
    wants to be told; and not again by what would only say the same a moment later. It waits as a message that is made at its hour. What
    waits for one reader, or on one way, keeps it from nobody else: a mailbox that takes nothing leaves the others told."""
    at = wall()
    due = told_at(at, ways.default, ways.digest, ways.zone, danger=danger)
    if due is None:
        return
    for to in [DESK, *(told.in_danger(ways.channels) if danger else [])]:
        mine = NoticeMessage.officer == to, NoticeMessage.kind == NOTICE
        last = work.session.exec(select(func.max(NoticeMessage.made_at)).where(*mine, NoticeMessage.made_at <= at)).one() or 0
        theirs = max(due, last + (DANGERS_APART if danger else ways.apart))
        on_its_way = select(NoticeMessage.channel).where(*mine, col(NoticeMessage.sent_at).is_(None), NoticeMessage.made_at <= theirs)
        _make(work, to, ways, told, theirs, but=set(work.session.exec(on_its_way)))


def _reader(officer: str, ways: NoticeWays, told: Reachable) -> tuple[str, NoticeWish]:
    """Who is told, and how: the desk in place of whoever has proved no address that there is a way to."""
    one = told.by(officer, ways.channels)
    return (officer, one.wish) if one else (DESK, ways.default)


def _told_lately(session: Session, to: str, ways: NoticeWays) -> bool:
    """What has gone was not made later than now, unless the clock was ahead then."""
    last = select(NoticeMessage.id).where(NoticeMessage.officer == to, NoticeMessage.kind == NOTICE)
    real = or_(NoticeMessage.made_at <= wall(), col(NoticeMessage.sent_at).is_(None))
    return session.exec(last.where(NoticeMessage.made_at > wall() - ways.apart, real).limit(1)).first() is not None


def _standing(
    session: Session, instance: State, rows: Sequence[Notice], walls: Mapping[str, frozenset[str]]
) -> set[tuple[str, str]]:  # fmt: skip
    """Those of them that are still so: something is to be done in the case, and it is still theirs, or nobody's; in danger, where
    nobody did it in time, the desk's, too, unless the case is there for officers by name alone."""
    cases = {row.case for row in rows}
    late = reminded(session.connection(), instance, cases)
    to_do = open_ranks(session.connection(), instance, cases)
    whose: dict[str, set[str]] = {}
    for case, officer in session.exec(select(Assignment.case, Assignment.officer).where(col(Assignment.case).in_(cases))):
        whose.setdefault(case, set()).add(officer)

    def stands(officer: str, case: str) -> bool:
        theirs = whose.get(case, set[str]())
        of_desk = not theirs or (case in late and case not in walls)
        return case in to_do and (officer in theirs and may_see(walls, officer, case) if officer else of_desk)

    return {(row.officer, row.case) for row in rows if stands(row.officer, row.case)}


def waiting_messages(session: Session) -> Sequence[NoticeMessage]:
    """The messages that are to be tried now, the one that waits longest first. One that was tried waits for no time that lies further off
    than any does: the clock was ahead then."""
    now = wall()
    due = or_(NoticeMessage.next_at <= now, and_(NoticeMessage.tries > 0, NoticeMessage.next_at > now + LONGEST_PAUSE))
    unsent = select(NoticeMessage).where(col(NoticeMessage.sent_at).is_(None), due)
    return session.exec(unsent.order_by(col(NoticeMessage.next_at), NoticeMessage.id).limit(AT_ONCE)).all()


def went(work: UnitOfWork, message: str) -> None:
    """The other side has it; what went long ago is forgotten."""
    now, connection = wall(), work.session.connection()
    connection.execute(update(M).where(M.c.id == message).values(sent_at=now))
    connection.execute(delete(M).where(M.c.sent_at < now - KEPT))


def waits_on(work: UnitOfWork, message: str) -> None:
    """It could not be told now, and is tried again, later each time."""
    tries = work.session.exec(select(NoticeMessage.tries).where(NoticeMessage.id == message)).one()
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries, 10))
    work.session.connection().execute(update(M).where(M.c.id == message).values(tries=tries + 1, next_at=wall() + pause))


def is_too_late(message: NoticeMessage) -> bool:
    """Whether a message has been tried long enough at an address to which it is not let through."""
    return wall() - message.made_at >= BARRED_AT_MOST


def never_went(work: UnitOfWork, message: NoticeMessage, ways: NoticeWays) -> None:
    """Nobody can be told there, or not now: the officer sees it on their page, their supervisor on Today, and the desk is told in their
    place. Of the desk's own address it is tried on, so that nothing is lost before somebody mends it."""
    if message.officer == DESK:
        waits_on(work, message.id)
        return
    work.session.connection().execute(update(M).where(M.c.id == message.id).values(sent_at=wall(), refused=True))
    if message.kind == NOTICE:
        _make(work, DESK, ways, NOBODY_ELSE)


def lost_address(work: UnitOfWork, message: NoticeMessage, ways: NoticeWays) -> None:
    """Its reader has taken the address back since it was made: the desk is told in their place, unless what went out with it by another
    way has told them, or still may. A code is for nobody then; it counts among those that were asked for."""
    if message.kind != NOTICE:
        work.session.connection().execute(update(M).where(M.c.id == message.id).values(sent_at=wall(), refused=True))
        return
    work.session.connection().execute(delete(M).where(M.c.id == message.id))  # nothing was refused: there is nothing to show
    if not _told_otherwise(work.session, message):
        _make(work, DESK, ways, NOBODY_ELSE)


def _told_otherwise(session: Session, message: NoticeMessage) -> bool:
    others = select(NoticeMessage.id).where(NoticeMessage.officer == message.officer, NoticeMessage.kind == NOTICE)
    others = others.where(NoticeMessage.channel != message.channel, col(NoticeMessage.refused).is_(False))
    return session.exec(others.where(NoticeMessage.made_at >= message.made_at).limit(1)).first() is not None
