"""Kafka alone in the foreground: for work on a service, and for agencies that run by themselves and meet at it."""

import asyncio
import shlex
import signal
from collections.abc import Callable
from pathlib import Path

from deploy.brokers import Cluster, open_broker
from deploy.brokers.topics import PARTITIONS, ensure_topics
from deploy.directory.belonging import Another
from deploy.directory.ceremony import Ceremony
from deploy.language_choice import translate
from shared.config.country import Country
from shared.config.i18n import N_
from shared.config.kafka import Bus

STOPS = {signal.SIGINT, signal.SIGTERM}


def run(data: Path, port: int | None, country: Country, named: Path, say: Callable[[str], None]) -> None:
    """Starts the broker and its topics, puts a directory of the country in force, says where it is and how an agency runs at it, and stops
    it in order on Ctrl-C or SIGTERM. A kept log that belongs to another root is served as it is."""
    with open_broker(data, port, say) as broker:
        # Blocked, then waited for: no moment is left in which a signal could end us between two lines.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        asyncio.run(ensure_topics(broker.bus))
        if sealing := _sealed(data, broker.bus, country, say):
            say(_one(f"./nrm serve --agency {country.agencies[0].id} --country {named} --bus {broker.bootstrap} {sealing}"))
        say(translate("broker on %(bootstrap)s (Ctrl-C stops it)", bootstrap=broker.bootstrap))
        signal.sigwait(STOPS)
        say(translate("stopping the broker"))


def run_cluster(data: Path, brokers: int, country: Country, named: Path, say: Callable[[str], None]) -> None:
    """The same with a cluster that speaks TLS alone: lets the country's agencies in, each with a certificate, and says
    how one of them runs. Raises Trouble.

    `named` is the country as the settings of its agencies' processes name it.
    """
    with Cluster(data, brokers, say) as cluster:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        asyncio.run(ensure_topics(cluster.admin))
        if sealing := _sealed(data, cluster.admin, country, say):
            cluster.admit(country.agencies)
            folders = {agency.id: cluster.bus_of(agency.id).tls for agency in country.agencies}
            told = N_("certificates of %(agencies)s agencies of %(country)s, a folder each, and the administrator's: %(folder)s")
            say(translate(told, agencies=len(folders), country=country.name, folder=cluster.authority.folder))
            one = country.agencies[0].id
            say(_one(f"./nrm serve --agency {one} --country {named} --bus {cluster.bootstrap} --tls {folders[one]} {sealing}"))
        say(translate("cluster on %(bootstrap)s (Ctrl-C stops it)", bootstrap=cluster.bootstrap))
        signal.sigwait(STOPS)
        say(translate("stopping the cluster"))


def run_bus(data: Path, brokers: int, say: Callable[[str], None]) -> None:
    """Start a cluster that speaks TLS alone and make its topics, say how somebody is let in, and stop it on Ctrl-C or SIGTERM. Raises
    Trouble."""
    with Cluster(data, brokers, say) as cluster:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        asyncio.run(ensure_topics(cluster.admin))
        say(translate("to let somebody in: %(command)s", command=f"./nrm agency admit ID --csr request.csr --cluster {data}"))
        say(translate("bus on %(bootstrap)s (Ctrl-C stops it)", bootstrap=cluster.bootstrap))
        signal.sigwait(STOPS)
        say(translate("stopping the bus"))


def _one(command: str) -> str:
    return translate("one agency: %(command)s", command=command)


def _sealed(data: Path, bus: Bus, country: Country, say: Callable[[str], None]) -> str:
    """Everybody's keys in the folder of the log, and a directory in force; the options by which a process finds them.

    Empty where the log is somebody else's, who keeps root and keys elsewhere: then its owner is printed, and nothing is published.
    """
    ceremony = Ceremony(data / "coordinator", data / "keys", country)
    try:
        asyncio.run(ceremony.hold(bus, PARTITIONS))
    except Another as other:
        say(
            translate(
                "%(other)s\nKafka serves the log as it is, and nobody new is let in: its agencies go on with the root and keys "
                "that they have.",
                other=other,
            )
        )
        return ""
    return shlex.join(["--root", ceremony.environment["NRM_ROOT"], "--keys", str(ceremony.keys)])
