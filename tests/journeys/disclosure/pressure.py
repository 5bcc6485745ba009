"""When a case is held back because of a silent mark of pressure, read from the records alone (docs/domain.md, section 2.6)."""

from collections.abc import Iterable
from dataclasses import dataclass

from deploy.oracle.law import CaseLaw
from deploy.oracle.records import ROSTER, STATEMENT, Said


@dataclass(frozen=True)
class Mark:
    """Somebody marked that what is said may be said under pressure."""

    case: str
    me: str
    at: int
    """When it was decided: no two decisions have one moment."""


def in_force(law: CaseLaw) -> list[Said]:
    """The rosters that counted, in the order of the log."""
    places = {version.place for version in law.versions}
    return [one for one in law.records if one.type == ROSTER and one.place in places]


def paused(rosters: Iterable[Said]) -> bool:
    """Whether the last of them that says so holds back."""
    said = [one.facts["paused"] for one in rosters if one.facts.get("paused") is not None]
    return bool(said and said[-1])


def lifted_behind(mark: Mark, records: Iterable[Said], rosters: Iterable[Said]) -> bool:
    """Whether one of these rosters lets go again, behind the last record of a mark: only then was that looked at."""
    own = [one.place for one in records if (one.type, one.author, one.at) == (STATEMENT, mark.me, mark.at)]
    return bool(own) and any(one.place > own[-1] and one.facts.get("paused") is False for one in rosters)
