"""What did not get to its reader: shown to the officer whose mailbox it is, and on Today to whoever supervises the agency's officers."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, func, select

from shared.decisions.notices import DESK
from shared.store.notice_tables import NoticeAddress, NoticeMessage

Endings = Mapping[tuple[str, str], tuple[int, bool]]
"""(officer, channel) → when the last message there that has ended was made, and whether nobody took it."""


def endings(session: Session) -> Endings:
    """How the last message of each officer by each way ended at an instance."""
    ended, other = col(NoticeMessage.sent_at).is_not(None), NoticeMessage.officer != DESK
    last = select(NoticeMessage.officer, NoticeMessage.channel, func.max(NoticeMessage.made_at).label("made_at"))
    newest = last.where(ended, other).group_by(col(NoticeMessage.officer), col(NoticeMessage.channel)).subquery().c
    of_newest = (
        (col(NoticeMessage.officer) == newest.officer)
        & (col(NoticeMessage.channel) == newest.channel)
        & (col(NoticeMessage.made_at) == newest.made_at)
    )
    rows = select(NoticeMessage).join(newest.officer.table, of_newest).where(ended)
    return {(row.officer, row.channel): (row.made_at, row.refused) for row in session.exec(rows)}


def undelivered(of_instances: Iterable[Endings]) -> set[tuple[str, str]]:
    """(officer, channel) of whom the last message did not reach, whichever instance it was of."""
    last: dict[tuple[str, str], tuple[int, bool]] = {}
    for one in of_instances:
        for to, ending in one.items():
            last[to] = max(last.get(to, ending), ending)
    return {to for to, (_, refused) in last.items() if refused}


def refusing(session: Session) -> set[tuple[str, str]]:
    """(officer, channel) of the addresses of which the other side says that nobody can be told there."""
    rows = select(NoticeAddress.officer, NoticeAddress.channel).where(col(NoticeAddress.refused_at).is_not(None))
    return {(officer, channel) for officer, channel in session.exec(rows)}


def proved(session: Session) -> set[tuple[str, str]]:
    """(officer, channel) of the addresses that count, or did until they were refused."""
    rows = select(NoticeAddress.officer, NoticeAddress.channel).where(col(NoticeAddress.verified_at).is_not(None))
    return {(officer, channel) for officer, channel in session.exec(rows)}
