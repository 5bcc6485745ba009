"""Latency as a promise: a budget of late ones by stage and pair, the same on page, file and terminal as in a plain recount."""

import csv
import re
from io import StringIO

import pytest
from rich.console import Console

from deploy.operations.promises import run_slo
from deploy.trouble import Trouble
from services.reporting.models import MissedHandoff
from services.reporting.queries import offers, spans, stage_tally
from services.reporting.queries.stage_tally import FinishedStage, Only
from services.reporting.rules.latency.promises import budgets, by_promise, last_in_time
from services.reporting.rules.latency.time_buckets import bucket
from services.reporting.rules.latency.timings import End, Ended, StillOpen
from shared.config.calendar import HOUR
from shared.config.country import OF_ANY_KIND
from shared.config.country_loading import mistakes
from shared.config.promises import LatencyPromise
from shared.store.database import insert
from tests.services.reporting.life import WATCHED
from tests.services.reporting.operators import fill
from tests.shared.land import rows

ANSWER = LatencyPromise(stage="answered", hours=24, percent=90)
POLICE = LatencyPromise(stage="answered", hours=2, percent=50, receiver="rs-pol")


@pytest.fixture
def url() -> str:
    """A file: the pages ask what the other tests ask of both databases."""
    return ""


def took(receiver: str, hours: float, n: int, end: End = End.IN_TIME) -> Ended:
    return Ended("rs-lead", receiver, "answered", end, {bucket(int(hours * HOUR)): n})


def still(receiver: str, hours: float) -> StillOpen:
    return StillOpen("rs-lead", receiver, "answered", "legal", 0, int(hours * HOUR), late=False)


def test_a_budget_says_how_many_more_may_be_late_and_who_spent_it() -> None:
    ended = [took("rs-ngo", 3, 17), took("rs-ngo", 30, 1, End.LATE), took("rs-x", 40, 2), took("rs-x", 99, 5, End.WITHDRAWN)]
    found = budgets([ANSWER], ended, [still("rs-ngo", 5), still("rs-x", 25)])
    (whole,) = by_promise(found)
    assert (whole.n, whole.late, whole.allowed) == (21, 4, pytest.approx(2.1))
    assert whole.left == pytest.approx(-1.9)
    assert whole.burn == pytest.approx(4 / 2.1)
    assert [(one.receiver, one.n, one.late, one.spent(4)) for one in found] == [("rs-x", 3, 3, 0.75), ("rs-ngo", 18, 1, 0.25)]


def test_what_waits_for_who_asked_spends_nobody_s_promise() -> None:
    assert budgets([ANSWER], [], [still("rs-ngo", 30)._replace(asker=True)]) == []
    assert budgets([ANSWER], [], [still("rs-ngo", 30)])


def test_what_is_promised_of_one_pair_takes_the_place_of_what_is_promised_of_all() -> None:
    found = budgets([ANSWER, POLICE], [took("rs-pol", 3, 4), took("rs-ngo", 3, 4)], [])
    assert {one.receiver: (one.promise, one.late) for one in found} == {"rs-pol": (POLICE, 4), "rs-ngo": (ANSWER, 0)}


def test_of_what_nothing_is_promised_there_is_no_budget() -> None:
    assert budgets([POLICE], [took("rs-ngo", 99, 3)], [still("rs-ngo", 99)]) == []


def test_a_promise_of_nobody_or_twice_is_a_mistake_of_the_country_file() -> None:
    wrong = (POLICE.model_copy(update={"receiver": "nobody"}), ANSWER, ANSWER)
    said = mistakes(WATCHED.model_copy(update={"promises": wrong}))
    assert [one for one in said if "promise" in one] == [
        "a promise of answered names nobody, which operators are told of no agency", "answered is promised 2 times of the same agencies",
    ]  # fmt: skip


def test_page_file_and_terminal_say_what_a_recount_of_the_spans_says(operators, lived):
    app, instance = operators
    instance.country = instance.country.model_copy(update={"promises": (ANSWER,)})
    client = fill(app, instance, lived)
    life, cases = lived
    took_ms = [end for (end,) in rows(instance, "select \"end\" - start from finished_span where stage = 'answered'")]
    waits = [life.clock.at - one.requested_at for case in cases for one in life.waiting(case)]
    late = sum(ms > 24 * HOUR for ms in (*took_ms, *waits))
    n = len(took_ms) + sum(ms > 24 * HOUR for ms in waits)
    assert 0 < late < n
    told = list(csv.DictReader(StringIO(client.get("/operations/promises.csv").text.removeprefix("\ufeff"))))
    assert (sum(int(one["n"]) for one in told), sum(int(one["late"]) for one in told)) == (n, late)
    assert sum(float(one["spent_share"]) for one in told) == pytest.approx(1, abs=0.01)
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/operations/promises").text).split())
    assert f"Everybody Everybody Asked until answered 90 % within 1 d {n} {late} " in page
    said = Console(record=True, width=200, quiet=True)
    assert run_slo({instance.me: f"{instance.engine.url}"}, instance.country, "", said, simulated=False) == 1


MISSED = {
    "agency": "rs-lead", "since": 1, "trace": "ab" * 16, "need": "health", "simulated": False, "came": True, "overdue": False, "open": True,
    "asked_at": 2, "due": 3,
}  # fmt: skip


def test_labels_of_a_former_release_are_named_as_operators_may_be_told_now_and_part_no_history(operators, lived):
    app, instance = operators
    instance.country = instance.country.model_copy(update={"promises": (ANSWER,)})
    client = fill(app, instance, lived)
    whole = stage_tally.ended, stage_tally.SPAN, False
    before = instance.transact(lambda work: whole[0](work.session, *whole[1:]))
    with instance.engine.begin() as connection:
        for end in ("giver", "receiver"):
            for of in ("finished_span", "stage_tally", "said_open"):
                connection.exec_driver_sql(f"update {of} set {end} = 'confidential:ngo' where {end} = 'rs-ngo'")
        connection.exec_driver_sql("update finished_span set attributes = replace(attributes, 'rs-ngo', 'confidential:ngo')")
        connection.exec_driver_sql("update stage_tally set receiver = 'confidential:any' where receiver = 'rs-pol' and source = 'span'")
        pair = "rs-lead", "confidential:health"
        missed = [MISSED | {"handoff": f"h{n}", "giver": giver, "receiver": to} for n, (giver, to) in enumerate((pair, pair[::-1]))]
        insert(connection, MissedHandoff, missed)
    assert "confidential:ngo" in client.get("/operations/promises.csv").text
    instance.idle(clocks=False)
    text = client.get("/operations/promises.csv").text
    assert "confidential:ngo" not in text
    assert text.count(f"rs-lead,{OF_ANY_KIND},answered") == 1
    after = instance.transact(lambda work: whole[0](work.session, *whole[1:]))
    assert sum(one.n for one in after) == sum(one.n for one in before)
    kept = "select count(*) from finished_span where giver || receiver || attributes like '%confidential:ngo%'"
    assert rows(instance, kept) == [(0,)]
    assert rows(instance, "select giver, receiver from missed_handoff order by handoff") == [
        ("rs-lead", OF_ANY_KIND),
        (OF_ANY_KIND, "rs-lead"),
    ]


@pytest.mark.parametrize("offer_first", [True, False])
def test_an_offer_is_an_answer_and_what_follows_is_time_of_who_asked(operators, offer_first: bool) -> None:
    _, instance = operators
    base = {"trace_id": "ab" * 16, "parent_id": None, "instance": "assistance.rs-ngo", "answer_by": 1, "attributes": "{}", "handoff": "h"}
    wait = {"span_id": "01" * 8, "name": "handoff", "start": HOUR, "end": 90 * HOUR, "stage": "answered", "giver": "rs-lead"}
    wait |= base | {"receiver": "rs-ngo", "need": "legal", "outcome": "accepted"}
    offer = base | {"span_id": "02" * 8, "name": "handoff.offered.v1", "start": 4 * HOUR, "end": 4 * HOUR + 1}
    other = wait | {"span_id": "03" * 8, "handoff": "i"}
    for one in (offer, wait, other, offer) if offer_first else (wait, offer, other, wait):
        instance.transact(lambda work, one=one: spans.store(work, [dict(one)]))
    found = instance.transact(lambda work: offers.ended_within(work.session, False, Only(), [last_in_time(ANSWER)]))
    (both,) = budgets([ANSWER], found, [])
    assert (both.n, both.late) == (2, 1), "the offer came after three hours; the other answer late"


def test_a_wait_says_itself_when_something_was_offered_whoever_sends_spans(operators) -> None:
    _, instance = operators
    wait = {"trace_id": "ab" * 16, "parent_id": None, "instance": "assistance.rs-ngo", "answer_by": 1, "handoff": "h", "span_id": "01" * 8}
    wait |= {"name": "handoff", "start": HOUR, "end": 90 * HOUR, "stage": "answered", "giver": "rs-lead", "receiver": "rs-ngo"}
    wait |= {"need": "legal", "outcome": "accepted", "attributes": f'{{"offered":{4 * HOUR}}}'}
    offer = wait | {
        "span_id": "02" * 8,
        "name": "handoff.offered.v1",
        "start": 5 * HOUR,
        "end": 5 * HOUR + 1,
        "stage": "",
        "attributes": "{}",
    }
    for one in (wait, offer, wait):
        instance.transact(lambda work, one=one: spans.store(work, [dict(one)]))
        found = instance.transact(lambda work: offers.ended_within(work.session, False, Only(), [last_in_time(ANSWER)]))
        (both,) = budgets([ANSWER], found, [])
        assert (both.n, both.late) == (1, 0), "once, also when the span of the offer comes behind"


@pytest.mark.parametrize("order", ["woR", "oRw", "Rwo", "wRo", "(woR)", "(wo)R", "woRr"])
def test_after_a_no_a_former_release_s_wait_is_the_asked_agency_s_again(operators, order: str) -> None:
    _, instance = operators
    base = {"trace_id": "ab" * 16, "parent_id": None, "instance": "assistance.rs-ngo", "answer_by": 1, "attributes": "{}", "handoff": "h"}
    base |= {"stage": "", "giver": "", "receiver": "", "need": "", "outcome": ""}
    wait = base | {"span_id": "01" * 8, "name": "handoff", "start": HOUR, "end": 90 * HOUR, "stage": "answered", "giver": "rs-lead"}
    wait |= {"receiver": "rs-ngo", "need": "legal", "outcome": "accepted"}
    offer = base | {"span_id": "02" * 8, "name": "handoff.offered.v1", "start": 4 * HOUR, "end": 4 * HOUR + 1}
    no = base | {"span_id": "03" * 8, "name": "handoff.offer-refused.v1", "start": 5 * HOUR, "end": 5 * HOUR + 1}
    of = {"w": wait, "o": offer, "R": no, "r": no | {"span_id": "04" * 8}}
    for part in re.findall(r"\((\w+)\)|(\w)", order):
        instance.transact(lambda work, part=part: spans.store(work, [dict(of[one]) for one in "".join(part)]))
    found = instance.transact(lambda work: offers.ended_within(work.session, False, Only(), [last_in_time(ANSWER)]))
    (both,) = budgets([ANSWER], found, [])
    assert (both.n, both.late) == (1, 1), "what was offered helped nobody"


def test_a_no_to_an_offer_that_a_former_release_has_not_counted_takes_nothing_away(operators) -> None:
    _, instance = operators
    stage = FinishedStage(False, "2025-01", "legal", "answered", "rs-lead", "rs-ngo", "accepted", True, 90 * HOUR)
    instance.transact(lambda work: stage_tally.count(work.session, stage_tally.OFFERED_WHOLE, [stage], -1))
    assert rows(instance, "select n from stage_tally") == []


@pytest.mark.parametrize(("answered", "late"), [(90, 1), (30, 0)])
def test_a_wait_that_says_when_the_offer_was_refused_counts_what_was_the_asked_agency_s(operators, answered: int, late: int) -> None:
    _, instance = operators
    wait = {"trace_id": "ab" * 16, "parent_id": None, "instance": "assistance.rs-ngo", "answer_by": 1, "handoff": "h", "span_id": "01" * 8}
    wait |= {"name": "handoff", "start": HOUR, "end": answered * HOUR, "stage": "answered", "giver": "rs-lead", "receiver": "rs-ngo"}
    wait |= {"need": "legal", "outcome": "accepted", "attributes": f'{{"offered":{4 * HOUR},"offer refused":{14 * HOUR}}}'}
    instance.transact(lambda work: spans.store(work, [dict(wait)]))
    found = instance.transact(lambda work: offers.ended_within(work.session, False, Only(), [last_in_time(ANSWER)]))
    (both,) = budgets([ANSWER], found, [])
    assert (both.n, both.late) == (1, late), "ten hours were of who asked"


def test_a_month_that_is_none_and_a_folder_without_the_operators_are_named() -> None:
    with pytest.raises(Trouble, match="not a month"):
        run_slo({}, WATCHED, "may", Console(quiet=True), simulated=False)
    with pytest.raises(Trouble, match="no database of the operators"):
        run_slo({"intake.rs-insp": "x"}, WATCHED, "", Console(quiet=True), simulated=False)
