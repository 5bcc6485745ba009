"""The installation that is examined: its settings, country and bus."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from deploy.process.composition import chosen, service
from shared.config.country import Agency, Country
from shared.config.settings import Settings

if TYPE_CHECKING:
    from shared.processing.service import Service


@dataclass(frozen=True)
class Patient:
    """The installation that is looked at."""

    settings: Settings
    country: Country
    agency: Agency

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The services that run here, in their order. Raises Trouble."""
        return chosen(self.agency, self.settings.services)

    def instances(self) -> "Iterator[tuple[Service, str]]":
        """Each service that runs here, with the URL of its database."""
        for name in self.services:
            yield service(name), self.settings.database(name)

    @property
    def near(self) -> bool:
        """Whether the bus is spoken to in the clear, as on one machine."""
        return self.settings.tls is None
