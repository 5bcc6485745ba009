"""The command `./nrm slo`; the work is in `deploy.operations.promises`."""

from typing import Annotated

import typer

from deploy.commands.options import AGENCIES, SERBIA, AgencyId, CountryFile, Databases, console
from deploy.installation.envfile import EnvFile


def slo(
    data: Databases = AGENCIES,
    agency: AgencyId = "",
    country: CountryFile = SERBIA,
    month: Annotated[str, typer.Option(help="Hand-offs that began in this month, as 2026-01; all without it.")] = "",
    simulated: Annotated[bool, typer.Option("--simulated", help="Of simulated times, as the demo's past has them.")] = False,
    env_file: EnvFile = None,
) -> None:
    """What is promised of hand-offs, how many late ones that still allows, and who spent it; ends with 1 where the budget is spent."""
    from deploy.databases import installed
    from deploy.operations.promises import run_slo
    from deploy.process.country_file import country_of

    raise typer.Exit(run_slo(installed(data, agency, country), country_of(country), month, console, simulated=simulated))
