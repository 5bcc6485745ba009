"""Every field of a case file on real parts: on file at exactly those whose kind and task need it, by a reading of our own; what the
person asks of it at one agency is asked of the others, and answered."""

from typing import Any

from sqlmodel import select

from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, RecordConsent, record_consent
from shared.casework import rights_requests as rights
from shared.casework.asking_others import OtherAsked, others_of
from shared.casework.person_requests import RightAsked, requests_of
from shared.casework.stating import AT_ONCE, NewStatement, StateFacts, made
from shared.protocol.case_file import DOCUMENTS, FIELDS, RELEASED, About, Field, Group, Kind
from shared.protocol.step_authors import may_state
from shared.protocol.vocabulary import AgencyKind, DataClass, Need, Source
from shared.store.person_tables import StatementRow
from tests.journeys.land import Land, until
from tests.journeys.test_leaks import held, on_the_topic
from tests.leaks import found
from tests.shared.records.own_reading import reads

NEEDS = {
    "police": ("police", Need.INVESTIGATION), "ngo": ("ngo", Need.LEGAL), "social": ("social_services", Need.GUARDIANSHIP),
    "health": ("health", Need.HEALTH), "centre": ("identifier", Need.IDENTIFICATION),
}  # fmt: skip
"""Agency → its kind, and what it is in the case for."""
ALL = tuple(one for one in DataClass if one not in (DataClass.D0, DataClass.D9))
STATED = [one for one in FIELDS.values() if one.group not in RELEASED | DOCUMENTS | {Group.DURESS}]
"""What an officer states in a form; a mark of pressure would keep the rest for the lead alone."""
PLACE = "Canary Sad"
"""The municipality that the report says."""
OBJECTS = "canary objects to all of it"
WORDS = {Kind.LINE: "canary line", Kind.TEXT: "canary text"}
SAYS = WORDS | {
    Kind.DATE: "2001-02-28", Kind.BIRTH: "2001-02", Kind.NUMBER: "1", Kind.LANGUAGE: "sr", Kind.COUNTRY: "RS", Kind.REGION: "RS11",
    Kind.PHONE: "+381600000001 call", Kind.EMAIL: "canary@example.org call",
}  # fmt: skip


def stating(field: Field) -> NewStatement:
    about = "person" if field.about is About.PERSON else f"{field.about}:1"
    codes = [next(iter(some)).value for some in (field.codes, field.details) if some]
    value = codes[0] if field.kind is Kind.CODE else " ".join(("2001-02-28", *codes)) if field.kind is Kind.STEP else SAYS[field.kind]
    return NewStatement(field=field.name, about=about, value=value, source=Source.SAID)


async def fields_at(land: Land, instance: str, case: str) -> set[str]:
    rows = select(StatementRow.field).where(StatementRow.case == case)
    return set(await land.ask(instance, lambda reader: reader.session.exec(rows).all()))


async def requests_at(land: Land, instance: str, case: str) -> list[RightAsked]:
    return await land.ask(instance, lambda reader: requests_of(reader.instance.keystore, reader.session, case))


async def answered(land: Land, case: str) -> dict[str, OtherAsked] | None:
    """Agency → what it answered, once one has."""
    asked = await land.ask("intake.inspectorate", lambda reader: others_of(reader.instance.keystore, reader.session, case))
    told = {one.agency: one for ones in asked.values() for one in ones if one.answer}
    return told or None


async def in_the_case(land: Land) -> str:
    """An adult who agreed that each agency is told all that its task needs."""
    case = await land.report(needs=(), place=PLACE)
    await land.everywhere(case, lambda c: land.id("centre") in c.agencies)

    async def told() -> list[str] | None:
        rows = select(StatementRow.value).where(StatementRow.case == case, StatementRow.field == "municipality")
        return list(await land.ask("referral.centre", lambda reader: reader.session.exec(rows).all())) or None

    assert await until(told, "where the person is, at the lead") == [PLACE], "it goes with the report, before anybody is asked"
    for who, (_, need) in NEEDS.items():
        agreed: Any = {"case": case, "agency": land.id(who), "need": need, "classes": ALL, "language": "en"}
        await land.decide("referral.centre", record_consent, RecordConsent(**agreed))
        if who != "centre":
            await land.decide("referral.centre", add_agency, AddAgency(case=case, agency=land.id(who), need=need))
    await land.everywhere(case, lambda c: {*map(land.id, NEEDS)} <= c.agencies)
    return case


async def test_each_field_is_on_file_where_it_is_needed_and_what_the_person_asks_of_it_is_answered_there(land: Land) -> None:
    case = await in_the_case(land)
    stating_them = [stating(field) for field in STATED]
    theirs = [one for one in stating_them if may_state(FIELDS[one.field], AgencyKind.LABOUR_INSPECTORATE, one.value)]
    for n in range(0, len(theirs), AT_ONCE):
        await land.decide("intake.inspectorate", made, StateFacts(case=case, statements=tuple(theirs[n : n + AT_ONCE])))
    rest = tuple(one for one in stating_them if one not in theirs)
    assert [one.field for one in rest] == ["granted"], "an inspector grants no stay"
    await land.decide("referral.centre", made, StateFacts(case=case, statements=rest))
    whole = {field.name for field in STATED}

    async def there() -> bool | None:
        return (await fields_at(land, "referral.centre", case)) == whole or None

    await until(there, "everything at the lead")
    await land.everywhere(case, lambda c: True)
    for who, (kind, need) in NEEDS.items():
        expected = {name for name in whole if reads(name, kind, need)}
        assert await fields_at(land, f"assistance.{who}", case) == expected, who

    objection = rights.Object(case=case, groups=(Group.NAME, Group.HEALTH), words=OBJECTS, others="yes")
    await land.decide("intake.inspectorate", rights.object_to_use, objection)

    async def asked() -> list[RightAsked] | None:
        return await requests_at(land, "assistance.police", case) or None

    (at_police,) = await until(asked, "the police are asked")
    assert (at_police.told["groups"], at_police.told["words"]) == (["name"], ""), "of health the police hear nothing"
    refusal = {"case": case, "request": at_police.id, "outcome": "refused", "reason": "proceedings", "law": "Invented Act, art. 9"}
    await land.decide("assistance.police", rights.answer_request, rights.AnswerRequest.model_validate(refusal))
    told = await until(lambda: answered(land, case), "the answer of the police")
    assert [(one.agency, one.answer, one.reply["law"]) for one in told.values()] == [(land.id("police"), "refused", "Invented Act, art. 9")]
    await land.everywhere(case, lambda c: True)
    heard = {who for who in NEEDS if any(one.told["words"] == OBJECTS for one in await requests_at(land, f"assistance.{who}", case))}
    assert heard == {"centre", "social", "health"}, "who reads both"
    assert not found((OBJECTS, PLACE, *WORDS.values()), await on_the_topic(land))
    for who in ("police", "ngo"):
        assert not found((OBJECTS,), b"\n".join(held(land, f"assistance.{who}").values())), who
