"""Erasure reaches statistics: what was not sent never is, and of what was sent reporting restates its figures and destroys the keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlmodel import Session

from services.reporting.ingest import journal
from services.reporting.queries import referrals
from shared.crypto.keystore import Keystore
from shared.crypto.protocols_read import with_reads
from shared.privacy.erasure_requests import ErasureRequest, request_erasure
from shared.processing.instance import Instance
from shared.records import batches
from shared.records.reader import Taken
from tests.shared.bus import Topic
from tests.shared.counted import flush, record_id, send_batches
from tests.shared.land import LEAD_ME, rows
from tests.shared.processing.test_batches import FACTS, RAPPORTEUR, UNREADABLE, Land

REFERRAL: dict[str, Any] = {
    "kind": "referral", "quarter": "2025-Q2", "basis": "consent", "first_responder": "Inspectorate", "first_responder_type": "police",
    "exploitation_type": "LAB", "age_at_exploitation": "adult", "gender": "male", "nationality": "MD", "simulated": False,
}  # fmt: skip
DECISION = {"kind": "decision", "month": "2025-06", "simulated": False, "stage": "reasonable_grounds", "positive": True}


class Closing(Land):
    """Both keep their keys in keystores."""

    def instance(self, me: str) -> Instance:
        instance = super().instance(me)
        instance.keystore = Keystore(me, self.folder / "keystore", self.folder / "keys")
        return instance


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Closing]:
    land = Closing(tmp_path)
    yield land
    for instance in land.instances.values():
        instance.close()


def counts(lead: Instance, *cases: str) -> None:
    """Somebody is reported, and decided about, in each of these cases."""
    for case in cases:
        lead.transact(lambda work, case=case: work.count(f"{case}:0", REFERRAL, case, personal=True))
        lead.transact(lambda work, case=case: work.count(f"{case}:1", DECISION, case, personal=True))
        lead.transact(lambda work, case=case: work.count(f"{case}:2", {"kind": "pingpong", "month": "2025-06", "simulated": False}, case))


def erase(instance: Instance, case: str, *classes: str) -> None:
    with Session(instance.engine) as session, session.begin():
        request_erasure(session, case, ErasureRequest("o1", "asked", 0, list(classes)) if classes else ErasureRequest("o1", "asked", 0))
    instance.idle(clocks=False)


def figure(reporting: Instance) -> tuple[int, int]:
    """People referred, and decisions."""
    with Session(reporting.engine) as session:
        people = sum(n for _, n in referrals.referrals(session, (), simulated=False))
    decided = rows(reporting, "select coalesce(sum(n), 0) from figure_cell where by = 'happened' and cell = '[\"decision\"]'")
    return people, decided[0][0]


@pytest.mark.parametrize("classes", [(), ("D1",), ("D2", "D3")])
def test_who_is_erased_is_in_no_figure_and_opens_nowhere(land: Closing, classes: tuple[str, ...]) -> None:
    lead, reporting = land.instance(LEAD_ME), land.instance(RAPPORTEUR)
    counts(lead, "a", "b")
    flush(lead)
    sent = send_batches(lead, land.topic)
    land.give(reporting)
    assert figure(reporting) == (2, 2)
    lead.idle(clocks=False)
    erase(lead, "a", *classes)
    assert [one.case for one in lead.unsent] == ["a"], "reporting is told, by a batch like any other"
    flush(lead)
    send_batches(lead, land.topic)
    land.give(reporting)
    assert figure(reporting) == (1, 1)
    assert rows(reporting, UNREADABLE) == []
    reporting.idle(clocks=False)
    assert reporting.keystore
    kept = rows(reporting, "select record from fact_referral union select record from fact_happening where kind = 'decision'")
    gone = {r for (r,) in rows(reporting, "select record from fact_journal where personal")} - {r for (r,) in kept}
    assert len(gone) == 2
    assert all(reporting.keystore.erased(record) for record in gone)
    assert not any(reporting.keystore.erased(record) for (record,) in kept)
    for record in sent:  # the bus has it still, and a lead that sends again does not
        assert reporting.take([Taken(land.topic.land(record.key, record.value), "")])
    with Session(reporting.engine) as session, session.begin():
        journal.rebuild(session, reporting.keystore)
    assert figure(reporting) == (1, 1)
    lead.transact(lambda work: work.session.connection().exec_driver_sql("update statistic set done = false"))
    again = land.instance(LEAD_ME)
    assert not [one for batch in again.batches for one in batch.records if one.case == "a" and "referral" in one.body]


def test_what_was_not_sent_never_is(land: Closing) -> None:
    lead = land.instance(LEAD_ME)
    counts(lead, "a", "b")
    erase(lead, "a")
    assert sorted(one.case for one in lead.unsent) == ["a", "b", "b", "b"], "but for what says nothing of the person"


def test_the_journal_is_closed_at_rest(land: Closing) -> None:
    lead, reporting = land.instance(LEAD_ME), land.instance(RAPPORTEUR)
    counts(lead, "a")
    flush(lead)
    send_batches(lead, land.topic)
    land.give(reporting)
    said = [said for (said,) in rows(reporting, "select said from fact_journal")]
    assert len(said) == 3
    assert all(one.startswith("nrm-r1.") for one in said)


def test_a_notice_that_comes_first_is_heeded_when_the_record_comes(land: Closing) -> None:
    reporting = land.instance(RAPPORTEUR)
    readers = list(land.listing.readers([RAPPORTEUR]).values())
    notice = {"id": record_id("n"), "kind": "erased", "simulated": False, "records": [record_id("r")]}
    for name, body in (("1", notice), ("2", {**REFERRAL, "id": record_id("r")})):
        record = batches.seal(name, "rs", LEAD_ME, [orjson.dumps(body).decode()], land.rings[LEAD_ME].sign[-1], readers)
        land.topic.land(record.key, record.value)
    land.give(reporting)
    assert rows(reporting, FACTS) == []
    assert rows(reporting, UNREADABLE) == []


def test_nobody_erases_in_the_clear_where_leads_have_keys(land: Closing) -> None:
    behind = with_reads(land.first, {**{one.id: 2 for one in land.first.instances}, LEAD_ME: 1})  # while others are upgraded
    land.learn(behind.model_copy(update={"version": 2}))
    reporting, topic = land.instance(RAPPORTEUR), Topic(1)
    topic.land(b"1", orjson.dumps({**REFERRAL, "id": record_id("r")}))
    topic.land(b"2", orjson.dumps({"id": record_id("n"), "kind": "erased", "simulated": False, "records": [record_id("r")]}))
    assert reporting.take([Taken(r, "") for r in topic.all()])
    assert rows(reporting, FACTS) == [(record_id("r"),)]
    assert len(rows(reporting, UNREADABLE)) == 1
