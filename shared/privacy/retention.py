"""How long what was disclosed of a person is kept after a case has closed, class by class; then it is erased by itself (GDPR art. 5(1)(e)).

The country says how long (`retention`, days after the case's last record). A case that is held stays until the hold ends.
"""

from time import monotonic

from sqlmodel import and_, col, or_, select

from shared.config.country import DAY
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, Work
from shared.privacy.erasure import AGED, ERASE, Wish, ask
from shared.protocol.vocabulary import DataClass
from shared.store.tables import Note, Picture

PAUSE = 3_600.0
"""Seconds between two looks, while there is not more than one look takes."""
MOST = 300
"""Cases that one look takes."""
TOO_OLD = "kept as long as the country says"


def age(door: State, transact: Transact) -> None:
    """Now and then: flag what was kept long enough."""
    if door.keystore is None or not door.country.retention or not door.caught_up or monotonic() < door.ages_due:
        return
    more = transact(lambda work: [_too_old(work, section, days) for section, days in sorted(door.country.retention.items())])
    door.ages_at(0.0 if any(more) else monotonic() + PAUSE)


def _too_old(work: Work, section: DataClass, days: float) -> bool:
    """Flag one class of the cases that have become too old for it since the last look. Whether there may be more."""
    now = work.door.clock.now()[0]
    note = work.session.get(Note, AGED + section)
    at, _, case = note.value.partition(" ") if note else ("0", "", "")
    since, changed = int(at), col(Picture.changed_at)
    later = or_(changed > since, and_(changed == since, col(Picture.case) > case))
    over = (col(Picture.closed).is_(True), col(Picture.awaits).is_(False))  # who waits for a checkpoint has no picture, but a case
    old = select(Picture.case, Picture.changed_at).where(*over, changed <= now - int(days * DAY), later)
    found = list(work.session.exec(old.order_by(changed, col(Picture.case)).limit(MOST)))
    keys = work.door.keystore
    for one, _ in found:
        if keys and section not in keys.gone(one):
            ask(work.session, ERASE, one, Wish("", TOO_OLD, now, [section.value]))
    if found:
        work.session.merge(Note(name=AGED + section, value=f"{found[-1][1]} {found[-1][0]}"))
    return len(found) == MOST
