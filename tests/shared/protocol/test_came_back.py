"""What ended without help is somebody's again, with a deadline, until another is asked or it is given up; what counts as passed round."""

import pytest

from shared.protocol.came_back import came_back, due_back, to_be_seen
from shared.protocol.case import HandoffState, Verdict
from shared.protocol.events import (
    HandoffCompleted,
    HandoffExpired,
    HandoffInfoRequested,
    HandoffInfoSupplied,
    HandoffReturned,
    HandoffRevoked,
    RosterSet,
    TaskDropped,
)
from shared.protocol.next_moves import moves
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import DeclineCode as DC
from shared.protocol.vocabulary import Need, Outcome
from tests.shared.protocol.cases import HEALTH, LEAD, LEADING, NGO, POLICE, REPORTER, SOCIAL, Story, acting, held, members


def asked(protocol: int = NEWEST) -> Story:
    story = Story(SOCIAL, NGO, POLICE, HEALTH, protocol=protocol)
    story.asks("h", acting(SOCIAL), NGO)
    return story


def ended(how: str) -> Story:
    story = asked()
    if how.startswith("C"):
        story.declines("h", DC(how), POLICE if how in ("C1", "C2") else None)
    elif how == "expired":
        story.counts(acting(SOCIAL), HandoffExpired(handoff="h"), story["h"].lapse_at)
    elif how == "left":
        story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL, POLICE, HEALTH)))
    else:
        story.accepts("h")
        said = (
            HandoffCompleted(handoff="h", outcome=Outcome.NOT_POSSIBLE)
            if how == "not possible"
            else HandoffReturned(handoff="h", code=DC.NO_CAPACITY)
        )
        story.counts(acting(NGO), said)
    return story


WAYS = ("C1", "C2", "C3", "C6", "C9", "C12", "C13", "C14", "expired", "returned", "left", "not possible")


def test_what_nobody_has_answered_since_is_seen_and_so_is_the_latest_no() -> None:
    story = asked()
    assert not to_be_seen(story.case)
    story.declines("h", DC.NO_CAPACITY)
    assert to_be_seen(story.case) == {"h"}
    story.asks("other", acting(SOCIAL), HEALTH)
    assert to_be_seen(story.case) == {"h"}, "the need is with another, and this is the latest no"
    story.declines("other", DC.NO_CAPACITY)
    assert to_be_seen(story.case) == {"other"}, "the first one was answered by asking another"
    assert to_be_seen(ended("expired").case) == {"h"}


@pytest.mark.parametrize("how", WAYS)
def test_whatever_ends_without_help_is_in_the_list_of_who_asked_with_a_deadline(how: str) -> None:
    story = ended(how)
    assert [h.id for h in came_back(story.case, SOCIAL)] == ["h"]
    (move,) = (m for m in moves(story.case) if m.handoff and m.handoff.id == "h")
    ended_at = story["h"].ended_at
    assert ended_at is not None
    assert (move.who, move.by) == (SOCIAL, ended_at + story["h"].answer_by - story["h"].requested_at)
    assert move.what == ("settle" if how in ("C12", "C14", "not possible") else "reassign")


@pytest.mark.parametrize("how", WAYS)
def test_it_leaves_the_list_when_another_is_asked_or_it_is_given_up_once(how: str) -> None:
    story = ended(how)
    before = story["h"]
    assert story.say(acting(NGO), HandoffRevoked(handoff="h")) is Verdict.REFUSED, "the requester alone says so"
    story.counts(acting(SOCIAL), HandoffRevoked(handoff="h"))
    assert came_back(story.case, SOCIAL) == ()
    assert story["h"].model_copy(update={"given_up_at": None}) == before, "how it ended stays"
    assert story.say(acting(SOCIAL), HandoffRevoked(handoff="h")) is Verdict.SUPERSEDED
    other = ended(how)
    other.asks("again", acting(SOCIAL), POLICE)
    assert came_back(other.case, SOCIAL) == ()


def test_under_protocol_1_it_cannot_be_given_up() -> None:
    story = asked(FIRST)
    story.declines("h", DC.PERSON_DECLINES)
    assert story.say(acting(SOCIAL), HandoffRevoked(handoff="h")) is Verdict.SUPERSEDED
    assert came_back(story.case, SOCIAL) == ()


def test_once_who_asked_has_left_it_is_the_leads_who_speaks_in_its_place() -> None:
    story = asked()
    story.counts(acting(NGO), HandoffInfoRequested(handoff="h"))
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, NGO)))
    assert (LEAD, "inform") in [(m.who, m.what) for m in moves(story.case)]
    story.counts(acting(LEAD), HandoffInfoSupplied(handoff="h"))
    story.declines("h")
    assert [h.id for h in came_back(story.case, LEAD)] == ["h"]
    story.counts(acting(LEAD), HandoffRevoked(handoff="h"))
    assert came_back(story.case, LEAD) == ()


def test_a_call_that_found_nobody_is_the_leads() -> None:
    story = Story(SOCIAL, NGO, POLICE, pingpong=2, protocol=NEWEST)
    story.asks("a", LEADING, SOCIAL)
    story.declines("a", DC.SAFETY_CONFLICT)
    story.asks("b", acting(SOCIAL), NGO)
    assert story["b"].state is HandoffState.CALLED
    assert [h.id for h in came_back(story.case, LEAD)] == ["b"]


@pytest.mark.parametrize(("protocol", "state", "passed"), [(FIRST, HandoffState.CALLED, True), (NEWEST, HandoffState.REQUESTED, False)])
def test_who_asks_one_agency_again_and_again_passes_nothing_round(protocol: int, state: HandoffState, passed: bool) -> None:
    story = Story(SOCIAL, NGO, POLICE, protocol=protocol)
    for n in ("a", "b"):
        story.asks(n, LEADING, SOCIAL)
        story.declines(n)
    story.asks("c", LEADING, SOCIAL)
    assert (story["c"].state, story.case.pingpong_case()) == (state, passed)


@pytest.mark.parametrize("protocol", [FIRST, NEWEST])
def test_between_two_it_is_passed_round_all_the_same(protocol: int) -> None:
    story = Story(SOCIAL, NGO, POLICE, pingpong=4, protocol=protocol)
    for n, agency in (("a", SOCIAL), ("b", NGO), ("c", SOCIAL)):
        story.asks(n, LEADING, agency)
        story.declines(n)
    story.asks("d", LEADING, NGO)
    assert story["d"].state is HandoffState.CALLED
    assert story.case.pingpong_case()


def test_a_hand_off_whose_task_was_dropped_must_be_acted_on_again() -> None:
    story = held(NGO, POLICE)
    story.starts_joint(NGO, POLICE)
    assert (NGO, "act") not in [(m.who, m.what) for m in moves(story.case)]
    story.counts(acting(NGO), TaskDropped(task=f"t-{NGO}"))
    assert (NGO, "act") in [(m.who, m.what) for m in moves(story.case)]
    assert due_back(story[NGO]) > 0
    assert Need.HOUSING is story[NGO].need
