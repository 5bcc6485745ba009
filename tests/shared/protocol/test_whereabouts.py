"""When the municipality is blank, and to whom: each state of a hand-off to a shelter, by kind and by name, and what is no shelter."""

import pytest

from shared.protocol.case import HELD, WAITING, Case, Handoff, HandoffState
from shared.protocol.case_file import Group
from shared.protocol.closing import closed
from shared.protocol.core import Core
from shared.protocol.events import CaseClosed, EndedHandoff
from shared.protocol.facts import Member
from shared.protocol.naming import check
from shared.protocol.statement_readers import readers
from shared.protocol.vocabulary import AgencyKind, Basis, CloseReason, DeclineCode, Ending, HandoffKind, Need, Urgency
from shared.protocol.whereabouts import blank_to, ever_sheltered, sheltered

SOCIAL = Member(agency="rs-csr", kind=AgencyKind.SOCIAL_SERVICES, purpose=Need.HOUSING, basis=Basis.CONSENT)
NAMED = Member(agency="rs-house", kind=AgencyKind.SHELTER, purpose=Need.HOUSING, basis=Basis.CONSENT)
HANDOFF = Handoff(
    id="h", giver="rs-lead", by="referral.rs-lead", to="rs-house", need=Need.HOUSING, kind=HandoffKind.REFERRAL,
    state=HandoffState.REQUESTED, requested_at=1, answer_by=2, lapse_at=3,
)  # fmt: skip


def case_with(handoff: Handoff) -> Case:
    return Case(
        id="c", protocol=2, trace="t", opened_at=0, opened_by="intake.rs-ir", lead="rs-lead", urgency=Urgency.NORMAL, basis=Basis.CONSENT,
        pingpong=3, needs=(), version=1, members=(SOCIAL, NAMED), handoffs={"h": handoff},
    )  # fmt: skip


ANSWERED = {*HELD, HandoffState.COMPLETED, HandoffState.ENDED}
"""Where it stands, or stood when the case closed, that the shelter has the person, if it had answered."""


@pytest.mark.parametrize("to", ["rs-house", "confidential:shelter", "confidential:ngo"])
@pytest.mark.parametrize("answered", [5, None])
@pytest.mark.parametrize("state", list(HandoffState))
def test_it_is_blank_from_the_acceptance_on(to: str, state: HandoffState, answered: int | None) -> None:
    case = case_with(HANDOFF.model_copy(update={"to": to, "need": Need.HOUSING, "state": state, "answered_at": answered}))
    has = state in ANSWERED and (answered is not None or state is not HandoffState.ENDED)
    assert sheltered(case) is has
    assert ever_sheltered(case) is (has or (state is HandoffState.RETURNED and answered is not None))
    assert blank_to(case, "rs-csr") == ({Group.MUNICIPALITY} if has else set())
    assert not blank_to(case, case.lead)
    assert not blank_to(case, "rs-house"), "it knows where it is"
    assert state not in WAITING or not has


def test_a_closed_case_still_says_nothing_of_where_it_was() -> None:
    """The lead closes the case while the shelter has the person, who is in the same house a day later."""
    held = HANDOFF.model_copy(update={"to": "confidential:shelter", "state": HandoffState.ACTING, "answered_at": 5})
    case = case_with(held)
    event = CaseClosed(reason=CloseReason.GOALS_MET, handoffs=(EndedHandoff(handoff="h", ending=Ending.ELSEWHERE),))
    ended = closed(case, Core("c", 1, "referral.rs-lead", 9, "k", "f", event.TYPE, {}, v=2), event)
    assert isinstance(ended, Case)
    assert ended.handoffs["h"].state is HandoffState.ENDED
    assert sheltered(ended)
    assert not blank_to(case_with(HANDOFF.model_copy(update={"state": HandoffState.ENDED})), "rs-csr"), "it had not answered"


@pytest.mark.parametrize("code", [DeclineCode.NO_CAPACITY, None], ids=["given back", "it left the roster"])
def test_what_was_given_back_is_not_passed_on_all_the_same(code: DeclineCode | None) -> None:
    back = HANDOFF.model_copy(
        update={"to": "confidential:shelter", "need": Need.SAFETY, "state": HandoffState.RETURNED, "code": code, "answered_at": 5}
    )
    case = case_with(back)
    assert not sheltered(case)
    assert ever_sheltered(case)
    assert not ever_sheltered(case_with(back.model_copy(update={"answered_at": None}))), "it never reached the house"


@pytest.mark.parametrize("said", [
    {"to": "rs-csr"}, {"to": "rs-house", "need": Need.PSYCHOLOGICAL},
    {"to": "rs-house", "kind": HandoffKind.CONSULTATION},
], ids=str)  # fmt: skip
def test_nobody_else_takes_somebody_in(said: dict[str, object]) -> None:
    asked = HANDOFF.model_copy(update={"need": Need.HOUSING, "state": HandoffState.ACCEPTED} | said)
    assert not sheltered(case_with(asked))


def test_who_joins_and_has_no_picture_yet_hears_what_was_sealed_for_it() -> None:
    """It knows its roster alone until the checkpoint comes (`apply._joining`), and keeps what it reads all the same."""
    assert not blank_to(Case.model_construct(members=(SOCIAL,)), "rs-csr")


def reported(*members: Member, apart: tuple[str, ...] = ()) -> Case:
    """A case that a shelter reported, in which nobody was asked to house anybody."""
    asked = HANDOFF.model_copy(update={"need": Need.IDENTIFICATION, "to": "rs-lead", "giver": "rs-house"})
    return case_with(asked).model_copy(update={"opened_by": "intake.rs-house", "members": members, "apart": apart})


APART = (check("c", "rs-house"), check("c", "rs-other"))


@pytest.mark.parametrize("case", [reported(SOCIAL, NAMED), reported(SOCIAL, NAMED, apart=APART), reported(SOCIAL, apart=APART)], ids=[
    "it is there by its name", "and the case names no such agency", "it has left, and no roster says its kind",
])  # fmt: skip
def test_a_shelter_that_reported_has_the_person_and_is_known_after_it_left(case: Case) -> None:
    assert sheltered(case)
    assert ever_sheltered(case)
    assert blank_to(case, "rs-csr") == {Group.MUNICIPALITY}
    assert not blank_to(case, case.lead)
    assert readers(case, Group.MUNICIPALITY, 1) == []


def test_what_was_handed_to_a_shelter_that_left_stays_known() -> None:
    back = HANDOFF.model_copy(update={"state": HandoffState.RETURNED, "answered_at": 5})
    assert ever_sheltered(case_with(back).model_copy(update={"members": (SOCIAL,), "apart": APART}))


def test_another_reporter_that_left_is_no_shelter() -> None:
    assert not ever_sheltered(reported(SOCIAL, apart=(check("c", "rs-other"), check("another case", "rs-house"))))
