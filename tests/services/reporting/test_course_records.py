"""The course of a case in statistical records: each is of an event that counted, says when and how long, and never who."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.assistance.handlers import answers
from services.assistance.handlers.handoffs import OfHandoff
from services.referral.handlers.ending import ReopenCase, close_case, reopen_case
from services.referral.handlers.status import DecideStatus, decide_status
from services.referral.projections.course import asked_again, together
from shared.config.calendar import HOUR
from shared.protocol.case import Handoff, HandoffState
from shared.protocol.statistics import personal, shaped
from shared.protocol.vocabulary import DeclineCode, Need, OfferTerms, ReopenReason, Stage, StatusGround
from tests.services.reporting.life import Life
from tests.shared.land import closing, decide, seen

LEAD = "referral.rs-lead"


@pytest.fixture
def life(tmp_path: Path, templates: Path) -> Iterator[Life]:
    one = Life(tmp_path, templates)
    yield one
    one.close()


def of(life: Life, kind: str) -> list[dict[str, Any]]:
    """The lead's records of a kind, without their ids."""
    said = [orjson.loads(one.body) for one in life.instances[LEAD].unsent]
    return [{name: value for name, value in one.items() if name not in ("id", "kind", "simulated")} for one in said if one["kind"] == kind]


def settled(life: Life, use_case: Any, command: Any, form: str) -> None:
    decide(life.instances[LEAD], use_case, command, form)
    life.settle()


def test_the_course_of_a_case_is_told_with_times_kinds_and_codes(life: Life) -> None:
    case = life.case("one")
    assert [one["month"] for one in of(life, "referral")] == ["2025-06"]
    assert max(one["agencies"] for one in of(life, "bodies")) == 4, "the inspectors, the lead, the police, the organisation"
    asked = {h.need.value: h for h in life.waiting(case)}
    life.later(2)
    life.open_up(case, asked["investigation"])
    life.accept(case, asked["investigation"])
    life.later(3)
    life.act(case, asked["investigation"])
    life.decline(case, asked["legal"])
    life.act(case, asked["investigation"], "again", topics=("work", "control"), together=True)
    month = {"month": "2025-06"}
    held = {**month, "action": "interview_held", "need": "investigation", "agency": "rs-pol", "ms": 5 * HOUR, "working_days": 0}
    assert of(life, "action") == [held, {**held, "topics": ["control", "work"], "together": True}], "what nobody said is not there"
    theirs = [one.body for one in life.instances[LEAD].unsent if '"topics"' in str(one.body)]
    assert [personal(shaped("action", orjson.loads(one))) for one in theirs] == [True], "it is erased with the person"
    assert of(life, "handoff") == [
        {**month, "giver": "rs-lead", "receiver": "rs-ngo", "need": "legal", "outcome": "declined", "code": "C6", "late": False,
         "bounced": True, "run": 1, "again": False, "ended": 5 * HOUR, "ended_days": 0}
    ]  # fmt: skip
    life.accept(case, asked["identification"])
    first = DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True, ground=StatusGround.SIGNS)
    settled(life, decide_status, first, "rg")
    said = of(life, "decision")
    assert said == [
        {**month, "stage": "reasonable_grounds", "positive": True, "ground": "signs", "maker": "identifier", "number": 1, "late": False,
         "ms": 5 * HOUR, "working_days": 0}
    ]  # fmt: skip
    life.later(5)
    settled(life, close_case, closing(life.instances[LEAD], case), "close")
    assert of(life, "closing") == [
        {
            **month,
            "reason": "other",
            "ms": 10 * HOUR,
            "needs": 3,
            "planned": 0,
            "unowned": 2 * HOUR,
            "unowned_days": 0,
            "joint": 0,
            "working_days": 1,
            "at_work": [0, 0, 0, 0],
            "begun": 0,
            "in_turn": 0,
        }
    ]
    settled(life, reopen_case, ReopenCase(case=case, reason=ReopenReason.NEEDS_HELP), "again")
    assert of(life, "reopening") == [{**month, "reason": "needs_help"}]
    assert not any(case in str(one) for one in (orjson.loads(row.body) for row in life.instances[LEAD].unsent)), "no id of a case"


def test_what_nobody_answers_is_told_when_its_time_is_over(life: Life) -> None:
    case = life.case("silent")
    life.later(25)
    for instance in life.instances.values():
        instance.idle(clocks=True)
    life.settle()
    assert {(one["receiver"], one["need"]) for one in of(life, "overdue")} >= {("rs-pol", "investigation"), ("rs-ngo", "legal")}
    assert not of(life, "handoff"), "it can still be answered"
    assert life.waiting(case)


def asked_for(life: Life, case: str, need: Need) -> Handoff:
    return next(h for h in life.waiting(case) if h.need is need)


def test_what_was_sent_on_was_never_accepted(life: Life) -> None:
    case = life.case("on")
    asked = asked_for(life, case, Need.INVESTIGATION)
    life.later(2)
    on = answers.SendOn(case=case, handoff=asked.id, to="rs-insp", code=DeclineCode.NO_CAPACITY)
    decide(life.instance_of(asked), answers.send_on, on, "on")
    life.settle()
    (ended,) = of(life, "handoff")
    assert (ended["outcome"], ended["ended"]) == ("forwarded", 2 * HOUR)
    assert "accepted" not in ended, "it waited at least so long"


def agreed(life: Life, terms: OfferTerms, **said: object) -> None:
    """Two hours after a request something else is offered, three hours later that is agreed to."""
    case = life.case("offer")
    asked = asked_for(life, case, Need.LEGAL)
    life.later(2)
    offer = answers.Offer.model_validate({"case": case, "handoff": asked.id, "terms": terms, **said})
    decide(life.instance_of(asked), answers.offer, offer, "offer")
    life.settle()
    life.later(3)
    decide(life.instances["assistance.rs-lead"], answers.agree_offer, OfHandoff(case=case, handoff=asked.id), "yes")
    life.settle()


def test_the_original_of_an_agreed_offer_of_something_else_was_never_accepted(life: Life) -> None:
    agreed(life, OfferTerms.OTHER, need=Need.HEALTH)
    (ended,) = of(life, "handoff")
    assert (ended["need"], ended["outcome"], ended["ended"]) == ("legal", "returned", 5 * HOUR)
    assert "accepted" not in ended
    answers_told = [(one["need"], one["ms"]) for one in of(life, "stage") if one["stage"] == "answered"]
    assert answers_told == [("legal", 5 * HOUR)], "one answer, once"


def test_the_rest_of_what_was_agreed_to_in_part_is_no_hand_off_that_ended(life: Life) -> None:
    agreed(life, OfferTerms.PART)
    assert of(life, "handoff") == [], "the part is held, of the rest nobody was asked"
    assert not [one for one in of(life, "stage") if one["outcome"] == "returned"]
    (case,) = {one.case for one in life.instances[LEAD].unsent}
    now = life.clock.at
    part, rest = [h for h in seen(life.instances[LEAD], case).handoffs.values() if h.need is Need.LEGAL]
    asked = part.model_copy(update={"id": "anew", "origin": None, "requested_at": now, "state": HandoffState.REQUESTED})
    done = part.model_copy(update={"first_action_at": now})
    picture = seen(life.instances[LEAD], case)
    acted = picture.model_copy(update={"handoffs": {part.id: done, rest.id: rest, asked.id: asked}})
    assert not asked_again(acted, asked), "something was done when it was asked last"


@pytest.mark.parametrize(
    ("spans", "least", "told"),
    [([], 1, 0), ([(0, 4), (2, 6)], 1, 6), ([(0, 4), (2, 6)], 2, 2), ([(0, 4), (4, 6)], 2, 0), ([(-5, 20)], 1, 10), ([(3, 3)], 1, 0),
     ([(0, 2), (0, 2), (0, 2)], 2, 2)],
)  # fmt: skip
def test_time_that_spans_lie_over_one_another(spans: list[tuple[int, int]], least: int, told: int) -> None:
    assert together(spans, (0, 10), least) == told
