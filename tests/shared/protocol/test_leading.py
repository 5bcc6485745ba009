"""The lead of a case passes to another agency: at each place of the log exactly one leads, whatever crosses the change.

Source: docs/domain.md, sections 3.2 and 3.3.
"""

from collections import deque
from collections.abc import Iterator
from random import Random

import pytest

from shared.protocol import events as e
from shared.protocol import leading
from shared.protocol.by_section import hearers
from shared.protocol.came_back import asker, came_back
from shared.protocol.case import Case, HandoffState, Verdict, agency_of
from shared.protocol.clocks import clocks
from shared.protocol.events import (
    CaseClosed,
    CaseReopened,
    HandoffAccepted,
    HandoffDeclined,
    HandoffRequested,
    HandoffRevoked,
    RosterSet,
    StatusDecided,
)
from shared.protocol.facts import Event, Member
from shared.protocol.fold import Follow, FollowUp, fold
from shared.protocol.following import KeptRecord, View, await_anew, follow
from shared.protocol.lead_record import LeadRecord
from shared.protocol.messages import handed_on
from shared.protocol.next_moves import What, moves
from shared.protocol.vocabulary import (
    AgencyKind,
    CloseReason,
    DataClass,
    DeclineCode,
    Ending,
    HandoffKind,
    Need,
    Outcome,
    ReopenReason,
    Stage,
)
from tests.shared.protocol import plays
from tests.shared.protocol.cases import (
    LAPSE,
    LEAD,
    LEADING,
    NGO,
    POLICE,
    REPORTER,
    SOCIAL,
    START,
    Story,
    acting,
    core_of,
    members,
    request,
)
from tests.shared.protocol.jobs_law import has_jobs
from tests.shared.protocol.laws import changes_only_what_may_change, follows_what_must, holds_together, settles

NEXT = f"referral.{SOCIAL}"
WHOLE = (DataClass.D0, DataClass.D1, DataClass.D2, DataClass.D3)


def transfer(to: str = SOCIAL, now: int = START, handoff: str = "l", need: Need = Need.IDENTIFICATION) -> HandoffRequested:
    return request(handoff, to, need, now, HandoffKind.TRANSFER)


def asked(protocol: int = 2) -> Story:
    """The centre, which has taken the report on, asks the social service to lead."""
    story = Story(SOCIAL, NGO, POLICE, protocol=protocol)
    story.counts(LEADING, HandoffAccepted(handoff="h0"))
    story.counts(LEADING, transfer(now=story.now))
    return story


def agreed() -> Story:
    story = asked()
    story.counts(NEXT, HandoffAccepted(handoff="l"))
    return story


def handed_over() -> Story:
    story = agreed()
    story.counts(LEADING, leading.roster(story.case, SOCIAL, story.now))
    return story


def refused(story: Story, author: str, event: Event) -> bool:
    return story.say(author, event) is Verdict.REFUSED


def test_the_yes_is_followed_by_one_roster_of_the_old_lead_and_that_is_the_change() -> None:
    story = asked()
    assert [(m.who, m.what) for m in moves(story.case) if m.handoff and m.handoff.id == "l"] == [(SOCIAL, What.LEAD)]
    assert story.counts(NEXT, HandoffAccepted(handoff="l")) == (FollowUp(Follow.HAND_OVER, LEADING, "l"),)
    assert story.case.lead == LEAD, "a yes makes nobody the lead"
    version = story.case.version
    assert story.counts(LEADING, leading.roster(story.case, SOCIAL, story.now)) == ()
    assert (story.case.lead, story.case.version) == (SOCIAL, version + 1)
    assert (story["h0"].state, story["h0"].outcome) == (HandoffState.COMPLETED, Outcome.PARTLY)
    assert story["l"].state is HandoffState.ACCEPTED, "what the new lead holds is the identification"
    assert story.case.agencies == {LEAD, REPORTER, SOCIAL, NGO, POLICE}, "the old lead stays until the new one takes it off"


def test_from_there_on_only_the_new_lead_may_say_what_a_lead_says() -> None:
    for event in (StatusDecided(stage=Stage.REASONABLE_GROUNDS), RosterSet(members=members(LEAD, REPORTER, SOCIAL, NGO))):
        story = handed_over()
        assert refused(story, LEADING, event)
        story.counts(NEXT, event)
    story.counts(NEXT, RosterSet(members=members(REPORTER, SOCIAL, NGO)))
    assert LEAD not in story.case.agencies


def test_what_was_made_before_and_lands_behind_is_stale_for_everybody_and_then_judged_under_the_new_lead() -> None:
    story = agreed()
    late = core_of(story.case, LEADING, StatusDecided(stage=Stage.REASONABLE_GROUNDS), story.now)
    task = core_of(story.case, acting(POLICE), request("x", NGO, now=story.now), story.now)
    story.counts(LEADING, leading.roster(story.case, SOCIAL, story.now))
    assert [fold(story.case, core).verdict for core in (late, task)] == [Verdict.STALE, Verdict.STALE]
    again = {"roster": story.case.version}
    assert story.say(LEADING, StatusDecided(stage=Stage.REASONABLE_GROUNDS), key=late.key, cause=late.cause, **again) is Verdict.REFUSED
    assert story.say(acting(POLICE), request("x", NGO, now=story.now), key=task.key, cause=task.cause, **again) is Verdict.COUNTED


@pytest.mark.parametrize("end", [HandoffDeclined(handoff="l", code=DeclineCode.NO_CAPACITY), HandoffRevoked(handoff="l")])
def test_without_a_yes_the_lead_leads_on_and_no_need_is_with_nobody(end: Event) -> None:
    story = asked()
    story.counts(NEXT if isinstance(end, HandoffDeclined) else LEADING, end)
    assert (story.case.lead, came_back(story.case, LEAD), story.case.bounces(Need.IDENTIFICATION)) == (LEAD, (), 0)
    assert story.say(LEADING, leading.roster(story.case, SOCIAL, story.now)) is Verdict.SUPERSEDED
    story.counts(LEADING, transfer(NGO, story.now, "m"))


def test_silence_is_no_yes() -> None:
    story = asked()
    story.counts(LEADING, e.HandoffExpired(handoff="l"), at=story.now + LAPSE)
    assert (story["l"].state, story.case.lead, came_back(story.case, LEAD)) == (HandoffState.EXPIRED, LEAD, ())
    assert refused(story, SOCIAL, HandoffAccepted(handoff="l")) or story.case.lead == LEAD


@pytest.mark.parametrize(
    ("author", "event"),
    [
        (acting(POLICE), transfer()), (LEADING, transfer(need=Need.HOUSING)), (LEADING, transfer("confidential:shelter")),
        (f"assistance.{LEAD}", transfer()),
    ],
)  # fmt: skip
def test_the_lead_alone_asks_and_for_nothing_but_to_lead(author: str, event: Event) -> None:
    assert refused(Story(SOCIAL, NGO, POLICE, protocol=2), author, event)


def test_a_desk_that_opened_the_case_is_not_asked_to_lead_it() -> None:
    """A case that its lead's desk opened is a side case, and this one would become one."""
    story = Story(SOCIAL, NGO, POLICE, protocol=2)
    story.case = story.case.model_copy(update={"opened_by": NEXT})
    assert refused(story, LEADING, transfer())
    story.counts(LEADING, transfer(NGO, story.now))


def test_what_the_desk_of_a_member_asked_that_never_led_stays_its_own() -> None:
    story = Story(SOCIAL, NGO, POLICE, protocol=2)
    story.asks("p", NEXT, POLICE, Need.INVESTIGATION)
    assert (asker(story.case, story["p"]), story.case.by_former_lead(story["p"])) == (SOCIAL, False)
    story.counts(NEXT, HandoffRevoked(handoff="p"))


def test_a_case_of_protocol_1_keeps_its_lead() -> None:
    story = Story(SOCIAL, NGO, POLICE, protocol=1)
    assert refused(story, LEADING, transfer())
    assert refused(story, LEADING, RosterSet(members=story.case.members, lead=SOCIAL))


def test_only_a_desk_that_leads_answers_and_with_yes_or_no() -> None:
    story = asked()
    assert refused(story, acting(SOCIAL), HandoffAccepted(handoff="l"))
    assert refused(story, NEXT, e.HandoffForwarded(handoff="l", to=NGO, code=DeclineCode.NO_CAPACITY, onward="m"))
    assert refused(story, f"referral.{NGO}", HandoffAccepted(handoff="l"))
    story.counts(NEXT, HandoffAccepted(handoff="l"))
    for event in (e.HandoffReturned(handoff="l", code=DeclineCode.NO_CAPACITY), e.HandoffCompleted(handoff="l")):
        assert story.say(NEXT, event) is Verdict.SUPERSEDED, "before the roster it leads nothing that it could give back, or end"
    assert story.say(LEADING, transfer(NGO, story.now, "m")) is Verdict.SUPERSEDED, "one at a time"


def test_nobody_takes_the_lead_and_nobody_is_given_it_who_did_not_agree() -> None:
    story = agreed()
    assert refused(story, NEXT, leading.roster(story.case, SOCIAL, story.now))
    for given in (NGO, "rs-nobody"):
        assert story.say(LEADING, RosterSet(members=story.case.members, lead=given)) is Verdict.SUPERSEDED
    for wrong in ({"members": members(LEAD, REPORTER, SOCIAL)}, {"anew": (POLICE,)}, {"lead": LEAD}):
        event = leading.roster(story.case, SOCIAL, story.now).model_copy(update=wrong)
        assert refused(story, LEADING, event), "it brings nobody in, and takes nobody off"
    assert story.case.lead == LEAD


def test_a_withdrawal_that_takes_the_new_lead_off_ends_the_change() -> None:
    story = agreed()
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, NGO, POLICE)))
    assert story["l"].state is HandoffState.RETURNED
    assert story.say(LEADING, RosterSet(members=story.case.members, lead=SOCIAL)) is Verdict.SUPERSEDED
    assert [m.what for m in moves(story.case) if m.who == LEAD] == [What.DECIDE]


def test_while_a_shelter_has_something_open_or_the_case_is_paused_or_closed_the_lead_stays() -> None:
    house = Member(agency="confidential:shelter", kind=AgencyKind.SHELTER)
    story = agreed()
    assert story.say(LEADING, request("s", "confidential:shelter", now=story.now)) is Verdict.SUPERSEDED, "and no shelter is asked"
    story.counts(LEADING, RosterSet(members=story.case.members, paused=True))
    assert story.say(LEADING, leading.roster(story.case, SOCIAL, story.now)) is Verdict.SUPERSEDED
    job = next(m for m in moves(story.case) if m.what is What.HAND_OVER)
    assert (job.who, job.began) == (LEAD, story["l"].answered_at)
    followed = story.counts(LEADING, RosterSet(members=story.case.members, paused=False))
    assert followed == (FollowUp(Follow.HAND_OVER, LEADING, "l"),), "once nothing stands against it, it is carried out"
    story = Story(SOCIAL, protocol=2)
    story.counts(LEADING, RosterSet(members=(*story.case.members, house)))
    story.asks("s", LEADING, "confidential:shelter")
    assert story.say(LEADING, transfer(now=story.now)) is Verdict.SUPERSEDED


def test_a_closing_ends_it_and_a_return_does_not_bring_it_back() -> None:
    story = agreed()
    told = ({"handoff": "l", "ending": Ending.NOT_NEEDED},)
    story.counts(LEADING, CaseClosed.model_validate({"reason": CloseReason.OTHER, "handoffs": told}))
    assert story.say(LEADING, RosterSet(members=story.case.members, lead=SOCIAL)) is Verdict.SUPERSEDED
    assert story.counts(LEADING, CaseReopened(reason=ReopenReason.MISTAKE)) == ()
    assert (story["l"].state, story.case.lead) == (HandoffState.ENDED, LEAD)


def test_what_the_old_lead_asked_is_the_new_one_s() -> None:
    story = asked()
    story.asks("p", LEADING, POLICE, Need.INVESTIGATION)
    story.counts(NEXT, HandoffAccepted(handoff="l"))
    story.counts(LEADING, leading.roster(story.case, SOCIAL, story.now))
    assert asker(story.case, story["p"]) == SOCIAL
    assert story["p"].giver == LEAD, "and who asked stays on record"
    assert not [c for c in clocks(story.case, LEADING) if ":p:" in c.name]
    assert [c.at for c in clocks(story.case, NEXT) if ":p:" in c.name] == [story["p"].answer_by, story["p"].lapse_at]
    assert refused(story, LEADING, HandoffRevoked(handoff="p"))
    story.declines("p")
    assert [h.id for h in came_back(story.case, SOCIAL)] == ["p"]
    story.counts(NEXT, HandoffRevoked(handoff="p"))


def test_the_new_lead_decides_on_status_which_is_its_first_action() -> None:
    story = handed_over()
    story.counts(NEXT, StatusDecided(stage=Stage.REASONABLE_GROUNDS))
    assert (story["l"].state, story["l"].first_action_at) == (HandoffState.ACTING, story.now)
    assert story["h0"].first_action_at is None


def test_it_can_be_handed_on_and_back() -> None:
    story = handed_over()
    story.counts(NEXT, transfer(LEAD, story.now, "m"))
    story.counts(LEADING, HandoffAccepted(handoff="m"))
    story.counts(NEXT, leading.roster(story.case, LEAD, story.now))
    assert (story.case.lead, story["l"].state) == (LEAD, HandoffState.COMPLETED)


def test_what_a_former_lead_hands_on_is_for_who_leads_alone_and_not_for_who_led_between() -> None:
    story = handed_over()
    story.counts(NEXT, transfer(NGO, story.now, "m"))
    case = story.case.model_copy(update={"lead": NGO})
    assert hearers(case, handed_on(LeadRecord(), NGO), DataClass.D1, LEAD, story.now) == {NGO, LEAD}


def test_the_new_lead_s_entry_opens_what_the_lead_s_opened_as_far_as_its_kind_may() -> None:
    led = Member(agency=LEAD, kind=AgencyKind.IDENTIFIER, classes=(*WHOLE, DataClass.D8))
    few = Member(agency=NGO, kind=AgencyKind.NGO, classes=(DataClass.D0, DataClass.D1), purpose=Need.LEGAL)
    story = Story(protocol=2)
    case = story.case.model_copy(update={"members": (led, few)})
    first, beside = (grown := leading.roster(case, NGO, START).members[1]), grown.besides[0]
    assert (first.purpose, first.classes, beside.purpose) == (Need.LEGAL, few.classes, Need.IDENTIFICATION)
    assert beside.classes == WHOLE


def test_who_comes_back_after_the_change_takes_the_checkpoint_of_who_leads_now_and_of_nobody_else() -> None:
    story = agreed()
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL, POLICE)))
    left = View(story.case, left=True)
    story.counts(LEADING, leading.roster(story.case, SOCIAL, story.now))
    back = RosterSet(members=(*story.case.members, *members(NGO)))
    view, _ = follow(left, acting(NGO), KeptRecord(9, "r", core_of(story.case, NEXT, back, story.now)))
    story.counts(NEXT, back)
    forged = story.case.model_copy(update={"lead": POLICE})
    for place, author, state in ((10, f"referral.{POLICE}", forged), (11, LEADING, story.case), (12, NEXT, story.case)):
        event = e.CheckpointSet(place=9, joiners=(NGO,), state=state.model_dump(mode="json"))
        view, _ = follow(view, acting(NGO), KeptRecord(place, str(place), core_of(story.case, author, event, story.now)))
        assert view.member == (author == NEXT)
    assert view.case is not None
    assert view.case.lead == SOCIAL


def by_force(desk: str, view: View, before: Case) -> View:
    """A desk that was in the case names itself lead, puts an agency on the roster, and gives that a picture of its own making: one in
    which the lead had asked it to lead, and it had agreed."""
    told = {"id": "l", "giver": LEAD, "by": LEADING, "to": agency_of(desk), "kind": HandoffKind.TRANSFER, "state": HandoffState.ACCEPTED}
    handoffs = {**before.handoffs, "l": before.handoffs["h0"].model_copy(update=told)}
    state = before.model_copy(update={"lead": agency_of(desk), "handoffs": handoffs, "version": before.version + 2})
    named = RosterSet(members=before.members, anew=(NGO,))
    given = e.CheckpointSet(place=9, joiners=(NGO,), state=state.model_dump(mode="json"))
    for place, event in ((9, named), (10, given)):
        view, _ = follow(view, acting(NGO), KeptRecord(place, str(place), core_of(before, desk, event, START)))
    return view


@pytest.mark.parametrize("story", [Story(SOCIAL, NGO, POLICE, protocol=2), asked(), agreed()], ids=["unasked", "asked", "agreed"])
@pytest.mark.parametrize("away", ["left", "on another log"])
def test_no_desk_becomes_the_lead_by_a_roster_and_a_checkpoint_without_the_leads_request_to_it(story: Story, away: str) -> None:
    known = story.case
    view = View(known, left=True) if away == "left" else await_anew(View(known), acting(NGO))
    taken = by_force(f"referral.{POLICE}", view, known)
    assert not taken.member
    assert taken.case is not None
    assert taken.case.lead == LEAD
    back = RosterSet(members=known.members, anew=(NGO,))
    given = e.CheckpointSet(place=11, joiners=(NGO,), state=known.model_dump(mode="json"))
    for place, event in ((11, back), (12, given)):
        taken, _ = follow(taken, acting(NGO), KeptRecord(place, str(place), core_of(known, LEADING, event, START)))
    assert taken.member, "who leads gives it the case all the same"
    assert taken.case is not None
    assert taken.case.lead == LEAD


TOLD = (
    e.HandoffRequested, e.HandoffAcknowledged, e.HandoffAccepted, e.HandoffDeclined, e.HandoffOverdue, e.HandoffExpired, e.HandoffRevoked,
    e.RosterSet, e.StatusDecided, e.HandoffCompleted, e.CaseClosed, e.CaseReopened,
)  # fmt: skip


def reached() -> list[Case]:
    """Every picture that a request to lead can come to."""
    first = Story(SOCIAL, protocol=2).case
    met, waiting = {brief(first): first}, deque([first])
    while waiting:
        for after in ahead(waiting.popleft(), f"{len(met)}"):
            if len(after.handoffs) < 3 and brief(after) not in met:
                met[brief(after)] = after
                waiting.append(after)
    return [*met.values()]


def ahead(case: Case, name: str) -> Iterator[Case]:
    """The pictures that one event more about leading the case makes."""
    for author in (LEADING, NEXT):
        for event in plays.moves(case, author, name, START):
            to = getattr(event, "to", SOCIAL) == SOCIAL and getattr(event, "kind", HandoffKind.TRANSFER) is HandoffKind.TRANSFER
            if not to or not isinstance(event, TOLD):
                continue
            at = START + 9 * plays.SHORT if isinstance(event, e.HandoffOverdue | e.HandoffExpired) else START
            folded = fold(case, core_of(case, author, event, at, key=f"{name}{author}{event.TYPE}"))
            if folded.case is not None and folded.verdict is Verdict.COUNTED:
                yield folded.case


def brief(case: Case) -> str:
    handoffs = [(h.to, h.state, h.overdue) for h in case.handoffs.values()]
    return repr((case.lead, handoffs, sorted(case.statuses), case.closed_at is None, case.joint and case.joint.state))


def test_in_every_picture_it_can_come_to_somebody_must_move() -> None:
    found = reached()
    assert {case.lead for case in found} == {LEAD, SOCIAL}
    assert {h.state for case in found for h in case.handoffs.values() if h.kind is HandoffKind.TRANSFER} >= {
        HandoffState.REQUESTED, HandoffState.ACKNOWLEDGED, HandoffState.ACCEPTED, HandoffState.DECLINED, HandoffState.EXPIRED,
        HandoffState.REVOKED, HandoffState.COMPLETED, HandoffState.ENDED, HandoffState.ACTING,
    }  # fmt: skip
    for case in found:
        has_jobs(case)
        holds_together(case)


def test_histories_in_which_the_lead_passes_on_hold_the_laws() -> None:
    dice, changes = Random(1), 0
    for n in range(12):
        story = agreed() if n % 2 else asked()
        for m in range(30):
            desks = (f"referral.{story.case.lead}", *plays.DESKS)
            found = plays.step(story.case, dice, f"{m}", story.now + 1, desks if dice.random() < 0.6 else plays.AUTHORS)
            if found is None:
                continue
            core, before = core_of(story.case, found[0], found[1], story.now + 1, key=f"{m}"), story.case
            folded = fold(before, core)
            assert folded.case is not None
            settles(before, folded.case, core, folded)
            changes_only_what_may_change(before, folded.case, folded.verdict, core)
            follows_what_must(before, folded.case, folded)
            holds_together(folded.case)
            story.case, story.now = folded.case, story.now + 1
            changes += before.lead != folded.case.lead
    assert changes > 3, "the histories are too tame"
