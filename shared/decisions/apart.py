"""What only the country file and the directory know, told to the fold: which agencies no main case may name."""

from typing import Any

from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Case
from shared.protocol.events import RosterSet
from shared.protocol.facts import Event
from shared.protocol.naming import check
from shared.protocol.versions import FIRST


def checks(work: UnitOfWork, case: str) -> tuple[str, ...]:
    """The checks of the confidential agencies, in an order that says nothing of them."""
    return tuple(sorted(check(case, agency.id) for agency in work.instance.country.agencies if agency.apart))


def apart_at_opening(work: UnitOfWork, case: str, protocol: int) -> dict[str, Any]:
    """What an opening says of them; nothing under the first protocol, or where the country has none."""
    found = checks(work, case) if protocol > FIRST else ()
    return {"apart": found} if found else {}


def kept_apart(work: UnitOfWork, case: Case | None, event: Event) -> Event:
    """The same event; a roster of the lead with the checks where the country has others by now than the case knows."""
    main = case is not None and case.protocol > FIRST and not case.is_side
    if case is None or not main or not isinstance(event, RosterSet) or (now := checks(work, case.id)) == case.apart:
        return event
    return event.model_copy(update={"apart": now})
