"""How one instance comes into a case and leaves it: the checkpoint it takes, what it keeps until then, and whom it believes."""

from typing import Any

import pytest

from shared.protocol.case import Verdict
from shared.protocol.core import Core
from shared.protocol.events import CheckpointSet, HandoffRequested, RosterSet
from shared.protocol.fold import fold
from shared.protocol.following import KeptRecord, Mark, View, follow
from tests.shared.protocol.cases import (  # fmt: skip
    HEALTH,
    LEAD,
    LEADING,
    NGO,
    OUTSIDER,
    POLICE,
    REPORTER,
    REPORTING,
    SOCIAL,
    Story,
    acting,
    core_of,
    members,
    opening,
    request,
)


def joining(me: str, *roster: str) -> tuple[Story, View]:
    """A case, and the view of an instance that the roster record at place 5 just named."""
    story = Story(SOCIAL)
    record = core_of(story.case, LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL, *roster)))
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL, *roster)))
    return story, follow(View(), me, KeptRecord(5, "r", record))[0]


def test_a_joiner_waits_until_a_checkpoint_placed_at_or_after_its_roster_record() -> None:
    me = acting(NGO)
    story, view = joining(me, NGO)
    assert (view.member, view.since) == (False, 5)
    state = story.case.model_dump(mode="json")
    for number, (place, joiners, author, joined) in enumerate([
        (4, (NGO,), LEADING, False), (5, (POLICE,), LEADING, False), (5, (NGO,), acting(LEAD), False),
        (5, (NGO,), f"referral.{NGO}", False),
        (5, (NGO,), LEADING, True), (9, (HEALTH, NGO), LEADING, True),
    ]):  # fmt: skip
        core = core_of(story.case, author, CheckpointSet(place=place, joiners=joiners, state=state), key=f"c{number}")
        after, _ = follow(view, me, KeptRecord(12, "c", core))
        assert after.member is joined
        assert (after.case is not None) is joined


WRONG_STATES: dict[str, dict[str, Any]] = {
    "no picture": {"members": "nobody"}, "another case": {"id": "case-2"}, "another protocol": {"protocol": 2},
    "without us": {"members": []}, "another lead": {"lead": SOCIAL},
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_STATES)
def test_a_checkpoint_that_is_not_this_cases_picture_is_not_taken_but_kept(wrong: str) -> None:
    me = acting(NGO)
    story, view = joining(me, NGO)
    good = story.case.model_dump(mode="json")
    bad = core_of(story.case, LEADING, CheckpointSet(place=5, joiners=(NGO,), state={**good, **WRONG_STATES[wrong]}), key="bad")
    view, (note,) = follow(view, me, KeptRecord(6, "b", bad))
    assert (view.member, note.verdict) == (False, Mark.WAITING)
    witness = fold(story.case, bad).case
    assert witness is not None
    mended = core_of(story.case, LEADING, CheckpointSet(place=5, joiners=(NGO,), state=good), key="good")
    view, noted = follow(view, me, KeptRecord(7, "c", mended))
    assert view.case == fold(witness, mended).case, "others settled the bad one too"
    assert [n.verdict for n in noted] == [Mark.IN_CHECKPOINT, Verdict.COUNTED, Verdict.COUNTED]


def checkpoint_by(story: Story, lead: str, place: int) -> Core:
    """A checkpoint that this agency makes as if it led the case."""
    state = {**story.case.model_dump(mode="json"), "lead": lead}
    return core_of(story.case, f"referral.{lead}", CheckpointSet(place=place, joiners=(NGO,), state=state), key=f"c {lead}")


def test_a_joiner_takes_no_checkpoint_of_somebody_who_put_it_on_no_roster() -> None:
    me = acting(NGO)
    story, view = joining(me, NGO)
    asked = core_of(story.case, f"referral.{SOCIAL}", request("a", NGO))
    view, _ = follow(view, me, KeptRecord(6, "a", asked))
    after, _ = follow(view, me, KeptRecord(7, "c", checkpoint_by(story, SOCIAL, 5)))
    assert not after.member


@pytest.mark.parametrize("stranger", [SOCIAL, OUTSIDER])
def test_a_strangers_roster_does_not_keep_a_joiner_out(stranger: str) -> None:
    me = acting(NGO)
    story = Story(SOCIAL)
    forged = core_of(story.case, f"referral.{stranger}", RosterSet(members=members(stranger, NGO)), key="f")
    change = RosterSet(members=members(LEAD, REPORTER, SOCIAL, NGO))
    view, _ = follow(View(), me, KeptRecord(4, "f", forged))
    view, _ = follow(view, me, KeptRecord(5, "r", core_of(story.case, LEADING, change)))
    story.counts(LEADING, change)
    view, _ = follow(view, me, KeptRecord(6, "c", checkpoint_by(story, LEAD, 5)))
    assert view.member


def test_who_comes_back_knows_its_lead() -> None:
    me = acting(NGO)
    story = Story(SOCIAL, NGO)
    view, _ = follow(View(story.case), me, KeptRecord(8, "x", core_of(story.case, LEADING, RosterSet(members=members(LEAD, SOCIAL)))))
    assert view.left
    forged = core_of(story.case, f"referral.{SOCIAL}", RosterSet(members=members(SOCIAL, NGO)), key="f")
    view, _ = follow(view, me, KeptRecord(9, "f", forged))
    view, _ = follow(view, me, KeptRecord(10, "c", checkpoint_by(story, SOCIAL, 9)))
    assert not view.member


def test_what_came_before_the_checkpoint_is_in_it_and_what_came_after_is_folded() -> None:
    me = acting(NGO)
    story, view = joining(me, NGO)
    at_five = story.case.model_dump(mode="json")
    asked = core_of(story.case, LEADING, request("a", NGO))
    view, noted = follow(view, me, KeptRecord(6, "a", asked))
    assert [n.verdict for n in noted] == [Mark.WAITING]
    view, noted = follow(
        view, me, KeptRecord(7, "c", core_of(story.case, LEADING, CheckpointSet(place=5, joiners=(NGO,), state=at_five), key="c"))
    )
    assert [(n.event, n.verdict) for n in noted] == [("r", Mark.IN_CHECKPOINT), ("a", Verdict.COUNTED), ("c", Verdict.COUNTED)]
    assert view.case is not None
    assert view.case.handoffs["a"].to == NGO


def test_folding_its_own_removal_ends_an_instances_part() -> None:
    me = acting(SOCIAL)
    story = Story(SOCIAL)
    gone = core_of(story.case, LEADING, RosterSet(members=members(LEAD, NGO)))
    view, (note,) = follow(View(story.case), me, KeptRecord(9, "x", gone))
    assert (view.member, view.left, note.verdict, note.follow_ups) == (False, True, Verdict.COUNTED, ())
    later = core_of(view.case, LEADING, request("a", NGO))
    after, (note,) = follow(view, me, KeptRecord(10, "y", later))
    assert (after, note.verdict) == (view, Mark.OUTSIDE)


def test_an_intake_does_not_take_in_cases_it_did_not_open() -> None:
    _, view = joining(f"intake.{NGO}", NGO)
    assert view == View()


def test_the_intake_that_opened_the_case_may_come_back() -> None:
    story = Story(SOCIAL)
    view = View(story.case)
    for place, agencies in ((5, (LEAD, SOCIAL)), (6, (LEAD, SOCIAL, REPORTER))):
        change = RosterSet(members=members(*agencies))
        view, _ = follow(view, REPORTING, KeptRecord(place, f"r{place}", core_of(story.case, LEADING, change)))
        story.counts(LEADING, change)
    assert (view.member, view.since) == (False, 6)
    state = story.case.model_dump(mode="json")
    checkpoint = core_of(story.case, LEADING, CheckpointSet(place=6, joiners=(REPORTER,), state=state))
    view, _ = follow(view, REPORTING, KeptRecord(7, "c", checkpoint))
    assert view == View(fold(story.case, checkpoint).case)


@pytest.mark.parametrize("me", [acting(OUTSIDER), f"referral.{OUTSIDER}", f"intake.{OUTSIDER}"])
def test_an_opening_is_outside_for_who_is_not_on_its_roster(me: str) -> None:
    view, (note,) = follow(View(), me, KeptRecord(0, "o", core_of(None, REPORTING, opening())))
    assert (view, note.verdict) == (View(), Mark.OUTSIDE)


def test_a_record_of_a_case_nobody_opened_here_is_outside() -> None:
    core = core_of(None, LEADING, HandoffRequested(handoff="a", to=NGO, need=opening().needs[0], answer_by=1, lapse_at=2))
    view, (note,) = follow(View(), acting(NGO), KeptRecord(3, "a", core))
    assert (view, note.verdict) == (View(), Mark.OUTSIDE)


@pytest.mark.parametrize("me", [LEADING, f"intake.{REPORTER}"])
def test_the_opening_record_opens(me: str) -> None:
    view, (note,) = follow(View(), me, KeptRecord(0, "o", core_of(None, f"intake.{REPORTER}", opening())))
    assert view.member
    assert note.verdict is Verdict.COUNTED


def given_anew(story: Story, author: str = LEADING, *roster: str) -> Core:
    """The record with which the lead gives the organisation its case anew."""
    return core_of(story.case, author, RosterSet(members=members(LEAD, REPORTER, *(roster or (SOCIAL, NGO))), anew=(NGO,)), key="anew")


def test_whose_picture_lacks_what_it_could_not_read_takes_the_case_anew() -> None:
    me, story = acting(NGO), Story(SOCIAL, NGO)
    old = View(story.case)
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL, NGO, POLICE)))
    record = given_anew(story, LEADING, SOCIAL, NGO, POLICE)
    assert fold(old.case, record).verdict is Verdict.STALE, "its own picture could not tell"
    view, (note,) = follow(old, me, KeptRecord(9, "r", record))
    assert (view.member, view.case, note.verdict) == (False, old.case, Mark.WAITING)
    after = fold(story.case, record).case
    assert after is not None
    checkpoint = core_of(after, LEADING, CheckpointSet(place=9, joiners=(NGO,), state=after.model_dump(mode="json")), key="c")
    view, _ = follow(view, me, KeptRecord(10, "c", checkpoint))
    assert view.case == fold(after, checkpoint).case
    again, (note,) = follow(view, me, KeptRecord(11, "r2", record))
    assert (again.member, note.verdict) == (True, Verdict.REPEATED), "a second copy of it begins nothing"


@pytest.mark.parametrize(
    ("me", "author", "roster"),
    [(LEADING, LEADING, ()), (acting(SOCIAL), LEADING, ()), (acting(NGO), f"referral.{SOCIAL}", ()), (acting(NGO), LEADING, (SOCIAL,))],
    ids=["the lead itself", "somebody else", "not from the lead", "it is taken off"],
)
def test_a_picture_that_is_not_given_anew_is_folded_on(me: str, author: str, roster: tuple[str, ...]) -> None:
    story = Story(SOCIAL, NGO)
    record = given_anew(story, author, *roster)
    view, (note,) = follow(View(story.case), me, KeptRecord(9, "r", record))
    assert (view.since, view.case, note.verdict) == (None, fold(story.case, record).case, fold(story.case, record).verdict)
