"""A sealed record that was parked is tried again as it was judged when it came, whatever became of its author's key since."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.directory import changes, listing
from services.referral.service import SERVICE
from shared.config.clock import wall
from shared.crypto import keyring, primitives
from shared.crypto.directory import Directory, issue
from shared.crypto.directory_state import Listing
from shared.crypto.protocols_read import state
from shared.processing.instance import Instance
from shared.processing.rest import Rest
from shared.processing.retry import ask_retry
from shared.records.sealer import Sealer
from tests.shared.bus import Topic
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, SERVICES, Hand, database, noted, pull, report, rows, send, templates

pytestmark = pytest.mark.usefixtures("nothing_by_hand")


class Parked:
    """A lead that could not apply an opening, and a coordinator."""

    def __init__(self, folder: Path) -> None:
        self.topic, self.root, self.folder, self.sick = Topic(), primitives.random_key(), folder, True
        self.rings = {name: keyring.new(name) for name in listing.instances_of(COUNTRY.agencies)}
        self.shared = Listing(COUNTRY.id, primitives.public_of(self.root, "sign"))
        self.known = listing.first(COUNTRY, self.rings.values(), wall())
        self.publish(self.known)
        self.intake, self.lead = self.open(INTAKE_ME), self.open(LEAD_ME)
        self.case = report(self.intake)
        send(self.intake, self.topic)
        pull(self.lead, self.topic)

    def publish(self, directory: Directory) -> None:
        self.known = directory
        self.shared.offer(issue(directory, self.root), state(directory, self.root))

    def open(self, me: str) -> Instance:
        service, _, agency = me.partition(".")
        made = replace(SERVICE, project=self.fails, counts=False) if me == LEAD_ME else SERVICES[service]
        seal = Sealer(self.rings[me], self.shared)
        file = self.folder / f"{me}.db"
        if not file.exists():
            database(self.folder, templates(), made, me)
        instance = Instance(made, agency, COUNTRY, f"sqlite:///{file}", Hand(), seal=seal)
        instance.catches_up()
        return instance

    def fails(self, work: object, change: object) -> None:
        if self.sick:
            raise ArithmeticError

    def retry(self) -> None:
        """Somebody asks for another try."""
        self.lead.transact(lambda work: ask_retry(work.session))
        self.lead.idle(clocks=False)


@pytest.fixture
def parked(tmp_path: Path) -> Iterator[Parked]:
    made = Parked(tmp_path)
    assert made.lead.parked == {made.case}
    yield made
    made.intake.close()
    made.lead.close()


@pytest.mark.parametrize("revoked", [False, True])
def test_it_counts_though_its_author_was_revoked_meanwhile(parked: Parked, revoked: bool) -> None:
    if revoked:
        parked.publish(changes.revoked(parked.known, INTAKE_ME, wall()))
    parked.sick = False
    parked.retry()
    assert not parked.lead.parked
    assert noted(parked.lead, parked.case)[0] == ("case.reported.v1", "counted")


def test_without_its_key_it_waits_on_and_nothing_of_it_is_thrown_away(parked: Parked) -> None:
    parked.sick = False
    seal = parked.lead.seal
    assert seal is not None
    ring, seal.ring = seal.ring, keyring.new(LEAD_ME)
    parked.retry()
    rest = Rest(parked.lead)

    def look() -> None:
        rest.begins_look().idle(clocks=False, unwritten=rest.unwritten)
        rest.looked()

    while not rest.goes_on:
        look()
    assert parked.lead.parked == {parked.case}
    assert rows(parked.lead, "select count(*) from parked") == [(1,)]
    seal.ring = ring
    look()
    assert not parked.lead.parked, "nobody had to ask once more"
    assert noted(parked.lead, parked.case)[0] == ("case.reported.v1", "counted")
