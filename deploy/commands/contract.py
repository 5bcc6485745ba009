"""`./nrm contract`: prints or keeps what others may build on."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

contract = typer.Typer(help="The contracts: events as AsyncAPI, /api as OpenAPI.", no_args_is_help=True)
Out = Annotated[Path | None, typer.Option(help="File to write; the terminal where none is given.")]


class Name(StrEnum):
    """The services that have an interface."""

    INTAKE = "intake"
    ASSISTANCE = "assistance"
    REFERRAL = "referral"
    REPORTING = "reporting"


@contract.command()
def asyncapi(out: Out = None) -> None:
    """The events: AsyncAPI 3, with the shapes of cores, sections and statistical records."""
    from deploy.contracts.asyncapi import document
    from deploy.contracts.kept import text

    _give(text(document()), out)


@contract.command()
def openapi(service: Annotated[Name, typer.Option(help="Whose interface.")], out: Out = None) -> None:
    """A service's /api: OpenAPI 3.1."""
    from deploy.contracts.interface import document
    from deploy.contracts.kept import text

    _give(text(document(service.value)), out)


@contract.command()
def keep() -> None:
    """Write docs/contracts and the tables of docs/protocol.md anew; refuses where an event type has lost or changed what it promised."""
    from deploy.contracts.kept import keep, keep_tables

    for path in (*keep(), *keep_tables()):
        typer.echo(f"written: {path}")


def _give(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
