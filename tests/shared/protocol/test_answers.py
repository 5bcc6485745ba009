"""Answers beside yes and no: a request is sent on, or something else is offered. Somebody must move at each moment.

Source: docs/domain.md, section 3.3.
"""

import pytest

from shared.protocol import standing
from shared.protocol.came_back import came_back, due_back
from shared.protocol.case import HandoffState, Verdict
from shared.protocol.clocks import clocks
from shared.protocol.events import (
    HandoffAccepted,
    HandoffDeclined,
    HandoffExpired,
    HandoffForwarded,
    HandoffOfferAgreed,
    HandoffOffered,
    HandoffOfferRefused,
    HandoffRevoked,
    RosterSet,
)
from shared.protocol.fold import Follow, FollowUp
from shared.protocol.next_moves import What, moves
from shared.protocol.stages import stages
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import NEVER_A_GROUND, SENT_ON, Basis, DeclineCode, HandoffKind, Need, OfferTerms
from tests.shared.protocol.cases import (
    ANSWER,
    HEALTH,
    LAPSE,
    LEAD,
    LEADING,
    MINUTE,
    NGO,
    POLICE,
    REPORTER,
    SOCIAL,
    Story,
    acting,
    members,
    request,
)

NO_ROOM = DeclineCode.NO_CAPACITY
PART, LATER, OTHER = HandoffOffered(handoff="a", terms=OfferTerms.PART), OfferTerms.LATER, OfferTerms.OTHER


def asked(need: Need = Need.HOUSING, pingpong: int = 3, giver: str = POLICE) -> Story:
    """The police asks the centre for social work, which answers."""
    story = Story(SOCIAL, NGO, POLICE, pingpong=pingpong, protocol=2)
    story.asks("a", acting(giver), SOCIAL, need)
    return story


def on(to: str = NGO, code: DeclineCode = NO_ROOM, handoff: str = "a", onward: str = "b") -> HandoffForwarded:
    return HandoffForwarded(handoff=handoff, to=to, code=code, onward=onward)


def movers(story: Story, need: Need = Need.HOUSING) -> list[tuple[str, What]]:
    return [(m.who, m.what) for m in moves(story.case) if m.need is need]


def test_what_is_sent_on_waits_for_nobody_in_between() -> None:
    story = asked()
    before = story["a"]
    story.counts(acting(SOCIAL), on())
    first, second = story["a"], story["b"]
    assert (first.state, first.code, first.competent, first.onward) == (HandoffState.FORWARDED, NO_ROOM, NGO, "b")
    assert first.answered_at == first.ended_at == story.now
    assert (second.state, second.giver, second.by, second.to, second.need) == (
        HandoffState.REQUESTED, SOCIAL, acting(SOCIAL), NGO, Need.HOUSING,
    )  # fmt: skip
    assert (second.origin, second.answer_by - second.requested_at, second.lapse_at - second.requested_at) == ("a", ANSWER, LAPSE)
    assert movers(story) == [(NGO, What.ANSWER)], "who asked first has nothing to do, and who sent it on waits"
    assert [s.name for s in stages(before, first, story.now)] == ["answered"]
    assert [s.name for s in stages(None, second, story.now)] == ["requested"]


def test_who_sent_it_on_is_responsible_until_somebody_accepts() -> None:
    story = asked()
    story.counts(acting(SOCIAL), on())
    story.declines("b")
    assert [h.id for h in came_back(story.case, SOCIAL)] == ["b"]
    assert came_back(story.case, POLICE) == ()
    assert movers(story) == [(SOCIAL, What.REASSIGN)]
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, NGO, POLICE)))
    assert movers(story) == [(LEAD, What.REASSIGN)], "once it has left, the lead"


def test_sending_on_is_a_bounce_and_ends_in_a_call() -> None:
    story = asked(pingpong=2)
    assert story.counts(acting(SOCIAL), on()) == (FollowUp(Follow.CALL_JOINT, LEADING, Need.HOUSING),)
    assert story["a"].bounced
    assert story["b"].state is HandoffState.CALLED
    assert story.case.pingpong_case()
    longer = asked(pingpong=3)
    longer.counts(acting(SOCIAL), on())
    assert longer.case.bounces(Need.HOUSING) == 1
    assert longer.counts(acting(NGO), on(to=HEALTH, handoff="b", onward="c")) == (FollowUp(Follow.CALL_JOINT, LEADING, Need.HOUSING),)


def test_who_is_asked_next_joins_by_the_lead() -> None:
    story = asked()
    assert story.counts(acting(SOCIAL), on(to=HEALTH)) == (FollowUp(Follow.ADD_MEMBER, LEADING, "b"),)


@pytest.mark.parametrize("code", sorted(set(DeclineCode) - SENT_ON))
def test_other_reasons_are_said_to_who_asked(code: DeclineCode) -> None:
    story = asked()
    assert story.say(acting(SOCIAL), on(code=code)) is Verdict.REFUSED
    assert not SENT_ON & NEVER_A_GROUND


@pytest.mark.parametrize("to", [SOCIAL, POLICE, "confidential:shelter"])
def test_it_goes_neither_back_nor_to_whom_the_lead_alone_asks(to: str) -> None:
    story = asked()
    assert story.say(acting(SOCIAL), on(to=to)) is Verdict.REFUSED
    assert story["a"].waiting


def test_only_who_is_asked_sends_it_on_and_only_while_it_waits() -> None:
    story = asked()
    assert story.say(acting(NGO), on(to=HEALTH)) is Verdict.REFUSED
    story.accepts("a")
    assert story.say(acting(SOCIAL), on()) is Verdict.SUPERSEDED
    assert standing.against(story.case, on()) == "handoff-held"
    assert "b" not in story.case.handoffs


def test_a_revocation_that_crosses_makes_no_second_request_and_the_other_way_round() -> None:
    story = asked()
    story.counts(acting(POLICE), HandoffRevoked(handoff="a"))
    assert story.say(acting(SOCIAL), on()) is Verdict.SUPERSEDED
    assert "b" not in story.case.handoffs
    sent = asked()
    sent.counts(acting(SOCIAL), on())
    assert sent.say(acting(POLICE), HandoffRevoked(handoff="a")) is Verdict.SUPERSEDED
    assert standing.against(sent.case, HandoffRevoked(handoff="a")) == "handoff-forwarded"


def test_advice_identification_and_what_is_called_together_are_not_sent_on() -> None:
    story = asked()
    story.asks("q", LEADING, SOCIAL, kind=HandoffKind.CONSULTATION)
    story.asks("j", LEADING, SOCIAL, kind=HandoffKind.JOINT_TASK)
    for id in ("q", "j"):
        assert story.say(acting(SOCIAL), on(handoff=id)) is Verdict.REFUSED
    assert story.say(LEADING, on(handoff="h0")) is Verdict.REFUSED
    assert story.say(LEADING, HandoffOffered(handoff="h0", terms=OfferTerms.PART)) is Verdict.REFUSED


def test_an_id_that_is_taken_makes_no_second_request() -> None:
    story = asked()
    assert story.say(acting(SOCIAL), on(onward="h0")) is Verdict.SUPERSEDED
    assert story["a"].waiting


def test_an_offer_waits_for_who_asked_with_a_deadline_of_its_own() -> None:
    story = asked()
    story.counts(acting(SOCIAL), PART, at=story["a"].requested_at + 50 * MINUTE)
    offer = story["a"].offer
    assert offer is not None
    assert (offer.answer_by, offer.lapse_at) == (story.now + ANSWER, story.now + LAPSE)
    assert movers(story) == [(POLICE, What.AGREE)]
    assert [m.by for m in moves(story.case) if m.what is What.AGREE] == [offer.answer_by]
    watches = [c for c in clocks(story.case, acting(POLICE)) if "a" in c.name.split(":")]
    assert [(c.name, c.at) for c in watches] == [("clock:a:offer", offer.lapse_at)]
    assert story.say(acting(POLICE), HandoffExpired(handoff="a"), at=offer.lapse_at - 1) is Verdict.REFUSED
    story.counts(acting(POLICE), HandoffExpired(handoff="a"), at=offer.lapse_at)
    assert story["a"].state is HandoffState.EXPIRED, "silence is no yes"
    assert not story["a"].bounced, "the asked agency had answered"
    assert movers(story) == [(POLICE, What.REASSIGN)]


def test_a_part_is_held_and_the_rest_came_back() -> None:
    story = asked()
    story.counts(acting(SOCIAL), PART)
    before = story["a"]
    story.counts(acting(POLICE), HandoffOfferAgreed(handoff="a", onward="rest"))
    held, rest = story["a"], story["rest"]
    assert (held.state, held.onward, held.answered_at) == (HandoffState.ACCEPTED, "rest", story.now)
    assert (rest.state, rest.giver, rest.to, rest.need, rest.origin) == (HandoffState.RETURNED, POLICE, SOCIAL, Need.HOUSING, "a")
    assert not rest.bounced
    assert set(movers(story)) == {(SOCIAL, What.ACT), (POLICE, What.REASSIGN)}
    assert due_back(rest) == story.now + ANSWER
    assert stages(None, rest, story.now) == []
    assert [s.name for s in stages(before, held, story.now)] == ["answered"]
    story.asks("c", acting(POLICE), NGO)
    assert set(movers(story)) == {(SOCIAL, What.ACT), (NGO, What.ANSWER)}


def test_a_later_day_is_when_it_must_begin() -> None:
    story = asked()
    day = story.now + 20 * LAPSE
    story.counts(acting(SOCIAL), HandoffOffered(handoff="a", terms=LATER, starts_at=day))
    story.counts(acting(POLICE), HandoffOfferAgreed(handoff="a"))
    assert story["a"].state is HandoffState.ACCEPTED
    assert [(m.who, m.what, m.by) for m in moves(story.case) if m.need is Need.HOUSING] == [(SOCIAL, What.ACT, day)]


def test_something_else_is_held_and_what_was_asked_came_back() -> None:
    story = asked()
    story.counts(acting(SOCIAL), HandoffOffered(handoff="a", terms=OTHER, need=Need.LEGAL))
    story.counts(acting(POLICE), HandoffOfferAgreed(handoff="a", onward="c"))
    assert story["a"].state is HandoffState.RETURNED
    assert (story["c"].state, story["c"].need, story["c"].to, story["c"].origin) == (HandoffState.ACCEPTED, Need.LEGAL, SOCIAL, "a")
    assert movers(story) == [(POLICE, What.REASSIGN)]
    assert movers(story, Need.LEGAL) == [(SOCIAL, What.ACT)]
    assert [s.name for s in stages(None, story["c"], story.now)] == ["requested", "answered"]
    assert story.case.bounces(Need.HOUSING) == 0


def test_a_no_gives_the_asked_agency_the_time_back_that_it_waited() -> None:
    story = asked()
    answer_by, lapse_at = story["a"].answer_by, story["a"].lapse_at
    story.counts(acting(SOCIAL), PART)
    story.counts(acting(POLICE), HandoffOfferRefused(handoff="a"), at=story.now + 30 * MINUTE)
    assert (story["a"].state, story["a"].answer_by, story["a"].lapse_at) == (
        HandoffState.ACKNOWLEDGED, answer_by + 30 * MINUTE, lapse_at + 30 * MINUTE,
    )  # fmt: skip
    assert movers(story) == [(SOCIAL, What.ANSWER)]
    names = {c.name for c in clocks(story.case, acting(POLICE)) if ":a:" in c.name}
    assert names == {"clock:a:overdue:again", "clock:a:expired:again"}, "what was said of the first deadlines counts no more"
    assert story.say(acting(SOCIAL), PART) is Verdict.SUPERSEDED, "one offer: then it is yes or no"
    story.accepts("a")


def test_what_comes_of_it_has_as_much_time_as_was_given_however_long_an_offer_stood() -> None:
    story = asked()
    story.counts(acting(SOCIAL), PART)
    story.counts(acting(POLICE), HandoffOfferRefused(handoff="a"), at=story.now + 30 * MINUTE)
    story.counts(acting(SOCIAL), on())
    assert (story["b"].answer_by - story["b"].requested_at, story["b"].lapse_at - story["b"].requested_at) == (ANSWER, LAPSE)
    for refused in (True, False):
        story = asked()
        story.counts(acting(SOCIAL), PART)
        if refused:
            story.counts(acting(POLICE), HandoffOfferRefused(handoff="a"), at=story.now + 30 * MINUTE)
        story.counts(acting(SOCIAL), HandoffDeclined(handoff="a", code=NO_ROOM), at=story.now + 10 * MINUTE)
        assert due_back(story["a"]) == story.now + ANSWER
    story = asked()
    story.counts(acting(SOCIAL), PART)
    story.counts(acting(POLICE), HandoffExpired(handoff="a"), at=story.now + LAPSE)
    assert due_back(story["a"]) == story.now + ANSWER


def test_who_offered_may_still_take_it_as_asked_or_say_no() -> None:
    for event, state in (
        (HandoffAccepted(handoff="a"), HandoffState.ACCEPTED),
        (HandoffDeclined(handoff="a", code=NO_ROOM), HandoffState.DECLINED),
    ):
        story = asked()
        story.counts(acting(SOCIAL), PART)
        story.counts(acting(SOCIAL), event)
        assert story["a"].state is state
        assert story.say(acting(POLICE), HandoffOfferAgreed(handoff="a", onward="rest")) is Verdict.SUPERSEDED
        assert "rest" not in story.case.handoffs


@pytest.mark.parametrize(
    "offer",
    [
        HandoffOffered(handoff="a", terms=OfferTerms.PART, need=Need.LEGAL), HandoffOffered(handoff="a", terms=LATER),
        HandoffOffered(handoff="a", terms=LATER, starts_at=1), HandoffOffered(handoff="a", terms=OTHER),
        HandoffOffered(handoff="a", terms=OTHER, need=Need.HOUSING), HandoffOffered(handoff="a", terms=OTHER, need=Need.IDENTIFICATION),
    ],
)  # fmt: skip
def test_an_offer_says_what_its_terms_ask_for(offer: HandoffOffered) -> None:
    assert asked().say(acting(SOCIAL), offer) is Verdict.REFUSED


def test_in_an_emergency_nothing_is_put_off() -> None:
    story = asked()
    story.counts(LEADING, request("e", SOCIAL, Need.HEALTH, story.now, HandoffKind.EMERGENCY))
    assert story.say(acting(SOCIAL), HandoffOffered(handoff="e", terms=LATER, starts_at=story.now + LAPSE)) is Verdict.REFUSED
    story.counts(acting(SOCIAL), HandoffOffered(handoff="e", terms=OfferTerms.PART))


@pytest.mark.parametrize(("terms", "onward"), [(OfferTerms.PART, None), (LATER, "c")])
def test_a_yes_names_what_it_makes_and_nothing_else(terms: OfferTerms, onward: str | None) -> None:
    story = asked()
    day = story.now + LAPSE if terms is LATER else None
    story.counts(acting(SOCIAL), HandoffOffered(handoff="a", terms=terms, starts_at=day))
    assert story.say(acting(POLICE), HandoffOfferAgreed(handoff="a", onward=onward)) is Verdict.REFUSED
    assert story["a"].state is HandoffState.OFFERED


def test_only_who_asked_says_yes_and_once_it_has_left_the_lead() -> None:
    story = asked()
    story.counts(acting(SOCIAL), PART)
    yes = HandoffOfferAgreed(handoff="a", onward="rest")
    for other in (acting(SOCIAL), acting(NGO), LEADING):
        assert story.say(other, yes) is Verdict.REFUSED
    story.counts(LEADING, RosterSet(members=members(LEAD, REPORTER, SOCIAL, NGO)))
    assert movers(story) == [(LEAD, What.AGREE)]
    story.counts(LEADING, yes)


def test_an_offer_holds_no_joint_action_up_and_once_agreed_is_part_of_it() -> None:
    story = asked(giver=LEAD)
    story.asks("p", LEADING, POLICE, Need.INVESTIGATION)
    story.asks("n", LEADING, NGO, Need.LEGAL)
    story.counts(acting(SOCIAL), PART)
    story.accepts("p")
    assert story.accepts("n") == (FollowUp(Follow.START_JOINT, LEADING),)
    story.starts_joint("p", "n")
    assert story.counts(LEADING, HandoffOfferAgreed(handoff="a", onward="rest")) == (FollowUp(Follow.PLAN_TASK, LEADING, "a"),)
    assert story.case.joint is not None
    assert SOCIAL in story.case.joint.agencies


def test_under_protocol_1_none_of_it_is_known() -> None:
    story = Story(SOCIAL, NGO, POLICE, protocol=FIRST)
    story.asks("a", acting(POLICE), SOCIAL)
    for author, event in ((SOCIAL, on()), (SOCIAL, PART), (POLICE, HandoffOfferRefused(handoff="a"))):
        assert story.say(acting(author), event) is Verdict.REFUSED
    assert story.case.basis is Basis.CONSENT
