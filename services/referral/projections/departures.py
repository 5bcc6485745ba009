"""Agencies that leave the mechanism: the lead takes them off the rosters of its cases, and what they still had comes back to who asked.

The fold settles their open work (`joint.leave`); their own instance sees its removal like any other.
"""

from sqlmodel import col, or_, select

from services.referral.models import Side
from shared.decisions.decide import DecisionContext, say
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.events import RosterSet
from shared.store.tables import CaseView


def departures(work: UnitOfWork) -> bool:
    """Take those who leave off the rosters. Whether all is done; a parked case is looked at again."""
    gone = {a.id for a in work.instance.country.agencies if a.leaving and a.id != work.agency}
    return all([_settled(work, case, gone) for case in _cases(work, gone)]) if gone else True


def _settled(work: UnitOfWork, case: str, gone: set[str]) -> bool:
    """Whether nothing is left to do about them in a case."""
    if case in work.parked_cases:
        return False
    picture = work.picture(case)
    if picture is None or picture.lead != work.agency or not picture.agencies & gone:
        return True
    return _take_off(work, picture, gone)


def _cases(work: UnitOfWork, gone: set[str]) -> list[str]:
    named = [col(CaseView.view).contains(f'"agency":"{agency}"') for agency in sorted(gone)]
    return list(work.session.exec(select(CaseView.case).where(or_(*named))))


def _take_off(work: UnitOfWork, case: Case, gone: set[str]) -> bool:
    """Whether it is decided now, or was before. Who acts in a side case leaves the main one too, where it is named by its kind."""
    if case.is_side:
        for row in work.session.exec(select(Side).where(Side.side == case.id)).all():
            main = work.picture(row.case)
            stands_for = main.handoffs[row.handoff].to if main and row.handoff in main.handoffs else ""
            if main and stands_for in main.agencies:
                _take_off(work, main, {stands_for})
    at, simulated = work.instance.clock.now()
    tx = DecisionContext(work, f"departure:{'+'.join(sorted(case.agencies & gone))}:{case.version}:{case.id}", at, simulated)
    if work.known_key(work.key(tx.cause, 0)) is not None:
        return True
    return bool(say(tx, case.id, [RosterSet(members=tuple(m for m in case.members if m.agency not in gone))], strict=False))
