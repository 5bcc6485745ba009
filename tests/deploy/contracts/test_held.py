"""A release of before holds a case of protocol 2 whole; the release that takes over its database folds it. See `previous/hold.py`."""

from pathlib import Path

import pytest

from shared.protocol.versions import NEWEST
from shared.records.codec import open_record
from tests.deploy.contracts.previous.hold import INSTANCES
from tests.deploy.contracts.test_previous import RELEASES, laid, query, topic
from tests.shared.land import LEAD_ME, Hand, instance_at, rows, settle, sure

HELD = [release / "held" for release in RELEASES if (release / "held").exists()]
VERDICTS = "SELECT event, verdict FROM journal ORDER BY event"


def test_some_release_of_before_was_asked() -> None:
    assert HELD


@pytest.mark.parametrize("folder", HELD, ids=lambda folder: folder.parent.name)
@pytest.mark.parametrize("me", INSTANCES)
def test_it_is_held_whole_and_folded_by_itself_after_the_upgrade(folder: Path, me: str, tmp_path: Path) -> None:
    log, file = topic(folder), laid(folder, me, tmp_path)
    parked = query(file, "SELECT place, code FROM parked ORDER BY place")
    concerns = [r.offset for r in log.all() if me.partition(".")[2] in open_record(r.value).readers and r.offset >= parked[0][0]]
    assert parked == [(place, "newer-protocol" if place == concerns[0] else "waits-behind") for place in concerns]
    folded = query(file, "SELECT verdict FROM journal WHERE verdict <> 'waiting'")
    assert folded == [], "who was named waits for the lead's checkpoint; nothing of the case counts there yet"
    taken_over, fresh = instance_at(file, me, Hand()), instance_at(tmp_path / "fresh.db", me, Hand())
    for instance in (taken_over, fresh):
        settle(log, instance)
    (case,) = {open_record(r.value).core.case for r in log.all()}
    assert rows(taken_over, "SELECT * FROM parked") == []
    assert sure(taken_over, case) == sure(fresh, case)
    assert sure(taken_over, case).protocol == NEWEST
    assert rows(taken_over, VERDICTS) == rows(fresh, VERDICTS)
    assert (parked[0][0] == 0) is (me == LEAD_ME), "the lead holds it from its opening on"
    taken_over.close()
    fresh.close()
