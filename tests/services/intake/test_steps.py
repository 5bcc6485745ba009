"""The steps of a report: twelve questions at most, danger the shortest way, signs of the chosen form alone, and why it is urgent."""

from datetime import UTC, datetime
from itertools import product

import pytest

from services.intake.pages.report_form import LABELS, Answers
from services.intake.rules import steps
from services.intake.rules.report import UrgencyReason, urgency, why_urgent
from services.intake.rules.steps import BESIDE, QUESTIONS, IntakeStep
from shared.protocol.vocabulary import AgeBand, Form, Indicator, Urgency

ALL = [
    {name: said for name, said in zip(("danger", "age", "consent"), each, strict=True) if said}
    for each in product(("", "true", "false"), ("", "adult", "child", "unsure"), ("", "true", "false"))
]


@pytest.mark.parametrize("values", ALL, ids=str)
def test_whatever_is_answered_twelve_questions_at_most_lead_to_a_report_that_is_sent(values) -> None:
    way = steps.path(values)
    assert way[0] is IntakeStep.DANGER
    assert way[-1] is IntakeStep.SEND
    assert sum(len(steps.asked(step, values)) for step in way) <= (7 if steps.in_danger(values) else 12)
    for step in way[:-1]:
        assert steps.after(step, values) is way[way.index(step) + 1]
        assert steps.before(steps.after(step, values), values) is step
    assert steps.before(IntakeStep.DANGER, values) is None


def test_each_answer_is_asked_at_one_step_and_all_are_answers_of_the_form() -> None:
    asked = [name for step in IntakeStep for name in steps.fields(step)]
    assert sorted(asked) == sorted(Answers.model_fields)
    assert set(LABELS) | {"interpreter", "nobody"} == set(asked)
    assert not set(QUESTIONS[IntakeStep.SEND])
    assert all(BESIDE.values())


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, ["danger", "person", "consent"]),
        ({"danger": "false", "age": "adult"}, ["consent"]),
        ({"danger": "false", "age": "child"}, []),
        ({"danger": "true", "age": "adult", "consent": "false"}, ["consent"]),
        ({"danger": "true", "age": "adult", "consent": "false", "ground": "life"}, []),
        ({"danger": "true", "age": "adult", "consent": "true"}, []),
    ],
    ids=str,
)
def test_nothing_is_sent_without_what_must_be_said(values, missing) -> None:
    assert steps.unsaid(values) == tuple(missing)


def test_an_answer_that_does_not_hold_any_more_stays_in_the_draft_and_is_not_sent() -> None:
    said = {"danger": "true", "age": "adult", "consent": "false", "ground": "life", "called_at": "5", "place": "Niš"}
    assert steps.applying(said) == said
    assert steps.applying(said | {"danger": "false"}) == {"danger": "false", "age": "adult", "consent": "false", "place": "Niš"}
    assert steps.applying(said | {"age": "child"}) == {"danger": "true", "age": "child", "called_at": "5", "place": "Niš"}
    agreed = {"danger": "false", "age": "adult", "consent": "true", "agreed": "profile", "months": "3"}
    assert steps.applying(agreed) == agreed
    assert steps.applying(agreed | {"consent": "false"}).keys() == {"danger", "age", "consent"}


def test_who_comes_back_goes_on_where_nothing_is_known() -> None:
    assert steps.first_open({}) is IntakeStep.DANGER
    assert steps.first_open({"danger": "false"}) is IntakeStep.PERSON
    assert steps.first_open({"danger": "true"}) is IntakeStep.HELP
    told = {"danger": "false", "age": "child", "told": ["lawyer"], "withheld": ["police"], "place": "Niš", "forms": ["LAB"]}
    assert steps.first_open(told) is IntakeStep.SIGNS
    assert steps.first_open(told | {"indicators": ["LI01"], "needs": ["health"]}) is IntakeStep.SEND
    assert steps.after(IntakeStep.WORDS, told) is IntakeStep.SEND, "from what lies on nobody's way one goes to the end"


def test_only_signs_of_the_chosen_form_are_asked_and_none_that_was_ticked_is_lost() -> None:
    sexual = steps.signs([Form.SEXUAL], child=False)
    assert Indicator.LI10 not in sexual, "safety equipment is no sign of it"
    assert Indicator.LI05 in sexual
    assert not [sign for sign in sexual if sign.value.startswith("CH")]
    assert Indicator.CH04 in steps.signs([Form.BEGGING], child=True)
    assert Indicator.LI10 in steps.signs([Form.SEXUAL], child=False, ticked=["LI10"])
    assert set(steps.signs([Form.SEXUAL, Form.LABOUR], child=False)) == set(steps.signs([Form.LABOUR], child=False))
    for unknown in ([], [Form.UNKNOWN], [Form.SEXUAL, Form.OTHER]):
        assert set(steps.signs(unknown, child=True)) == set(Indicator)
    assert set(Form) - set(steps.SIGNS_OF) == {Form.OTHER, Form.UNKNOWN}


NOON = int(datetime(2026, 3, 29, 10, 0, tzinfo=UTC).timestamp() * 1000)
"""Noon in Belgrade, on the day on which its clocks go forward."""


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("", 0),
        ("11:45", -15),
        ("11.45", -15),
        ("9:05", -175),
        ("1:30", -570),
        ("23:50", -670),
        ("24:00", None),
        ("noon", None),
        ("12", None),
    ],
)
def test_the_time_of_a_call_is_the_last_one_that_has_been(typed, minutes) -> None:
    at = steps.called_at(typed, NOON, "Europe/Belgrade")
    assert (at is None) if minutes is None else (at == NOON + minutes * 60_000)


def test_why_it_is_urgent_is_said_and_urgency_follows_from_it() -> None:
    heavy = (Indicator.LI04, Indicator.LI05)
    assert why_urgent(True, AgeBand.CHILD, heavy) == (UrgencyReason.DANGER, UrgencyReason.SIGNS, UrgencyReason.CHILD)
    assert why_urgent(False, AgeBand.ADULT, heavy[:1]) == ()
    for danger, age, signs in product((True, False), AgeBand, ((), heavy)):
        why = why_urgent(danger, age, signs)
        expected = Urgency.DANGER if danger else Urgency.HIGH if why else Urgency.NORMAL
        assert urgency(danger, age, signs) is expected
