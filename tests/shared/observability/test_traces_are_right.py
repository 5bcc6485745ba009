"""A trace is right: no parent is missing, nothing takes no time, a hand-off leads from giver to receiver, and a replay says the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind

from deploy.proving.sdk_spans import readable
from services.assistance.handlers import handoffs as assistance
from shared.config.calendar import HOUR
from shared.processing.instance import Instance
from shared.protocol.core import root_span
from shared.protocol.events import CaseReported, HandoffRequested
from shared.protocol.vocabulary import Need
from tests.services.reporting.life import Life, live
from tests.shared.land import COUNTRY, Hand, database, decide, instance_at, pull, rows

LEAD, POLICE = "referral.rs-lead", "assistance.rs-pol"
INSIDE, AFTER = ("handoff delivered", "handoff noticed"), ("handoff first_action", "handoff completed")


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Iterator[Life]:
    """Some cases, one of which is left unanswered, and one that the police hand on. Nobody decides anything more in them: tests only read,
    and move the clock."""
    made = Life(tmp_path_factory.mktemp("life"), templates)
    live(made, 5)
    made.later(-30)
    case = made.case("handed-on")
    for handoff in made.waiting(case):
        made.later(1)
        made.open_up(case, handoff)
        made.accept(case, handoff)
    asked = assistance.RequestHandoff(case=case, to="rs-ngo", need=Need.PSYCHOLOGICAL)
    decide(made.instances[POLICE], assistance.request_handoff, asked, "on")
    made.settle()
    made.later(5)
    made.accept(case, next(h for h in made.waiting(case) if h.giver == "rs-pol"))
    yield made
    made.close()


def bodies(instance: Instance) -> list[dict[str, Any]]:
    return [orjson.loads(body) for (body,) in rows(instance, "select body from span order by seq")]


def told(life: Life) -> dict[str, dict[str, Any]]:
    """All spans that all instances tell, each once: whoever tells a span tells the same bytes."""
    found: dict[str, dict[str, Any]] = {}
    for instance in life.instances.values():
        for body in bodies(instance):
            assert found.setdefault(body["span_id"], body) == body
    return found


def test_no_parent_is_missing_and_there_is_one_root(life: Life) -> None:
    spans = told(life)
    roots = [s for s in spans.values() if s["parent_id"] is None]
    assert {s["name"] for s in roots} == {CaseReported.TYPE}
    assert Counter(s["trace_id"] for s in roots).keys() == {s["trace_id"] for s in spans.values()}
    for span in roots:
        assert span["span_id"] == root_span(span["trace_id"])
    for span in spans.values():
        parent = spans[span["parent_id"] or span["span_id"]]
        assert parent["trace_id"] == span["trace_id"]
        assert parent["start"] <= span["start"], "nothing begins before what it follows from"


def test_nothing_takes_no_time(life: Life) -> None:
    assert not [s for s in told(life).values() if s["end"] <= s["start"]]


def test_a_hand_off_is_one_span_with_its_stages_inside(life: Life) -> None:
    spans = told(life)
    handoffs = [s for s in spans.values() if s["name"] == "handoff"]
    assert Counter(s["attributes"]["nrm.handoff.id"] for s in handoffs).most_common(1)[0][1] == 1
    stages = [s for s in spans.values() if s["name"] in ("handoff delivered", "handoff noticed")]
    assert stages
    for stage in stages:
        whole = spans[stage["parent_id"]]
        assert whole["name"] == "handoff"
        assert whole["start"] <= stage["start"] < stage["end"] <= whole["end"]
    for after in (s for s in spans.values() if s["name"] in ("handoff first_action", "handoff completed")):
        assert after["start"] >= spans[after["parent_id"]]["end"]


def test_a_hand_off_follows_from_what_asked_for_it_and_leads_to_who_was_asked(life: Life) -> None:
    spans = told(life)
    pairs: set[tuple[str, str]] = set()
    for span in (s for s in spans.values() if s["name"] == "handoff"):
        asked, said = spans[span["parent_id"]], span["attributes"]
        assert asked["name"] in (HandoffRequested.TYPE, CaseReported.TYPE)
        assert asked["attributes"]["nrm.handoff.id"] == said["nrm.handoff.id"]
        assert asked["attributes"]["nrm.handoff.stage"] == "requested"
        mine, theirs = readable(asked, COUNTRY), readable(span, COUNTRY)
        assert (mine.kind, theirs.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
        assert (agency(mine), agency(theirs)) == (said["nrm.handoff.from"], said["nrm.handoff.to"])
        pairs.add((agency(mine), agency(theirs)))
    assert {("rs-insp", "rs-lead"), ("rs-lead", "rs-pol"), ("rs-pol", "rs-ngo")} <= pairs, "as a service graph shows them"


def agency(span: ReadableSpan) -> Any:
    return span.resource.attributes["service.name"]


def test_the_stages_of_an_open_hand_off_are_not_there_yet(life: Life) -> None:
    spans = told(life)
    ended = {s["attributes"]["nrm.handoff.id"] for s in spans.values() if s["name"] == "handoff"}
    parts = {s["attributes"]["nrm.handoff.id"] for s in spans.values() if s["name"].startswith("handoff ")}
    assert parts <= ended


@pytest.mark.parametrize("me", [LEAD, POLICE])
def test_a_replay_says_the_same_to_the_byte(life: Life, tmp_path: Path, me: str) -> None:
    instance = life.instances[me]
    again = instance_at(database(tmp_path, life.templates, instance.service, "again"), me, life.clock)
    life.later(100)
    while pull(again, life.topic, 7) and again.positions.now != instance.positions.now:
        pass
    kept = "select span, body from span order by span"
    assert rows(again, kept) == rows(instance, kept)
    assert rows(instance, kept)
    again.close()


def test_a_clock_that_is_ahead_shows_and_no_time_is_negative(life: Life) -> None:
    """The log of these tests stands still, so authors' clocks are ahead of it."""
    decisions = [s["attributes"] for s in told(life).values() if "nrm.event.type" in s["attributes"]]
    ahead = [said for said in decisions if "nrm.clock.ahead_ms" in said]
    assert ahead
    assert all(said["nrm.clock.ahead_ms"] > 0 == said["nrm.machine.log_ms"] for said in ahead)


def wrong_by(life: Life, me: str, hours: int) -> None:
    """The clock of one instance is wrong from now on."""
    life.instances[me].clock = Moved(life.clock, hours * HOUR)


@dataclass
class Moved:
    """A clock beside another."""

    right: Hand
    by: int

    def now(self) -> tuple[int, bool]:
        return self.right.at + self.by, False


@pytest.mark.parametrize(("me", "hours"), [(LEAD, -2), (LEAD, 2), (POLICE, -2)])
def test_a_wrong_clock_puts_nothing_before_what_it_hangs_below_and_is_said(tmp_path: Path, templates: Path, me: str, hours: int) -> None:
    life = Life(tmp_path, templates)
    for case, after in (("wrong-from-the-start", False), ("wrong-later", True)):
        if not after:
            wrong_by(life, me, hours)
        report = life.case(case)
        wrong_by(life, me, hours if after else 0)
        for handoff in life.waiting(report):
            life.later(0.01)
            life.open_up(report, handoff)
            life.accept(report, handoff)
            life.later(0.01)
            life.act(report, handoff)
    spans = told(life)
    assert {s["name"] for s in spans.values()} >= {"handoff", "handoff first_action"}
    for span in spans.values():
        assert span["start"] < span["end"]
        if span["parent_id"]:
            above = spans[span["parent_id"]]
            assert above["start"] <= span["start"], (above["name"], span["name"])
            assert span["name"] not in AFTER or above["end"] <= span["start"]
            assert span["name"] not in INSIDE or span["end"] <= above["end"]
        for link in span.get("links", ()):
            assert link[1] in spans
            assert spans[link[1]]["start"] > span["start"]
    behind = [s["attributes"]["nrm.clock.behind_ms"] for s in spans.values() if "nrm.clock.behind_ms" in s["attributes"]]
    assert behind
    assert max(behind) > 1.9 * HOUR
    life.close()
