"""The outbox in memory: one row of a case under way, until its echo; what is in doubt goes again."""

import pytest

from shared.decisions.send_queue import ECHO_WITHIN, LogEnds, SendQueue
from shared.records.codec import Decided, Turn


def row(key: str, case: str = "a", turn: Turn = Turn.USUAL) -> Decided:
    return Decided(key, case, "handoff.accepted.v1", "form:1", 1, False, {"D0": {}}, turn=turn)


@pytest.fixture
def box() -> SendQueue:
    box = SendQueue()
    box.add([row("a1"), row("a2"), row("b1", "b")])
    return box


def keys(rows: list[Decided]) -> list[str]:
    return [r.key for r in rows]


def test_of_one_case_one_row_is_under_way_until_its_echo(box: SendQueue) -> None:
    assert keys(box.take(9)) == ["a1", "b1"]
    assert box.take(9) == []
    box.acknowledged(row("a1"), 0, 7)
    assert box.take(9) == [], "an acknowledgement is not an echo"
    box.echoed("a", {"a1"})
    assert keys(box.take(9)) == ["a2"]
    box.echoed("a", {"a2"})
    box.echoed("b", {"b1"})
    assert len(box) == 0


def test_a_stale_row_goes_again_before_the_others_of_its_case(box: SendQueue) -> None:
    box.take(9)
    box.landed("a", "a1")
    assert keys(box.take(9)) == ["a1"]


def test_an_echo_that_comes_before_the_acknowledgement_is_enough(box: SendQueue) -> None:
    box.take(9)
    box.echoed("a", {"a1"})
    box.acknowledged(row("a1"), 0, 3)
    assert keys(box.take(9)) == ["a2"]
    box.passed({0: 10})
    assert box.take(9) == [], "the late acknowledgement of a1 says nothing of a2"


def test_what_failed_goes_again_and_what_was_acknowledged_waits_for_its_echo(box: SendQueue) -> None:
    rows = box.take(9)
    box.acknowledged(row("a1"), 0, 7)
    box.failed(rows)
    assert keys(box.take(9)) == ["b1"]


def test_an_acknowledged_row_goes_again_once_the_log_was_read_beyond_it(box: SendQueue) -> None:
    box.take(9)
    box.acknowledged(row("a1"), 0, 7)
    box.passed({0: 7})
    assert box.take(9) == []
    box.passed({0: 8})
    assert keys(box.take(9)) == ["a1"]


def test_an_acknowledged_row_goes_again_when_its_place_stays_empty_though_all_before_it_was_read(box: SendQueue) -> None:
    box.take(9)
    box.acknowledged(row("a1"), 0, 7, now=100.0)
    box.missed({0: 6}, now=1000.0)
    assert box.take(9) == [], "it may be there: not so far has been read"
    box.missed({0: 7}, now=100.0 + ECHO_WITHIN)
    assert box.take(9) == [], "it may be on its way"
    box.missed({0: 7}, now=100.1 + ECHO_WITHIN)
    assert keys(box.take(9)) == ["a1"], "the log lost it, and nobody writes behind it"


def test_an_acknowledged_row_goes_again_when_the_log_ends_before_its_place(box: SendQueue) -> None:
    """A broker that lost several records at its end: nobody could read up to that place before others have written as many."""
    box.take(9)
    box.acknowledged(row("a1"), 0, 7, now=100.0)
    box.missed({0: 5}, 1000.0, LogEnds(100.0 + ECHO_WITHIN, {0: 5}))
    box.missed({0: 5}, 1000.0, LogEnds(1000.0, {0: 8}))
    box.missed({0: 5}, 1000.0, LogEnds(1000.0, {1: 0}))
    assert box.take(9) == [], "it is there, or it may be"
    box.missed({0: 5}, 1000.0, LogEnds(100.1 + ECHO_WITHIN, {0: 5}))
    assert keys(box.take(9)) == ["a1"]


def test_an_acknowledged_row_goes_again_when_only_records_of_others_were_read_beyond_it(box: SendQueue) -> None:
    box.take(9)
    box.acknowledged(row("a1"), 0, 7, now=100.0)
    box.missed({0: 8}, now=100.0)
    assert keys(box.take(9)) == ["a1"]


def test_a_row_is_not_forgotten_where_it_is_taken_before_it_is_known_that_its_checkpoint_has_come(box: SendQueue) -> None:
    """As where the database is read again: the relay looks meanwhile, and nobody else would think of that case again."""
    box.wait_for("a", True)
    assert keys(box.take(9)) == ["b1"]
    box.await_checkpoints([])
    assert keys(box.take(9)) == ["a1"]


def test_a_checkpoint_goes_first_but_never_overtakes_what_is_under_way(box: SendQueue) -> None:
    box.take(9)
    box.add([row("c", "a", Turn.CHECKPOINT)])
    assert box.take(9) == []
    box.echoed("a", {"a1"})
    assert keys(box.take(9)) == ["c"]


def test_rows_of_a_parked_case_wait_and_others_go_on(box: SendQueue) -> None:
    box.hold({"a"})
    assert keys(box.take(9)) == ["b1"]
    box.hold(set())
    assert keys(box.take(9)) == ["a1"]


def test_leaving_a_case_ends_its_rows(box: SendQueue) -> None:
    box.take(9)
    box.drop("a")
    assert box.of("a") == []
    box.failed([row("a1")])
    assert box.take(9) == []


def test_a_row_that_can_never_be_sent_stops_its_own_case_only(box: SendQueue) -> None:
    first = box.take(9)[0]
    box.unfit(first, "TypeError")
    box.echoed("b", {"b1"})
    box.add([row("b2", "b"), row("a3")])
    assert keys(box.take(9)) == ["b2"]
    assert box.spoilt == {"a": "TypeError"}
    assert keys(box.of("a")) == ["a1", "a2", "a3"], "nothing of it is lost"


def test_a_limit_leaves_the_rest_for_the_next_round(box: SendQueue) -> None:
    assert keys(box.take(1)) == ["a1"]
    assert keys(box.take(1)) == ["b1"]
