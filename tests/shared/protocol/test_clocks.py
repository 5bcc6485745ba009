"""Deadlines: which instance watches which, when it fires, and what the fold makes of it."""

import pytest

from shared.protocol.case import HandoffState, Verdict
from shared.protocol.clocks import SHORTEST_GRACE, CaseDeadline, clocks
from shared.protocol.events import (
    CaseClosed,
    HandoffAcknowledged,
    HandoffDeclined,
    HandoffExpired,
    HandoffInfoRequested,
    HandoffOverdue,
    HandoffRequested,
    HandoffRevoked,
)  # fmt: skip
from shared.protocol.facts import Event
from shared.protocol.fold import fold
from shared.protocol.vocabulary import CloseReason, DeclineCode, Need
from tests.shared.protocol.cases import (  # fmt: skip
    ANSWER,
    LEADING,
    MINUTE,
    NGO,
    POLICE,
    REPORTER,
    REPORTING,
    SOCIAL,
    Story,
    acting,
    core_of,
    opening,
    request,
)

GIVER, TAKER = acting(SOCIAL), acting(NGO)


@pytest.fixture
def story() -> Story:
    """Social services asked the NGO in hand-off `h`; the opening hand-off `h0` is accepted."""
    story = Story(SOCIAL, NGO, POLICE)
    story.counts(LEADING, HandoffDeclined(handoff="h0", code=DeclineCode.NO_CAPACITY))
    story.asks("h", GIVER, NGO)
    return story


def watched(story: Story, me: str) -> list[CaseDeadline]:
    return list(clocks(story.case, me))


def test_the_requesting_instance_watches_both_deadlines_without_grace(story: Story) -> None:
    h = story["h"]
    assert watched(story, GIVER) == [
        CaseDeadline("clock:h:overdue", h.answer_by, HandoffOverdue(handoff="h")),
        CaseDeadline("clock:h:expired", h.lapse_at, HandoffExpired(handoff="h")),
    ]  # fmt: skip


def test_the_lead_watches_a_tenth_of_the_time_later(story: Story) -> None:
    h = story["h"]
    assert [c.at for c in watched(story, LEADING)] == [h.answer_by + ANSWER // 10, h.lapse_at + ANSWER // 10]


def test_the_lead_waits_the_shortest_grace_at_least(story: Story) -> None:
    now = story.now + MINUTE
    story.counts(GIVER, HandoffRequested(handoff="s", to=NGO, need=Need.LEGAL, answer_by=now + 1_000, lapse_at=now + 2_000))
    assert [c.at for c in watched(story, LEADING) if ":s:" in c.name] == [now + 1_000 + SHORTEST_GRACE, now + 2_000 + SHORTEST_GRACE]


def test_the_lead_that_asked_itself_waits_no_longer(story: Story) -> None:
    story.asks("own", LEADING, NGO, Need.LEGAL)
    assert [c.at for c in watched(story, LEADING) if ":own:" in c.name] == [story["own"].answer_by, story["own"].lapse_at]


@pytest.mark.parametrize(
    "me", [TAKER, acting(POLICE), f"intake.{SOCIAL}", f"referral.{SOCIAL}", acting("rs-centre"), REPORTING, acting(REPORTER)]
)
def test_nobody_else_watches(story: Story, me: str) -> None:
    assert watched(story, me) == []


def test_the_intake_watches_the_opening_hand_off() -> None:
    assert [c.name for c in watched(Story(), REPORTING)] == ["clock:h0:overdue", "clock:h0:expired"]


@pytest.mark.parametrize("event", [HandoffAcknowledged(handoff="h", applied_at=1, seen_at=2), HandoffInfoRequested(handoff="h")])
def test_the_clock_keeps_running_while_nobody_has_answered(story: Story, event: Event) -> None:
    before = watched(story, GIVER)
    story.counts(TAKER, event)
    assert watched(story, GIVER) == before


def test_after_overdue_only_the_lapse_is_left(story: Story) -> None:
    story.counts(GIVER, HandoffOverdue(handoff="h"), at=story["h"].answer_by)
    assert story["h"].overdue
    assert story["h"].waiting
    assert [c.name for c in watched(story, GIVER)] == [c.name for c in watched(story, LEADING)] == ["clock:h:expired"]


def test_after_an_answer_nothing_is_watched(story: Story) -> None:
    story.accepts("h")
    assert watched(story, GIVER) == watched(story, LEADING) == []


@pytest.mark.parametrize(("author", "event"), [
    (TAKER, HandoffDeclined(handoff="h", code=DeclineCode.NO_CAPACITY)), (GIVER, HandoffRevoked(handoff="h")),
    (LEADING, CaseClosed(reason=CloseReason.OTHER)),
])  # fmt: skip
def test_after_an_end_nothing_is_watched(story: Story, author: str, event: Event) -> None:
    story.counts(author, event)
    assert watched(story, GIVER) == watched(story, LEADING) == []


def test_a_call_to_joint_action_needs_no_answer() -> None:
    story = Story(NGO, POLICE, pingpong=2)
    story.asks("a", LEADING, NGO)
    story.declines("a")
    story.asks("b", LEADING, POLICE)
    assert story["b"].state is HandoffState.CALLED
    assert [c for c in watched(story, LEADING) if ":b:" in c.name] == []


@pytest.mark.parametrize("author", [GIVER, LEADING])
def test_a_clock_that_fires_before_its_deadline_is_refused(story: Story, author: str) -> None:
    h = story["h"]
    assert story.say(author, HandoffOverdue(handoff="h"), at=h.answer_by - 1) is Verdict.REFUSED
    assert story.say(author, HandoffExpired(handoff="h"), at=h.lapse_at - 1) is Verdict.REFUSED
    assert story["h"] == h
    assert story.say(author, HandoffOverdue(handoff="h"), at=h.answer_by) is Verdict.COUNTED
    assert story.say(author, HandoffExpired(handoff="h"), at=h.lapse_at) is Verdict.COUNTED
    assert story["h"].state is HandoffState.EXPIRED


@pytest.mark.parametrize(("first", "second"), [(GIVER, LEADING), (LEADING, GIVER)])
@pytest.mark.parametrize("kind", [HandoffOverdue, HandoffExpired])
def test_the_second_of_requester_and_lead_is_superseded(
    story: Story, first: str, second: str, kind: type[HandoffOverdue | HandoffExpired]
) -> None:
    late = story["h"].lapse_at
    assert story.say(first, kind(handoff="h"), at=late) is Verdict.COUNTED
    after = story["h"]
    assert story.say(second, kind(handoff="h"), at=late + 1) is Verdict.SUPERSEDED
    assert story["h"] == after


def test_what_is_late_can_still_be_accepted_and_stays_marked_late(story: Story) -> None:
    story.counts(GIVER, HandoffOverdue(handoff="h"), at=story["h"].answer_by)
    story.accepts("h")
    assert (story["h"].state, story["h"].overdue) == (HandoffState.ACCEPTED, True)


@pytest.mark.parametrize(("lapse", "verdict"), [(-ANSWER, Verdict.REFUSED), (-1, Verdict.REFUSED), (0, Verdict.COUNTED)])
def test_a_request_whose_deadlines_are_upside_down_is_refused(story: Story, lapse: int, verdict: Verdict) -> None:
    due = story.now + 2 * ANSWER
    upside_down = request("u", NGO, Need.LEGAL).model_copy(update={"answer_by": due, "lapse_at": due + lapse})
    assert story.say(GIVER, upside_down) is verdict
    assert ("u" in story.case.handoffs) is (verdict is Verdict.COUNTED)


@pytest.mark.parametrize(("lapse", "opens"), [(-ANSWER, False), (-1, False), (0, True)])
def test_a_case_whose_deadlines_are_upside_down_does_not_open(lapse: int, opens: bool) -> None:
    first = opening().model_copy(update={"lapse_at": opening().answer_by + lapse})
    assert (fold(None, core_of(None, REPORTING, first)).case is not None) is opens
