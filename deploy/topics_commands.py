"""The commands of `./nrm topics`, a few lines each."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.options import KEPT, NEAR, BusAddress, Tls

console = Console(highlight=False)
topics = typer.Typer(help="The topics of the bus, and which log is read.", invoke_without_command=True)


@topics.callback()
def make(context: typer.Context, bus: BusAddress = NEAR, tls: Tls = None) -> None:
    """Without a further word: make the topics that are missing on a broker, with their rules."""
    if context.invoked_subcommand:
        return
    import asyncio

    from deploy.brokers.topics import ensure_topics
    from shared.runtime.bus import Bus

    asyncio.run(ensure_topics(Bus(bus, tls)))
    console.print(f"the topics are there on {bus}")


@topics.command()
def generation(
    bus: BusAddress = NEAR,
    tls: Tls = None,
    agency: Annotated[str, typer.Option(help="Only this agency's instances; all in the folder without it.", envvar="NRM_AGENCY")] = "",
    country: Annotated[Path, typer.Option(help="Country file, or name of one in the project.", envvar="NRM_COUNTRY")] = Path("serbia"),
    data: Annotated[
        Path, typer.Option(help="Folder of the databases.", envvar="NRM_DATA", show_default="var/agencies in the project")
    ] = KEPT / "agencies",
    give: Annotated[str, typer.Option("--for", metavar="AGENCY", help="At the lead: give this agency all its cases anew.")] = "",
    same: Annotated[
        bool, typer.Option("--same", help="The address was wrong and is right now: go on with the log that was known.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether this is the right log.")] = False,
) -> None:
    """Admit the log that is there: after the topic was made anew, or this agency was away for longer than the log is kept."""
    from deploy import generation as work
    from shared.runtime.bus import Bus

    urls = work.found(data, agency, country)
    if give:
        work.give(urls, give, console)
        return
    if same:
        work.same(urls, console)
        return
    console.print(f"The log there: {work.log_in_words(Bus(bus, tls))}.", soft_wrap=True)
    work.show(urls, console)
    if not yes:
        typer.confirm("Is this the log that all agencies are to read from now on?", abort=True)
    work.admit(urls, console)
