"""When nobody had taken a person on: what no span covers, whatever the clocks of agencies say."""

from hypothesis import given
from hypothesis import strategies as st

from services.referral.projections.course import gaps, lasted, together

moments = st.integers(0, 40)


def test_a_span_that_ends_before_it_begins_or_begins_after_all_is_no_gap_counted_twice() -> None:
    assert list(gaps([(10, 5)], (0, 20))) == [(0, 20)]
    assert list(gaps([(0, 20), (30, 40)], (0, 20))) == []
    assert list(gaps([(2, 4), (3, 9), (15, 40)], (0, 20))) == [(0, 2), (9, 15)]


@given(st.lists(st.tuples(moments, moments)), st.tuples(moments, moments))
def test_gaps_are_all_that_spans_leave_of_the_time(spans: list[tuple[int, int]], within: tuple[int, int]) -> None:
    found = list(gaps(spans, within))
    assert all(start < end for start, end in found)
    assert sum(end - start for start, end in found) == lasted(*within) - (together(spans, within, 1) if within[0] < within[1] else 0)
