"""A question, its answer and an arrangement on real parts: at exactly their readers, and nowhere else, whoever looks."""

from typing import Any

from shared.casework import saying
from shared.casework.messages import SentMessage
from shared.protocol.case import Handoff, HandoffState
from shared.protocol.case_file import Group
from shared.protocol.messages import Spot
from shared.protocol.vocabulary import AgeBand, Need
from tests.journeys.land import Land, until
from tests.journeys.test_leaks import held, on_the_topic
from tests.leaks import found

ASKED, ANSWERED, MEET = "canary which tongue", "canary of the south", "canary meets canary"
WORDS = (ASKED, ANSWERED, MEET)
READS = {"police": {*WORDS}, "centre": {*WORDS}}


async def thread(land: Land, instance: str, case: str, n: int) -> tuple[SentMessage, ...]:
    """The messages of a case, once there are so many."""

    async def there() -> tuple[SentMessage, ...] | None:
        known = await land.ask(instance, lambda reader: reader.messages(case))
        return known if len(known) >= n else None

    return await until(there, f"{n} messages at {instance}")


def on(handoff: Handoff, case: str, **more: Any) -> dict[str, Any]:
    return {"case": case, "handoff": handoff.id, "purpose": handoff.need, "about": (Group.COMMUNICATION,), **more}


async def test_words_reach_exactly_their_readers_and_what_is_read_is_told_to_who_wrote(land: Land) -> None:
    case = await land.report(age=AgeBand.CHILD, consent=False, needs=(Need.INVESTIGATION, Need.LEGAL))
    asked = await land.asked("police", Need.INVESTIGATION, case)
    await land.asked("ngo", Need.LEGAL, case)
    await land.decide("assistance.police", saying.ask_question, saying.AskQuestion(**on(asked, case, words=ASKED)))
    (question,) = await thread(land, "referral.centre", case, 1)
    await land.decide(
        "referral.centre", saying.answer_question, saying.AnswerQuestion(**on(asked, case, words=ANSWERED, answers=question.id))
    )
    _, answer = await thread(land, "assistance.police", case, 2)
    meeting = saying.ArrangeMeeting(**on(asked, case, when=question.said_at, spot=Spot.WITH_LEAD, who=MEET))
    await land.decide("assistance.police", saying.arrange, meeting)
    await thread(land, "referral.centre", case, 3)
    await land.decide("assistance.police", saying.mark_read, saying.ReadWords(case=case, messages=(answer.id,)))
    await land.everywhere(case, lambda c: c.handoffs[asked.id].state is HandoffState.ACKNOWLEDGED)

    async def told() -> bool | None:
        known = await land.ask("referral.centre", lambda reader: reader.messages(case))
        return {agency for one in known for agency, _ in one.read} == {land.id("police")} or None

    await until(told, "the receipt at who wrote")
    assert not found(WORDS, await on_the_topic(land))
    for instance in land.instances:
        tables = held(land, instance)
        may = READS.get(instance.partition(".")[2], set[str]()) if not instance.startswith(("intake", "reporting")) else set[str]()
        assert found(WORDS, b"\n".join(tables.values())) == may, instance
        clear = [text for name, text in tables.items() if name not in ("message", "journal", "outbox")]
        assert not found(WORDS, b"\n".join(clear)), instance
