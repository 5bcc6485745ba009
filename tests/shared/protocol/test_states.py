"""The tables, one cell at a time: what each state allows, and who may say what. The expectations are written out here again."""

import pytest

from shared.protocol.case import HandoffState, TaskState, Verdict
from shared.protocol.classes import EVENTS
from shared.protocol.core import Core
from shared.protocol.effects import EFFECTS
from shared.protocol.events import (
    ActionTaken,
    CaseClosed,
    CheckpointSet,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffForwarded,
    HandoffInfoRequested,
    HandoffInfoSupplied,
    HandoffOfferAgreed,
    HandoffOffered,
    HandoffOfferRefused,
    HandoffOverdue,
    HandoffReturned,
    HandoffRevoked,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
)  # fmt: skip
from shared.protocol.facts import Event
from shared.protocol.fold import fold
from shared.protocol.states import MAY_SAY
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import ActionCode, CloseReason, DeclineCode, Need, OfferTerms
from tests.shared.protocol.cases import LAPSE, LEADING, LEGAL, NGO, POLICE, SOCIAL, START, Story, acting
from tests.shared.protocol.plays import closing

H = HandoffState
GIVER, TAKER = acting(SOCIAL), acting(NGO)
SAYINGS: dict[str, tuple[str, Event]] = {
    "acknowledge": (TAKER, HandoffAcknowledged(handoff="h", applied_at=1, seen_at=2)),
    "ask more": (TAKER, HandoffInfoRequested(handoff="h")),
    "tell more": (GIVER, HandoffInfoSupplied(handoff="h")),
    "accept": (TAKER, HandoffAccepted(handoff="h")),
    "decline": (TAKER, HandoffDeclined(handoff="h", code=DeclineCode.NO_CAPACITY)),
    "overdue": (GIVER, HandoffOverdue(handoff="h")),
    "expire": (GIVER, HandoffExpired(handoff="h")),
    "revoke": (GIVER, HandoffRevoked(handoff="h")),
    "act": (TAKER, ActionTaken(handoff="h", action=ActionCode.MEDICAL_VISIT)),
    "complete": (TAKER, HandoffCompleted(handoff="h")),
    "return": (TAKER, HandoffReturned(handoff="h", code=DeclineCode.NO_CAPACITY)),
}
OF_2: dict[str, tuple[str, Event]] = {
    "send on": (TAKER, HandoffForwarded(handoff="h", to=POLICE, code=DeclineCode.NO_CAPACITY, onward="on")),
    "offer": (TAKER, HandoffOffered(handoff="h", terms=OfferTerms.PART)),
    "agree": (GIVER, HandoffOfferAgreed(handoff="h", onward="rest")),
    "refuse": (GIVER, HandoffOfferRefused(handoff="h")),
}
"""What protocol 2 alone knows; under it all else is as it was."""
ENDS = {"accept": H.ACCEPTED, "decline": H.DECLINED, "expire": H.EXPIRED, "revoke": H.REVOKED}
LIFE: dict[HandoffState, dict[str, HandoffState]] = {
    H.REQUESTED: {"acknowledge": H.ACKNOWLEDGED, "ask more": H.INFO_REQUESTED, "overdue": H.REQUESTED, **ENDS},
    H.ACKNOWLEDGED: {"ask more": H.INFO_REQUESTED, "overdue": H.ACKNOWLEDGED, **ENDS},
    H.INFO_REQUESTED: {"tell more": H.ACKNOWLEDGED, "overdue": H.INFO_REQUESTED, **ENDS},
    H.ACCEPTED: {"act": H.ACTING, "complete": H.COMPLETED, "return": H.RETURNED},
    H.ACTING: {"act": H.ACTING, "complete": H.COMPLETED, "return": H.RETURNED},
}
LIFE_OF_2: dict[HandoffState, dict[str, HandoffState]] = {
    **{state: {**LIFE[state], "send on": H.FORWARDED, "offer": H.OFFERED} for state in (H.REQUESTED, H.ACKNOWLEDGED, H.INFO_REQUESTED)},
    H.OFFERED: {**ENDS, "agree": H.ACCEPTED, "refuse": H.ACKNOWLEDGED},
    H.ACCEPTED: LIFE[H.ACCEPTED], H.ACTING: LIFE[H.ACTING],
}  # fmt: skip
GIVEN_UP = {H.DECLINED, H.RETURNED, H.EXPIRED, H.CALLED}
"""Under protocol 2 `revoke` says of these that nothing more is asked for."""
PATHS: dict[HandoffState, tuple[str, ...]] = {
    H.REQUESTED: (), H.ACKNOWLEDGED: ("acknowledge",), H.INFO_REQUESTED: ("ask more",), H.ACCEPTED: ("accept",),
    H.ACTING: ("accept", "act"),
    H.COMPLETED: ("accept", "act", "complete"), H.DECLINED: ("decline",), H.RETURNED: ("accept", "return"), H.EXPIRED: ("expire",),
    H.REVOKED: ("revoke",), H.CALLED: (), H.ENDED: ("accept",),
    H.OFFERED: ("offer",), H.FORWARDED: ("send on",),
}  # fmt: skip
LATE = START + 10 * LAPSE


def story_at(state: HandoffState, protocol: int = FIRST) -> Story:
    """A story whose hand-off `h` has come to this state by events alone."""
    story = Story(SOCIAL, NGO, POLICE, LEGAL, protocol=NEWEST if state in (H.ENDED, H.OFFERED, H.FORWARDED) else protocol)
    for earlier, to in (("b1", POLICE), ("b2", LEGAL)) if state is H.CALLED else ():
        story.asks(earlier, GIVER, to)
        story.declines(earlier)
    story.asks("h", GIVER, NGO)
    for step in PATHS[state]:
        story.counts(*(SAYINGS | OF_2)[step], at=LATE)
    if state is H.ENDED:
        story.counts(LEADING, closing(story.case), at=LATE)
    assert story["h"].state is state
    return story


def test_every_state_is_reached() -> None:
    assert set(PATHS) == set(HandoffState)


@pytest.mark.parametrize("saying", OF_2)
@pytest.mark.parametrize("state", HandoffState)
def test_under_protocol_2_it_is_sent_on_or_otherwise_taken_as_well(state: HandoffState, saying: str) -> None:
    story = story_at(state, NEWEST)
    verdict = story.say(*OF_2[saying], at=LATE)
    expected = LIFE_OF_2.get(state, {}).get(saying)
    assert verdict is (Verdict.COUNTED if expected else Verdict.SUPERSEDED)
    assert story["h"].state is (expected or state)


@pytest.mark.parametrize("saying", SAYINGS)
@pytest.mark.parametrize("state", sorted(set(HandoffState) - {H.OFFERED, H.FORWARDED}))
def test_a_hand_off_moves_exactly_as_its_life_allows(state: HandoffState, saying: str) -> None:
    story = story_at(state)
    before = story.case
    verdict = story.say(*SAYINGS[saying], at=LATE)
    expected = LIFE.get(state, {}).get(saying)
    assert verdict is (Verdict.COUNTED if expected else Verdict.SUPERSEDED)
    assert story["h"].state is (expected or state)
    if expected is None:
        assert story.case.handoffs == before.handoffs
    assert list(story.case.settled.values()) == [*before.settled.values(), verdict]


@pytest.mark.parametrize("saying", SAYINGS)
@pytest.mark.parametrize("state", [H.OFFERED, H.FORWARDED])
def test_so_does_one_that_was_answered_otherwise(state: HandoffState, saying: str) -> None:
    story = story_at(state)
    expected = LIFE_OF_2.get(state, {}).get(saying)
    late = story["h"].offer.lapse_at if story["h"].offer and saying == "expire" else LATE
    assert story.say(*SAYINGS[saying], at=late) is (Verdict.COUNTED if expected else Verdict.SUPERSEDED)
    assert story["h"].state is (expected or state)


TASK_SAYINGS: dict[str, Event] = {"begin": TaskBegun(task="t-h"), "complete": TaskCompleted(task="t-h"), "drop": TaskDropped(task="t-h")}
TASK_LIFE = {
    TaskState.PLANNED: {"begin": TaskState.BEGUN, "complete": TaskState.COMPLETED, "drop": TaskState.DROPPED},
    TaskState.BEGUN: {"complete": TaskState.COMPLETED, "drop": TaskState.DROPPED},
    TaskState.COMPLETED: {},
    TaskState.DROPPED: {},
    TaskState.ENDED: {},
}
TASK_PATHS = {
    TaskState.PLANNED: (),
    TaskState.BEGUN: ("begin",),
    TaskState.COMPLETED: ("complete",),
    TaskState.DROPPED: ("drop",),
    TaskState.ENDED: (),
}


def joint_story(protocol: int = FIRST) -> Story:
    """NGO and police act together, each with a task; another hand-off, `q`, still waits for legal aid."""
    story = Story(SOCIAL, NGO, POLICE, LEGAL, protocol=protocol)
    story.asks("h", GIVER, NGO)
    story.asks("p", GIVER, POLICE, Need.INVESTIGATION)
    story.accepts("h")
    story.accepts("p")
    story.starts_joint("h", "p")
    return story


@pytest.mark.parametrize("saying", TASK_SAYINGS)
@pytest.mark.parametrize("state", TaskState)
def test_a_task_moves_exactly_as_its_life_allows(state: TaskState, saying: str) -> None:
    story = joint_story(NEWEST if state is TaskState.ENDED else FIRST)
    for step in TASK_PATHS[state]:
        story.counts(TAKER, TASK_SAYINGS[step])
    if state is TaskState.ENDED:
        story.counts(LEADING, closing(story.case))
    before = story.case
    verdict = story.say(TAKER, TASK_SAYINGS[saying])
    expected = TASK_LIFE[state].get(saying)
    assert verdict is (Verdict.COUNTED if expected else Verdict.SUPERSEDED)
    assert story.case.tasks["t-h"].state is (expected or state)
    if expected is None:
        assert story.case.tasks == before.tasks
        assert story.case.handoffs == before.handoffs


@pytest.mark.parametrize("state", [state for state in HandoffState if state not in (H.ENDED, H.OFFERED, H.FORWARDED)])
def test_under_protocol_1_closing_takes_back_what_nobody_has_answered_and_leaves_the_rest(state: HandoffState) -> None:
    story = story_at(state)
    before = story["h"]
    story.counts(LEADING, CaseClosed(reason=CloseReason.GOALS_MET), at=LATE + 1)
    waits = state in (H.REQUESTED, H.ACKNOWLEDGED, H.INFO_REQUESTED)
    assert story["h"] == (before.model_copy(update={"state": H.REVOKED, "ended_at": LATE + 1}) if waits else before)
    assert story["h"].bounced is before.bounced


def test_every_type_has_an_effect_and_an_author() -> None:
    assert set(MAY_SAY) == set(EVENTS.values())
    assert set(EFFECTS) == set(EVENTS.values()) - {CheckpointSet}


def test_a_checkpoint_changes_nothing_in_a_picture_that_is_there() -> None:
    story = Story(SOCIAL)
    before = story.case
    assert story.say(LEADING, CheckpointSet(place=3, joiners=(SOCIAL,), state={"lead": "x"})) is Verdict.COUNTED
    assert story.case.model_copy(update={"settled": before.settled}) == before


@pytest.mark.parametrize("facts", [{}, {"handoff": "h", "more": 1}, {"handoff": ""}, {"handoff": "no such"}, {"handoff": None}])
def test_facts_that_are_not_the_types_own_are_refused_and_settled(facts: dict[str, object]) -> None:
    story = story_at(H.REQUESTED)
    for kind in ("handoff.accepted.v1", "handoff.accepted.v2", ""):
        core = Core(case="case-1", roster=story.case.version, author=TAKER, at=LATE, key=f"k{kind}", cause="f", type=kind, facts=facts)
        folded = fold(story.case, core)
        assert folded.verdict is Verdict.REFUSED
        assert folded.case is not None
        assert folded.case.settled[core.key] is Verdict.REFUSED
        assert folded.case.handoffs == story.case.handoffs
