"""Batches that memory reads anew from the database, since something of them was erased, while the relay sends them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.batches import RECORDS_OF_A_BATCH
from shared.store.outbox import UnsentStatistic, unsent
from tests.shared.counted import flush
from tests.shared.land import LEAD_ME
from tests.shared.processing.test_batches import DAY, Land, lived_in


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Land]:
    yield from lived_in(Land(tmp_path))


def test_a_batch_that_was_made_anew_while_it_was_on_its_way_goes_once(sealed: Land) -> None:
    """Something of it was erased meanwhile: whoever reads the broker's disk would see one key twice."""
    lead = sealed.instance(LEAD_ME)
    lead.idle(clocks=False)
    sealed.count(lead, *(f"case {n}" for n in range(RECORDS_OF_A_BATCH + 3)))
    sealed.clock.at += DAY
    lead.idle(clocks=False)
    first, second = going = list(lead.batches)
    with Session(lead.engine) as session:
        lead.refill_statistics([one for one in unsent(session, lead.keystore) if one.record != first.records[0].record])
    lead.acknowledged(first)
    assert [batch.name for batch in lead.batches] == [second.name]
    lead.acknowledged(second)
    assert lead.batches == []
    assert sorted(lead.taken) == sorted(one.record for batch in going for one in batch.records)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_batch_that_went_is_not_made_anew(sealed: Land, when: str) -> None:
    """What was erased is let go of, and memory reads anew what waits, before the database knows of it or while it is told."""
    lead = sealed.instance(LEAD_ME)
    sealed.count(lead, "a")
    flush(lead)
    [batch] = lead.batches

    def reads(work: UnitOfWork) -> list[UnsentStatistic]:
        found = unsent(work.session, lead.keystore)
        if when == "meanwhile":
            lead.acknowledged(batch)
        return found

    if when == "before":
        lead.acknowledged(batch)
    lead.refill_statistics(lead.transact(reads))
    assert lead.batches == []
