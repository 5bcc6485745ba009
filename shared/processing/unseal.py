"""Unsealing a poll: which of the sealed records to try, and what to note of those that should open and do not.

Most records of a country are of cases that are others'. Of these those are tried that may reach somebody new: under protocol 1 the few
that say so (`intro`), under protocol 2 all, because what said so would say what they are; their hints answer a key with one computation.
An intake follows the cases that it opened, so it tries none of them, except while it learns from the log what its database has forgotten,
and once it kept something of a case that it left: then letters may ask it to erase that.
"""

from collections.abc import Sequence

from sqlmodel import col, select

from shared.crypto.envelopes import introduces
from shared.decisions.state import State
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import service_of
from shared.protocol.channel import in_channel, record_key
from shared.protocol.events import RosterSet
from shared.records.codec import CLOSED, MISSED, Opened, Unreadable
from shared.records.reader import Taken, key_of
from shared.records.record import Record
from shared.records.sealer import Sealer
from shared.store.statements import Among, P
from shared.store.tables import Journal

CASES = Among(P.case, select(P.case).where)
NOT_FOR_US = "the record is of a case that this agency is in, and no part of it opens here"
NEW = 600_000
"""Milliseconds after a roster during which somebody may still have sent without knowing it."""


def unsealed(work: UnitOfWork, seal: Sealer, fresh: Sequence[Taken], versions: dict[int, int]) -> list[Taken]:
    """What of a poll this instance can read, what it cannot though it should, and what nobody can. `versions`: partition → the directory
    that was in force there before this poll."""
    known = _known(work, {case for taken in fresh if taken.opened is CLOSED and (case := key_of(taken.record))})
    new_ones, found = _tries_new(work.instance), list[Taken]()
    for taken in fresh:
        if taken.directory:
            versions[taken.record.partition] = max(taken.directory, versions.get(taken.record.partition, 0))
        elif taken.opened is CLOSED:
            case = key_of(taken.record)
            if case in known or (new_ones and introduces(taken.record.value or b"")):
                opened = _opened(seal, taken.record, case, versions.get(taken.record.partition, 0))
                if isinstance(opened, Opened):
                    known.add(case)
                if opened is not None or case in known:
                    found.append(Taken(taken.record, MISSED if opened is None else opened))
        else:
            found.append(taken if isinstance(taken.opened, str) else Taken(taken.record, "the record is not sealed"))
    return found


def _opened(seal: Sealer, record: Record, case: str, version: int, *, judged: bool = False) -> Opened | str | None:
    try:
        return seal.open(record.value or b"", case, version, record.timestamp, judged=judged)
    except Unreadable as reason:
        return str(reason)


def _known(work: UnitOfWork, cases: set[str]) -> set[str]:
    """Those of these keys under which something of this instance's lies, or will lie: its cases, and the channel that it covers."""
    instance = work.instance
    sending = {record_key(case) for case in instance.outgoing.cases()} if any(map(in_channel, cases)) else set[str]()
    here = {case for case in cases if case in instance.parked or instance.outgoing.of(case) or case in sending or _in_use(work, case)}
    rest = sorted(cases - here)
    return here | (set(CASES(work.session.connection(), rest).scalars()) if rest else set())


def _in_use(work: UnitOfWork, case: str) -> bool:
    """Whether the picture of a case is in memory, so that it is in the database: of the records of a case many come in a row."""
    view = work.instance.cache.get(case)
    return view is not None and view.case is not None


def _tries_new(instance: State) -> bool:
    learns = not instance.caught_up or instance.generation > 1
    return service_of(instance.me) != "intake" or learns or instance.keeps  # a letter may ask to erase what it kept of a case that it left


def expected(work: UnitOfWork, record: Record) -> bool:
    """Whether a record that does not open should have: we are in the case, and not since a moment ago."""
    case = key_of(record)
    if case in work.parked_cases or not work.view(case).member:
        return False
    rosters = select(Journal.logged_at).where(Journal.case == case, Journal.type == RosterSet.TYPE)
    last = work.session.exec(rosters.order_by(col(Journal.seq).desc()).limit(1)).first()
    fresh = [row["logged_at"] for row in work.journal_of.get(case, ()) if row["type"] == RosterSet.TYPE]
    return max([last or 0, *fresh]) + NEW < record.timestamp


def reopened(seal: Sealer | None, record: Record) -> Taken | None:
    """A parked record once more, opened with the keys that it may have been sealed for; None where nothing was sealed.

    Its author's key was judged when it came: what became of that key since is no matter.
    """
    if seal is None:
        return None
    opened = _opened(seal, record, key_of(record), 0, judged=True)
    return Taken(record, MISSED if opened is None else opened)
