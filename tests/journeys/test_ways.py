"""The ways that must work, told in the order in which they happen; the first is the README's tour."""

from sqlmodel import col, select

from services.assistance.handlers import handoffs as assistance
from services.referral.handlers import cases as referral
from services.reporting.models import Happening, Referral, StageTime
from shared.casework.case_reader import CaseReader
from shared.protocol.case import Case, HandoffState, JointState
from shared.protocol.vocabulary import ActionCode, DeclineCode, Need, Outcome
from tests.journeys.land import Land, until
from tests.journeys.parts import Parts


async def test_a_report_becomes_joint_action_a_handoff_time_and_a_figure(own_land: Land) -> None:
    land = own_land  # whose figures are those of one case
    case = await land.report(needs=(Need.INVESTIGATION, Need.LEGAL))
    for who, need in (("police", Need.INVESTIGATION), ("ngo", Need.LEGAL)):
        invited = await land.asked(who, need, case)
        assert invited.answer_by > invited.requested_at
        await land.answer(who, assistance.acknowledge, invited, case)
        await land.answer(who, assistance.accept, invited, case)

    acting = await land.everywhere(case, Case.acting)
    assert acting.joint
    assert set(acting.joint.agencies) == {land.id("centre"), land.id("police"), land.id("ngo")}
    assert {task.owner for task in acting.tasks.values()} == {land.id("police"), land.id("ngo")}

    for task in acting.tasks.values():
        owner = "police" if task.owner == land.id("police") else "ngo"
        await land.decide(f"assistance.{owner}", assistance.begin_task, assistance.OfTask(case=case, task=task.id))
        ended = assistance.CompleteTask(case=case, task=task.id, outcome=Outcome.DONE)
        await land.decide(f"assistance.{owner}", assistance.complete_task, ended)
    done = await land.everywhere(case, lambda c: c.joint is not None and c.joint.state is JointState.COMPLETED)
    assert {h.state for h in done.handoffs.values() if h.need is not Need.IDENTIFICATION} == {HandoffState.COMPLETED}

    seen_by_reporter = await land.case("intake.inspectorate", case)
    assert seen_by_reporter == done

    async def facts() -> tuple[list[str], list[str], list[str]] | None:
        def read(reader: CaseReader) -> tuple[list[str], list[str], list[str]]:
            said = reader.session.exec
            ours = said(select(Referral.first_responder).where(Referral.first_responder_type == land.tag))
            stages = said(select(StageTime.stage).where(col(StageTime.giver).endswith(land.tag)))
            return list(ours), list(said(select(Happening.kind))), list(stages)

        found = await land.ask("reporting.rapporteur", read)
        return found if found[2].count("completed") == 2 else None

    referrals, happenings, stages = await until(facts, "the figures")
    assert referrals == ["inspectorate"]
    assert "joint_action" in happenings
    assert {"delivered", "noticed", "answered", "first_action", "completed"} <= set(stages)


async def test_while_one_agency_is_stopped_the_others_go_on_and_it_finds_its_invitation_late(land: Land) -> None:
    await land.stop("police")
    case = await land.report(needs=(Need.INVESTIGATION, Need.LEGAL, Need.GUARDIANSHIP))
    for who, need in (("ngo", Need.LEGAL), ("social", Need.GUARDIANSHIP)):
        invited = await land.asked(who, need, case)
        await land.answer(who, assistance.accept, invited, case)
        await land.answer(who, assistance.take_action, invited, case, action=ActionCode.INTERVIEW_HELD)
    await land.everywhere(case, lambda c: len(c.holding()) == 2, "referral.centre", "assistance.ngo", "assistance.social")
    await land.decide("referral.centre", referral.start_now, referral.OfCase(case=case))
    await land.everywhere(case, Case.acting)

    await land.start("police")
    waiting = await land.asked("police", Need.INVESTIGATION, case)
    assert waiting.state is HandoffState.REQUESTED
    await land.answer("police", assistance.accept, waiting, case)
    after = await land.everywhere(case, lambda c: c.joint is not None and land.id("police") in c.joint.agencies)
    late = await until(lambda: _task_of(land, case, "police"), "the late agency's task")
    assert late
    assert after.acting()


async def _task_of(land: Land, case: str, who: str) -> bool:
    picture = await land.case(f"assistance.{who}", case)
    return picture is not None and any(t.owner == land.id(who) for t in picture.tasks.values())


async def test_a_need_passed_round_is_answered_by_a_call_to_joint_action(land: Land) -> None:
    case = await land.report(needs=())
    await land.asked("centre", Need.IDENTIFICATION, case)
    for who in ("police", "social", "ngo"):
        await land.agree(who, Need.SAFETY, case)
    for n, (to, code) in enumerate((("police", DeclineCode.NO_CAPACITY), ("social", DeclineCode.NOT_A_VICTIM))):
        await land.request("centre", to, Need.SAFETY, case)
        asked = await land.asked(to, Need.SAFETY, case)
        await land.answer(to, assistance.decline, asked, case, code=code)
        bounced = n + 1
        await land.everywhere(case, lambda c, bounced=bounced: c.bounces(Need.SAFETY) == bounced)
    await land.request("centre", "ngo", Need.SAFETY, case)

    called = await land.everywhere(case, lambda c: c.joint is not None and sum(h.waiting for h in c.handoffs.values()) == 4)
    assert called.joint
    assert called.joint.state is JointState.CALLED
    assert set(called.joint.agencies) == {land.id("police"), land.id("social"), land.id("ngo")}
    for who in ("police", "social", "ngo"):
        invited = await land.asked(who, Need.SAFETY, case, nth=1)
        await land.answer(who, assistance.accept, invited, case)
    acting = await land.everywhere(case, Case.acting)
    assert acting.pingpong_case()
    assert len({t.owner for t in acting.tasks.values()}) == 3


async def test_an_agency_joins_a_running_case_and_a_stale_decision_counts_once(land: Land) -> None:
    case = await land.report(needs=(Need.INVESTIGATION,))
    invited = await land.asked("police", Need.INVESTIGATION, case)
    await land.everywhere(case, lambda c: land.id("police") in c.agencies)

    police = land.instances["assistance.police"]
    police.outgoing.hold({case})  # decided under the former roster, and kept until the roster has changed
    await land.answer("police", assistance.accept, invited, case)
    sent_late = police.outgoing.of(case)[0]
    add = referral.AddAgency(case=case, agency=land.id("health"), need=Need.HEALTH)
    await land.agree("health", Need.HEALTH, case)
    await land.decide("referral.centre", referral.add_agency, add)
    await land.everywhere(case, lambda c: land.id("health") in c.agencies, "referral.centre", "assistance.centre", "intake.inspectorate")
    before = (await land.case("intake.inspectorate", case)) or None
    assert before
    await land.put_stale(sent_late, "assistance.police", before, version=before.version - 1)
    police.outgoing.hold(set())

    done = await land.everywhere(case, lambda c: c.handoffs[invited.id].state is HandoffState.ACCEPTED)
    assert list(done.settled).count(sent_late.key) == 1
    seen = await land.verdicts("referral.centre", case)
    assert list(seen.values()).count("stale") >= 1
    joined = await land.verdicts("assistance.health", case)
    assert await land.case("assistance.health", case) == done
    assert all(joined[e] == seen[e] for e in joined if joined[e] not in ("in checkpoint", "waiting") and e in seen)


async def test_with_the_bus_away_officers_go_on_and_all_pictures_meet(parts: Parts, land: Land) -> None:
    case = await land.report(needs=(Need.INVESTIGATION, Need.LEGAL))
    police, ngo = await land.asked("police", Need.INVESTIGATION, case), await land.asked("ngo", Need.LEGAL, case)
    parts.away()
    try:
        for who, handoff in (("police", police), ("ngo", ngo)):
            await land.answer(who, assistance.accept, handoff, case)
            await land.answer(who, assistance.take_action, handoff, case, action=ActionCode.INTERVIEW_HELD)
        second = await land.report(needs=(Need.LEGAL,))
        mine = await land.ask("assistance.police", lambda reader: reader.shown(case))
        assert mine
        assert mine.waiting == 2
        assert mine.case.handoffs[police.id].state is HandoffState.ACTING
        assert (await land.case("intake.inspectorate", second)) is not None
    finally:
        parts.back()
    await land.everywhere(case, lambda c: all(c.handoffs[h.id].first_action_at for h in (police, ngo)))
    assert await land.asked("ngo", Need.LEGAL, second)
