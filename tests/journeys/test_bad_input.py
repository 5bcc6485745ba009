"""What has no business on the topic gets a verdict or a reason in words; everything else goes on."""

from sqlmodel import col, select

from services.assistance.handlers import handoffs as assistance
from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import Need
from shared.records.codec import from_json
from shared.store.tables import Journal
from tests.journeys.land import Land, until
from tests.journeys.telling import said_of


async def unreadable(land: Land) -> list[str]:
    """Why the lead could not read what it could not, in the order of the log."""
    rows = select(Journal.body).where(Journal.verdict == "unreadable").order_by(col(Journal.seq))
    return [from_json(body)["reason"] for body in await land.ask("referral.centre", lambda reader: list(reader.session.exec(rows)))]


async def test_garbage_on_the_topic_holds_nothing_and_is_named_in_words(land: Land) -> None:
    known = len(await unreadable(land))
    await land.put(b"somebody", b"\xff\xfe no event")
    await land.put(b"somebody", None)
    await land.put(None, b"{}")
    case = await land.report(needs=(Need.LEGAL,))
    invited = await land.asked("ngo", Need.LEGAL, case)
    await land.answer("ngo", assistance.accept, invited, case)
    await land.everywhere(case, lambda c: c.handoffs[invited.id].state is HandoffState.ACCEPTED)

    async def named() -> set[str] | None:
        reasons = (await unreadable(land))[known:]
        return {*reasons} if len(reasons) >= 3 else None

    reasons = await until(named, "three reasons")
    assert {"the record is not JSON", "the record is empty"} <= reasons
    assert not any(land.instances[name].parked for name in land.instances)


async def test_an_event_whose_author_may_not_say_it_and_one_of_no_known_type_are_refused_everywhere(land: Land) -> None:
    case = await land.report(needs=(Need.INVESTIGATION,))
    invited = await land.asked("police", Need.INVESTIGATION, case)
    picture = await land.everywhere(case, lambda c: land.id("police") in c.agencies)

    meddler = f"assistance.{land.id('centre')}"
    said = said_of(picture, meddler, "handoff.accepted.v1", {"handoff": invited.id})
    for core in (said, said_of(picture, meddler, "handoff.sold.v1", {}, ordinal=1)):
        await land.put_sealed(core, meddler)

    after = await land.everywhere(case, lambda c: len(c.settled) >= len(picture.settled) + 2)
    assert after.handoffs[invited.id].state is HandoffState.REQUESTED
    verdicts = [
        list((await land.verdicts(name, case)).values()) for name in ("referral.centre", "assistance.police", "intake.inspectorate")
    ]
    assert all(seen.count("refused") == 2 for seen in verdicts)
