"""Members who join, leave and come back reach one picture and one verdict for each record; each decision settles once."""

from collections import Counter

import pytest

from shared.protocol.case import Verdict, agency_of
from shared.protocol.events import CheckpointSet, HandoffRequested, RosterSet
from shared.protocol.fold import fold
from shared.protocol.following import Kept, Mark, View, follow
from tests.protocol.cases import HEALTH, LEAD, LEADING, NGO, POLICE, REPORTER, SOCIAL, Story, acting, core_of, members, opening, request
from tests.protocol.house import SETTLING, House, Rules
from tests.protocol.profiles import ASKED

HISTORIES = ASKED or 40
QUIET = {Verdict.STALE, Verdict.REPEATED, None}


def check(house: House) -> Counter[str]:
    """Compares every member with a witness that folds the whole log; counts what is wrong, and what happened."""
    seen: Counter[str] = Counter()
    case, settled, cores = None, dict[str, int](), house.cores()
    for place, core in enumerate(cores):
        there = case.agencies if case else frozenset[str]()
        folded = fold(case, core, place)
        case = folded.case
        seen[folded.verdict] += 1
        if folded.verdict in SETTLING:
            seen["twice"] += core.key in settled
            settled.setdefault(core.key, place)
        says = {i.journal.get(place) for i in house.instances.values() if agency_of(i.me) in there} | {folded.verdict}
        seen["differ"] += len(says) > 1 and not says <= QUIET
    assert case is not None
    for me, instance in house.instances.items():
        removed = instance.removed
        own = [settled[key] for key, author in house.decided.items() if author == me and key in settled and key not in removed]
        seen["out of order"] += own != sorted(own)
        seen["never"] += sum(author == me and key not in settled and key not in removed for key, author in house.decided.items())
        seen["strange heads"] += instance.strange_heads
        seen["joined"] += instance.joined
        if agency_of(me) in case.agencies:
            mine = instance.view.case
            seen["no picture"] += not instance.view.member
            seen["other picture"] += mine is None or mine.model_dump_json() != case.model_dump_json()
    return seen


WRONG = ("twice", "differ", "out of order", "never", "strange heads", "no picture", "other picture")


def total(rules: Rules, histories: int = HISTORIES) -> Counter[str]:
    """All that is seen in so many histories."""
    seen: Counter[str] = Counter()
    for seed in range(histories):
        house = House(seed, rules)
        house.run(260)
        seen += check(house)
    return seen


def test_all_members_agree_and_each_decision_settles_once() -> None:
    seen = total(Rules())
    assert {name: seen[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    for happened in (Verdict.COUNTED, Verdict.STALE, Verdict.REPEATED, Verdict.SUPERSEDED, "joined"):
        assert seen[happened] >= HISTORIES // 4, f"too quiet to prove anything: {happened} {seen[happened]}"


def test_without_the_joiners_buffer_members_disagree() -> None:
    seen = total(Rules(buffer=False), 20)
    assert seen["differ"] > 0
    assert seen["other picture"] > 0


def test_with_many_rows_on_their_way_an_authors_order_breaks() -> None:
    assert total(Rules(one_at_a_time=False), 20)["out of order"] > 0


def test_a_checkpoint_that_loses_the_order_of_the_log_makes_other_pictures() -> None:
    assert total(Rules(ordered=False), 25)["other picture"] > 0


def joining(me: str, *roster: str) -> tuple[Story, View]:
    """A case, and the view of an instance that the roster record at place 5 just named."""
    story = Story(SOCIAL)
    record = core_of(story.case, LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL, *roster)))
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL, *roster)))
    return story, follow(View(), me, Kept(5, "r", record))[0]


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
        after, _ = follow(view, me, Kept(12, "c", core))
        assert after.member is joined
        assert (after.case is not None) is joined


def test_a_checkpoint_that_is_no_picture_is_not_taken() -> None:
    me = acting(NGO)
    story, view = joining(me, NGO)
    core = core_of(story.case, LEADING, CheckpointSet(place=5, joiners=(NGO,), state={"lead": LEAD}))
    assert follow(view, me, Kept(6, "c", core))[0] == view


def test_what_came_before_the_checkpoint_is_in_it_and_what_came_after_is_folded() -> None:
    me = acting(NGO)
    story, view = joining(me, NGO)
    at_five = story.case.model_dump(mode="json")
    asked = core_of(story.case, LEADING, request("a", NGO))
    view, noted = follow(view, me, Kept(6, "a", asked))
    assert [n.verdict for n in noted] == [Mark.WAITING]
    view, noted = follow(
        view, me, Kept(7, "c", core_of(story.case, LEADING, CheckpointSet(place=5, joiners=(NGO,), state=at_five), key="c"))
    )
    assert [(n.event, n.verdict) for n in noted] == [("r", Mark.IN_CHECKPOINT), ("a", Verdict.COUNTED), ("c", Verdict.COUNTED)]
    assert view.case is not None
    assert view.case.handoffs["a"].to == NGO


def test_folding_its_own_removal_ends_an_instances_part() -> None:
    me = acting(SOCIAL)
    story = Story(SOCIAL)
    gone = core_of(story.case, LEADING, RosterSet(members=members(LEAD, NGO)))
    view, (note,) = follow(View(story.case), me, Kept(9, "x", gone))
    assert (view.member, view.left, note.verdict, note.follow_ups) == (False, True, Verdict.COUNTED, ())
    later = core_of(view.case, LEADING, request("a", NGO))
    after, (note,) = follow(view, me, Kept(10, "y", later))
    assert (after, note.verdict) == (view, Mark.OUTSIDE)


def test_an_intake_does_not_take_in_cases_it_did_not_open() -> None:
    _, view = joining(f"intake.{NGO}", NGO)
    assert view == View()


def test_a_record_of_a_case_nobody_opened_here_is_outside() -> None:
    core = core_of(None, LEADING, HandoffRequested(handoff="a", to=NGO, need=opening().needs[0], answer_by=1, lapse_at=2))
    view, (note,) = follow(View(), acting(NGO), Kept(3, "a", core))
    assert (view, note.verdict) == (View(), Mark.OUTSIDE)


@pytest.mark.parametrize("me", [LEADING, f"intake.{REPORTER}"])
def test_the_opening_record_opens(me: str) -> None:
    view, (note,) = follow(View(), me, Kept(0, "o", core_of(None, f"intake.{REPORTER}", opening())))
    assert view.member
    assert note.verdict is Verdict.COUNTED
