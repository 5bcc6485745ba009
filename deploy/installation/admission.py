"""`./nrm agency admit`: the operator of a cluster signs an agency's request and lets it do what the table allows, nothing else."""

import json
import re
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.brokers.access import COORDINATOR, Rule, coordinating, make, rules
from deploy.brokers.certificates import Authority, Unsigned
from deploy.brokers.properties import ADMIN, HOST, broker_name
from deploy.process.country_file import country_of
from deploy.trouble import Trouble
from shared.config.country import Agency
from shared.config.kafka import Bus

LIST_WITHIN = 10.0
"""Seconds that the cluster has to answer."""
ANYBODY = ("intake", "assistance")
"""The services that an agency may run which no country file lists."""
BROKER = re.compile(re.sub(r"\d+$", r"\\d+", broker_name(1)))


def admit(
    name: str, csr: Path, cluster: Path, country: Path, bus: str | None, to: Path | None, listed: Agency | None = None,
    patience: float = LIST_WITHIN,
) -> Path:  # fmt: skip
    """Sign and grant; the folder with `cert.pem` and `ca.pem`, both public, for the agency to lay beside its key.

    The cluster has `patience` seconds to answer. Raises Trouble.
    """
    wanted = _rules(name, country, listed)
    authority = _authority(cluster)
    try:
        certificate, issuer = authority.sign(name, csr.read_bytes())
    except OSError as error:
        raise Trouble("%(csr)s cannot be read: %(why)s.", csr=csr, why=error.strerror) from None
    except Unsigned as reason:
        raise Trouble("%(csr)s is not signed: %(why)s.", csr=csr, why=reason) from None
    operator = operator_of(cluster, bus)
    try:
        AdminClient(operator.librdkafka()).list_topics(timeout=patience)  # the rules themselves would be tried for a minute
        make(operator, wanted)
    except KafkaException as error:
        raise Trouble(
            "The cluster does not take the access rules of %(name)s: %(why)s. Nothing was handed out.", name=name, why=error.args[0].str()
        ) from None
    folder = to or cluster / "admitted" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cert.pem").write_bytes(certificate)
    (folder / "ca.pem").write_bytes(issuer)
    return folder


def _rules(name: str, country: Path, listed: Agency | None) -> frozenset[Rule]:
    """What it will be allowed: by the country file where that has it, else by what it asks to be listed as, within what anybody may."""
    if name == COORDINATOR:
        return coordinating()
    if everybody(name):
        raise Trouble("%(name)s is the name of one who may do everything on the bus; no agency can be called so.", name=name)
    directory = country_of(country)
    if directory.knows(name):
        return rules(directory.agency(name))
    if listed is None:
        raise Trouble(
            "%(country)s has no agency %(name)s; give its request to be listed, which says what it runs (--request request.json).",
            country=directory.name,
            name=name,
        )
    if listed.id != name:
        raise Trouble("That is the request of %(listed)s, not of %(name)s.", listed=listed.id, name=name)
    if more := sorted(set(listed.services) - set(ANYBODY)):
        raise Trouble(
            "%(name)s asks to run %(more)s, which the country file alone can give: it names the lead and the rapporteur.",
            name=name,
            more=", ".join(more),
        )
    return rules(listed)


def everybody(name: str) -> bool:
    """Whether this is the name of one who may do everything on the bus."""
    return name == ADMIN or bool(BROKER.fullmatch(name))


def operator_of(cluster: Path, bus: str | None) -> Bus:
    """The bus for who operates it. Raises Trouble."""
    return Bus(bus or _address(cluster), _authority(cluster).issue(ADMIN))


def _authority(cluster: Path) -> Authority:
    folder = cluster / "certificates"
    if not (folder / "authority.key").exists():
        raise Trouble("%(folder)s holds no authority; give the folder of the cluster that you operate (--cluster).", folder=folder)
    return Authority(folder)


def _address(cluster: Path) -> str:
    file = cluster / "cluster.json"
    if not file.exists():
        raise Trouble("%(cluster)s does not say where its brokers are; give their addresses (--bus).", cluster=cluster)
    return ",".join(f"{HOST}:{port}" for port in json.loads(file.read_text())["ports"])
