"""What a service shows: its routes, its templates, its entries in the navigation, and where its pages show a case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from shared.config.country import Agency
from shared.web.desk import Nav

Routers = Sequence[APIRouter]


@dataclass(frozen=True)
class ServicePages:
    """The pages and the interface of one of the four services."""

    name: str
    routers: Routers | Callable[[Agency], Routers] = ()
    """Interface and pages, which take their instance from the request; where they depend on what the agency is, a function of it."""
    cases: str = ""
    """Where its pages show a case; empty where it has no pages of cases."""
    templates: Path | None = None
    """The folder of its own templates."""
    nav: Nav | Callable[[Agency], Nav] = ()
    """Its entries in the navigation; where they depend on what the agency is, a function of it."""

    def routers_of(self, agency: Agency) -> Routers:
        """What it answers to at this agency."""
        return self.routers(agency) if callable(self.routers) else self.routers

    def entries(self, agency: Agency) -> Nav:
        """Its entries in the navigation of this agency."""
        return self.nav(agency) if callable(self.nav) else self.nav
