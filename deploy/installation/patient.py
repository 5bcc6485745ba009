"""The installation that is examined: its settings, country and bus, and how long the bus has for an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deploy.brokers.admin_client import ANSWER_WITHIN, client
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
    patience: float = ANSWER_WITHIN
    """Seconds that the bus has for an answer."""

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The services that run here, in their order. Raises Trouble."""
        return chosen(self.agency, self.settings.services)

    def instances(self) -> "Iterator[tuple[Service, str]]":
        """Each service that runs here, with the URL of its database."""
        for name in self.services:
            yield service(name), self.settings.database(name)

    def bus_client(self) -> Any:
        """An administrator's client on its bus that has been answered once. Raises Away."""
        return client(self.settings.bus_in_use(), self.patience)

    @property
    def near(self) -> bool:
        """Whether the bus is spoken to in the clear, as on one machine."""
        return self.settings.tls is None
