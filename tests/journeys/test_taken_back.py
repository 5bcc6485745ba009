"""Consent is taken back and given again, and erasure is asked: what becomes of what was told, on each pair of parts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.brokers.topics import ensure_topics
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, Withdraw, withdraw
from services.referral.handlers.erasure import AskErasure, ask_erasure
from services.referral.projections import receipts
from services.referral.projections.receipts import ReceiptStanding
from shared.protocol.vocabulary import Need
from tests.journeys.land import Land, until
from tests.journeys.parts import Parts


@pytest.fixture
async def keyed(parts: Parts, tmp_path: Path) -> AsyncIterator[Land]:
    await ensure_topics(parts.admin)
    land = Land(parts, keys=tmp_path / "keystores")
    await land.start("inspectorate", "centre", "police", "ngo")
    yield land
    await land.stop()


async def knows(land: Land, instance: str, case: str, *classes: str) -> None:
    """Wait until an instance can read of the person just these classes."""

    async def fits() -> bool:
        profile = await land.ask(instance, lambda reader: reader.profile(case))
        return {name for name, said in profile.items() if said} == set(classes)

    await until(fits, f"{instance} knows {classes or 'nothing'}")


async def answered(land: Land, case: str, asked: int) -> list[ReceiptStanding]:
    """Wait until so many receipts were asked for, and all who run here have given theirs."""

    async def all_of_them() -> list[ReceiptStanding] | None:
        found = await land.ask("referral.centre", lambda reader: receipts.of_case(reader.session, case))
        running = {f"{name.partition('.')[0]}.{land.id(name.partition('.')[2])}" for name in land.instances}
        return found if len(found) == asked and all(running.isdisjoint(one.missing) for one in found) else None

    return await until(all_of_them, "receipts")


async def test_what_was_told_goes_with_the_consent_and_comes_back_with_it_and_goes_for_good(keyed: Land) -> None:
    land, police = keyed, "assistance.police"
    case = await land.report(needs=(Need.INVESTIGATION,), nationality="Testland")
    await land.asked("police", Need.INVESTIGATION, case)
    await knows(land, police, case, "D1", "D2")

    await land.decide("referral.centre", withdraw, Withdraw(case=case, agency=land.id("police")))
    await knows(land, police, case)
    (owed,) = await answered(land, case, 1)
    assert (owed.agency, {one.kept for one in owed.given}) == (land.id("police"), {()})

    await land.agree("police", Need.INVESTIGATION, case)
    await land.decide("referral.centre", add_agency, AddAgency(case=case, agency=land.id("police"), need=Need.INVESTIGATION))
    await knows(land, police, case, "D1", "D2")

    await land.decide("referral.centre", ask_erasure, AskErasure(case=case, reason="asked for it"))
    for instance in (police, "referral.centre", "intake.inspectorate", "assistance.inspectorate"):
        await knows(land, instance, case)
    erased = [one for one in await answered(land, case, 4) if one.erasure]
    assert {one.agency for one in erased} == {land.id(name) for name in ("inspectorate", "centre", "police")}
