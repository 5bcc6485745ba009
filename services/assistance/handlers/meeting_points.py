"""Where a shelter meets people: a list that it keeps, of places that say nothing of where its house is. An arrangement chooses from it.

It lies under a key of the agency's own, as the address does: it describes no person, and outlives every case (docs/domain.md, section 2.6).
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlmodel import Session, col, select

from services.assistance.handlers.shelter_address import written_down
from services.assistance.models import MeetingPoint
from services.assistance.rules import gives_away
from shared.config.codes import Line
from shared.config.country import Country
from shared.crypto.keystore import OWN, Keystore
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.vocabulary import AgencyKind
from shared.store import at_rest

AT_MOST = 50
"""Places on the list: an officer looks through them each time."""
LONGEST_PLACE = 120
"""Characters of a place, as an arrangement may have (`protocol.messages.Where`)."""


class NewPoint(BaseModel):
    """A place to meet, in words that a stranger finds it by."""

    model_config = ConfigDict(frozen=True)
    place: Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_PLACE)]


class StruckPoint(BaseModel):
    """A place at which nobody is met any more."""

    model_config = ConfigDict(frozen=True)
    point: Annotated[str, StringConstraints(max_length=40)]


@dataclass(frozen=True, slots=True)
class KeptPoint:
    """A place on the list: who wrote it down, and when (ms UTC)."""

    id: str
    place: str
    by: str
    at: int


def keeps_points(country: Country, agency: str) -> bool:
    """Whether this agency keeps such a list: a shelter does, and whoever acts with the lead alone."""
    return country.knows(agency) and (country.agency(agency).apart or country.agency(agency).kind is AgencyKind.SHELTER)


def points(keys: Keystore | None, session: Session) -> list[KeptPoint]:
    """The places that can be chosen, in the order in which they were written down."""
    rows = session.exec(select(MeetingPoint).where(col(MeetingPoint.ended_at).is_(None)).order_by(col(MeetingPoint.at))).all()
    read = [(row, at_rest.opened_text(keys, at_rest.MEETING, row.id, OWN, row.told)) for row in rows]
    return [KeptPoint(row.id, place, row.by, row.at) for row, place in read if place]


def add_point(work: UnitOfWork, told: NewPoint, form: str, officer: str, at: int) -> None:
    """Write a place down; once under one form.

    Raises RuleBroken where nothing could close it, where it says where the house is, where it is on the list, where that is full, and where
    this form has written down another place, or one that was struck out since.
    """
    keys = work.instance.keystore
    if keys is None:
        raise RuleBroken("address-not-closed")
    address = written_down(work)
    if address and gives_away(told.place, address):
        raise RuleBroken("statement-shelter-address", "place")
    id, known = work.derived(f"meeting point\n{form}").hex()[:16], points(keys, work.session)
    if (there := work.session.get(MeetingPoint, id)) is not None:
        if there.ended_at is None and at_rest.opened_text(keys, at_rest.MEETING, id, OWN, there.told) == told.place:
            return
        raise RuleBroken("form-used", "place")
    if any(one.place.casefold() == told.place.casefold() for one in known):
        raise RuleBroken("point-there", "place")
    if len(known) >= AT_MOST:
        raise RuleBroken("too-many-points", "place")
    work.session.add(MeetingPoint(id=id, told=at_rest.closed_text(keys, at_rest.MEETING, id, OWN, told.place), by=officer, at=at))
    work.audits.append(AuditLine(at, officer, "meeting-point-kept", "", ""))


def strike_point(work: UnitOfWork, told: StruckPoint, officer: str, at: int) -> None:
    """Take a place off the list. Raises RuleBroken for one that is not on it."""
    row = work.session.get(MeetingPoint, told.point)
    if row is None or row.ended_at is not None:
        raise RuleBroken("no-such-point", "point")
    row.ended_at, row.ended_by = at, officer
    work.session.add(row)
    work.audits.append(AuditLine(at, officer, "meeting-point-struck", "", ""))
