"""How large a case may grow before its checkpoint fits no record: told through the fold, with ids as long as real ones."""

from uuid import NAMESPACE_URL, uuid5

import orjson
import pytest

from shared.crypto import envelope2
from shared.crypto.envelope import TooLong
from shared.protocol.case import Case
from shared.protocol.events import CheckpointSet, HandoffAcknowledged, HandoffCompleted, RosterSet
from shared.protocol.vocabulary import Need
from tests.shared.crypto.land import CASE, Land, wide
from tests.shared.protocol.cases import HEALTH, KINDS, LEAD, LEADING, LEGAL, NGO, POLICE, REPORTER, SOCIAL, Story, acting

OTHERS = (SOCIAL, NGO, POLICE, HEALTH, LEGAL)


def grown(decisions: int, *, answered: bool) -> Case:
    """A case of so many settled decisions: requests that are seen, accepted, acted on and completed, or requests alone."""
    story, number = Story(*OTHERS), 0
    while len(story.case.settled) < decisions:
        handoff, to = uuid5(NAMESPACE_URL, str(number)).hex, OTHERS[number % len(OTHERS)]
        story.asks(handoff, LEADING, to, list(Need)[number % len(Need)])
        if answered:
            story.counts(acting(to), HandoffAcknowledged(handoff=handoff, applied_at=story.now, seen_at=story.now))
            story.accepts(handoff)
            story.acts(handoff)
            story.counts(acting(to), HandoffCompleted(handoff=handoff))
        number += 1
    story.counts(LEADING, RosterSet(members=tuple(map(wide, KINDS))))
    return story.case


def checkpoint_of(case: Case) -> bytes:
    """The record of the lead's checkpoint of this picture."""
    event = CheckpointSet(place=1, joiners=(REPORTER,), state=case.model_dump(mode="json"))
    return Land().say(event, case.model_copy(update={"protocol": 2, "id": CASE}), LEADING)


@pytest.mark.parametrize("answered", [True, False])
def test_a_case_of_three_hundred_decisions_has_a_checkpoint_that_fits(answered: bool) -> None:
    case = grown(300, answered=answered)
    value = checkpoint_of(case)
    assert len(value) <= envelope2.LONGEST_RECORD
    assert len(orjson.dumps(case.model_dump(mode="json"))) > 40_000, "it is a large one"
    assert LEAD in case.agencies


def test_a_case_that_no_checkpoint_can_hold_is_refused_in_words() -> None:
    """The relay parks what raises here, visibly; nothing of it is sent cut short."""
    with pytest.raises(TooLong, match=r"more than the 163,840"):
        checkpoint_of(grown(400, answered=False))
