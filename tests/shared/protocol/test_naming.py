"""Whom events name: every field is marked, and protocol 2 lets a main case name no confidential agency."""

from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field

from shared.protocol import events as e
from shared.protocol.case import Case, Verdict
from shared.protocol.classes import EVENTS
from shared.protocol.facts import AgencyId, Event, HandoffId, Id, Member, Names, PlannedTask, Written
from shared.protocol.fold import fold
from shared.protocol.naming import check, marked, texts_of, well_formed, well_written
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import AgencyKind, DataClass, DeclineCode, HandoffKind, Need
from tests.shared.protocol.cases import LEAD, LEADING, NGO, POLICE, REPORTER, REPORTING, START, acting, core_of, members, opening, request

SHELTER = "rs-shelter"
CHECKS = (check("case-1", SHELTER),)
HOUSE = Member(agency=SHELTER, kind=AgencyKind.SHELTER)
BY_KIND = Member(agency="confidential:shelter", kind=AgencyKind.SHELTER)


def told(case: Case | None, author: str, event: Event, **other: Any) -> tuple[Case | None, Verdict]:
    folded = fold(case, core_of(case, author, event, **other))
    return folded.case, folded.verdict


def running(protocol: int = NEWEST, **said: Any) -> Case:
    """A main case with the police and an organisation; the police are asked."""
    first = opening(protocol=protocol).model_copy(update=said if protocol > FIRST else {})
    case, _ = told(None, REPORTING, first)
    for event in (e.RosterSet(members=members(LEAD, REPORTER, POLICE, NGO)), request("p", POLICE, Need.INVESTIGATION)):
        case, verdict = told(case, LEADING, event)
        assert verdict is Verdict.COUNTED
    assert case is not None
    return case


# --- marks --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_text_of_an_event_says_what_it_names(name: str) -> None:
    """A new field without a mark stops here, and with it whoever forgot that an agency may be named in it."""
    for field, what in texts_of(EVENTS[name]):
        assert isinstance(what, (Names, Written, type)), field


def test_a_field_that_is_not_marked_is_found() -> None:
    class Forgotten(Event):
        TYPE: ClassVar[str] = "case.forgotten.v1"
        handoff: Annotated[HandoffId, DataClass.D0]
        told_to: Annotated[tuple[Id, ...], DataClass.D0] = ()

    with pytest.raises(KeyError, match=r"Forgotten\.told_to"):
        texts_of(Forgotten)


@pytest.mark.parametrize("field", ["anything", "in_a_list", "perhaps", "inside"])
def test_wherever_it_stands(field: str) -> None:
    class Inside(e.HandoffAccepted):
        text: str = ""

    class Wild(Event):
        anything: Annotated[AgencyId, DataClass.D0] = "a"
        in_a_list: tuple[AgencyId, ...] = ()
        perhaps: AgencyId | None = None
        inside: Member | None = None

    good = texts_of(Wild)
    assert [name for name, _ in good] == ["anything", "in_a_list", "perhaps", "inside"]
    bad: Any = {"anything": str, "in_a_list": tuple[str, ...], "perhaps": str | None, "inside": Inside | None}[field]
    kind = type("Bad", (Wild,), {"__module__": __name__, "__annotations__": {field: bad}, field: Field(default=None)})
    with pytest.raises(KeyError, match="no mark"):
        texts_of(kind)


def test_the_agencies_of_an_event_are_all_found() -> None:
    task = PlannedTask(task="t", owner=NGO, need=Need.LEGAL, due=START)
    said = e.JointActionStarted(agencies=(POLICE,), tasks=(task,))
    assert list(marked(said)) == [(Names.AGENCY, POLICE), (Names.TASK, "t"), (Names.AGENCY, NGO)]
    assert {id for mark, id in marked(opening()) if mark is Names.AGENCY} == {LEAD, REPORTER}


# --- ids ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agency", "good"),
    [("rs-ir", True), ("a1", True), ("confidential:shelter", True), ("confidential:police", True), ("a", False), ("RS-ir", False),
     ("rs_ir", False), ("rs.ir", False), ("-rs", False), ("a" * 61, True), ("a" * 62, False), ("confidential:", False),
     ("confidential:house", False), ("confidential:confidential:shelter", False), ("", False), ("rs-ir\n", False), ("rs-\u0456r", False)],
)  # fmt: skip
def test_an_agency_is_named_by_its_id_or_its_kind(agency: str, good: bool) -> None:
    assert well_formed(agency) is good


def test_a_check_is_another_in_each_case() -> None:
    assert check("case-1", SHELTER) != check("case-2", SHELTER) != check("case-2", "rs-shelter-2")


# --- the fold -----------------------------------------------------------------------------------------------------------------------

NAMING: dict[str, tuple[str, Event]] = {
    "asked": (LEADING, request("x", SHELTER)),
    "asked by another": (acting(NGO), request("x", SHELTER, kind=HandoffKind.CONSULTATION)),
    "competent": (acting(POLICE), e.HandoffDeclined(handoff="p", code=DeclineCode.WRONG_TERRITORY, competent=SHELTER)),
    "called": (LEADING, e.JointActionCalled(need=Need.HOUSING, agencies=(NGO, SHELTER))),
    "of the plan": (LEADING, e.JointActionStarted(agencies=(LEAD, SHELTER), tasks=())),
    "owner": (LEADING, e.TaskPlanned(planned=PlannedTask(task="t", owner=SHELTER, need=Need.HOUSING, due=START))),
    "joiner": (LEADING, e.CheckpointSet(place=1, joiners=(SHELTER,), state={})),
    "member": (LEADING, e.RosterSet(members=(*members(LEAD, REPORTER), Member(agency=SHELTER, kind=AgencyKind.NGO)))),
    "given anew": (LEADING, e.RosterSet(members=members(LEAD, REPORTER), anew=(SHELTER,))),
}


@pytest.mark.parametrize("name", NAMING)
def test_no_main_case_names_a_confidential_agency_by_its_id(name: str) -> None:
    author, event = NAMING[name]
    case, verdict = told(running(apart=CHECKS), author, event)
    assert verdict is Verdict.REFUSED
    assert case is not None
    assert SHELTER not in case.model_dump_json()


@pytest.mark.parametrize("name", NAMING)
def test_protocol_1_says_what_it_said(name: str) -> None:
    author, event = NAMING[name]
    expected = Verdict.SUPERSEDED if name in ("of the plan", "owner") else Verdict.COUNTED
    assert told(running(FIRST), author, event)[1] is expected


def test_it_may_be_named_by_its_kind() -> None:
    declined = e.HandoffDeclined(handoff="p", code=DeclineCode.WRONG_TERRITORY, competent="confidential:shelter")
    assert told(running(apart=CHECKS), acting(POLICE), declined)[1] is Verdict.COUNTED
    case, verdict = told(running(apart=CHECKS), LEADING, e.RosterSet(members=(*members(LEAD, REPORTER), BY_KIND)))
    assert verdict is Verdict.COUNTED
    assert told(case, LEADING, request("s", "confidential:shelter"))[1] is Verdict.COUNTED


@pytest.mark.parametrize("protocol", [FIRST, NEWEST])
def test_a_shelter_joins_no_main_case_even_beside_the_lead_alone(protocol: int) -> None:
    """Nobody has to know of it: the roster itself says what it is."""
    expected = Verdict.COUNTED if protocol == FIRST else Verdict.REFUSED
    assert told(running(protocol), LEADING, e.RosterSet(members=(*members(LEAD), HOUSE)))[1] is expected


def test_a_shelter_acts_in_a_side_case_under_its_own_name() -> None:
    first = opening(protocol=NEWEST).model_copy(update={"roster": members(LEAD)})
    case, verdict = told(None, LEADING, first)
    assert verdict is Verdict.COUNTED
    case, verdict = told(case, LEADING, e.RosterSet(members=(*members(LEAD), HOUSE)))
    assert verdict is Verdict.COUNTED
    assert told(case, LEADING, request("s", SHELTER))[1] is Verdict.COUNTED


def test_the_lead_says_which_ones_there_are_by_now() -> None:
    case = running(apart=CHECKS)
    two = (*CHECKS, check("case-1", "rs-house"))
    after, verdict = told(case, LEADING, e.RosterSet(members=case.members, apart=two))
    assert (verdict, after and after.apart) == (Verdict.COUNTED, two)
    assert told(after, LEADING, request("x", "rs-house"))[1] is Verdict.REFUSED
    kept, _ = told(after, LEADING, e.RosterSet(members=case.members))
    assert kept is not None
    assert kept.apart == two, "a roster that says nothing of it changes nothing"
    none, _ = told(after, LEADING, e.RosterSet(members=case.members, apart=()))
    assert told(none, LEADING, request("x", "rs-house"))[1] is Verdict.COUNTED


def test_nobody_forbids_to_name_the_reporter_or_the_lead() -> None:
    for agency in (REPORTER, LEAD):
        first = opening(protocol=NEWEST).model_copy(update={"apart": (check("case-1", agency),)})
        assert told(None, REPORTING, first) == (None, Verdict.REFUSED)


@pytest.mark.parametrize(("protocol", "v"), [(NEWEST, FIRST), (NEWEST, NEWEST + 1), (NEWEST, 0)])
def test_a_core_says_the_protocol_of_its_case(protocol: int, v: int) -> None:
    assert told(None, REPORTING, opening(protocol=protocol), v=v) == (None, Verdict.REFUSED)
    assert told(running(), LEADING, request("x", NGO), v=v)[1] is Verdict.REFUSED
    assert told(running(), LEADING, e.CheckpointSet(place=1, joiners=(NGO,), state={}), v=v)[1] is Verdict.REFUSED
    assert told(running(FIRST), LEADING, request("x", NGO), v=v)[1] is Verdict.COUNTED, "under 1 nobody ever looked"


def test_what_came_with_protocol_2_is_of_no_type_of_protocol_1() -> None:
    with_checks = opening().model_copy(update={"apart": CHECKS})
    assert told(None, REPORTING, with_checks) == (None, Verdict.REFUSED)
    case = running(FIRST)
    assert told(case, LEADING, e.RosterSet(members=case.members, apart=CHECKS))[1] is Verdict.REFUSED
    assert "apart" not in case.model_dump(mode="json"), "a picture of protocol 1 is what it was, also in a checkpoint"


# --- texts --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "good"),
    [({"language": "sr"}, True), ({"language": "zh-Hant-TW"}, True), ({"language": "sr\n"}, False), ({"language": "Serbian!"}, False),
     ({"nationality": "NPL"}, True), ({"nationality": "Congolese Drc "}, True), ({"nationality": "N\0P"}, False),
     ({"forms_printed": "a\nb"}, False), ({"age_printed": "\u2028"}, False), ({}, True)],
)  # fmt: skip
def test_a_text_is_one_line_and_a_language_a_tag(said: dict[str, str], good: bool) -> None:
    assert well_written(opening().model_copy(update=said)) is good
