"""`./nrm directory`: the service directory of a country, for others who keep such directories."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import SERBIA, CountryFile

directory = typer.Typer(help="The service directory of a country: who helps with what, where and when.", no_args_is_help=True)


@directory.callback()
def _group() -> None:
    """The service directory of a country: who helps with what, where and when."""


@directory.command()
def export(
    country: CountryFile = SERBIA,
    out: Annotated[Path | None, typer.Option(help="File to write; the terminal where none is given.")] = None,
) -> None:
    """As Open Referral HSDS 3.0 (JSON, a page of services); confidential agencies by their kind at most, without place, hours, phone."""
    from deploy.contracts.kept import text
    from deploy.process.country_file import country_of
    from shared.config.hsds import services_page

    told = text(services_page(country_of(country)))
    if out is None:
        typer.echo(told, nl=False)
    else:
        out.write_text(told, encoding="utf-8")
