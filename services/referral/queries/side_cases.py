"""What the lead alone sees: which side case stands behind which hand-off of a main case."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from services.referral.models import Side
from shared.casework.case_reader import CaseReader
from shared.protocol.case import Case
from shared.protocol.vocabulary import Need


@dataclass(frozen=True)
class SideLink:
    """A side case, with whom and for which need."""

    case: str
    agency: str
    need: Need


@dataclass(frozen=True)
class SideLinks:
    """Of a side case its main one; of a main case its side cases."""

    main: str
    sides: list[SideLink]


def linked(session: Session, case: str) -> list[str]:
    """The cases that are restricted with this one: of a main case its side cases, of a side case the main one and its other sides."""
    main = session.exec(select(Side.case).where(Side.side == case)).first() or case
    return [main, *session.exec(select(Side.side).where(Side.case == main).order_by(col(Side.side)))]


def side_links(reader: CaseReader, case: Case) -> SideLinks:
    """Which cases belong together."""
    if case.is_side:
        main = reader.session.exec(select(Side.case).where(Side.side == case.id)).first()
        return SideLinks(main or "", [])
    found: list[SideLink] = []
    for row in reader.session.exec(select(Side).where(Side.case == case.id).order_by(col(Side.side))):
        shown, asked = reader.shown(row.side), case.handoffs.get(row.handoff)
        agency = next((m.agency for m in shown.case.members if m.agency != case.lead), "") if shown else ""
        if asked is not None:
            found.append(SideLink(row.side, agency or asked.to, asked.need))
    return SideLinks("", found)
