"""What partners report who are no members: kept until an officer takes it up, as a report that they begin, or sets it aside with a reason.

It is no decision and no event. Its words are closed under a key of its own, which is destroyed once somebody has looked.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlmodel import col, func, select

from services.intake.handlers.drafts import save_draft
from services.intake.models import PartnerReport
from services.intake.rules.partners import MOST_WAITING, AsideReason
from shared.config.notice_ways import NoticeWays
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import PLACES
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.notice_addresses import Reachable
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact, UnitOfWork
from shared.processing.notice_round import tell_desk
from shared.records.codec import from_json, to_json
from shared.store import at_rest

OURS = "partner-"
"""What the id of such a report, and so the name of its key, begins with: no draft has such a one, and nobody outside chooses it."""


def receive(
    work: UnitOfWork, form: str, said: dict[str, Any], at: int, *, danger: bool, tell: tuple[NoticeWays, Reachable] | None = None,
) -> None:  # fmt: skip
    """Keep it, and tell the desk where there are ways, in danger whoever is on duty, too; what comes twice by one form with the same
    words is kept once, and whatever else comes by it beside that.

    Raises RuleBroken where so much waits that nobody could look at more.
    """
    id = _id(work, f"{form}\n{danger}\n{to_json(said)}")
    while (row := work.session.get(PartnerReport, id)) is not None or at_rest.is_gone(work.instance.keystore, id):
        if row is not None and not row.ended:
            return
        id = _id(work, id)  # somebody has looked, and it was sent once more
    here = select(func.count()).select_from(PartnerReport).where(col(PartnerReport.ended).is_(False))
    if work.session.exec(here).one() >= MOST_WAITING:
        raise RuleBroken("partners-full")
    words = at_rest.closed_text(work.instance.keystore, at_rest.DRAFT, id, id, to_json(said))
    work.session.add(PartnerReport(id=id, at=at, danger=danger, words=words))
    if tell is not None:
        tell_desk(work, *tell, danger=danger)


def take_up(work: UnitOfWork, id: str, draft: str, officer: str, at: int, kinds: Mapping[str, str]) -> None:
    """An officer goes on with it: it becomes a report that they have begun, whose note says who told it, in the words of `kinds`.

    Raises RuleBroken where somebody has looked already.
    """
    row = _waiting(work, id)
    words = at_rest.opened_text(work.instance.keystore, at_rest.DRAFT, row.id, row.id, row.words)
    if row.words and not words:  # taken up it would look whole, without what nobody can open
        raise RuleBroken("no-partner-report")
    said: dict[str, Any] = from_json(words)
    who = kinds.get(said.get("kind", ""), "")
    note = "\n".join(line for line in (who, str(said.get("words", "")), str(said.get("contact", ""))) if line)
    values = {"danger": "true" if row.danger else "", "place": said.get("place", ""), "note": note}
    save_draft(work, draft, officer, values, {name: value for name, value in values.items() if value}, at)
    _end(work, row, f"partner-taken:{draft}", officer, at)


def set_report_aside(work: UnitOfWork, id: str, reason: AsideReason, officer: str, at: int) -> None:
    """An officer looked, and nothing follows. Raises RuleBroken where somebody has looked already."""
    _end(work, _waiting(work, id), f"partner-aside:{reason}", officer, at)


def set_several_aside(work: UnitOfWork, ids: Collection[str], reason: AsideReason, officer: str, at: int) -> None:
    """The same of several at once; those at which somebody has looked meanwhile are left as they are."""
    rows = work.session.exec(select(PartnerReport).where(col(PartnerReport.id).in_(ids), col(PartnerReport.ended).is_(False))).all()
    for row in rows:
        _end(work, row, f"partner-aside:{reason}", officer, at)


def set_all_aside(work: UnitOfWork, until: int, number: int, reason: AsideReason, officer: str, at: int) -> bool:
    """The same of all that came until then (ms UTC) and in which nobody is in danger; whether there were as many as the officer was told.
    Where there were not, nothing is set aside: somebody has looked meanwhile, or more came in that moment."""
    quiet = (col(PartnerReport.ended).is_(False), col(PartnerReport.danger).is_(False), col(PartnerReport.at) <= until)
    rows = work.session.exec(select(PartnerReport).where(*quiet)).all()
    if len(rows) != number:
        return False
    for row in rows:
        _end(work, row, f"partner-aside:{reason}", officer, at)
    return True


def tend_partners(instance: State, transact: Transact) -> None:
    """Now and then: destroy the keys of what somebody has looked at, then forget it. A keystore that cannot be written waits."""
    ended = transact(lambda work: list(work.session.exec(select(PartnerReport.id).where(col(PartnerReport.ended).is_(True)))))
    if not ended:
        return
    try:
        if instance.keystore is not None:
            instance.keystore.erase({id: tuple(PLACES) for id in ended})
    except (OSError, Unusable):
        return
    transact(lambda work: [work.session.delete(row) for id in ended if (row := work.session.get(PartnerReport, id))])


def _id(work: UnitOfWork, words: str) -> str:
    return OURS + work.derived(f"partner's report\n{words}").hex()[:32]


def _waiting(work: UnitOfWork, id: str) -> PartnerReport:
    row = work.session.get(PartnerReport, id)
    if row is None or row.ended:
        raise RuleBroken("no-partner-report")
    return row


def _end(work: UnitOfWork, row: PartnerReport, act: str, officer: str, at: int) -> None:
    row.ended, row.words = True, ""
    work.session.add(row)
    name, _, key = act.partition(":")
    work.audits.append(AuditLine(at, officer, name, row.id, key))
