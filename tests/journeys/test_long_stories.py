"""Long stories on real parts: the people of one raid and six agencies, a child, consent that is withdrawn in mid-transfer, once while the
lead of the case itself passes on.
"""

import asyncio

import pytest

from deploy.brokers.topics import ensure_topics
from services.assistance.handlers import handoffs as assistance
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, Withdraw, withdraw
from services.referral.handlers.lead import AskToLead, OfTransfer, ask_to_lead, take_lead
from services.referral.handlers.status import DecideStatus, decide_status
from shared.casework.uncounted import REMOVED, unseen
from shared.protocol.case import Case, HandoffState, JointState
from shared.protocol.events import RosterSet
from shared.protocol.next_moves import moves
from shared.protocol.vocabulary import ActionCode, AgeBand, Basis, Form, HandoffKind, Need, Outcome, Stage
from tests.journeys.land import Land, until
from tests.journeys.parts import Parts

RAID, EVERY_DAY = 8, 2
"""So many people at once, with --long and every day."""
JOINS = {"health": Need.HEALTH, "social": Need.HOUSING, "inspectorate": Need.WAGE_CLAIM}
"""Whom the lead asks besides those whom policy invites."""


async def test_the_people_of_a_raid_are_helped_by_six_agencies_at_once(land: Land, request: pytest.FixtureRequest) -> None:
    raid = RAID if request.config.getoption("--long") else EVERY_DAY
    cases = [await land.report(forms=(Form.LABOUR,)) for _ in range(raid)]
    done = await asyncio.gather(*(_helped(land, case) for case in cases))
    helpers = {land.id(name) for name in ("police", "ngo", *JOINS)}
    for picture in done:
        assert helpers <= {h.to for h in picture.handoffs.values() if h.state is HandoffState.COMPLETED}
        assert picture.joint is not None
        assert picture.joint.state is JointState.COMPLETED
    assert len({picture.trace for picture in done}) == raid, "each person has a case and a trace of their own"


async def _helped(land: Land, case: str) -> Case:
    """One person: five agencies and the lead act, each by itself, until nothing is left to do."""
    await land.asked("centre", Need.IDENTIFICATION, case)
    for who, need in JOINS.items():
        await land.agree(who, need, case)
        await land.request("centre", who, need, case)
    for who, need in {"police": Need.INVESTIGATION, "ngo": Need.LEGAL, **JOINS}.items():
        invited = await land.asked(who, need, case)
        await land.answer(who, assistance.acknowledge, invited, case)
        await land.answer(who, assistance.accept, invited, case)
    acting = await land.everywhere(case, lambda c: c.acting() and len(c.tasks) == 2 + len(JOINS))
    for task in acting.tasks.values():
        name = next(one.name for one in land.country.agencies if one.id == task.owner)
        ended = assistance.CompleteTask(case=case, task=task.id, outcome=Outcome.DONE)
        await land.decide(f"assistance.{name}", assistance.complete_task, ended)
    return await land.everywhere(case, lambda c: c.joint is not None and c.joint.state is JointState.COMPLETED)


async def test_a_child_is_led_by_the_guardianship_authority_without_being_asked_for_consent(land: Land) -> None:
    case = await land.report(age=AgeBand.CHILD, consent=False, needs=(Need.GUARDIANSHIP, Need.LEGAL))
    guardian, lawyers = await land.asked("social", Need.GUARDIANSHIP, case), await land.asked("ngo", Need.LEGAL, case)
    picture = await land.everywhere(case, lambda c: c.basis is Basis.CHILD and land.id("ngo") in c.agencies)
    assert {move.who for move in moves(picture)} >= {land.id("social"), land.id("ngo"), land.id("centre")}
    await land.answer("social", assistance.accept, guardian, case)
    await land.answer("social", assistance.take_action, guardian, case, action=ActionCode.SAFETY_MEASURE)
    await land.answer("ngo", assistance.accept, lawyers, case)
    acting = await land.everywhere(case, lambda c: c.acting() and len(c.tasks) == 2)
    assert acting.handoffs[guardian.id].first_action_at is not None
    assert {task.owner for task in acting.tasks.values()} == {land.id("social"), land.id("ngo")}


async def test_consent_that_is_withdrawn_in_mid_transfer_takes_the_acceptance_with_it_and_can_come_back(land: Land) -> None:
    case = await land.report()
    asked, police = await land.asked("police", Need.INVESTIGATION, case), land.instances["assistance.police"]
    await land.everywhere(case, lambda c: len(c.handoffs) == 3)
    police.outgoing.hold({case})  # decided, and not sent before the lead has spoken
    await land.answer("police", assistance.accept, asked, case)
    await land.decide("referral.centre", withdraw, Withdraw(case=case, agency=land.id("police")))
    others = ("referral.centre", "assistance.ngo", "intake.inspectorate")
    gone = await land.everywhere(case, lambda c: land.id("police") not in c.agencies, *others)
    police.outgoing.hold(set())
    assert gone.handoffs[asked.id].state is HandoffState.RETURNED, "the lead and all others see that it is back"
    assert any(move.handoff and move.handoff.id == asked.id and move.who == land.id("centre") for move in moves(gone))

    async def told() -> list[str]:
        return [one.verdict for one in await land.ask("assistance.police", lambda reader: unseen(reader, case))]

    assert await until(told, "whoever accepted is told that it did not count") == [REMOVED]
    await land.agree("police", Need.INVESTIGATION, case)
    await land.decide("referral.centre", add_agency, AddAgency(case=case, agency=land.id("police"), need=Need.INVESTIGATION))
    again = await land.asked("police", Need.INVESTIGATION, case, nth=1)
    await land.answer("police", assistance.accept, again, case)
    await land.everywhere(case, lambda c: c.handoffs[again.id].state is HandoffState.ACCEPTED)


async def test_consent_that_is_withdrawn_while_the_lead_passes_on_reaches_the_new_lead(parts: Parts) -> None:
    """The old desk has decided the change, and its bus is away; the person tells that desk that the police must not be told any more."""
    await ensure_topics(parts.admin)
    land = Land(parts, two_desks=True)
    await land.start("inspectorate", "centre", "social", "police")
    try:
        await _withdrawn_while_the_lead_passes_on(land)
    finally:
        await land.stop()


async def _withdrawn_while_the_lead_passes_on(land: Land) -> None:
    case, social = await land.report(needs=(Need.INVESTIGATION,)), land.id("social")
    taken = await land.asked("police", Need.INVESTIGATION, case)
    await land.answer("police", assistance.accept, taken, case)
    await land.agree("social", Need.IDENTIFICATION, case)
    await land.decide("referral.centre", ask_to_lead, AskToLead(case=case, agency=social))
    desks = ("referral.centre", "referral.social", "assistance.police", "intake.inspectorate")
    asked = await land.everywhere(case, lambda c: social in c.agencies, *desks)
    request = next(h.id for h in asked.handoffs.values() if h.kind is HandoffKind.TRANSFER)
    centre = land.instances["referral.centre"]
    centre.outgoing.hold({case})
    await land.decide("referral.social", take_lead, OfTransfer(case=case, handoff=request))

    async def decided() -> list[str]:
        return [row.type for row in centre.outgoing.of(case)]

    assert await until(decided, "the old desk hands the case over, and cannot say so") == [RosterSet.TYPE]
    await land.decide("referral.centre", withdraw, Withdraw(case=case, agency=land.id("police")))
    centre.outgoing.hold(set())
    after = await land.everywhere(case, lambda c: c.lead == social and land.id("police") not in c.agencies, *(set(desks) - {desks[2]}))
    assert after.handoffs[taken.id].state is HandoffState.RETURNED, "what the police had taken on is back, and everybody sees it"
    assert {move.who for move in moves(after)} == {social}, "and the new lead must move"
    status = DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True)
    await land.decide("referral.social", decide_status, status)
    await land.everywhere(case, lambda c: Stage.REASONABLE_GROUNDS in c.statuses, *(set(desks) - {desks[2]}))
