"""Advice: a question and its answer, which makes nobody responsible, helps nobody, and bounces nowhere (docs/domain.md, section 3.2)."""

import pytest

from shared.protocol import standing
from shared.protocol.came_back import came_back
from shared.protocol.case import HandoffState, Verdict
from shared.protocol.closing import open_handoffs
from shared.protocol.events import (
    ActionTaken,
    CaseClosed,
    CaseReopened,
    HandoffAccepted,
    HandoffAdvised,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffInfoRequested,
    HandoffReturned,
    HandoffRevoked,
)
from shared.protocol.facts import Event
from shared.protocol.fold import Follow, FollowUp, passed_round
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import (
    ActionCode,
    Advice,
    Basis,
    CloseReason,
    DeclineCode,
    HandoffKind,
    Need,
    Outcome,
    Question,
    ReopenReason,
)
from tests.shared.protocol.cases import HEALTH, LAPSE, LEAD, LEADING, NGO, POLICE, SOCIAL, Story, acting, request

ADVICE = HandoffKind.CONSULTATION


def consulted(basis: Basis = Basis.CONSENT) -> Story:
    """The lead asks the NGO for advice on housing."""
    story = Story(SOCIAL, NGO, POLICE, HEALTH, basis=basis, protocol=2)
    story.asks("q", LEADING, NGO, kind=ADVICE)
    return story


@pytest.mark.parametrize("advice", list(Advice))
def test_an_answer_ends_the_question_and_nobody_holds_it(advice: Advice) -> None:
    story = consulted()
    competent = {"competent": SOCIAL} if advice is Advice.ELSEWHERE else {}
    assert story.counts(acting(NGO), HandoffAdvised(handoff="q", advice=advice, **competent)) == ()
    answered = story["q"]
    assert (answered.state, answered.advice, answered.competent) == (HandoffState.COMPLETED, advice, competent.get("competent"))
    assert answered.answered_at == answered.ended_at == story.now
    assert answered.outcome is (Outcome.NOT_POSSIBLE if advice in (Advice.CANNOT_SAY, Advice.NOT_COMPETENT) else Outcome.DONE)
    assert answered.first_action_at is None, "advice is no first action"
    assert story.case.holding() == ()
    assert came_back(story.case, LEAD) == (), "who asked has its answer, whatever it says"
    assert not answered.bounced


@pytest.mark.parametrize(
    "event",
    [
        HandoffAccepted(handoff="q"), HandoffDeclined(handoff="q", code=DeclineCode.NO_CAPACITY), HandoffInfoRequested(handoff="q"),
        ActionTaken(handoff="q", action=ActionCode.INTERVIEW_HELD), HandoffCompleted(handoff="q"),
        HandoffReturned(handoff="q", code=DeclineCode.NO_CAPACITY),
    ],
)  # fmt: skip
def test_nobody_takes_a_question_on(event: Event) -> None:
    story = consulted()
    assert standing.against(story.case, event) == "advice-is-asked"
    assert story.say(acting(NGO), event) is Verdict.SUPERSEDED
    assert story["q"].waiting
    story.counts(acting(NGO), HandoffAdvised(handoff="q", advice=Advice.OURS))
    assert story.say(acting(NGO), event) is Verdict.SUPERSEDED, "it is answered"
    assert standing.against(story.case, event) == "handoff-completed"


def test_help_is_not_answered_with_advice() -> None:
    story = consulted()
    story.asks("h", LEADING, SOCIAL)
    assert story.say(acting(SOCIAL), HandoffAdvised(handoff="h", advice=Advice.OURS)) is Verdict.SUPERSEDED
    assert story["h"].waiting


def test_a_consultation_and_nothing_else_has_a_question() -> None:
    story = consulted()
    assert story.say(LEADING, request("x", SOCIAL, kind=ADVICE)) is Verdict.REFUSED
    for kind in set(HandoffKind) - {ADVICE}:
        assert story.say(LEADING, request("x", SOCIAL, kind=kind, question=Question.SAFETY)) is Verdict.REFUSED
    story.counts(LEADING, request("x", SOCIAL, kind=ADVICE, question=Question.SAFETY))
    assert story["x"].question is Question.SAFETY


@pytest.mark.parametrize(("advice", "competent"), [(Advice.ELSEWHERE, None), (Advice.ELSEWHERE, NGO), (Advice.OURS, SOCIAL)])
def test_another_agency_is_named_where_it_is_competent_and_only_there(advice: Advice, competent: str | None) -> None:
    story = consulted()
    assert story.say(acting(NGO), HandoffAdvised(handoff="q", advice=advice, competent=competent)) is Verdict.REFUSED
    assert story["q"].waiting


def test_only_who_was_asked_answers() -> None:
    story = consulted()
    for other in (acting(SOCIAL), LEADING, f"intake.{NGO}"):
        assert story.say(other, HandoffAdvised(handoff="q", advice=Advice.OURS)) is Verdict.REFUSED


def test_a_question_holds_no_joint_action_up_and_is_no_part_of_it() -> None:
    story = consulted()
    story.asks("s", LEADING, SOCIAL)
    story.asks("p", LEADING, POLICE, Need.INVESTIGATION)
    story.accepts("s")
    assert story.accepts("p") == (FollowUp(Follow.START_JOINT, LEADING),), "nobody waits for advice"
    story.starts_joint("s", "p")
    assert story.counts(acting(NGO), HandoffAdvised(handoff="q", advice=Advice.EXPLAINED)) == ()
    assert story.case.joint is not None
    assert NGO not in story.case.joint.agencies


def test_a_question_that_nobody_answers_is_no_ping_pong() -> None:
    story = consulted()
    story.counts(LEADING, HandoffExpired(handoff="q"), at=story["q"].lapse_at)
    story.asks("r", LEADING, HEALTH, kind=ADVICE)
    story.counts(LEADING, HandoffExpired(handoff="r"), at=story.now + LAPSE)
    assert story.case.bounces(Need.HOUSING) == 0
    assert not story.case.pingpong_case()
    assert passed_round(story.case, Need.HOUSING) == ()
    story.asks("s", LEADING, SOCIAL)
    assert story["s"].state is HandoffState.REQUESTED, "no call to joint action"


def test_who_asked_hears_that_nobody_answered_until_it_asks_anew_or_gives_it_up() -> None:
    story = consulted()
    story.counts(LEADING, HandoffExpired(handoff="q"), at=story["q"].lapse_at)
    assert [h.id for h in came_back(story.case, LEAD)] == ["q"]
    asked_anew = consulted()
    asked_anew.counts(LEADING, HandoffExpired(handoff="q"), at=asked_anew["q"].lapse_at)
    asked_anew.asks("r", LEADING, HEALTH, kind=ADVICE)
    assert came_back(asked_anew.case, LEAD) == ()
    story.counts(LEADING, HandoffRevoked(handoff="q"))
    assert came_back(story.case, LEAD) == ()


def test_a_need_that_came_back_is_not_taken_up_by_a_question() -> None:
    story = Story(SOCIAL, NGO, POLICE, protocol=2)
    story.asks("s", LEADING, SOCIAL)
    story.declines("s")
    story.asks("q", LEADING, NGO, kind=ADVICE)
    assert [h.id for h in came_back(story.case, LEAD)] == ["s"]
    story.counts(acting(NGO), HandoffAdvised(handoff="q", advice=Advice.EXPLAINED))
    assert [h.id for h in came_back(story.case, LEAD)] == ["s"]


def test_a_closing_owes_a_question_no_answer_and_a_reopening_does_not_bring_it_back() -> None:
    story = consulted()
    assert "q" not in {h.id for h in open_handoffs(story.case)}
    story.counts(LEADING, CaseClosed(reason=CloseReason.GOALS_MET))
    assert story["q"].state is HandoffState.ENDED
    story.counts(LEADING, CaseReopened(reason=ReopenReason.MISTAKE))
    assert story["q"].state is HandoffState.ENDED


def test_who_did_not_consent_may_still_be_asked_about() -> None:
    story = consulted(Basis.NONE)
    story.counts(acting(NGO), HandoffAdvised(handoff="q", advice=Advice.EXPLAINED))
    assert story["q"].advice is Advice.EXPLAINED


def test_under_protocol_1_a_consultation_is_what_it_was() -> None:
    story = Story(NGO, protocol=FIRST)
    assert story.say(LEADING, request("x", NGO, kind=ADVICE, question=Question.SAFETY)) is Verdict.REFUSED
    story.asks("q", LEADING, NGO, kind=ADVICE)
    assert story.say(acting(NGO), HandoffAdvised(handoff="q", advice=Advice.OURS)) is Verdict.REFUSED
    story.accepts("q")
    assert story["q"].state is HandoffState.ACCEPTED
