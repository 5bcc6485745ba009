"""The commands of `./nrm`, a few lines each: the work is in the modules beside, imported inside so that a command loads only its own."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.main import get_command

from deploy.agency.cli import app as agency_app
from deploy.agency.cli import doctor, upgrade
from deploy.agency.envfile import EnvFile
from deploy.contracts.commands import contract
from deploy.explorer.command import explore
from deploy.kafka_command import kafka
from deploy.options import KEPT, NEAR, BusAddress, Tls
from deploy.parked_commands import parked
from deploy.soak.commands import soak
from deploy.topics_commands import topics
from deploy.trouble import Trouble

app = typer.Typer(
    name="nrm",
    help="NRM Joint Action: many agencies, one case, one log.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.add_typer(agency_app, name="agency")
app.command()(doctor)
app.command()(upgrade)
console = Console(highlight=False)

app.command()(kafka)


@app.command()
def serve(
    agency: Annotated[str, typer.Option(help="Id of the agency, as its country file has it.", envvar="NRM_AGENCY")],
    bus: BusAddress = NEAR,
    tls: Tls = None,
    service: Annotated[list[str] | None, typer.Option(help="Only this service; may be repeated.", envvar="NRM_SERVICES")] = None,
    country: Annotated[Path, typer.Option(help="Country file, or name of one in the project.", envvar="NRM_COUNTRY")] = Path("serbia"),
    data: Annotated[
        Path, typer.Option(help="Folder of the databases.", envvar="NRM_DATA", show_default="var/agencies in the project")
    ] = KEPT / "agencies",
    port: Annotated[int, typer.Option(help="Port of the pages.", envvar="NRM_PORT")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on; in a container 0.0.0.0.", envvar="NRM_HOST")] = "127.0.0.1",
    clock: Annotated[str, typer.Option(help="wall, or file:PATH for a simulated time.", envvar="NRM_CLOCK")] = "wall",
    root: Annotated[str, typer.Option(help="The coordinator's root key, 64 hex digits.", envvar="NRM_ROOT")] = "",
    keys: Annotated[
        Path | None, typer.Option(help="Folder of its private keys.", envvar="NRM_KEYS", show_default="keys in the data folder")
    ] = None,
    operators: Annotated[str, typer.Option(help="OTLP endpoint of the operators' process, for traces.", envvar="NRM_OPERATORS")] = "",
    env_file: EnvFile = None,
) -> None:
    """Run one agency, or one of its services, by itself."""
    from deploy.serve import run
    from shared.config.settings import Settings

    services = tuple(service or ())
    run(
        Settings(
            agency=agency,
            bus=bus,
            tls=tls,
            services=services,
            country=country,
            data=data,
            host=host,
            port=port,
            clock=clock,
            operators=operators,
            root=root,
            keys=keys,
        )
    )


app.add_typer(topics, name="topics")


class Source(StrEnum):
    """The published figures that can be imported."""

    UK_NRM = "uk-nrm"


Keep = Annotated[
    Path, typer.Option(help="Folder of the import: its log, databases and country file.", show_default="var/uk in the project")
]


@app.command("import")
def import_(
    source: Annotated[Source, typer.Argument(help="Whose figures these are.")],
    file: Annotated[Path, typer.Argument(help="The published file (CSV).")],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N people of the file.")] = None,
    bus: Annotated[str | None, typer.Option(help="Kafka's address, HOST:PORT; a broker of its own where none is given.")] = None,
    tls: Tls = None,
    keep: Keep = KEPT / "uk",
    unsealed: Annotated[bool, typer.Option("--unsealed", help="Let events travel unsealed, to see what sealing costs.")] = False,
) -> None:
    """Run published referrals through the services, person by person, into the rapporteur's figures."""
    from deploy.importers.command import run
    from shared.config.kafka import Bus

    raise typer.Exit(run(file, keep, limit, Bus(bus, tls) if bus else None, console, sealed=not unsealed))


report = typer.Typer(help="The rapporteur's figures.", no_args_is_help=True)
app.add_typer(report, name="report")


@report.command()
def referrals(
    by: Annotated[
        str, typer.Option(help="Comma-separated: quarter, first_responder_type, first_responder, exploitation_type, …")
    ] = "quarter",
    json: Annotated[str | None, typer.Option(help="Write JSON to this file, or to - for the terminal.")] = None,
    keep: Keep = KEPT / "uk",
) -> None:
    """People referred, counted from reporting's facts alone."""
    from deploy.reports import referrals

    referrals(by, json, keep, console)


@report.command()
def rebuild(
    keep: Keep = KEPT / "uk",
    bus: Annotated[str | None, typer.Option(help="Kafka's address; the folder's own broker where none is given.")] = None,
    tls: Tls = None,
) -> None:
    """Empty reporting and fill it again from the log of statistical records."""
    from deploy.reports import rebuild
    from shared.config.kafka import Bus

    rebuild(keep, Bus(bus, tls) if bus else None, console)


app.add_typer(contract, name="contract")


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play, write the summary, stop.")] = False,
    summary: Annotated[Path | None, typer.Option("--json", help="Where --once writes its summary.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Where --once leaves databases and Kafka's data; nothing is left without it.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what the last start kept.")] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder that keeps the demo.", show_default="var/demo in the project; var/demo-NAME of another country"),
    ] = None,
    country: Annotated[Path, typer.Option(help="Country file, or the name of one in the project.")] = Path("serbia"),
    seed: Annotated[int, typer.Option(help="Seed of the cases that are drawn.")] = 2024,
    cases: Annotated[int | None, typer.Option(min=1, help="Play only so many of the cases; all where it is not given.")] = None,
    port: Annotated[int, typer.Option(help="Port of the first agency's pages; the others follow.")] = 8000,
) -> None:
    """Start Kafka and all agencies of a country, play invented cases, and keep running until Ctrl-C."""
    from deploy.demo import run

    wish = run.Wish(data or KEPT / run.folder_name(country), country, seed, port, reset, cases)
    raise typer.Exit(run.once(wish, console, summary, keep) if once else run.stay(wish, console))


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a demo, or of databases.")],
    told: Annotated[Path | None, typer.Option(help="Log of the processes, kept elsewhere: no audit may differ from what it tells.")] = None,
) -> None:
    """Count what became of every decision, from the databases alone; fails when anything was lost, counted twice or differs."""
    from deploy.verify import run

    raise typer.Exit(run(folder, console, told))


app.command()(soak)


app.add_typer(parked, name="parked")


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="Seed of the first history; each further one has the next.")] = 1,
    steps: Annotated[
        int, typer.Option(min=1, help="How many things happen, all histories together; with --seeds in each (4,000 at most).")
    ] = 20_000,
    seeds: Annotated[str, typer.Option(help="FROM-TO: a history of each of these seeds; --seed does not count.")] = "",
    losses: Annotated[bool, typer.Option("--losses", help="The broker also forgets records that it had acknowledged.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="How many processes play side by side.")] = 1,
    keep: Annotated[
        Path | None, typer.Option(help="A file with what each seed gave: what it has of this code is not played again, and is counted.")
    ] = None,
) -> None:
    """Play a whole land in one process, all chance drawn from a seed; fails when the oracle finds anything wrong at a quiet point."""
    from deploy.simulation.command import chosen, run

    raise typer.Exit(run(chosen(seed, steps, seeds), console, losses=losses, jobs=jobs, keep=keep))


app.command()(explore)


@app.command()
def bench(
    only: Annotated[
        list[str] | None, typer.Option(help="desks, process, hop, pipeline, catchup, foreign or figures; may be repeated.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small numbers: a look, not a measurement.")] = False,
    million: Annotated[bool, typer.Option("--million", help="Catch up on a million events, not on fewer scaled up.")] = False,
) -> None:
    """Measure, side by side in one run, the runtime against plain Kafka and a plain ORM; prints ratios, targets and the hardware."""
    from deploy.bench.command import run

    raise typer.Exit(run(tuple(only or ()), quick, million, console))


@app.command()
def check(
    vulnerabilities: Annotated[
        bool, typer.Option("--vulnerabilities", help="Ask instead what is known against the pinned packages; needs a network.")
    ] = False,
) -> None:
    """Format, lint, types, import rules, file sizes and docs: what every change must pass."""
    from deploy import checks
    from deploy import vulnerabilities as advisories

    commands = sorted(getattr(get_command(app), "commands", {}))
    raise typer.Exit(advisories.run(console) if vulnerabilities else checks.run(console, commands))


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def test(context: typer.Context) -> None:
    """Run the tests; further arguments go to pytest."""
    from deploy.testing import run

    raise typer.Exit(run(context.args, console))


def main() -> None:
    """Runs one command; a trouble that a person can mend is said in its sentence, without a traceback."""
    try:
        app(prog_name="nrm")
    except Trouble as trouble:
        console.print(f"nrm: {trouble}", style="bold red", markup=False, soft_wrap=True)
        sys.exit(1)
    except PermissionError as error:
        console.print(
            f"nrm: {error.filename}: {error.strerror}. Run this as the user who owns it.", style="bold red", markup=False, soft_wrap=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
