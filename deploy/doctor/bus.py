"""The bus: whether it answers, and whether its topics are what all agencies have agreed on."""

from collections.abc import Iterator, Mapping
from typing import Any

from confluent_kafka import KafkaException, TopicCollection

from deploy.brokers.access import TABLE
from deploy.brokers.admin_client import BrokerUnavailable, settings_of
from deploy.brokers.topics import COMPACTED, CONFIGS, MOST_COPIES, partitions_of
from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient

TELL = "tell the operator of the bus"
MORE_IS_FINE = ("retention.ms", "retention.bytes", "max.message.bytes")


def bus(patient: Patient) -> Iterator[Finding]:
    """Whether it answers."""
    try:
        brokers = len(patient.bus_client().list_topics(timeout=patient.patience).brokers)
    except BrokerUnavailable as away:
        yield red("bus", f"{patient.settings.bus} does not answer: {away}", "check NRM_BUS, the network and the certificate")
        return
    yield green("bus", f"answers, {brokers} broker{'s' * (brokers > 1)}, {'mutual TLS' if patient.settings.tls else 'in the clear'}")


def used(patient: Patient) -> list[str]:
    """The topics that the agency's services read or write."""
    return sorted({topic for service in patient.agency.services for topic in TABLE[service]})


def described(patient: Patient, names: list[str]) -> dict[str, Any]:
    """Topic → its description, or the error that the bus gives. Raises BrokerUnavailable."""
    asked: dict[str, Any] = {"include_authorized_operations": True, "request_timeout": patient.patience}
    answers = patient.bus_client().describe_topics(TopicCollection(names), **asked)
    return {name: _outcome(answer) for name, answer in answers.items()}


def _outcome(answer: Any) -> Any:
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
                name, f"not to be seen: {found.str()}", f"{TELL}: the topic is missing (`./nrm topics`), or `agency admit` was not run"
            )
            continue
        settings = settings_of(patient.bus_client(), name, patient.patience)
        yield _partitions(name, len(found.partitions), partitions_of(name, patient.settings.partitions))
        yield _copies(name, found.partitions, settings)
        yield _rules(name, settings)


def _partitions(topic: str, found: int, wanted: int) -> Finding:
    if found != wanted:
        said = f"{found} partitions, and NRM_PARTITIONS says {wanted}"
        return red(topic, said, f"set NRM_PARTITIONS={found} where all agencies have it so; else {TELL}: the number must never change")
    return green(topic, f"{found} partitions")


def _copies(topic: str, partitions: list[Any], settings: Mapping[str, str]) -> Finding:
    copies, in_step = min(len(p.replicas) for p in partitions), min(len(p.isr) for p in partitions)
    needed = int(settings.get("min.insync.replicas", "1"))
    said = f"{copies} copies, {in_step} in step, {needed} needed for a write"
    if in_step < needed:
        return red(topic, said, f"{TELL}: nothing can be written until enough brokers are back; decisions wait here meanwhile")
    if in_step < copies or copies < MOST_COPIES or needed < copies - 1:
        return yellow(topic, said, f"{TELL}; on one machine, for trying out, it is as it should be")
    return green(topic, said)


def _rules(topic: str, settings: Mapping[str, str]) -> Finding:
    if not settings:
        return yellow(topic, "its settings are not to be seen from here", f"{TELL}: `agency admit` allows to see them")
    wrong = [
        f"{name}={settings.get(name)} (must be {wanted})" for name, wanted in CONFIGS[topic].items() if not _fits(name, settings, wanted)
    ]
    if wrong:
        return red(topic, ", ".join(wrong), f"{TELL}: the topic must be as `./nrm topics` makes it, else records are lost or refused")
    if topic in COMPACTED:
        return green(topic, "compacted: the newest record of each key stays")
    kept = "without limit" if settings["retention.ms"] == "-1" else f"{int(settings['retention.ms']) // 86_400_000} days"
    return green(topic, f"kept {kept}, never compacted, records up to {int(settings['max.message.bytes']) // 1024} KiB")


def _fits(name: str, settings: Mapping[str, str], wanted: str) -> bool:
    found = settings.get(name, "")
    if name in MORE_IS_FINE and found.lstrip("-").isdigit():
        return found == "-1" or (wanted != "-1" and int(found) >= int(wanted))
    return found == wanted
