"""Former private keys: they go once the bus keeps nothing that was sealed for them and the instance has read all of it, not before."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import Producer
from sqlmodel import Session

from deploy.backup.prune_keys import BusRetention, prune
from deploy.brokers import Cluster
from deploy.brokers.admin_client import kafka
from deploy.brokers.topics import CASE_EVENTS, RETENTION_DAYS
from deploy.directory import changes, listing
from deploy.directory.ceremony import Ceremony
from deploy.directory.request import ListingRequest
from deploy.doctor.former import former as findings
from deploy.installation.patient import Patient
from shared.config.clock import wall
from shared.crypto import keyring
from shared.crypto.directory import DAY
from shared.crypto.key_lifetime import BEHIND
from shared.store.database import engine_for
from shared.store.tables import Parked, Position
from tests.deploy.doctor.patients import GREEN, LEAD, SERBIA, YELLOW, made, patient, soon, states

pytestmark = pytest.mark.kafka
ME = f"referral.{LEAD}"
OVER = changes.OVERLAP + BEHIND
"""Milliseconds after a rotation when nothing is sealed for the former key any more."""
GONE = OVER + RETENTION_DAYS * DAY


@dataclass
class Rotated:
    """An agency that has rotated its keys, with databases that have read nothing, on a log with a record."""

    patient: Patient
    at: int

    def keys(self) -> tuple[int, int]:
        """How many opening and signing keys the instance has."""
        ring = keyring.read(self.patient.settings.keys_in_use(), ME)
        return len(ring.seal), len(ring.sign)

    def prune(self, after: int) -> str:
        """Pruned so many milliseconds after the rotation: what it says."""
        return "\n".join(prune(self.patient, self.at + after))

    def note(self, *rows: Position | Parked) -> None:
        """Rows in the instance's database."""
        engine = engine_for(self.patient.settings.database("referral"))
        with Session(engine) as session, session.begin():
            session.add_all(rows)
        engine.dispose()

    def read(self) -> list[Position]:
        """The positions of who has read all."""
        ends = BusRetention(self.patient).beyond(wall() + DAY)
        return [Position(topic=CASE_EVENTS, partition=p, next=end, digest="") for p, end in ends.items()]


@pytest.fixture
def rotated(cluster: Cluster, tmp_path: Path) -> Rotated:
    cluster.admit([SERBIA.agency(LEAD)])
    ceremony = Ceremony(tmp_path / "coordinator", tmp_path / "keys", SERBIA)
    ceremony.directory()
    names = listing.instances_of([SERBIA.agency(LEAD)])
    for name in names:
        keyring.write(ceremony.keys, keyring.renewed(keyring.read(ceremony.keys, name)))
    new = tuple(listing.instance(keyring.read(ceremony.keys, name), 1) for name in names)
    asked = ListingRequest(agency=listing.listed(SERBIA.agency(LEAD)), instances=new)
    directory = ceremony.coordinator.change(lambda known, now: changes.admitted(known, asked, now))
    (tmp_path / f"directory.{LEAD}.json").write_bytes((tmp_path / "coordinator" / "directory.json").read_bytes())
    one = patient(cluster.bus_of(LEAD), tmp_path, root=ceremony.coordinator.pin, keys=ceremony.keys)
    made(one)
    sender = Producer(cluster.admin.librdkafka())
    sender.produce(CASE_EVENTS, b"junk", b"a-case", partition=0)
    assert sender.flush(20) == 0
    return Rotated(one, directory.issued)


def test_signing_keys_go_when_they_end_and_opening_keys_once_the_log_is_over_and_read(rotated: Rotated) -> None:
    assert f"{ME}: private keys destroyed: 0" in rotated.prune(0)
    assert states(findings(rotated.patient)) == [GREEN] * 3
    rotated.prune(changes.OVERLAP)
    assert rotated.keys() == (2, 1)
    file = keyring.place(rotated.patient.settings.keys_in_use(), ME).open("rb")
    rotated.note(*rotated.read())
    assert "has had its time on" in rotated.prune(GONE - 1)
    assert rotated.keys() == (2, 1)
    assert f"{ME}: private keys destroyed: 1" in rotated.prune(GONE)
    assert rotated.keys() == (1, 1)
    with file:
        assert not file.read().strip(b"\0"), "and the file that had them is overwritten"


def test_they_stay_while_something_may_still_have_to_be_opened_with_them(rotated: Rotated) -> None:
    assert f"{ME} has not read up to" in rotated.prune(GONE)
    parked = Parked(case="c", partition=0, place=0, logged_at=rotated.at, value=b"", code="x", reason="", type="", author="", parked_at=0)
    rotated.note(*rotated.read(), parked)
    assert f"{ME} holds parked records" in rotated.prune(GONE)
    assert rotated.keys() == (2, 1)


def test_where_the_bus_keeps_all_for_ever_they_stay_and_the_doctor_says_what_that_means(rotated: Rotated, cluster: Cluster) -> None:
    operator = kafka.AdminClient(cluster.admin.librdkafka())

    def keep(milliseconds: int) -> None:
        entry = kafka.ConfigEntry("retention.ms", str(milliseconds), incremental_operation=kafka.AlterConfigOpType.SET)
        resource = kafka.ConfigResource(kafka.ResourceType.TOPIC, CASE_EVENTS, incremental_configs=[entry])
        for done in operator.incremental_alter_configs([resource]).values():
            done.result()
        assert soon(BusRetention(rotated.patient).retention, milliseconds) == milliseconds

    rotated.note(*rotated.read())
    keep(-1)
    try:
        rotated.prune(GONE * 10)
        assert rotated.keys() == (2, 1)
        (said, *rest) = findings(rotated.patient)
        assert (said.state, states(rest)) == (YELLOW, [GREEN] * 3)
        assert "without limit" in said.said
    finally:
        keep(RETENTION_DAYS * DAY)
