"""Planted words in every personal field that travels: where they may be, and that they are nowhere else."""

from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import inspect, text
from sqlmodel import Session

from deploy.brokers.topics import CASE_EVENTS, PARTITIONS
from services.assistance.handlers import handoffs as assistance
from services.referral.handlers import cases as referral
from shared.casework import access_requests as access
from shared.casework import own_record as own
from shared.casework import rights_requests as rights
from shared.casework.person_requests import requests_of
from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import Need
from tests.journeys.land import Land
from tests.leaks import forms, found

PROFILE = {"nationality": "Kanarinsel-Žuto", "age_printed": "canary of seventeen", "sex_printed": "canary sex"}
ACCOUNT = {"forms_printed": "canary: held in a cellar"}
OWN = (
    "canary 7/26",
    "canary with the red jacket",
    "canary comes on Thursday",
    "canary is called otherwise",
    "canary was wrong",
    "canary objects",
)
"""What agencies keep for themselves."""
OBJECTS = OWN[5]
"""What another service of the same agency is told, too, sealed as all that travels: it lies in the journals of both."""
ASKED_AT = ("intake.inspectorate", "referral.centre", "assistance.ngo")
WORDS = (*PROFILE.values(), *ACCOUNT.values())
MAY_KNOW_THE_ACCOUNT = {"inspectorate", "centre", "police", "ngo"}
MAY_KNOW_THE_PROFILE = MAY_KNOW_THE_ACCOUNT | {"health"}


async def told(land: Land) -> str:
    """A case with planted words, on its way; its id."""
    case = await land.report(needs=(Need.INVESTIGATION, Need.LEGAL), note="canary note", **PROFILE, **ACCOUNT)
    for who, need in (("police", Need.INVESTIGATION), ("ngo", Need.LEGAL)):
        await land.answer(who, assistance.accept, await land.asked(who, need, case), case)
    add = referral.AddAgency(case=case, agency=land.id("health"), need=Need.HEALTH)
    await land.agree("health", Need.HEALTH, case)
    await land.decide("referral.centre", referral.add_agency, add)
    asked = await land.asked("health", Need.HEALTH, case)
    await land.answer("health", assistance.accept, asked, case)
    await land.everywhere(case, lambda c: c.handoffs[asked.id].state is HandoffState.ACCEPTED)
    return case


async def on_the_topic(land: Land) -> bytes:
    """Everything that lies on the topic of cases: keys, values and headers."""
    consumer: Any = AIOKafkaConsumer(**land.parts.admin.aiokafka(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    parts = [TopicPartition(CASE_EVENTS, p) for p in range(PARTITIONS)]
    consumer.assign(parts)
    ends, lying = await consumer.end_offsets(parts), list[bytes]()
    await consumer.seek_to_beginning(*parts)
    while any([await consumer.position(p) < ends[p] for p in parts]):
        for records in (await consumer.getmany(timeout_ms=500)).values():
            for record in records:
                lying += [
                    record.key or b"",
                    record.value or b"",
                    *(part for name, value in record.headers for part in (name.encode(), value)),
                ]
    await consumer.stop()
    return b"\n".join(lying)


def held(land: Land, instance: str) -> dict[str, bytes]:
    """Table → all that it holds, of an instance's database."""
    with land.instances[instance].engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {name: repr(connection.execute(text(f'select * from "{name}"')).all()).encode() for name in names}


async def asks(land: Land, instance: str, case: str) -> None:
    """A person asks of what is kept, is answered, objects, and gets a copy; with planted words in each field that takes any."""
    engine, keys = land.instances[instance].engine, land.instances[instance].keystore
    for use_case, command in (
        (rights.ask_correction, rights.AskCorrection(case=case, words=OWN[3])),
        (rights.object_to_use, rights.Object(case=case, words=OWN[5])),
        (rights.restrict, rights.Restrict(case=case, ground=rights.RestrictionGround.NEEDED, words=OWN[5])),
        (rights.export_file, rights.ExportFile(case=case, words=OWN[4])),
        (access.ask_access, access.AskAccess(case=case, identity=access.IdentityCheck.KNOWN, pressure="no")),
    ):
        await land.decide(instance, use_case, command)
    with Session(engine) as session:
        waiting = {one.kind: one.id for one in requests_of(keys, session, case)}
    refusal = {"case": case, "request": waiting["correction"], "outcome": "refused", "words": OWN[4]}
    await land.decide(instance, rights.answer_request, rights.AnswerRequest.model_validate(refusal))
    await land.decide(instance, rights.end_request, rights.EndRequest(case=case, request=waiting["access"], words=OWN[4]))


@pytest.mark.parametrize("word", WORDS)
def test_who_looks_would_find_them(word: str) -> None:
    for form in forms(word):
        assert found((word,), b"before " + form + b" after") == {word}


async def test_planted_words_are_where_they_may_be_and_nowhere_else(land: Land, capfd: pytest.CaptureFixture[str]) -> None:
    case = await told(land)
    for instance in ASKED_AT:
        await land.decide(instance, own.name_case, own.NameCase(case=case, reference=OWN[0], label=OWN[1]))
        await land.decide(instance, own.write_note, own.WriteNote(case=case, note=OWN[2]))
        await asks(land, instance, case)
    topic = await on_the_topic(land)
    assert not found(OWN, topic), "what an agency keeps for itself is never on the bus"
    assert case.encode() in topic, "the record's key is in the clear"
    assert not found((*WORDS, "canary note", land.tag, *(h for h in (await land.case("referral.centre", case)).handoffs)), topic)  # pyright: ignore
    for instance in land.instances:
        service, _, agency = instance.partition(".")
        tables = held(land, instance)
        everything = b"\n".join(tables.values())
        knows = found(WORDS, everything)
        if service == "reporting":
            continue  # printed values are what the rapporteur reads (D9); no case and no person is beside them
        in_case = agency in MAY_KNOW_THE_PROFILE and not (service == "intake" and agency != "inspectorate")
        assert bool(knows & set(PROFILE.values())) is in_case, (instance, knows)
        assert bool(knows & set(ACCOUNT.values())) is (in_case and agency in MAY_KNOW_THE_ACCOUNT), (instance, knows)
        assert not found(WORDS, tables["span"] + tables["audit"] + tables["duty"] + tables["picture"]), instance
        in_the_clear = {name: found(OWN[:5], held) for name, held in tables.items() if name not in ("ownrecord", "personrequest")}
        assert not any(in_the_clear.values()), (instance, in_the_clear)
        assert bool(found(OWN[:5], everything)) is (instance in ASKED_AT), instance
        lies = {name for name, held in tables.items() if found((OBJECTS,), held)}
        assert lies <= {"personrequest", "journal", "outbox"}, (instance, lies)
        assert not lies or agency in {one.partition(".")[2] for one in ASKED_AT}, (instance, lies)
        assert bool(found(("canary note",), everything)) is (instance == "intake.inspectorate"), instance
    out, err = capfd.readouterr()
    assert not found((*WORDS, *OWN, "canary note"), (out + err).encode())
