"""The commands of `./nrm traces`; the work is in `deploy.operations.traces`."""

from typing import Annotated

import typer

from deploy.commands.options import AGENCIES, SERBIA, AgencyId, CountryFile, Databases, console
from deploy.installation.envfile import EnvFile

traces = typer.Typer(help="Finished spans of hand-offs and decisions, kept by each agency.", no_args_is_help=True)


@traces.callback()
def _group() -> None:
    """A group of commands, though it has one so far."""


@traces.command()
def replay(
    to: Annotated[str, typer.Argument(metavar="ADDRESS", help="The OTLP/HTTP endpoint of a collector, as http://127.0.0.1:4318.")],
    data: Databases = AGENCIES,
    agency: AgencyId = "",
    country: CountryFile = SERBIA,
    env_file: EnvFile = None,
) -> None:
    """Send all spans once more, for a trace store that is new, or was lost: they are the same to the byte."""
    from deploy.databases import installed
    from deploy.operations.traces import run_replay
    from deploy.process.country_file import country_of

    raise typer.Exit(run_replay(installed(data, agency, country), country_of(country), to, console))
