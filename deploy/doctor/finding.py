"""What a check says, and what it looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from deploy.serve import chosen, service
from shared.config.country import Agency, Country
from shared.config.settings import Settings

if TYPE_CHECKING:
    from shared.processing.service import Service


class State(StrEnum):
    """Green: as it should be. Yellow: somebody should know. Red: it will not work, or work is being lost or held."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list."""

    what: str
    state: State
    said: str
    do: str = ""
    """What to do about it; empty where nothing is to be done."""


def green(what: str, said: str) -> Finding:
    """As it should be."""
    return Finding(what, State.GREEN, said)


def yellow(what: str, said: str, do: str) -> Finding:
    """It works; somebody should know."""
    return Finding(what, State.YELLOW, said, do)


def red(what: str, said: str, do: str) -> Finding:
    """It does not work."""
    return Finding(what, State.RED, said, do)


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
