"""Bugs of real systems on real parts: one country on each pair, a case for each; whatever crossed, both sides are told the same verdict.
Each has its turns on the pairs (`conftest.pair_of`).

Who decides later is held until the others have spoken, so that the order on the log is the one that the story is about. The same bugs as
officers read them stand in the folder `real_bugs`; docs/real_bugs.md has the numbers.
"""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlmodel import select

from deploy.brokers import Mock
from deploy.brokers.topics import ensure_topics
from services.assistance.handlers import handoffs as assistance
from services.referral.handlers.consent import Withdraw, withdraw
from services.referral.handlers.ending import CloseCase, close_case
from services.referral.handlers.lead import AskToLead, OfTransfer, ask_to_lead, take_lead
from services.referral.handlers.status import DecideStatus, decide_status
from shared.casework.person_file import statements_of
from shared.casework.stating import NewStatement, StateFacts, made
from shared.casework.uncounted import REMOVED
from shared.decisions.errors import RuleBroken
from shared.protocol.case import HELD, HandoffState
from shared.protocol.closing import open_handoffs
from shared.protocol.facts import EndedHandoff
from shared.protocol.following import Mark
from shared.protocol.next_moves import What
from shared.protocol.vocabulary import CloseReason, DeclineCode, Ending, HandoffKind, Need, Source, Stage
from shared.store.tables import Journal
from tests.journeys import stories_of_agencies, stories_of_delivery
from tests.journeys.land import Land, until
from tests.journeys.parts import Open, Parts
from tests.journeys.telling import CENTRE, LEAD, NGO, POLICE, REPORTER, Told, asked, jobs, later, revoke, state_of, told


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(parts: Parts) -> AsyncIterator[Land]:
    await ensure_topics(parts.admin)
    land = Land(parts, two_desks=True)
    await land.start()
    yield land
    await land.stop()


async def r01_a_request_that_is_taken_back_crosses_its_acceptance(land: Land) -> str:
    case, handoff = await asked(land)
    with later(land, POLICE, case):
        await land.answer("police", assistance.accept, handoff, case)
        await revoke(land, handoff, case)
        await state_of(land, case, handoff, HandoffState.REVOKED, LEAD, NGO, REPORTER)
    await state_of(land, case, handoff, HandoffState.REVOKED)
    await told(land, POLICE, case, "superseded")
    return case


async def r01_the_other_way_round_the_acceptance_stands(land: Land) -> str:
    case, handoff = await asked(land)
    with later(land, CENTRE, case):
        await revoke(land, handoff, case)
        await land.answer("police", assistance.accept, handoff, case)
        await state_of(land, case, handoff, HandoffState.ACCEPTED, LEAD, POLICE, NGO, REPORTER)
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    await told(land, CENTRE, case, "superseded")
    return case


async def r02_a_second_request_while_one_is_pending_is_refused_and_the_first_is_answered(land: Land) -> str:
    case, first = await asked(land)
    await land.agree("police", Need.INVESTIGATION, case)
    with pytest.raises(RuleBroken, match="asked-already"):
        await land.request("centre", "police", Need.INVESTIGATION, case)
    await land.answer("police", assistance.accept, first, case)
    picture = await state_of(land, case, first, HandoffState.ACCEPTED)
    assert [h.id for h in picture.handoffs.values() if h.need is Need.INVESTIGATION] == [first.id]
    return case


async def r03_an_acceptance_of_what_was_closed_meanwhile_takes_nothing_on(land: Land) -> str:
    case, handoff = await asked(land)
    with later(land, POLICE, case):
        await land.answer("police", assistance.accept, handoff, case)
        picture = await land.case(LEAD, case)
        assert picture is not None
        ended = tuple(EndedHandoff(handoff=h.id, ending=Ending.NOT_NEEDED) for h in open_handoffs(picture))
        await land.decide(LEAD, close_case, CloseCase(case=case, reason=CloseReason.GOALS_MET, handoffs=ended))
        await land.everywhere(case, lambda c: c.closed_at is not None, LEAD, NGO, REPORTER)
    picture = await land.everywhere(case, lambda c: c.closed_at is not None)
    assert not any(h.state in HELD for h in picture.handoffs.values())
    await told(land, POLICE, case, "superseded")
    return case


async def r04_who_decides_on_what_another_has_decided_is_told_and_nothing_is_sent(land: Land) -> str:
    case, handoff = await asked(land)
    await revoke(land, handoff, case)
    await state_of(land, case, handoff, HandoffState.REVOKED)
    with pytest.raises(RuleBroken):
        await land.answer("police", assistance.accept, handoff, case)
    assert "superseded" not in (await land.verdicts(LEAD, case)).values()
    return case


async def r04_a_screen_of_before_the_lead_passed_on_leads_nobody_and_what_others_decided_on_theirs_counts(land: Land) -> str:
    case, handoff = await asked(land)
    social, desk = land.id("social"), "referral.social"
    await land.agree("social", Need.IDENTIFICATION, case)
    await land.decide(LEAD, ask_to_lead, AskToLead(case=case, agency=social))
    there = await land.everywhere(case, lambda c: social in c.agencies)
    request = next(h.id for h in there.handoffs.values() if h.kind is HandoffKind.TRANSFER)
    grounds = DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True)
    with later(land, POLICE, case):
        await land.answer("police", assistance.accept, handoff, case)
        await land.decide(desk, take_lead, OfTransfer(case=case, handoff=request))
        await land.everywhere(case, lambda c: c.lead == social, LEAD, desk, NGO, REPORTER)
        with pytest.raises(RuleBroken):
            await land.decide(LEAD, decide_status, grounds)
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    await land.decide(desk, decide_status, grounds)
    await land.everywhere(case, lambda c: c.lead == social and Stage.REASONABLE_GROUNDS in c.statuses)
    assert {*(await land.verdicts(desk, case)).values()} <= {"counted", "stale", *Mark}
    return case


async def r05_a_form_that_is_sent_again_after_its_echo_is_the_same_decision(land: Land) -> str:
    case, handoff = await asked(land)
    form = uuid4().hex
    yes = assistance.OfHandoff(case=case, handoff=handoff.id)
    first = await land.decide(POLICE, assistance.accept, yes, form)
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    again = await land.decide(POLICE, assistance.accept, yes, form)
    assert (again.repeated, again.keys) == (True, first.keys)
    assert list((await land.verdicts(LEAD, case)).values()).count("counted") == len(await land.verdicts(LEAD, case))
    return case


async def r06_what_others_add_to_a_case_changes_nobodys_responsibility(land: Land) -> str:
    case, handoff = await asked(land)
    await land.answer("police", assistance.accept, handoff, case)
    before = (await state_of(land, case, handoff, HandoffState.ACCEPTED)).handoffs
    said = NewStatement(field="language", value="ne", source=Source.SAID)
    for instance in (NGO, REPORTER):
        await land.decide(instance, made, StateFacts(case=case, statements=(said,)))
    after = await land.everywhere(case, lambda c: c.handoffs == before)
    assert after.lead == land.id("centre")
    return case


async def r07_whoever_accepted_has_it_in_its_list(land: Land) -> str:
    case, handoff = await asked(land)
    await land.answer("police", assistance.accept, handoff, case)
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    assert (land.id("police"), What.ACT) in await jobs(land, POLICE, case)
    assert (land.id("police"), What.ACT) in await jobs(land, LEAD, case), "and the lead sees that it is theirs"
    return case


async def r09_and_r20_what_is_decided_while_consent_is_withdrawn_counts_for_nobody(land: Land) -> str:
    case, handoff = await asked(land)
    others = (LEAD, NGO, REPORTER)
    with later(land, POLICE, case):
        await land.answer("police", assistance.accept, handoff, case)
        await land.decide(LEAD, withdraw, Withdraw(case=case, agency=land.id("police")))
        gone = await land.everywhere(case, lambda c: land.id("police") not in c.agencies, *others)
    assert gone.handoffs[handoff.id].state is HandoffState.RETURNED
    assert (land.id("centre"), What.REASSIGN) in await jobs(land, LEAD, case)
    await told(land, POLICE, case, REMOVED)
    return case


async def r10_of_two_who_state_the_same_field_at_once_both_stand(land: Land) -> str:
    case, _ = await asked(land)
    for instance, tongue in ((NGO, "ne"), (REPORTER, "hi")):
        said = NewStatement(field="language", value=tongue, source=Source.SAID)
        await land.decide(instance, made, StateFacts(case=case, statements=(said,)))

    async def both() -> bool:
        known = [
            await land.instances[name].run(lambda work: {one.value for one in statements_of(work, case) if one.field == "language"})
            for name in (LEAD, NGO, REPORTER)
        ]
        return all(values >= {"ne", "hi"} for values in known)

    assert await until(both, "both are on file, and side by side")
    return case


async def r15_what_comes_twice_is_one_decision(land: Land) -> str:
    case, handoff = await asked(land)
    police = land.instances[POLICE]
    with later(land, POLICE, case):
        await land.answer("police", assistance.accept, handoff, case)
        (row,) = police.outgoing.of(case)
        picture = await land.case(LEAD, case)
        assert picture is not None
        for _ in range(2):
            key, value, _ = land.seals[police.me].complete(row, picture, 0, row.at)
            await land.put(key, value)
        await state_of(land, case, handoff, HandoffState.ACCEPTED, LEAD, NGO, REPORTER)
    picture = await state_of(land, case, handoff, HandoffState.ACCEPTED)
    keys = select(Journal.verdict).where(Journal.case == case, Journal.key == row.key)
    for instance in (LEAD, POLICE, NGO):
        verdicts = await land.ask(instance, lambda reader: list(reader.session.exec(keys).all()))
        assert verdicts.count("counted") == 1, (instance, verdicts)
    assert (await jobs(land, POLICE, case)) == (await jobs(land, LEAD, case)), "and one row in each list"
    return case


async def r17_what_waits_to_be_sent_outlives_a_restart(land: Land) -> str:
    case, handoff = await asked(land)
    with later(land, POLICE, case):
        await land.answer("police", assistance.accept, handoff, case)
        await land.stop("police")
        picture = await land.case(LEAD, case)
        assert picture is not None
        assert picture.handoffs[handoff.id].waiting
    await land.start("police")
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    return case


async def r18_a_request_that_was_declined_stands_in_the_list_of_who_asked(land: Land) -> str:
    case, handoff = await asked(land)
    await land.answer("police", assistance.decline, handoff, case, code=DeclineCode.NO_CAPACITY)
    await state_of(land, case, handoff, HandoffState.DECLINED)
    for instance in (LEAD, POLICE, NGO):
        assert (land.id("centre"), What.REASSIGN) in await jobs(land, instance, case), instance
    return case


async def r21_who_consents_again_is_told_of_again(land: Land) -> str:
    case, _ = await asked(land)
    await land.decide(LEAD, withdraw, Withdraw(case=case, agency=land.id("police")))
    await land.everywhere(case, lambda c: land.id("police") not in c.agencies, LEAD, NGO, REPORTER)
    await land.agree("police", Need.INVESTIGATION, case)
    await land.request("centre", "police", Need.INVESTIGATION, case)
    again = await land.asked("police", Need.INVESTIGATION, case, nth=1)
    await land.answer("police", assistance.accept, again, case)
    await state_of(land, case, again, HandoffState.ACCEPTED)
    return case


STORIES: tuple[Told, ...] = (
    r01_a_request_that_is_taken_back_crosses_its_acceptance, r01_the_other_way_round_the_acceptance_stands,
    r02_a_second_request_while_one_is_pending_is_refused_and_the_first_is_answered,
    r03_an_acceptance_of_what_was_closed_meanwhile_takes_nothing_on,
    r04_who_decides_on_what_another_has_decided_is_told_and_nothing_is_sent,
    r04_a_screen_of_before_the_lead_passed_on_leads_nobody_and_what_others_decided_on_theirs_counts,
    r05_a_form_that_is_sent_again_after_its_echo_is_the_same_decision,
    r06_what_others_add_to_a_case_changes_nobodys_responsibility, r07_whoever_accepted_has_it_in_its_list,
    r09_and_r20_what_is_decided_while_consent_is_withdrawn_counts_for_nobody, r10_of_two_who_state_the_same_field_at_once_both_stand,
    r15_what_comes_twice_is_one_decision, r17_what_waits_to_be_sent_outlives_a_restart,
    r18_a_request_that_was_declined_stands_in_the_list_of_who_asked, r21_who_consents_again_is_told_of_again, 
    *stories_of_delivery.STORIES, *stories_of_delivery.OF_KAFKA, *stories_of_agencies.STORIES,
)  # fmt: skip


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("story", STORIES, ids=[one.__name__ for one in STORIES])
async def test_both_sides_are_told_the_same_verdict(shared: Land, story: Told) -> None:
    if story in stories_of_delivery.OF_KAFKA and isinstance(shared.parts, Open) and isinstance(shared.parts.broker, Mock):
        pytest.skip("the mock can neither forget what it has nor lose a topic")
    case = await story(shared)

    async def alike() -> bool:
        """Of what lies on the log while both are in the case, police and lead have the same verdicts; a mark is none."""
        lead, police = await asyncio.gather(shared.verdicts(LEAD, case), shared.verdicts(POLICE, case))
        inside = {event: verdict for event, verdict in police.items() if verdict not in {*Mark}}
        return len(inside) > 2 and inside.items() <= lead.items()

    assert await until(alike, "the same verdicts at both")
