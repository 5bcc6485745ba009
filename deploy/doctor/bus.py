"""The bus: whether it answers, and whether its topics are what all agencies have agreed on."""

from collections.abc import Iterator, Mapping
from typing import Any

from confluent_kafka import KafkaException, TopicCollection

from deploy.brokers.access import TABLE
from deploy.brokers.admin_client import BrokerUnavailable, settings_of
from deploy.brokers.topics import COMPACTED, CONFIGS, MOST_COPIES, partitions_of
from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from shared.config.i18n import N_

MORE_IS_FINE = ("retention.ms", "retention.bytes", "max.message.bytes")


def bus(patient: Patient) -> Iterator[Finding]:
    """Whether it answers."""
    try:
        brokers = len(patient.bus_client().list_topics(timeout=patient.patience).brokers)
    except BrokerUnavailable as away:
        yield red(
            "bus",
            "%(bus)s does not answer: %(away)s",
            "check NRM_BUS, the network and the certificate",
            bus=patient.settings.bus,
            away=away,
        )
        return
    said = N_("answers, %(brokers)s brokers, mutual TLS") if patient.settings.tls else N_("answers, %(brokers)s brokers, in the clear")
    yield green("bus", said, brokers=brokers)


def used(patient: Patient) -> list[str]:
    """The topics that the agency's services read or write."""
    return sorted({topic for service in patient.agency.services for topic in TABLE[service]})


def described(patient: Patient, names: list[str]) -> dict[str, Any]:
    """Topic → its description, or the error that the bus gives. Raises BrokerUnavailable."""
    asked: dict[str, Any] = {"include_authorized_operations": True, "request_timeout": patient.patience}
    answers = patient.bus_client().describe_topics(TopicCollection(names), **asked)
    return {name: outcome(answer) for name, answer in answers.items()}


def outcome(answer: Any) -> Any:
    """What the bus answers, or the error that it gives."""
    try:
        return answer.result()
    except KafkaException as error:
        return error.args[0]


def topics(patient: Patient) -> Iterator[Finding]:
    """Whether each topic that we use is there with the settings it must have."""
    names = used(patient)
    for name, found in described(patient, names).items():
        if not hasattr(found, "partitions"):
            yield red(
                name,
                "not to be seen: %(found)s",
                "tell the operator of the bus: the topic is missing (`./nrm topics`), or `agency admit` was not run",
                found=found.str(),
            )
            continue
        settings = settings_of(patient.bus_client(), name, patient.patience)
        yield _partitions(name, len(found.partitions), partitions_of(name, patient.settings.partitions))
        yield _copies(name, found.partitions, settings)
        yield _rules(name, settings)


def _partitions(topic: str, found: int, wanted: int) -> Finding:
    if found != wanted:
        said = translate("%(found)s partitions, and NRM_PARTITIONS says %(wanted)s", found=found, wanted=wanted)
        return red(
            topic,
            said,
            "set NRM_PARTITIONS=%(found)s where all agencies have it so; else tell the operator of the bus: the number must never change",
            found=found,
        )
    return green(topic, "%(found)s partitions", found=found)


def _copies(topic: str, partitions: list[Any], settings: Mapping[str, str]) -> Finding:
    copies, in_step = min(len(p.replicas) for p in partitions), min(len(p.isr) for p in partitions)
    needed = int(settings.get("min.insync.replicas", "1"))
    said = translate("%(copies)s copies, %(in_step)s in step, %(needed)s needed for a write", copies=copies, in_step=in_step, needed=needed)
    if in_step < needed:
        return red(
            topic, said, "tell the operator of the bus: nothing can be written until enough brokers are back; decisions wait here meanwhile"
        )
    if in_step < copies or copies < MOST_COPIES or needed < copies - 1:
        return yellow(topic, said, "tell the operator of the bus; on one machine, for trying out, it is as it should be")
    return green(topic, said)


def _rules(topic: str, settings: Mapping[str, str]) -> Finding:
    if not settings:
        return yellow(topic, "its settings are not to be seen from here", "tell the operator of the bus: `agency admit` allows to see them")
    wrong = [
        translate("%(name)s=%(found)s (must be %(wanted)s)", name=name, found=settings.get(name), wanted=wanted)
        for name, wanted in CONFIGS[topic].items()
        if not _fits(name, settings, wanted)
    ]
    if wrong:
        return red(
            topic,
            ", ".join(wrong),
            "tell the operator of the bus: the topic must be as `./nrm topics` makes it, else records are lost or refused",
        )
    if topic in COMPACTED:
        return green(topic, "compacted: the newest record of each key stays")
    largest = int(settings["max.message.bytes"]) // 1024
    if settings["retention.ms"] == "-1":
        return green(topic, "kept without limit, never compacted, records up to %(largest)s KiB", largest=largest)
    days = int(settings["retention.ms"]) // 86_400_000
    return green(topic, "kept %(days)s days, never compacted, records up to %(largest)s KiB", days=days, largest=largest)


def _fits(name: str, settings: Mapping[str, str], wanted: str) -> bool:
    found = settings.get(name, "")
    if name in MORE_IS_FINE and found.lstrip("-").isdigit():
        return found == "-1" or (wanted != "-1" and int(found) >= int(wanted))
    return found == wanted
