"""Let the figures of quarters that have ended out, protected."""

import hashlib

from sqlmodel import Session

from services.reporting.models import FiguresRelease
from services.reporting.queries.releases import Released, source, unreleased
from services.reporting.rules import releases as rules
from shared.config.calendar import quarter_of
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
    figures = rules.release(*found, country.publication)
    counted = to_json([found.counted, found.national, [tuple(stage) for stage in found.stages]])
    digest = hashlib.sha256(counted.encode()).hexdigest()
    row = FiguresRelease(simulated=simulated, made_at=at, made_by=officer, body=to_json(figures.body()), counted=digest)
    session.add(row)
    session.flush()
    return Released(row.id or 0, at, simulated, figures)
