"""`./nrm agency prune`: private keys that nothing needs any more are destroyed, and what was sealed for them is closed for ever.

A former opening key goes when the bus no longer keeps what could have been sealed for it, and the instance has read all of that; a signing
key as soon as it has ended. Their public halves stay in the directory, so that old signatures can still be proven.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from confluent_kafka import KafkaException, TopicPartition
from sqlmodel import Session, col, select

from deploy.brokers.admin_client import BrokerUnavailable, kafka, settings_of
from deploy.brokers.topics import CASE_EVENTS, STATISTICS
from deploy.databases.transaction import database
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from deploy.process.keys import SEALING, listing_of
from deploy.trouble import Trouble
from shared.config.calendar import in_utc
from shared.config.clock import wall
from shared.crypto import key_lifetime, keyring
from shared.crypto.directory import ListedInstance
from shared.crypto.keyring import Keyring, Unusable
from shared.protocol.case import service_of
from shared.store.instance_tables import LogState, only
from shared.store.tables import Parked, Position

FOR_EVER = -1


@dataclass(frozen=True)
class FormerKeys:
    """What becomes of one instance's former keys."""

    ring: Keyring
    spent: frozenset[str] = frozenset()
    """The public halves of those that may go now."""
    stays: tuple[str, ...] = ()
    """Why an opening key stays though its time is over, in sentences."""
    later: int | None = None
    """When (ms) the next one has had its time; None where none is to come."""


@dataclass(frozen=True)
class BusRetention:
    """How the bus keeps the records of a topic: for so many milliseconds, and where what came after a moment begins."""

    patient: Patient
    topic: str = CASE_EVENTS

    def retention(self) -> int:
        """Milliseconds; FOR_EVER where there is no limit. Raises Trouble where the bus does not say."""
        try:
            return int(settings_of(self.patient.bus_client(), self.topic, self.patient.patience)["retention.ms"])
        except (BrokerUnavailable, KeyError) as error:
            raise Trouble(
                "The bus does not tell how long it keeps %(topic)s (%(error)s); no key is destroyed.",
                topic=self.topic,
                error=type(error).__name__,
            ) from None

    def beyond(self, moment: int) -> dict[int, int]:
        """Partition → the offset of the first record that the log took after a moment (ms); its end where none came. Raises Trouble."""
        parts = [TopicPartition(self.topic, p) for p in range(self.patient.settings.partitions)]
        try:
            made, patience = self.patient.bus_client(), self.patient.patience
            after = made.list_offsets({tp: kafka.OffsetSpec.for_timestamp(moment + 1) for tp in parts}, request_timeout=patience)
            ends = made.list_offsets({tp: kafka.OffsetSpec.latest() for tp in parts}, request_timeout=patience)
            found = {tp.partition: answer.result().offset for tp, answer in after.items()}
            return {tp.partition: found[tp.partition] if found[tp.partition] >= 0 else a.result().offset for tp, a in ends.items()}
        except (BrokerUnavailable, KafkaException) as error:
            raise Trouble("The bus does not tell what it keeps (%(error)s); no key is destroyed.", error=type(error).__name__) from None


def looks(patient: Patient, now: int | None = None) -> Iterator[FormerKeys]:
    """Each instance that seals and runs here, with what may go. Raises Trouble."""
    known = listing_of(patient.settings, patient.country)
    if known is None or known.now is None:
        raise Trouble("No directory is known here, so nobody can tell which keys have followers.")
    at = wall() if now is None else now
    for name in [f"{service}.{patient.agency.id}" for service in patient.services if service in SEALING]:
        try:
            ring = keyring.read(patient.settings.keys_in_use(), name)
        except Unusable as error:
            raise Trouble.of(error) from None
        kept = BusRetention(patient, _topic(name))
        yield look(patient, ring, known.now.instance(name), kept, kept.retention(), at)


def look(patient: Patient, ring: Keyring, listed: ListedInstance | None, kept: BusRetention, retention: int, now: int) -> FormerKeys:
    """What becomes of one instance's keys, where the bus keeps records for `retention` ms. Raises Trouble."""
    spent, stays, later = key_lifetime.ended(listed, ring, now), list[str](), list[int]()
    keys = key_lifetime.sealing(listed)
    for key in keys:
        over = key_lifetime.sealed_until(keys, key)
        if over is None or key.public not in ring.publics["seal"][:-1] or retention == FOR_EVER:
            continue
        if now < over + retention:
            later.append(over + retention)
        elif why := _needed(patient, ring.instance, kept, over):
            stays.append(why)
        else:
            spent.add(key.public)
    return FormerKeys(ring, frozenset(spent), tuple(dict.fromkeys(stays)), min(later, default=None))


def _needed(patient: Patient, instance: str, kept: BusRetention, moment: int) -> str:
    """Why what was sealed until a moment may still have to be opened here; empty where nothing has."""
    begins = kept.beyond(moment)
    with database(instance, patient.settings.database(service_of(instance))) as session:
        return _unread(session, instance, begins, moment)


def _topic(instance: str) -> str:
    """The topic on which things are sealed for an instance."""
    return STATISTICS if service_of(instance) == "reporting" else CASE_EVENTS


def _unread(session: Session, instance: str, begins: dict[int, int], moment: int) -> str:
    if only(session, LogState).fence:
        return translate("%(instance)s has stopped before another log.", instance=instance)
    rows = session.exec(select(Position).where(Position.topic == _topic(instance)))
    read = {row.partition: row.next for row in rows}
    if any(read.get(partition, 0) < begin for partition, begin in begins.items()):
        return translate("%(instance)s has not read up to %(moment)s yet.", instance=instance, moment=in_utc(moment))
    if session.exec(select(Parked.seq).where(col(Parked.logged_at) <= moment).limit(1)).first() is not None:
        return translate("%(instance)s holds parked records of before %(moment)s.", instance=instance, moment=in_utc(moment))
    return ""


def prune(patient: Patient, now: int | None = None) -> Iterator[str]:
    """Destroy what may go, and say of each instance what went and what stays. Raises Trouble; OSError where a file cannot be written."""
    for found in looks(patient, now):
        name = found.ring.instance
        if found.spent:
            keyring.replace(patient.settings.keys_in_use(), key_lifetime.without(found.ring, found.spent))
        yield translate("%(name)s: private keys destroyed: %(spent)s", name=name, spent=len(found.spent))
        yield from (translate("some have had their time and stay: %(why)s", why=why) for why in found.stays)
        if found.later is not None:
            yield translate("%(name)s: the next one has had its time on %(later)s", name=name, later=in_utc(found.later))
