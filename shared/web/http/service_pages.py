"""What a service shows: its routes, its templates, its entries in the navigation, and where its pages show a case."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter
from prometheus_client.core import Metric
from sqlmodel import Session

from shared.casework.case_reader import CaseReader
from shared.config.country import Agency
from shared.decisions.decide import Decision
from shared.processing.instance import Instance
from shared.web.http.desk import Nav
from shared.web.http.own_jobs import OwnJob

Routers = Sequence[APIRouter]


@dataclass(frozen=True)
class ServicePages:
    """The pages and the interface of one of the four services."""

    name: str
    routers: Routers | Callable[[Agency], Routers] = ()
    """Interface and pages, which take their instance from the request; where they depend on what the agency is, a function of it."""
    cases: str = ""
    """Where its pages show a case; empty where it has no pages of cases."""
    decisions: Mapping[str, Decision] = field(default_factory=dict[str, Decision])
    """Its table of what one may decide."""
    templates: Path | None = None
    """The folder of its own templates."""
    nav: Nav | Callable[[Agency], Nav] = ()
    """Its entries in the navigation; where they depend on what the agency is, a function of it."""

    linked: Callable[[Session, str], Sequence[str]] = lambda _session, _case: ()
    """The cases that a case must be restricted with."""
    places: Callable[[CaseReader], Sequence[tuple[str, str]] | None] = lambda _clerk: None
    """The places to meet that the agency keeps, id and words; None where it keeps no list."""
    begun: Callable[[CaseReader, str, int], Sequence[OwnJob]] = lambda _clerk, _officer, _now: ()
    """What an officer has begun here that is no case yet, for Today."""

    came: Callable[[CaseReader, int], int] = lambda _clerk, _since: 0
    """How many of what is no case, and waits for any officer, came in here since a moment (ms UTC)."""

    metrics: Callable[[Session, Instance], Iterable[Metric]] = lambda _session, _instance: ()
    """What it tells Prometheus from its own tables."""
    cleared_metrics: Callable[[Session, Instance], Iterable[Metric]] = lambda _session, _instance: ()
    """What it tells beside, where whoever reads that is cleared as those are who see all figures."""

    def told(self, cleared: bool) -> Callable[[Session, Instance], Iterable[Metric]]:
        """All that it tells Prometheus. `cleared`: whether whoever reads it is cleared to see all figures."""
        if not cleared:
            return self.metrics
        return lambda session, instance: (*self.metrics(session, instance), *self.cleared_metrics(session, instance))

    def routers_of(self, agency: Agency) -> Routers:
        """What it answers to at this agency."""
        return self.routers(agency) if callable(self.routers) else self.routers

    def entries(self, agency: Agency) -> Nav:
        """Its entries in the navigation of this agency."""
        return self.nav(agency) if callable(self.nav) else self.nav
