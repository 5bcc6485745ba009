"""A figure of one case waits for those of others: what goes out alone, at a moment of its own, tells which case it is of."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import col, select

from deploy.brokers.topics import ensure_topics
from services.reporting.models import Referral
from shared.config.country_tables import Batches
from tests.journeys.land import Land, until
from tests.journeys.parts import Parts

TOGETHER = Batches(every=1 / 3600, cases=2)


@pytest.fixture
async def two_by_two(parts: Parts) -> AsyncIterator[Land]:
    await ensure_topics(parts.admin)
    land = Land(parts, batches=TOGETHER)
    await land.start()
    yield land
    await land.stop()


async def counted(land: Land) -> int:
    """People whom the rapporteur has counted."""
    ours = select(Referral.record).where(col(Referral.first_responder_type) == land.tag)
    return len(await land.ask("reporting.rapporteur", lambda reader: reader.session.exec(ours).all()))


async def test_one_case_waits_at_each_fixed_time_and_two_go_together(two_by_two: Land) -> None:
    lead = two_by_two.instances["referral.centre"]

    async def waits() -> bool:
        return bool(lead.unsent)

    async def both() -> bool:
        return await counted(two_by_two) == 2

    await two_by_two.report()
    await until(waits, "what the lead counts of the first case")
    first = lead.slot or 0

    async def three_times() -> bool:
        return (lead.slot or 0) >= first + 3

    await until(three_times, "fixed times at which the first case is alone")
    assert await waits()
    assert await counted(two_by_two) == 0
    await two_by_two.report()
    await until(both, "figures of both cases")
