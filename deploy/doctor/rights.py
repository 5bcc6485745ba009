"""What the bus lets us do: all that the table says, and nothing that it does not."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from confluent_kafka import KafkaError
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_fixed

from deploy.brokers.access import LOOK, allowed
from deploy.brokers.topics import CONFIGS
from deploy.doctor.bus import described, outcome
from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from shared.config.attempts import last_answer
from shared.config.i18n import N_

Operations = frozenset[str] | None
TRIES, PAUSE = 8, 0.25
HARMLESS = frozenset({"DESCRIBE", LOOK})
ADMIT = N_("tell the operator of the bus: `agency admit` grants what the table says")
TOO_MUCH = N_("tell the operator of the bus at once: take that right away; whoever has it can harm every agency")
NO_RULES = N_("on one machine, for trying out, it is as it should be; else the bus needs access rules")


def rights(patient: Patient) -> Iterator[Finding]:
    """Topics, our own groups, somebody else's group, the cluster itself. Raises Away."""
    made, ask = patient.bus_client(), {"include_authorized_operations": True, "request_timeout": patient.patience}
    for topic in CONFIGS:
        wanted = allowed(patient.agency).get(topic, frozenset())
        found = _told(lambda topic=topic: _names(described(patient, [topic])[topic]), wanted)
        yield _judged(patient, translate("rights on %(topic)s", topic=topic), wanted, found)
    for service in patient.agency.services:
        own = f"{service}.{patient.agency.id}"
        found = _told(lambda own=own: _group(made, own, ask), frozenset({"READ"}))
        yield _judged(patient, translate("rights on group %(group)s", group=own), frozenset({"READ"}), found, also=frozenset({"DELETE"}))
    other = next((f"{a.services[0]}.{a.id}" for a in patient.country.agencies if a.id != patient.agency.id), "")
    if other:
        yield _judged(patient, translate("rights on group %(group)s", group=other), frozenset(), _told(lambda: _group(made, other, ask)))
    yield _judged(patient, translate("rights on the cluster"), frozenset(), _names(outcome(made.describe_cluster(**ask))))


def _told(ask: Callable[[], Operations], wanted: frozenset[str] = frozenset()) -> Operations:
    """What the bus says, asked again for a while: a rule that was just made, and a group's coordinator, reach a broker a moment later."""

    def lacking(found: Operations) -> bool:
        return found is None or not wanted <= found

    return Retrying(
        retry=retry_if_result(lacking), stop=stop_after_attempt(1 + TRIES), wait=wait_fixed(PAUSE),
        retry_error_callback=last_answer,
    )(ask)  # fmt: skip


def _group(made: Any, name: str, ask: dict[str, Any]) -> Operations:
    return _names(outcome(made.describe_consumer_groups([name], **ask)[name]))


def _names(found: Any) -> Operations:
    """The operations allowed: none where the bus denied us, None where it could not say."""
    if isinstance(found, KafkaError):
        return frozenset() if found.name().endswith("AUTHORIZATION_FAILED") else None
    operations: Iterable[Any] = found.authorized_operations or ()
    return frozenset(operation.name for operation in operations)


def _judged(patient: Patient, what: str, wanted: frozenset[str], found: Operations, also: frozenset[str] = frozenset()) -> Finding:
    if found is None:
        return yellow(what, "not checked: the bus could not say", "look again in a minute")
    words = ", ".join(sorted(word.lower() for word in wanted))
    if missing := wanted - found:
        return red(what, "may not: %(word)s", ADMIT, word=", ".join(sorted(word.lower() for word in missing)))
    if more := found - wanted - HARMLESS - also:
        said = translate("may also: %(word)s", word=", ".join(sorted(word.lower() for word in more)))
        return yellow(what, "%(said)s (this bus has no access rules)", NO_RULES, said=said) if patient.near else red(what, said, TOO_MUCH)
    return green(what, N_("may no more than: %(words)s") if words else N_("may nothing, as it should be"), words=words)
