"""The commands of `./nrm topics`, a few lines each."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import AGENCIES, NEAR, SERBIA, AgencyId, BusAddress, CountryFile, Databases, Tls, console
from deploy.installation.envfile import EnvFile
from deploy.language_choice import translate
from deploy.trouble import Trouble

topics = typer.Typer(help="The topics of the bus, and which log is read.", invoke_without_command=True)


@topics.callback()
def make(
    context: typer.Context,
    bus: BusAddress = NEAR,
    tls: Tls = None,
    country: CountryFile = SERBIA,
    together: Annotated[
        Path | None,
        typer.Option(help="For trying out: everybody's keys in this folder, and a directory of the country in force."),
    ] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for a broker that is starting.")] = 0,
) -> None:
    """Without a further word: make the topics that are missing on a broker, with their rules."""
    if context.invoked_subcommand:
        return
    import asyncio

    from aiokafka.errors import KafkaError

    from deploy.brokers.identity import proven
    from deploy.brokers.inforce import answering
    from deploy.brokers.topics import ensure_topics
    from shared.config.kafka import Bus

    way = proven(Bus(bus, tls))
    asyncio.run(answering(way, wait))
    try:
        asyncio.run(ensure_topics(way))
    except KafkaError as error:
        raise Trouble(
            "The bus at %(bus)s does not take the topics: %(why)s. Check --bus, --tls and the certificate's rights.", bus=bus, why=error
        ) from None
    console.print(translate("the topics are there on %(bus)s", bus=bus))
    if together:
        from deploy.brokers.topics import PARTITIONS
        from deploy.directory.ceremony import Ceremony
        from deploy.process.country_file import country_of

        held = asyncio.run(Ceremony(together, together / "keys", country_of(country)).hold(Bus(bus, tls), PARTITIONS))
        console.print(
            translate(
                "directory %(version)s is in force; %(settings)s",
                version=held.version,
                settings=f"NRM_ROOT=file:{together / 'root.pin'} NRM_KEYS={together / 'keys'}",
            )
        )


@topics.command()
def generation(
    bus: BusAddress = NEAR,
    tls: Tls = None,
    agency: AgencyId = "",
    country: CountryFile = SERBIA,
    data: Databases = AGENCIES,
    give: Annotated[str, typer.Option("--for", metavar="AGENCY", help="At the lead: give this agency all its cases anew.")] = "",
    same: Annotated[
        bool, typer.Option("--same", help="The address was wrong and is right now: go on with the log that was known.")
    ] = False,
    root: Annotated[
        str,
        typer.Option(help="The coordinator's root key, 64 hex digits: another root's log is not admitted.", envvar="NRM_ROOT"),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether this is the right log.")] = False,
    env_file: EnvFile = None,
) -> None:
    """Admit the log that is there: after the topic was made anew, or this agency was away for longer than the log is kept."""
    from deploy.databases import installed
    from deploy.operations import log_switch as work
    from shared.config.kafka import Bus

    urls = installed(data, agency, country)
    if give:
        work.give(urls, give, console)
        return
    if same:
        work.same(urls, console)
        return
    console.print(translate("The log there: %(log)s.", log=work.log_in_words(Bus(bus, tls), root or work.root_in(data))), soft_wrap=True)
    work.show(urls, console)
    if not yes:
        typer.confirm(translate("Is this the log that all agencies are to read from now on?"), abort=True)
    work.admit(urls, console)
