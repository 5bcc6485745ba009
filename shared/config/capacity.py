"""Whether an agency can take somebody now: what it may say of that, and how long it counts. Pure. docs/adr/0049 says why.

A confidential agency says nothing: that a shelter is full, or fills, tells whoever looks for somebody where not to look.
"""

from enum import StrEnum
from typing import NamedTuple

from shared.config.calendar import HOUR
from shared.config.country import Country
from shared.protocol.vocabulary import Need

MOST_PLACES = 99
"""More than these are not told apart."""


class CapacityState(StrEnum):
    """The states of an agency for a need, as in HL7's work on social care referrals: a list, so that nobody writes of a person there."""

    TAKES = "takes"
    ASKS_FIRST = "asks_first"
    """It may, after a question: phone."""
    WAITING_LIST = "waiting_list"
    FULL = "full"


class CapacityNow(NamedTuple):
    """What an agency last said for a need."""

    state: CapacityState
    places: int | None
    """How many places are free, where it says so."""
    at: int
    """When it said so, ms UTC."""

    def counts(self, now: int, hours: float) -> bool:
        """Whether it is recent enough to go by."""
        return now - self.at < hours * HOUR


Key = tuple[str, Need]
"""Agency and need."""


def may_say(country: Country, agency: str, need: Need) -> bool:
    """Whether this agency may say how it stands for this need: one that can be asked for it here, and is not confidential."""
    if not country.may_ask(agency) or need is Need.IDENTIFICATION:
        return False
    listed = country.directory.of(agency)
    return any(need in one.needs for one in listed) if listed else country.serves(agency, need)


def needs_of(country: Country, agency: str) -> list[Need]:
    """For which needs an agency may say how it stands."""
    return [need for need in Need if may_say(country, agency, need)]
