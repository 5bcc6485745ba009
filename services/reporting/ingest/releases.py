"""Let the figures of quarters that have ended out, protected.

The gate takes as long as its solver does, so what it looks at is read first, in no transaction, and what it made is written only where all
of that is still so.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass

from sqlmodel import Session

from services.reporting.models import FiguresRelease
from services.reporting.queries.months import months_of
from services.reporting.queries.released_cases import counted_cases
from services.reporting.queries.releases import Released, ReleaseSource, releases, source, unreleased
from services.reporting.rules.gate import releases as rules
from services.reporting.rules.gate.releases import ReleasedFigures
from services.reporting.rules.gate.table_gate import Moment, protect
from services.reporting.rules.tables.table_cases import CountedCase
from shared.config.calendar import quarter_of
from shared.config.country import Country
from shared.records.codec import to_json


class NothingToRelease(ValueError):
    """Every quarter that has ended is out, or none has anybody in it."""


class FiguresChanged(ValueError):
    """While the release was made, a record came for its quarters, or another release went out."""


@dataclass(frozen=True)
class ToRelease:
    """All that a release is made of: the quarters, what is counted of them, their cases and how many of each, and releases of before."""

    simulated: bool
    quarters: tuple[str, ...]
    source: ReleaseSource
    cases: Counter[CountedCase]
    before: dict[int, ReleasedFigures]

    def says_the_same_as(self, other: "ToRelease") -> bool:
        """Whether a release made of either is one. What a case adds to other quarters, as it goes on, is in neither."""
        asked = (self.simulated, self.quarters, self.source, self.before) == (other.simulated, other.quarters, other.source, other.before)
        return asked and self._in_quarters() == other._in_quarters()

    def _in_quarters(self) -> Counter[CountedCase]:
        found = Counter[CountedCase]()
        for case, n in self.cases.items():
            adds, times = (tuple(one for one in some if one[0].period in self.quarters) for some in (case.adds, case.times))
            if adds or times:
                found[case._replace(adds=adds, times=times)] += n
        return found


def to_release(session: Session, country: Country, at: int, simulated: bool) -> ToRelease:
    """What has ended and is not out yet. Raises NothingToRelease."""
    quarters = unreleased(session, simulated, quarter_of(at, country.time_zone))
    if not quarters:
        raise NothingToRelease
    before = {one.id: one.figures for one in releases(session, simulated)}
    cases = Counter(counted_cases(session, simulated, quarters))
    return ToRelease(simulated, tuple(quarters), source(session, simulated, quarters), cases, before)


def made(found: ToRelease, country: Country, at: int) -> ReleasedFigures:
    """The gate: minutes of work, and nothing of a database. Raises TooFew where it waits for more quarters."""
    figures = rules.release(*found.source, country.publication)
    moment = Moment(at, lambda table, said: months_of(table, country, at)(said))
    return protect(list(found.cases.elements()), figures, found.before, country.publication, moment)


def write(session: Session, country: Country, found: ToRelease, figures: ReleasedFigures, officer: str, at: int) -> Released:
    """Let it out. Raises NothingToRelease where its quarters are out by now, FiguresChanged where they are not as they were."""
    if not to_release(session, country, at, found.simulated).says_the_same_as(found):
        raise FiguresChanged
    counted = to_json([found.source.counted, found.source.national, [tuple(stage) for stage in found.source.stages]])
    digest = hashlib.sha256(counted.encode()).hexdigest()
    row = FiguresRelease(simulated=found.simulated, made_at=at, made_by=officer, body=to_json(figures.body()), counted=digest)
    session.add(row)
    session.flush()
    return Released(row.id or 0, at, found.simulated, figures)


def release(session: Session, country: Country, officer: str, at: int, simulated: bool) -> Released:
    """All of it at once, where nobody else writes. Raises NothingToRelease, or TooFew."""
    found = to_release(session, country, at, simulated)
    return write(session, country, found, made(found, country, at), officer, at)
