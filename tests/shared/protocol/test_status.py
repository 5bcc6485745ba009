"""Decisions on status: two stages, all kept; a later one takes the place of an earlier one only by naming it."""

import pytest

from shared.protocol.case import Verdict
from shared.protocol.events import StatusDecided
from shared.protocol.standing import against
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import Stage
from tests.shared.protocol.cases import LEADING, Story

RG, CG = Stage.REASONABLE_GROUNDS, Stage.CONCLUSIVE_GROUNDS


def story() -> Story:
    return Story(protocol=NEWEST)


def test_both_stages_are_kept_with_their_times() -> None:
    told = story()
    told.counts(LEADING, StatusDecided(stage=RG))
    first = told.now
    told.counts(LEADING, StatusDecided(stage=CG))
    assert [(one.stage, one.at) for one in told.case.decisions] == [(RG, first), (CG, told.now)]
    assert told.case.statuses == {RG: first, CG: told.now}


def test_a_second_decision_of_a_stage_names_what_it_supersedes() -> None:
    told = story()
    told.counts(LEADING, StatusDecided(stage=RG))
    (first,) = told.case.decisions
    for wrong in (None, "somebody-else"):
        said = StatusDecided(stage=RG, supersedes=wrong)
        assert told.say(LEADING, said) is Verdict.SUPERSEDED
        assert against(told.case, said) == "status-names-another"
    told.counts(LEADING, StatusDecided(stage=RG, supersedes=first.key))
    second = told.case.in_force(RG)
    assert second is not None
    assert [one.key for one in told.case.decisions] == [first.key, second.key]
    assert told.case.statuses == {RG: told.now}
    assert told.say(LEADING, StatusDecided(stage=RG, supersedes=first.key)) is Verdict.SUPERSEDED, "two at once: the first of them counts"


def test_the_conclusive_decision_stays_when_the_first_is_decided_anew() -> None:
    told = story()
    assert told.say(LEADING, StatusDecided(stage=CG)) is Verdict.SUPERSEDED
    told.counts(LEADING, StatusDecided(stage=RG))
    told.counts(LEADING, StatusDecided(stage=CG))
    conclusive = told.case.in_force(CG)
    first = told.case.in_force(RG)
    assert first is not None
    told.counts(LEADING, StatusDecided(stage=RG, supersedes=first.key))
    assert told.case.in_force(CG) == conclusive


def test_a_first_decision_supersedes_nothing() -> None:
    assert story().say(LEADING, StatusDecided(stage=RG, supersedes="nothing")) is Verdict.SUPERSEDED


@pytest.mark.parametrize("stage", Stage)
def test_under_protocol_1_a_stage_is_decided_once_and_the_picture_is_as_before(stage: Stage) -> None:
    old = Story(protocol=FIRST)
    old.counts(LEADING, StatusDecided(stage=RG))
    old.counts(LEADING, StatusDecided(stage=CG))
    assert old.say(LEADING, StatusDecided(stage=stage)) is Verdict.SUPERSEDED
    assert old.say(LEADING, StatusDecided(stage=stage, supersedes="x")) is Verdict.REFUSED
    assert "decisions" not in old.case.model_dump()
