"""What an installation sets: from NRM_* variables or the command line, never from code."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.runtime.timing import Clock, clock_for

PARTITIONS = 4
"""Of the case topic; fixed for a generation."""


class Unfit(Exception):
    """These settings may not run: one sentence that says why and what to do."""


class Settings(BaseSettings):
    """One agency's process."""

    model_config = SettingsConfigDict(env_prefix="NRM_")

    agency: str
    services: tuple[str, ...] = ()
    """Which of the agency's services run here; all where empty."""
    country: Path
    bus: str = "127.0.0.1:9092"
    data: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    clock: str = "wall"
    env: str = Field(default="demo", pattern="^(demo|production)$")
    sealed: bool = False
    partitions: int = PARTITIONS
    operators: str = ""
    """Where finished spans go: the OTLP endpoint of the operators' process; kept here while empty or away."""
    zone: str = "Europe/Belgrade"

    def database(self, service: str) -> str:
        """The database of one instance."""
        return f"sqlite:///{self.data}/{service}.{self.agency}.db"

    def clock_in_use(self) -> Clock:
        """The clock that these settings name."""
        return clock_for(self.clock)

    def must_be_fit(self) -> None:
        """Refuse what must never run as production. Raises Unfit."""
        if self.env != "production":
            return
        if not self.sealed:
            raise Unfit(
                "Unsealed events must not run as production: people's data would lie open on the bus. Set NRM_ENV=demo to try things out."
            )
        raise Unfit(
            "The sign-in of the demo must not run as production: it asks nobody for a password. Set NRM_ENV=demo to try things out."
        )
