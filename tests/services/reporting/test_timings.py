"""How long things take: buckets are as narrow as they say, and what is open counts as Kaplan and Meier's formula has it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.rules.latency.survival import until
from services.reporting.rules.latency.time_buckets import LONGEST_TIME, bucket, middle
from services.reporting.rules.latency.timings import End, Ended, StillOpen, end_of, timings
from tests.services.reporting.plain_survival import plain_survival

TIMES = st.lists(st.integers(0, LONGEST_TIME), max_size=30)
PAIR = ("a", "b", "answered")


@given(st.integers(1, LONGEST_TIME))
def test_a_bucket_stands_for_its_times_within_two_percent(ms: int):
    assert abs(middle(bucket(ms)) - ms) <= max(1, 0.022 * ms)


def test_buckets_are_in_the_order_of_their_times():
    edges = [ms for n in range(1, 37) for ms in (2**n - 1, 2**n, 2**n + 1)]
    assert [bucket(ms) for ms in edges] == sorted(bucket(ms) for ms in edges)
    assert bucket(2 * LONGEST_TIME) == bucket(LONGEST_TIME)


@given(TIMES, TIMES, st.sampled_from((0.5, 0.95)))
def test_the_estimate_is_that_of_the_formula(ended: list[int], waiting: list[int], part: float):
    mine, theirs = [bucket(ms) for ms in ended], [bucket(ms) for ms in waiting]
    assert until(Counter(mine), Counter(theirs), part) == [plain_survival(mine, theirs, part)]
    assert until(Counter(mine), Counter(theirs), 0.5, 0.95) == [plain_survival(mine, theirs, each) for each in (0.5, 0.95)]


def test_who_does_not_answer_looks_slow_and_not_fast():
    quick = [Ended(*PAIR, End.IN_TIME, {bucket(60_000): 4})]
    silent = [StillOpen(*PAIR, "safety", 0, 30 * 86_400_000, True) for _ in range(5)]
    (finished,), (whole,) = timings(quick), timings(quick, silent)
    assert (finished.n, finished.open, finished.median, finished.late) == (4, 0, middle(bucket(60_000)), 0.0)
    assert (whole.n, whole.open, whole.median, whole.p95, whole.late) == (4, 5, None, None, 5 / 9)


def test_what_was_taken_back_says_that_it_took_so_long_at_least():
    ended = [
        Ended(*PAIR, End.IN_TIME, {bucket(1_000): 1}),
        Ended(*PAIR, End.WITHDRAWN, {bucket(90_000): 3}),
        Ended(*PAIR, End.LATE, {bucket(9**9): 1}),
    ]
    (one,) = timings(ended)
    assert (one.n, one.median, one.late) == (2, middle(bucket(9**9)), 0.5)


def test_ends_that_tell_nobodys_time_are_not_counted():
    assert end_of("requested", "requested", False, 9) is None
    assert end_of("answered", "completed", False, 9) is None, "advice was given"
    assert end_of("answered", "called", False, 9) is None
    assert end_of("completed", "completed", True, 9) is End.LATE
    assert end_of("answered", "revoked", False, 9) is End.WITHDRAWN
