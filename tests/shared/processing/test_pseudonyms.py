"""A case's records are tied by a pseudonym that leads make and reporting cannot: the same whoever leads, and in sealed batches alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from deploy.directory import changes, root
from deploy.directory.coordinator import STATISTICS_KEY, Coordinator
from services.reporting.queries import figures
from shared.config.clock import wall
from shared.crypto import keyring, statistics_key
from shared.crypto.directory import ListedInstance
from shared.crypto.primitives import Private, random_key
from shared.processing.instance import Instance
from tests.shared.counted import flush, send_batches
from tests.shared.land import LEAD_ME, rows
from tests.shared.processing.test_batches import RAPPORTEUR, Land

KEY = bytes(range(32))
DECISION: dict[str, Any] = {"kind": "decision", "month": "2025-06", "simulated": False, "stage": "reasonable_grounds"}
CASES = 'select "case" from fact_happening order by 1'


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Land]:
    land = Land(tmp_path)
    land.learn(statistics_key.sealed_in(land.first, KEY).model_copy(update={"version": 2}))
    yield land
    for instance in land.instances.values():
        instance.close()


def decides(lead: Instance, case: str, times: int) -> None:
    """Something is decided in a case, so often."""
    for n in range(times):
        lead.transact(lambda work, n=n: work.count(f"{case}:{n}", DECISION, case, personal=True))


def decided(reporting: Instance) -> dict[str, int | None]:
    with Session(reporting.engine) as session:
        return figures.national(session, False)


def read_facts(reporting: Instance) -> int:
    """How many questions of the national figures go to the facts."""
    asked: list[str] = []
    event.listen(reporting.engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    decided(reporting)
    return sum("fact_happening" in one for one in asked)


def test_reporting_counts_cases_and_not_decisions_alone(land: Land) -> None:
    lead, reporting = land.instance(LEAD_ME), land.instance(RAPPORTEUR)
    decides(lead, "a", 2)
    decides(lead, "b", 1)
    assert not any(statistics_key.pseudonym(KEY, "a") in one.body for one in lead.unsent), "it stands in sealed batches only"
    flush(lead)
    send_batches(lead, land.topic)
    land.give(reporting)
    found = decided(reporting)
    assert (found["decision"], found["case_decided"]) == (3, 2)
    assert [case for (case,) in rows(reporting, CASES)] == sorted(statistics_key.pseudonym(KEY, case) for case in ("a", "a", "b"))
    assert read_facts(reporting) == 0, "what is asked on each page is kept up to date"
    reporting.transact(lambda work: work.session.connection().execute(text("delete from figure_cell where \"by\" = 'tables'")))
    assert decided(reporting)["case_decided"] == 2, "counted of the facts until the tables are counted again"
    assert read_facts(reporting) > 0


def test_facts_without_a_pseudonym_count_as_cases_of_their_own(tmp_path: Path) -> None:
    land = Land(tmp_path)
    lead, reporting = land.instance(LEAD_ME), land.instance(RAPPORTEUR)
    decides(lead, "a", 2)
    flush(lead)
    send_batches(lead, land.topic)
    land.give(reporting)
    assert [case for (case,) in rows(reporting, CASES)] == ["", ""], "the country has no key yet"
    assert decided(reporting)["case_decided"] == 2


def test_the_pseudonym_says_nothing_and_survives_another_lead() -> None:
    assert statistics_key.pseudonym(KEY, "a") == statistics_key.pseudonym(KEY, "a") != statistics_key.pseudonym(KEY, "b")
    assert statistics_key.pseudonym(random_key(), "a") != statistics_key.pseudonym(KEY, "a")


def test_only_leads_have_the_key(land: Land) -> None:
    directory = land.listing.now
    assert directory is not None
    have = {
        me for me, ring in land.rings.items() if statistics_key.known_to(directory.instance(me), directory.country, ring.openers) == KEY
    }
    assert have == {LEAD_ME}
    sealed = directory.instance(LEAD_ME)
    assert sealed is not None
    for me, ring in land.rings.items():
        assert me == LEAD_ME or statistics_key.known_to(sealed, directory.country, ring.openers) is None
    assert statistics_key.known_to(sealed, "fi", land.rings[LEAD_ME].openers) is None
    other = sealed.model_copy(update={"id": "referral.rs-other"})
    assert statistics_key.known_to(other, directory.country, land.rings[LEAD_ME].openers) is None


def test_the_coordinator_makes_it_once_and_seals_it_for_the_newest_key_of_each_lead(tmp_path: Path, land: Land) -> None:
    root.make(tmp_path / "office" / "root.key")
    office = Coordinator(tmp_path / "office")
    office.keep(land.first)
    made = (office.folder / STATISTICS_KEY).read_text()
    assert (office.folder / STATISTICS_KEY).stat().st_mode & 0o077 == 0
    first = listed(office)
    assert first.statistics
    office.change(changes.prolonged)
    assert listed(office).statistics == first.statistics, "what is sealed stays as it is"
    ring = keyring.renewed(land.rings[LEAD_ME])
    newer = ListedInstance(id=LEAD_ME, keys=(*first.keys, first.keys[0].model_copy(update={"public": ring.public("seal"), "since": 3})))
    known = office.directory()
    others = tuple(newer if one.id == LEAD_ME else one for one in known.instances)
    office.keep(known.model_copy(update={"version": known.version + 1, "instances": others}))
    assert statistics_key.known_to(listed(office), "rs", (Private(ring.seal[-1]),)) == bytes.fromhex(made)
    office.keep(changes.revoked(office.directory(), LEAD_ME, wall()))
    assert listed(office).statistics == "", "nobody who was revoked is given it"


def listed(office: Coordinator) -> ListedInstance:
    """The lead, as the coordinator lists it."""
    found = office.directory().instance(LEAD_ME)
    assert found is not None
    return found
