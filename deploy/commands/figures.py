"""The commands `./nrm import` and `./nrm report`: published figures go in, the rapporteur's come out."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import KEPT, Tls, console

report = typer.Typer(help="The rapporteur's figures.")


class FigureSource(StrEnum):
    """The published figures that can be imported."""

    UK_NRM = "uk-nrm"


Keep = Annotated[
    Path, typer.Option(help="Folder of the import: its log, databases and country file.", show_default="var/uk in the project")
]


def import_(
    source: Annotated[FigureSource, typer.Argument(help="Whose figures these are.")],
    file: Annotated[Path, typer.Argument(help="The published file: CSV, Excel or OpenDocument.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N people of the file.")] = None,
    bus: Annotated[str | None, typer.Option(help="Kafka's address, HOST:PORT; a broker of its own where none is given.")] = None,
    tls: Tls = None,
    keep: Keep = KEPT / "uk",
    encoding: Annotated[str, typer.Option(help="What a CSV is written in, where it is not UTF-8: cp1250, cp1252, …")] = "",
    unsealed: Annotated[bool, typer.Option("--unsealed", help="Let events travel unsealed, to see what sealing costs.")] = False,
) -> None:
    """Run published referrals through the services, person by person, into the rapporteur's figures."""
    from deploy.importers.command import run
    from shared.config.kafka import Bus

    raise typer.Exit(run(file, keep, limit, Bus(bus, tls) if bus else None, console, sealed=not unsealed, encoding=encoding))


@report.callback(invoke_without_command=True)
def packs(
    ctx: typer.Context,
    pack: Annotated[str, typer.Option(help="What a body from outside asks for: eurostat, glotip or greta.")] = "",
    year: Annotated[str, typer.Option(help="Of this year; of the newest without it.")] = "",
    json: Annotated[str | None, typer.Option(help="Write JSON to this file, or to - for the terminal.")] = None,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Before disclosure control, for cleared staff: a number may be one person.")
    ] = False,
    country: Annotated[str, typer.Option(help="Country file, by name or path; the import's own without it.")] = "",
    keep: Keep = KEPT / "uk",
) -> None:
    """The rapporteur's figures: a command below, or --pack."""
    if ctx.invoked_subcommand is not None:
        return
    if not pack:
        typer.echo(ctx.get_help())
        raise typer.Exit(2)
    from deploy.importers.packs import pack as shown

    shown(pack, year, json, keep, country, console, restricted=restricted)


@report.command()
def referrals(
    by: Annotated[
        str, typer.Option(help="Comma-separated: quarter, first_responder_type, first_responder, exploitation_type, …")
    ] = "quarter",
    json: Annotated[str | None, typer.Option(help="Write JSON to this file, or to - for the terminal.")] = None,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Before disclosure control, for cleared staff: a number may be one person.")
    ] = False,
    number: Annotated[int, typer.Option("--release", min=0, help="Which release; the newest where it is 0.")] = 0,
    keep: Keep = KEPT / "uk",
) -> None:
    """People referred: as released, or --restricted as reporting's facts count them."""
    from deploy.importers.reports import referrals

    referrals(by, json, keep, console, restricted=restricted, number=number)


@report.command()
def codebook() -> None:
    """What each table counts, of whom, and which are not collected."""
    from deploy.importers.tables import codebook

    codebook(console)


@report.command()
def table(
    id: Annotated[str, typer.Argument(help="T1 to T20, M1 to M22: see the codebook.")],
    json: Annotated[str | None, typer.Option(help="Write JSON to this file, or to - for the terminal.")] = None,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Before disclosure control, for cleared staff: a number may be one person.")
    ] = False,
    country: Annotated[str, typer.Option(help="Country file, by name or path; the import's own without it.")] = "",
    number: Annotated[int, typer.Option("--release", min=0, help="Which release; the newest where it is 0.")] = 0,
    keep: Keep = KEPT / "uk",
) -> None:
    """One table of the rapporteur, all periods: as released, or --restricted as it is counted."""
    from deploy.importers.tables import table

    table(id, json, keep, country, console, restricted=restricted, number=number)


@report.command()
def release(
    officer: Annotated[str, typer.Option("--by", help="Id of the officer who decides this.")],
    simulated: Annotated[bool, typer.Option("--simulated", help="Release figures of simulated times, as an import makes them.")] = False,
    country: Annotated[
        str, typer.Option(help="Country file that says what may be shown, by name or path; the import's own without it.")
    ] = "",
    keep: Keep = KEPT / "uk",
) -> None:
    """Release the figures of quarters that have ended, protected, for everybody to see. A release stands."""
    from deploy.importers.releases import release

    release(officer, country, keep, console, simulated=simulated)


@report.command()
def take(
    file: Annotated[Path, typer.Argument(help="What the body sent: CSV, Excel or OpenDocument.")],
    body: Annotated[str, typer.Option(help="What the body is called.")],
    officer: Annotated[str, typer.Option("--by", help="Id of the officer who takes it.")],
    htcds: Annotated[bool, typer.Option("--htcds", help="A line for each person, as HTCDS v2.0 has it; else a table of numbers.")] = False,
    revises: Annotated[bool, typer.Option("--revises", help="It takes the place of what this body sent for the same quarters.")] = False,
    encoding: Annotated[str, typer.Option(help="What a CSV is written in, where it is not UTF-8: cp1250, cp1252, …")] = "",
    keep: Keep = KEPT / "uk",
) -> None:
    """Keep what another body counts beside our own figures, never among them."""
    from deploy.importers.returns import taken

    taken(file, body, officer, keep, console, htcds=htcds, revises=revises, encoding=encoding)


@report.command()
def htcds(
    file: Annotated[Path, typer.Argument(help="Where the table goes, a line for each person.")],
    restricted: Annotated[
        bool, typer.Option("--restricted", help="It is microdata: for cleared staff, and never to be passed on.")
    ] = False,
    simulated: Annotated[bool, typer.Option("--simulated", help="People of simulated times.")] = False,
    keep: Keep = KEPT / "uk",
) -> None:
    """Write everybody reported as HTCDS v2.0 has it, without name, contact or day."""
    from deploy.importers.persons import persons

    persons(file, keep, console, restricted=restricted, simulated=simulated)


@report.command()
def rebuild(keep: Keep = KEPT / "uk") -> None:
    """Empty reporting's figures and fill them again from its own journal of statistical records."""
    from deploy.importers.reports import rebuild

    rebuild(keep, console)
