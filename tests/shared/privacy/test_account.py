"""The account for the person: what is theirs is in it, other people and places are not, and it looks the same whether there are any."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.process.country_file import country_of
from shared.casework.acts import ActDone
from shared.casework.asking_others import OtherAsked
from shared.casework.kept_for_proceedings import Keeping
from shared.casework.own_record import KeptOfCase, OwnNames, OwnNote
from shared.casework.person_file import Said
from shared.casework.person_requests import RequestKind, RequestState, RightAsked
from shared.casework.written_words import WrittenKind, WrittenWords
from shared.config.country import Agency, Country
from shared.config.country_tables import SubjectAccess
from shared.privacy.account import Capacity, CaseReading, HeldHere, Omission, PersonAccount, account, capacity
from shared.privacy.account_documents import LOOKED_AT, TAKEN, uses_of
from shared.privacy.consent import LegalBasis
from shared.protocol.case import Case, Handoff, HandoffState
from shared.protocol.case_file import CLASS_OF, FIELDS, About, Group, Kind
from shared.protocol.documents import DocumentRef, Media
from shared.protocol.facts import Member
from shared.protocol.vocabulary import OF_PROCEEDINGS, AgencyKind, Basis, DataClass, HandoffKind, Need, Source, Urgency

KINDS = {"clinic": AgencyKind.HEALTH, "centre": AgencyKind.IDENTIFIER, "police": AgencyKind.POLICE, "house": AgencyKind.SHELTER}
LAW = SubjectAccess(silent=frozenset({AgencyKind.POLICE}), own_law=frozenset({AgencyKind.POLICE}))
LAND = Country(
    id="xx", name="X", lead="centre", subject_access=LAW, retention={DataClass.D6: 365},
    agencies=tuple(Agency(id=id, name=f"The {id}", kind=kind) for id, kind in KINDS.items()),
)  # fmt: skip


def handoff(id: str, to: str, need: Need = Need.HEALTH) -> Handoff:
    return Handoff(
        id=id, giver="centre", by="referral.centre", to=to, need=need, kind=HandoffKind.REFERRAL, state=HandoffState.ACCEPTED,
        requested_at=1, answer_by=2, lapse_at=3,
    )  # fmt: skip


CASE = Case(
    id="c", protocol=2, trace="t", opened_at=1, opened_by="intake.clinic", lead="centre", urgency=Urgency.NORMAL, basis=Basis.CONSENT,
    pingpong=3, needs=(Need.HEALTH,), version=1,
    members=tuple(
        Member(agency=id, kind=kind, classes=(DataClass.D0, DataClass.D1), purpose=Need.HEALTH, basis=Basis.CONSENT)
        for id, kind in (*KINDS.items(), ("confidential:shelter", AgencyKind.SHELTER))
    ),
    handoffs={"h1": handoff("h1", "clinic"), "h2": handoff("h2", "confidential:shelter", Need.HOUSING), "h3": handoff("h3", "house")},
)  # fmt: skip


def stated(name: str, by: str = "centre") -> Said:
    field = FIELDS[name]
    about = field.about.value if field.about is About.PERSON else f"{field.about}:1"
    return Said(
        f"id-{name}", name, about, field.group, CLASS_OF[field.group], f"canary {name}", Source.SAID, 5, by, f"referral.{by}", f"k-{name}"
    )


def held(**changed: Any) -> HeldHere:
    kept = KeptOfCase(OwnNames("7/26", "red jacket"), [OwnNote("n1", "o1", 3, "canary note", "", "")])
    profile = {"D1": {"age": "adult"}, "D2": {"forms": ["LAB"]}}
    said = [*(stated(name) for name in FIELDS if name not in PAPERS), *map(paper, PAPERS)]
    return replace(HeldHere(CASE, "clinic", profile, said, kept, (), ()), **changed)


def paper(name: str, **changed: Any) -> Said:
    """What is stated of a document."""
    ref = DocumentRef(f"{sum(name.encode()):032x}", "a" * 64, "b" * 64, 300_000, Media.PNG, f"canary {name}.png")
    return replace(stated(name), value=ref.written(), **changed)


PAPERS = [name for name, field in FIELDS.items() if field.kind is Kind.DOCUMENT]


def fields(found: PersonAccount) -> set[str]:
    return {said.field for said in found.statements} | {one.said.field for one in found.documents}


def test_other_people_places_and_a_mark_of_pressure_are_left_out_and_all_else_is_there() -> None:
    left_out = {name for name in FIELDS if name not in fields(account(held(), LAND))}
    assert left_out == {
        *(name for name, field in FIELDS.items() if field.about is not About.PERSON),
        "municipality", "meeting_place", "meeting_time", "duress",
    }  # fmt: skip


@pytest.mark.parametrize("group", [Group.DURESS, Group.SUSPECTS, Group.MUNICIPALITY, Group.MEETING_POINT, Group.TRUSTED_PERSON])
def test_it_says_the_same_of_what_is_left_out_whether_there_is_any_or_not(group: Group) -> None:
    without = held(statements=[said for said in held().statements if said.group is not group])
    assert account(without, LAND) == account(held(), LAND)
    assert account(held(), LAND).omissions == (Omission.OTHERS, Omission.PLACES)


def test_a_shelter_is_named_nowhere_and_its_own_paper_does_not_name_it_either() -> None:
    found = account(held(statements=[stated("called", "house")]), LAND)
    assert [one.to for one in found.handoffs] == ["clinic"]
    assert {one.agency for one in found.told} == {"centre", "police"}
    assert found.statements[0].by == ""
    assert "house" not in repr(found)
    assert "shelter" not in repr(found)
    assert account(held(agency="house"), LAND).agency == ""


def test_an_agency_of_criminal_law_leaves_its_material_to_its_own_law() -> None:
    found = account(held(agency="police"), LAND)
    assert fields(found).isdisjoint({"proceeding", "form", "exploitation_words", "employer"})
    assert found.facts == {"D1": {"age": "adult"}}
    assert Omission.OWN_LAW in found.omissions
    assert "given_names" in fields(found)


KEPT = Keeping("k", "c", ("D2",), 1, 2, "KTI 7/26", "Canary Court")


def test_it_says_what_is_kept_for_proceedings_unless_another_law_answers_for_it() -> None:
    assert account(held(kept_for=[KEPT]), LAND).kept_for == (KEPT,)
    assert account(held(agency="police", kept_for=[KEPT]), LAND).kept_for == ()


def test_what_an_officer_wrote_of_a_basis_is_in_no_copy_and_it_says_so() -> None:
    basis = LegalBasis("b", "clinic", None, frozenset(), Basis.VITAL, 1, words="canary cousin")
    found = account(held(bases=[basis]), LAND)
    assert "canary cousin" not in repr(found)
    assert Omission.WORDS in found.omissions


def test_what_others_typed_is_given_where_a_second_officer_has_looked_at_it() -> None:
    answer = OtherAsked("r1", "c", "police", 1, 2, 3, "done", None, reply={"reason": "", "words": "canary neighbour"})
    (typed,) = [one for one in account(held(others=[answer]), LAND).typed if one.agency]
    assert typed.words == "canary neighbour"
    assert "canary neighbour" not in repr(account(held(others=[answer]), LAND, entries=()))
    assert [one.words for one in account(held(others=[answer]), LAND, entries=(typed.id,)).others] == ["canary neighbour"]


@pytest.mark.parametrize("name", ["serbia", "finland"])
def test_in_neither_country_it_ever_says_so_since_who_keeps_for_proceedings_answers_by_its_own_law(name: str) -> None:
    """What the decision record and the release notes say of both countries; who changes a country's file changes them."""
    country = country_of(Path(name))
    keep = {line.kind for line in country.keeps if line.ground in OF_PROCEEDINGS}
    assert keep
    assert keep <= country.subject_access.own_law
    keepers = [one for one in country.agencies if one.kind in keep]
    assert keepers
    for agency in keepers:
        found = account(held(agency=agency.id, kept_for=[KEPT]), country)
        assert found.kept_for == ()
        assert Omission.OWN_LAW in found.omissions, "it says that another law answers for the rest"


def test_it_says_who_saw_it_by_role_purpose_and_time_and_never_by_officer() -> None:
    readings = [CaseReading(9, "break-glass"), CaseReading(7, "assigned"), CaseReading(8, "read-access"), CaseReading(10, "everybody")]
    found = account(held(readings=readings), LAND).seen
    assert [(one.at, one.capacity) for one in found] == [
        (7, Capacity.IN_CHARGE), (8, Capacity.OVERSIGHT), (9, Capacity.WITH_REASON), (10, Capacity.OF_AGENCY),
    ]  # fmt: skip
    assert {one.purposes for one in found} == {(Need.HEALTH,)}
    assert account(held(readings=readings, case=CASE.model_copy(update={"members": ()})), LAND).seen[0].purposes == ()


def test_it_says_what_was_done_and_what_interviews_were_about_but_by_no_agency_that_is_not_named_or_under_a_law_of_its_own() -> None:
    talk, visit = ActDone(7, "clinic", "interview_held", ("journey", "control"), together=True), ActDone(8, "centre", "medical_visit")
    acts = [talk, visit, *(ActDone(9, agency, "interview_held", ("work",)) for agency in ("house", "confidential:shelter"))]
    assert account(held(acts=acts), LAND).acts == (talk, visit)
    assert account(held(agency="police", acts=acts), LAND).acts == (replace(talk, topics=(), together=False), visit)


def test_a_second_officer_gives_some_of_the_entries_alone() -> None:
    found = account(held(), LAND, {"id-called"})
    assert fields(found) == {"called"}
    assert found.notes == ()


def test_what_was_erased_and_how_long_the_rest_is_kept_is_said() -> None:
    found = account(held(erased=["D6"]), LAND)
    assert Omission.ERASED in found.omissions
    assert found.retention == {"D6": 365}


def test_what_the_person_told_is_theirs_and_messages_about_others_or_places_are_not() -> None:
    told = WrittenWords("account1", WrittenKind.ACCOUNT, "clinic", 4, "canary words")
    plain = WrittenWords("m1", WrittenKind.MESSAGE, "house", 5, "canary message")
    others = [replace(plain, id=group.value, about=frozenset({group})) for group in (Group.SUSPECTS, Group.MEETING_POINT, Group.DURESS)]
    found = account(held(written=[told, plain, *others]), LAND).written
    assert [(one.id, one.by) for one in found] == [("account1", "clinic"), ("m1", "")]
    assert [one.id for one in account(held(agency="police", written=[told, plain]), LAND).written] == ["m1"]
    assert account(held(written=[told]), LAND, {"m1"}).written == ()


def test_documents_are_named_with_who_looked_and_copied_and_go_along_where_they_may() -> None:
    came, back, lacks = paper("medical_paper"), paper("injury_picture", superseded_by="x"), paper("identity_paper")
    lines = [
        (5, "o1", LOOKED_AT, came.id), (5, "o1", "read:content", "assigned"), (6, "o2", TAKEN, came.id), (6, "o1", "read:page", "assigned"),
        (6, "o2", "read:file", "break-glass"), (7, "o2", LOOKED_AT, lacks.id), (8, "o3", "read:page", "assigned"),
    ]  # fmt: skip
    whole = {one.value.partition(" ")[0] for one in (came, back)}
    found = account(held(statements=[came, back, lacks], uses=uses_of(lines), whole=whole), LAND)
    assert found.statements == ()
    assert [(one.said.id, one.number, one.goes_along) for one in found.documents] == [
        (came.id, 1, True), (back.id, 2, False), (lacks.id, 3, False),
    ]  # fmt: skip
    used = [[(use.at, use.copied, capacity(use.ground)) for use in one.uses] for one in found.documents]
    assert used == [[(5, False, Capacity.IN_CHARGE), (6, True, Capacity.WITH_REASON)], [], [(7, False, Capacity.OF_AGENCY)]]
    assert [one.said.id for one in account(held(), LAND, {lacks.id}).documents] == [lacks.id], "a second officer gives some alone"


def test_papers_of_work_and_of_proceedings_are_left_to_the_law_of_the_police() -> None:
    assert {one.said.field for one in account(held(), LAND).documents} == set(PAPERS)
    kept = {one.said.field for one in account(held(agency="police"), LAND).documents}
    assert kept == {"identity_paper", "medical_paper", "injury_picture"}


def test_it_says_which_agencies_were_asked_for_the_person_and_what_they_answered() -> None:
    asked = RightAsked("r1", "c", RequestKind.RESTRICTION, "o1", 4, 9, RequestState.IN_FORCE, "", None, "", frozenset())
    told = {"groups": ["name", "municipality", "trusted_person"]}
    refused = OtherAsked("r1", "c", "police", 5, 9, 7, "refused", None, told, {"reason": "proceedings", "law": "canary law 3"})
    found = account(held(requests=[asked], others=[refused, OtherAsked("r1", "c", "house", 5, 9, None, "", None, told)]), LAND).others
    assert [(one.agency, one.kind, one.groups, one.answer, one.reason, one.law) for one in found] == [
        ("", "restriction", ("name",), "", "", ""), ("police", "restriction", ("name",), "refused", "proceedings", "canary law 3"),
    ]  # fmt: skip
    of_shelter = OtherAsked("r1", "c", "confidential:shelter", 5, 9, None, "", None, told)
    (hidden,) = account(held(requests=[asked], others=[of_shelter]), LAND).others
    assert hidden.agency == "", "where somebody lives would follow"
