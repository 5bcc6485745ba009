"""The consumer's own rules, without a broker: when an instance has caught up, and what a poll that does not join leads to."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.config.kafka import Bus
from shared.messaging.consumer import Log
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, noted, report, send


def polled(records: Any) -> Any:
    """A poll as FastStream gives it."""
    return SimpleNamespace(raw_message=records)


async def test_before_it_is_known_where_the_log_ends_nobody_has_caught_up(house: House) -> None:
    """FastStream may give the first records before the first look at the ends."""
    report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    lead = house[LEAD_ME]
    lead.unfenced()
    log = Log([lead], Bus("127.0.0.1:1"), 1)
    await log.poll(polled(house.topic.all()))
    assert not lead.caught_up
    log.ends = {0: 2}
    await log.poll(polled(house.topic.all()))
    assert not lead.caught_up
    log.ends = {0: 1}
    await log.poll(polled(house.topic.all()))
    assert lead.caught_up


async def test_records_in_the_middle_of_a_log_that_is_not_known_lead_back_to_its_beginning(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = report(house[INTAKE_ME], "f1")
    report(house[INTAKE_ME], "f2")
    send(house[INTAKE_ME], house.topic)
    log, joins = Log([house[LEAD_ME]], Bus("127.0.0.1:1"), 1), list[int]()

    async def join() -> None:
        joins.append(1)

    monkeypatch.setattr(log, "join", join)
    await log.poll(polled(house.topic.all()[1:]))
    assert joins == [1], "the consumer began at an offset that the group had committed, not at ours"
    assert noted(house[LEAD_ME], case) == []
    await log.poll(polled(house.topic.all()))
    assert noted(house[LEAD_ME], case) == [("case.reported.v1", "counted")]
