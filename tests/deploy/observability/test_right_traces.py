"""What would be wrong with traces is found, each by itself; what is right is not."""

from dataclasses import replace

import pytest

from deploy.observability.jaeger import SeenSpan
from deploy.observability.right_traces import ExpectedTraces, linked, wrong_traces
from shared.observability.span_filter import REQUESTS

TRACE = "ab" * 16
ROOT = SeenSpan("1", TRACE, "case.reported.v1", "rs-insp", 1_000, 2_000)
HANDOFF = SeenSpan("2", TRACE, "handoff", "rs-lead", 1_000, 9_000, parent="1")
NOTICED = SeenSpan("3", TRACE, "handoff noticed", "rs-lead", 1_000, 5_000, parent="2")
ACTED = SeenSpan("4", TRACE, "handoff first_action", "rs-lead", 9_000, 12_000, parent="2")
REQUEST = SeenSpan("5", "cd" * 16, "POST /reports", "rs-insp", 900, 1_100, links=((TRACE, "1"),), scope=REQUESTS)
RIGHT = (ROOT, HANDOFF, NOTICED, ACTED, REQUEST)
PAIR = ("rs-insp", "rs-lead")
EXPECTED = ExpectedTraces({TRACE}, {PAIR}, ("rs-shelter",))


def test_what_is_right_is_found_right_and_told_twice_it_is_the_same() -> None:
    assert wrong_traces(RIGHT, {PAIR}, EXPECTED) == []
    assert wrong_traces((*RIGHT, *RIGHT), {PAIR}, EXPECTED) == []
    assert linked((*RIGHT, REQUEST, replace(REQUEST, id="6", links=()))) == (2, 1)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (replace(ROOT, end=1_000), "takes no time"),
        (replace(ROOT, name="case.closed.v1"), "the roots of trace"),
        (replace(HANDOFF, parent=""), "the roots of trace"),
        (replace(HANDOFF, parent="7"), "has a parent that is not there"),
        (replace(HANDOFF, start=999), "begins before case.reported.v1"),
        (replace(HANDOFF, service="rs-pol"), "rs-insp is shown to have asked rs-pol, and did not"),
        (replace(HANDOFF, service="rs-insp"), "nothing shows that rs-insp asked rs-lead"),
        (replace(HANDOFF, tags={"nrm.handoff.to": "rs-shelter"}), "names rs-shelter"),
        (replace(NOTICED, end=9_001), "is not inside of its hand-off"),
        (replace(NOTICED, parent="1"), "is not inside of its hand-off"),
        (replace(ACTED, start=8_999), "begins before the answer"),
        (replace(ACTED, trace="ef" * 16, parent=""), "is of no case"),
        (replace(REQUEST, links=((TRACE, "9"),)), "leads to a span that is not there"),
        (replace(REQUEST, parent="1"), "is in a trace with others"),
    ],
)
def test_each_fault_is_found(span: SeenSpan, said: str) -> None:
    found = [span if one.id == span.id else one for one in RIGHT]
    assert any(said in one for one in wrong_traces(found, {PAIR}, EXPECTED))


def test_what_is_missing_differs_or_is_drawn_otherwise_is_found() -> None:
    assert any("the case of trace" in one for one in wrong_traces((REQUEST,), (), EXPECTED))
    assert any("told twice, and differently" in one for one in wrong_traces((*RIGHT, replace(ROOT, end=3_000)), {PAIR}, EXPECTED))
    assert any("the graph of services and the spans differ" in one for one in wrong_traces(RIGHT, (), EXPECTED))
