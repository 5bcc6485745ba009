"""The address of a confidential agency's shelter: in no event, in its own instance's database alone, and there encrypted.

It lies under a key of the agency's own and not under a case's: it describes no person, and erasing one case must not take it from others.
Whoever opens it does so for one case, and the line in the audit is written in the transaction that reads it: there is no look without one.
"""

from dataclasses import dataclass, field
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Bounded
from sqlmodel import Session

from services.assistance import rules
from services.assistance.models import House
from services.assistance.rules import Purpose
from shared.access.assignments import AccessGround
from shared.config.codes import Line, Text
from shared.config.country import Country
from shared.crypto.keystore import OWN
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.store import at_rest
from shared.store.database import upsert

NAME = "house"
"""The one row."""
LONGEST_ADDRESS = 300
"""Characters of an address."""
LONGEST_WAY = 2000
"""Characters of the directions."""


class ShelterAddress(BaseModel):
    """Where the shelter is, and how one arrives there. Never shown by `repr`, so that no error or log can quote it."""

    model_config = ConfigDict(frozen=True)
    address: Annotated[Text, StringConstraints(min_length=1, max_length=LONGEST_ADDRESS), Bounded(repr=False)]
    directions: Annotated[Text, StringConstraints(max_length=LONGEST_WAY), Bounded(repr=False)] = ""


class AddressRequest(BaseModel):
    """Why somebody opens it, and to whose colleague it is disclosed where that is the reason."""

    purpose: Purpose
    to: Annotated[Line, StringConstraints(max_length=64)] = ""


@dataclass(frozen=True)
class AddressReading:
    """Who opens it for which case, on what ground they may see that case, and when (ms UTC)."""

    case: str
    officer: str
    ground: AccessGround
    at: int
    wish: AddressRequest = field(repr=False)


def has_house(country: Country, agency: str) -> bool:
    """Whether this agency keeps an address at all: only who acts with the lead alone."""
    return country.knows(agency) and country.agency(agency).apart


def keep(work: UnitOfWork, told: ShelterAddress, officer: str, at: int) -> None:
    """Write it down, in place of what was there. Raises RuleBroken where nothing could close it."""
    keys = work.instance.keystore
    if keys is None:
        raise RuleBroken("address-not-closed")
    row = {"name": NAME, "told": at_rest.closed_text(keys, at_rest.HOUSE, NAME, OWN, told.model_dump_json()), "by": officer, "at": at}
    upsert(work.session.connection(), House, [row], ("name",))
    work.audits.append(AuditLine(at, officer, "address-kept", "", ""))


def kept(session: Session) -> House | None:
    """Who wrote it down and when; what they wrote is closed."""
    return session.get(House, NAME)


def written_down(work: UnitOfWork) -> str:
    """The address, for the instance itself: so that nobody here states it of a person. Empty where there is none."""
    row = kept(work.session) if has_house(work.instance.country, work.agency) else None
    words = at_rest.opened_text(work.instance.keystore, at_rest.HOUSE, NAME, OWN, row.told) if row else ""
    return ShelterAddress.model_validate(orjson.loads(words)).address if words else ""


def look(work: UnitOfWork, one: AddressReading) -> ShelterAddress:
    """The address, for one case. Raises RuleBroken where the case does not need it, or where nobody has written it down."""
    picture, wish = work.picture(one.case), one.wish
    if picture is None:
        raise RuleBroken("no-such-case")
    if not rules.needs_address(picture, work.agency):
        raise RuleBroken("address-not-needed")
    told = wish.purpose is Purpose.TOLD
    if told and all(wish.to != other.id for other in work.instance.country.askable(work.agency)):
        raise RuleBroken("say-whom-told", "to")
    if wish.to and not told:
        raise RuleBroken("nobody-to-tell", "to")
    row = kept(work.session)
    words = at_rest.opened_text(work.instance.keystore, at_rest.HOUSE, NAME, OWN, row.told) if row else ""
    if not words:
        raise RuleBroken("no-address-yet")
    why = f"{wish.purpose.value}:{wish.to}" if told else wish.purpose.value
    work.audits.append(AuditLine(one.at, one.officer, f"read:address:{why}", one.case, one.ground.value))
    return ShelterAddress.model_validate(orjson.loads(words))
