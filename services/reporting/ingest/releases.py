"""Let the figures of quarters that have ended out, protected."""

import hashlib

from sqlmodel import Session

from services.reporting.models import FiguresRelease
from services.reporting.queries.released_cases import counted_cases
from services.reporting.queries.releases import Released, releases, source, unreleased
from services.reporting.rules import releases as rules
from services.reporting.rules.releases import ReleasedFigures
from services.reporting.rules.table_gate import Moment, protect
from shared.config.calendar import month, quarter_of
from shared.config.country import Country
from shared.records.codec import to_json


class NothingToRelease(ValueError):
    """Every quarter that has ended is out, or none has anybody in it."""


def release(session: Session, country: Country, officer: str, at: int, simulated: bool) -> Released:
    """Release what has ended and is not out yet. Raises NothingToRelease, or TooFew where it waits for more quarters."""
    quarters = unreleased(session, simulated, quarter_of(at, country.time_zone))
    if not quarters:
        raise NothingToRelease
    found = source(session, simulated, quarters)
    figures = _with_tables(session, country, rules.release(*found, country.publication), at, simulated)
    counted = to_json([found.counted, found.national, [tuple(stage) for stage in found.stages]])
    digest = hashlib.sha256(counted.encode()).hexdigest()
    row = FiguresRelease(simulated=simulated, made_at=at, made_by=officer, body=to_json(figures.body()), counted=digest)
    session.add(row)
    session.flush()
    return Released(row.id or 0, at, simulated, figures)


def _with_tables(session: Session, country: Country, figures: ReleasedFigures, at: int, simulated: bool) -> ReleasedFigures:
    """The release with the rapporteur's tables, protected beside it and beside all releases before."""

    def begins(said: str) -> int:
        return month(int(said[:4]), int(said[5:7]), country.time_zone)[0]

    before = {one.id: one.figures for one in releases(session, simulated)}
    cases = counted_cases(session, simulated, figures.quarters)
    return protect(cases, figures, before, country.publication, Moment(at, begins))
