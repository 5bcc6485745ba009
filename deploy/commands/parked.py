"""The commands of `./nrm parked`, a few lines each; the work is in `deploy.operations.parked`."""

from typing import Annotated

import typer

from deploy.commands.options import AGENCIES, SERBIA, AgencyId, CountryFile, Databases, console
from deploy.installation.envfile import EnvFile

parked = typer.Typer(help="Records that instances failed to apply: why, who can mend it, what to do.", no_args_is_help=True)
Record = Annotated[str, typer.Argument(metavar="ID", help="A record as `list` names it: INSTANCE/PARTITION:OFFSET.")]


@parked.command("list")
def parked_list(data: Databases = AGENCIES, agency: AgencyId = "", country: CountryFile = SERBIA, env_file: EnvFile = None) -> None:
    """What is parked, why and who can mend it, and what was set aside; fails when anything is parked."""
    from deploy.databases import installed
    from deploy.operations.parked import run_list

    raise typer.Exit(run_list(installed(data, agency, country), console))


@parked.command()
def show(id: Record, data: Databases = AGENCIES, agency: AgencyId = "", country: CountryFile = SERBIA, env_file: EnvFile = None) -> None:
    """One record: where it lies, why it waits, how to mend it."""
    from deploy.databases import installed
    from deploy.operations.parked import run_show

    raise typer.Exit(run_show(installed(data, agency, country), id, console))


@parked.command()
def retry(
    case: Annotated[str | None, typer.Option(help="Only this case.")] = None,
    data: Databases = AGENCIES,
    agency: AgencyId = "",
    country: CountryFile = SERBIA,
    env_file: EnvFile = None,
) -> None:
    """Ask the running agencies to try parked cases again."""
    from deploy.databases import installed
    from deploy.operations.parked import run_retry

    raise typer.Exit(run_retry(installed(data, agency, country), case, console))


@parked.command("set-aside")
def set_aside(
    id: Record,
    reason: Annotated[str, typer.Option(help="Why; it stays on the record. Name no person.")],
    by: Annotated[str, typer.Option(help="Id of the officer who decides this.")],
    data: Databases = AGENCIES,
    agency: AgencyId = "",
    country: CountryFile = SERBIA,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the consequences are understood.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Go on without a record that cannot be mended: the last resort, and the picture of its case differs from then on."""
    from deploy.databases import installed
    from deploy.operations.parked import CONSEQUENCES, run_set_aside
    from deploy.terminal_language import translate

    for line in CONSEQUENCES:
        console.print(f"- {translate(line)}", soft_wrap=True)
    if not yes:
        typer.confirm(translate("Set %(id)s aside?", id=id), abort=True)
    raise typer.Exit(run_set_aside(installed(data, agency, country), id, by, reason, console))
