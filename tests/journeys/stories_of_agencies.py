"""Bugs of real systems about who is there to help, told on real parts: what stands in the way of a yes, an officer on leave, a directory
that is out of date, an agency that leaves. docs/real_bugs.md has the numbers."""

from collections.abc import Mapping
from secrets import token_hex

from sqlmodel import select

from deploy.directory.changes import left, revoked
from services.assistance.handlers import handoffs as assistance
from services.assistance.handlers.capacity import SayCapacity, say_capacity
from shared.access import assignments
from shared.casework.documents import AttachDocument, attach_document, documents_of, would_read
from shared.config.calendar import HOUR
from shared.config.capacity import CapacityNow, CapacityState, Key
from shared.config.clock import wall
from shared.config.competence import Competent, FitReason, Wanted, competent, next_competent
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import HELD, HandoffState
from shared.protocol.documents import DocumentRef, Media
from shared.protocol.next_moves import What, moves
from shared.protocol.vocabulary import AgeBand, DeclineCode, Need
from shared.store.job_tables import Job
from tests.journeys.land import Land, until
from tests.journeys.telling import HEALTH, LEAD, NGO, POLICE, REPORTER, SOCIAL, asked, jobs, said_of, state_of


async def r08_a_document_that_never_comes_and_an_unknown_field_stand_in_no_ones_way(land: Land) -> str:
    """A child's passport, whose content the guardian never gets, and a yes with a field of a release that nobody has."""
    case = await land.report(age=AgeBand.CHILD, consent=False)
    handoff = await land.asked("social", Need.GUARDIANSHIP, case)
    picture = await land.everywhere(case, lambda c: {land.id("police"), land.id("social")} <= c.agencies)
    ref = DocumentRef(token_hex(16), token_hex(32), token_hex(32), 300_000, Media.PDF, "invented.pdf")
    shown = tuple(would_read(picture, "identity_paper", land.id("inspectorate"), wall()))
    await land.decide(REPORTER, attach_document, AttachDocument(case=case, kind="identity_paper", value=ref.written(), shown=shown))

    async def stated() -> bool:
        return bool(await land.instances[SOCIAL].run(lambda work: documents_of(work, case)))

    await until(stated, "the guardian knows of a document whose content never comes")
    author = f"assistance.{land.id('social')}"
    newer = said_of(picture, author, "handoff.accepted.v1", {"handoff": handoff.id, "unheard": "of"})
    await land.put_sealed(newer, author)
    await land.everywhere(case, lambda c: c.settled.get(newer.key) == "refused")
    await land.answer("social", assistance.accept, handoff, case)
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    return case


async def r19_what_an_officer_had_who_is_gone_is_everybodys_and_is_answered(land: Land) -> str:
    case, handoff = await asked(land)
    police = land.instances[POLICE]
    await police.run(lambda work: assignments.take(work, case, "ana", wall()))
    assert await land.ask(POLICE, lambda reader: assignments.nobodys(reader, [case])) == set()
    await police.run(lambda work: assignments.release(work, "ana", "", wall()))
    assert await land.ask(POLICE, lambda reader: assignments.nobodys(reader, [case])) == {case}, "it stands in everybody's list"
    for instance in (POLICE, LEAD):
        assert (land.id("police"), What.ANSWER) in await jobs(land, instance, case), "and it is still the agency that is asked"

    def on_leave(work: UnitOfWork) -> int:
        assignments.take(work, case, "boris", wall())
        return assignments.hand_over(work, "boris", "ceca", "dana", wall())

    assert await police.run(on_leave) == 1
    assert await land.ask(POLICE, lambda reader: assignments.assigned(reader.session, case)) == ["ceca"]
    yes = assistance.OfHandoff(case=case, handoff=handoff.id)
    await police.decide(assistance.accept, yes, form=token_hex(8), officer="ceca", case=case)
    await state_of(land, case, handoff, HandoffState.ACCEPTED)
    return case


async def _says(land: Land, state: CapacityState, at: int) -> None:
    """An officer of the police says how it stands, and the lead hears it."""
    said = SayCapacity(need=Need.INVESTIGATION, state=state)
    await land.instances[POLICE].run(lambda work: say_capacity(work, said, "officer", at))

    async def heard() -> bool:
        known = _board(land).get((land.id("police"), Need.INVESTIGATION))
        return known is not None and (known.state, known.at) == (state, at)

    await until(heard, "the lead hears what the police says it can take")


def _board(land: Land) -> Mapping[Key, CapacityNow]:
    topic = land.running["centre"].capacity
    assert topic is not None
    return topic.board.now()


def _proposed(land: Land, *been: str) -> tuple[Competent | None, FitReason]:
    """Whom the lead's page proposes for the need, and what it says of the police."""
    members = [one.id for one in land.country.askable(land.country.lead)]
    ranked = competent(land.country, Wanted(Need.INVESTIGATION, wall()), members, said=_board(land))
    return next_competent(ranked, been), next(one for one in ranked if one.id == land.id("police")).reasons[-1]


async def r26_what_is_out_of_date_moves_nobody_and_who_takes_nobody_is_not_proposed(land: Land) -> str:
    now = wall()
    await _says(land, CapacityState.TAKES, now - 24 * HOUR)
    assert _proposed(land)[1] is FitReason.STALE, "the page says that it is old"
    case, handoff = await asked(land)
    await _says(land, CapacityState.FULL, now)
    await land.answer("police", assistance.decline, handoff, case, code=DeclineCode.NO_CAPACITY)
    await state_of(land, case, handoff, HandoffState.DECLINED)
    for instance in (LEAD, POLICE):
        assert (land.id("centre"), What.REASSIGN) in await jobs(land, instance, case)
    proposed, why = _proposed(land, land.id("police"))
    assert proposed is not None
    assert (proposed.id, why) == (land.id("inspectorate"), FitReason.FULL)
    await land.agree("inspectorate", Need.INVESTIGATION, case)
    await land.request("centre", "inspectorate", Need.INVESTIGATION, case)
    instead = await land.asked("inspectorate", Need.INVESTIGATION, case)
    await land.answer("inspectorate", assistance.accept, instead, case)
    await state_of(land, case, instead, HandoffState.ACCEPTED)
    return case


async def r27_of_an_agency_that_leaves_what_it_had_and_what_it_asked_is_settled(land: Land) -> str:
    """The last story: afterwards the health agency is in no case, and nothing that is signed with its keys counts."""
    case, _ = await asked(land)
    for need in (Need.HEALTH, Need.PSYCHOLOGICAL):
        await land.agree("health", need, case)
        await land.request("centre", "health", need, case)
    held, waiting = [await land.asked("health", need, case) for need in (Need.HEALTH, Need.PSYCHOLOGICAL)]
    await land.answer("health", assistance.accept, held, case)
    await land.request("health", "ngo", Need.SOCIAL_CARE, case)
    own = await land.asked("ngo", Need.SOCIAL_CARE, case)
    await state_of(land, case, held, HandoffState.ACCEPTED)
    gone = land.id("health")
    await land.lists(lambda directory: left(directory, gone, wall()))
    others = (LEAD, POLICE, NGO, REPORTER)
    picture = await land.everywhere(case, lambda c: gone not in c.agencies, *others)
    assert not any(h.to == gone and (h.state in HELD or h.waiting) for h in picture.handoffs.values()), "both came back"
    assert {held.id, waiting.id} <= {one.handoff.id for one in moves(picture) if one.what is What.REASSIGN and one.handoff}
    assert {one.who for one in moves(picture)} <= picture.agencies, "and nobody is waited for who has left"
    await land.answer("ngo", assistance.accept, own, case)
    await state_of(land, case, own, HandoffState.ACCEPTED, *others)

    async def nothing_left() -> bool:
        return not await land.ask(HEALTH, lambda reader: reader.session.exec(select(Job).where(Job.case == case, Job.who == gone)).all())

    await until(nothing_left, "it has nothing left to do itself")
    await land.lists(lambda directory: revoked(directory, gone, wall()))
    author = f"assistance.{gone}"
    late = said_of(picture, author, "handoff.accepted.v1", {"handoff": waiting.id})
    await land.put_sealed(late, author)
    await land.everywhere(case, lambda c: gone not in c.agencies and late.key not in c.settled, *others)
    return case


STORIES = (
    r08_a_document_that_never_comes_and_an_unknown_field_stand_in_no_ones_way,
    r19_what_an_officer_had_who_is_gone_is_everybodys_and_is_answered,
    r26_what_is_out_of_date_moves_nobody_and_who_takes_nobody_is_not_proposed,
    r27_of_an_agency_that_leaves_what_it_had_and_what_it_asked_is_settled,
)
