"""How long what was disclosed of a person is kept after a case has closed, class by class; then it is erased by itself (GDPR art. 5(1)(e)).

The country says how long (`retention`, days after the case's last record). A case that is held stays until the hold ends, and an account
of the exploitation until the proceedings have ended for which it is kept.
"""

from itertools import takewhile
from time import monotonic

from sqlmodel import and_, col, or_, select

from shared.casework.account_file import CLASS, EntryKind, held
from shared.config.calendar import DAY, WIDEST
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.privacy.erasure_requests import ErasureRequest, pending, request_erasure
from shared.privacy.keeping import named
from shared.protocol.vocabulary import DataClass
from shared.store.account_tables import AccountEntry
from shared.store.erasure_tables import RetentionProgress
from shared.store.tables import CaseView

PAUSE = 3_600.0
"""Seconds between two looks, while there is not more than one look takes."""
CASES_A_LOOK = 300
"""Cases that one look takes."""
OVER = (col(CaseView.closed).is_(True), col(CaseView.awaits).is_(False))
"""Cases that are over; who waits for a checkpoint has no picture, but a case."""
TOO_OLD = "kept as long as the country says"


def age(instance: State, transact: Transact) -> None:
    """Now and then: ask to erase what was kept long enough."""
    if instance.keystore is None or not instance.country.retention or not instance.caught_up or monotonic() < instance.ages_due:
        return
    more = transact(lambda work: [_too_old(work, section, days) for section, days in sorted(instance.country.retention.items())])
    if CLASS in instance.country.retention:
        transact(lambda work: _held_no_more(work, instance.country.retention[CLASS]))
    instance.ages_at(0.0 if any(more) else monotonic() + PAUSE)


def _too_old(work: UnitOfWork, section: DataClass, days: float) -> bool:
    """Ask to erase one class of the cases that have become too old for it since the last look. Whether there may be more."""
    now = work.instance.clock.now()[0]
    reached = work.session.get(RetentionProgress, section.value) or RetentionProgress(data_class=section.value, changed_at=0, case="")
    changed = col(CaseView.changed_at)
    later = or_(changed > reached.changed_at, and_(changed == reached.changed_at, col(CaseView.case) > reached.case))
    old = select(CaseView.case, CaseView.changed_at).where(*OVER, changed <= now - int(days * DAY) + WIDEST, later)
    looked_at = work.session.exec(old.order_by(changed, col(CaseView.case)).limit(CASES_A_LOOK))
    found = list(takewhile(lambda row: work.instance.country.in_days(row[1], days) <= now, looked_at))
    keys = work.instance.keystore
    for one, _ in found:
        if keys and section not in keys.gone(one) and section not in named(work, one):
            request_erasure(work.session, one, ErasureRequest("", TOO_OLD, now, [section.value]))
    if found:
        reached.case, reached.changed_at = found[-1]
        work.session.add(reached)
    return len(found) == CASES_A_LOOK


def _held_no_more(work: UnitOfWork, days: float) -> None:
    """Ask to erase the accounts that proceedings kept when their case was looked at, and that nothing keeps any more."""
    now, keys = work.instance.clock.now()[0], work.instance.keystore
    kept = select(AccountEntry.case, CaseView.changed_at).join(CaseView, col(CaseView.case) == col(AccountEntry.case)).distinct()
    kept = kept.where(AccountEntry.kind == EntryKind.VERSION.value, col(AccountEntry.erased_at).is_(None), *OVER)
    for case, changed_at in work.session.exec(kept):
        over = work.instance.country.in_days(changed_at, days) <= now and keys is not None and CLASS not in keys.gone(case)
        if over and pending(work.session, case) is None and not held(work, case):
            request_erasure(work.session, case, ErasureRequest("", TOO_OLD, now, [CLASS.value]))
